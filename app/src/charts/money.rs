use leptos::prelude::*;
use model::Currency;
use service::{MoneyChart, Unit};

use super::draw::{Look, Series, scale};
use super::rows::{Rows, label, rows, short_label};
use super::{Glass, Plot, change, money};
use crate::components::Table;
use crate::i18n::format;
use crate::page::PageCx;

fn units(micros: i128) -> f64 {
    micros as f64 / 1e6
}

/// What came in, what went out and how much of it went right, each with what it was before.
#[component]
pub fn KeyFigures<'a>(
    /// Where the figures come from.
    chart: &'a MoneyChart,
) -> impl IntoView + use<> {
    let currency = chart.currency;
    let (received, sent) = chart.sums();
    let before = chart.sums_before();
    let note = |now: i128, before: i128| match before {
        0 => t!("charts-new"),
        _ => t!(
            "charts-was",
            change = change(now, before),
            before = format::amount(before, currency)
        ),
    };
    let (right, all) = chart.went_right();
    let right_before = chart.went_right_before().filter(|(_, all)| *all > 0);
    let share = match all {
        0 => "–".to_owned(),
        _ => format::percent(right, all),
    };
    view! {
        <dl class="stats">
            {figure(t!("charts-received"), received, currency, before.map(|b| note(received, b.0)))}
            {figure(t!("charts-sent"), sent, currency, before.map(|b| note(sent, b.1)))}
            <div>
                <dt>{t!("charts-right")}</dt>
                <dd>{share}</dd>
                <dd class="note">
                    {t!(
                        "charts-right-of",
                        right = format::number(right),
                        all = format::number(all)
                    )}
                    {right_before
                        .map(|(right, all)| {
                            let share = format::percent(right, all);
                            format!(", {}", t!("charts-right-before", share = share))
                        })}
                </dd>
            </div>
        </dl>
    }
}

fn figure(
    name: String,
    micros: i128,
    currency: Currency,
    note: Option<String>,
) -> impl IntoView + use<> {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>
                {format::amount(micros, currency)} " "
                <span class="currency">{currency.as_str()}</span>
            </dd>
            {note.map(|text| view! { <dd class="note">{text}</dd> })}
        </div>
    }
}

/// The chart in one or two sentences.
fn summary(chart: &MoneyChart) -> String {
    let (received, sent) = chart.sums();
    if chart.went_right().1 == 0 && (received, sent) == (0, 0) {
        return t!("charts-nothing");
    }
    let (received_text, sent_text) = (money(received, chart.currency), money(sent, chart.currency));
    match chart.sums_before() {
        Some((received_before, sent_before)) => t!(
            "charts-summary-compared",
            received = received_text,
            received_change = change(received, received_before),
            sent = sent_text,
            sent_change = change(sent, sent_before)
        ),
        None => t!("charts-summary", received = received_text, sent = sent_text),
    }
}

/// What a stretch is called that is not over yet.
fn running_label(unit: Unit) -> String {
    match unit {
        Unit::Hour => t!("charts-running-hour"),
        Unit::Day => t!("charts-running-day"),
        Unit::Month => t!("charts-running-month"),
    }
}

/// Money over time: figure, sentence, table.
#[component]
pub fn MoneyFigure(
    /// What to show.
    chart: MoneyChart,
) -> impl IntoView {
    let now_ms = PageCx::current().now_ms;
    let running = chart.buckets.iter().filter(|b| b.span.until_ms > now_ms).count();
    let line = |look, value: fn(&service::Bucket) -> Option<i128>| Series {
        look,
        values: chart.buckets.iter().map(|b| value(b).map(units)).collect(),
        running: if look == Look::Previous { 0 } else { running },
    };
    let mut series =
        vec![line(Look::Second, |b| Some(b.sent)), line(Look::First, |b| Some(b.received))];
    let compared = chart.sums_before().is_some();
    if compared {
        series.insert(0, line(Look::Previous, |b| b.before.map(|(received, _)| received)));
    }
    let highest =
        series.iter().flat_map(|s| s.values.iter().flatten()).fold(0.0_f64, |a, b| a.max(*b));
    let (top, steps) = scale(highest);
    let axis =
        (0..=steps).rev().map(|n| format::axis(top * f64::from(n) / f64::from(steps))).collect();
    let each = match chart.unit {
        Unit::Hour => t!("charts-each-hour"),
        Unit::Day => t!("charts-each-day"),
        Unit::Month => t!("charts-each-month"),
    };
    let lead = t!(
        "charts-lead",
        each = each,
        currency = chart.currency.as_str(),
        zone = chart.zone.name().to_owned()
    );
    let places = chart.buckets.iter().map(|b| short_label(b.span, chart.unit, &chart.zone));
    let places = places.collect();
    let sentence = summary(&chart);
    let zone = chart.zone.name().to_owned();
    let mut names = vec![t!("charts-received"), t!("charts-sent")];
    if compared {
        names.extend([t!("charts-before"), t!("charts-sent-was")]);
    }
    let label = t!("charts-glass", title = t!("charts-money"));
    let glass = Glass { table: "money-table", newest_first: false, names, label };
    view! {
        <figure class="chart">
            <figcaption>
                <h2>{t!("charts-money")}</h2>
                <p>{lead}</p>
                <ul class="legend end">
                    <li>{t!("charts-received")}</li>
                    <li class="l2">{t!("charts-sent")}</li>
                    {compared.then(|| view! { <li class="lp">{t!("charts-before")}</li> })}
                    {(running > 0)
                        .then(|| view! { <li class="lr">{running_label(chart.unit)}</li> })}
                </ul>
            </figcaption>
            <Plot series range=(0.0, top) axis places title=sentence.clone() glass/>
        </figure>
        <p class="soft small mt-3">
            {sentence} " " {t!("charts-missed")} " " {t!("zone-label")} ": " {zone} " "
            <a href="/dashboard/settings#time-zone">{t!("zone-change")}</a>
        </p>
        <details class="mt-3" id="money-table">
            <summary>{t!("charts-table")}</summary>
            <MoneyTable chart/>
        </details>
    }
}

#[component]
fn MoneyTable(chart: MoneyChart) -> impl IntoView {
    let Rows { head, rows } = rows(&chart);
    let head = head
        .into_iter()
        .enumerate()
        .map(|(n, text)| {
            let class = if n == 0 { "" } else { "num" };
            view! { <th scope="col" class=class>{text}</th> }
        })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|(span, values)| {
            let values = values
                .into_iter()
                .map(|v| view! { <td class="num">{format::amount(v, chart.currency)}</td> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{label(span, chart.unit, &chart.zone)}</th>
                    {values}
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label=t!("charts-money")>
            <thead>
                <tr>{head}</tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}
