//! Charts: SVG for the plot alone, drawn on the server; words, axes and table are HTML.

mod draw;
mod rows;

use leptos::prelude::*;
use model::Currency;
use service::{MoneyChart, ScorePoint, Unit};

use crate::components::Table;
use crate::i18n::format;
use draw::{Look, Series, VIEW_BOX, plot, scale};

pub use rows::csv;
use rows::{Rows, label, rows};

fn units(micros: i128) -> f64 {
    micros as f64 / 1e6
}

/// A change in a sentence: `up 12.0 %`, `as before`.
pub fn change(now: i128, before: i128) -> String {
    if before == 0 {
        return t!("charts-new");
    }
    let percent = format::one_decimal((100.0 * (now - before) as f64 / before as f64).abs());
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => t!("charts-up", percent = percent),
        std::cmp::Ordering::Less => t!("charts-down", percent = percent),
        std::cmp::Ordering::Equal => t!("charts-same"),
    }
}

fn money(micros: i128, currency: Currency) -> String {
    format!("{} {}", format::amount(micros, currency), currency.as_str())
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

/// Money over time: figure, sentence, table.
#[component]
pub fn MoneyFigure(
    /// What to show.
    chart: MoneyChart,
) -> impl IntoView {
    let line = |look, value: fn(&service::Bucket) -> Option<i128>| Series {
        look,
        values: chart.buckets.iter().map(|b| value(b).map(units)).collect(),
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
    let svg = plot(&series, (0.0, top), steps);
    let labels = (0..=steps)
        .rev()
        .map(|n| {
            let value = top * f64::from(n) / f64::from(steps);
            view! { <span>{format::axis(value)}</span> }
        })
        .collect_view();
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
    let ends = [chart.buckets.first(), chart.buckets.last()];
    let ends = ends
        .into_iter()
        .flatten()
        .map(|b| view! { <span>{label(b.span, chart.unit, &chart.zone)}</span> })
        .collect_view();
    let sentence = summary(&chart);
    view! {
        <figure class="chart">
            <figcaption>
                <h2>{t!("charts-money")}</h2>
                <p>{lead}</p>
                <ul class="legend end">
                    <li>{t!("charts-received")}</li>
                    <li class="l2">{t!("charts-sent")}</li>
                    {compared.then(|| view! { <li class="lp">{t!("charts-before")}</li> })}
                </ul>
            </figcaption>
            <div class="y" aria-hidden="true">{labels}</div>
            <div class="plot">
                <svg viewBox=VIEW_BOX preserveAspectRatio="none" role="img">
                    <title>{sentence.clone()}</title>
                    <g inner_html=svg></g>
                </svg>
            </div>
            <div class="x" aria-hidden="true">{ends}</div>
        </figure>
        <p class="soft small mt-3">{sentence} " " {t!("charts-missed")}</p>
        <details class="mt-3">
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

/// Where the axis of a score begins: the ten below the lowest one.
pub fn floor_of<'a>(scores: impl IntoIterator<Item = &'a ScorePoint>) -> u8 {
    let lowest = scores.into_iter().filter_map(|point| point.score).min().unwrap_or(0);
    (lowest / 10 * 10).min(90)
}

fn score_series(points: &[ScorePoint]) -> Series {
    Series { look: Look::First, values: points.iter().map(|p| p.score.map(f64::from)).collect() }
}

/// A score over time, small enough for a table.
#[component]
pub fn Sparkline(
    /// The scores.
    points: Vec<ScorePoint>,
    /// Where its axis begins.
    floor: u8,
) -> impl IntoView {
    let known: Vec<_> = points.iter().filter_map(|p| p.score).collect();
    let text = match (known.first(), known.last()) {
        (Some(first), Some(last)) => t!("charts-score-summary", first = *first, last = *last),
        _ => t!("charts-score-none"),
    };
    let svg = plot(&[score_series(&points)], (f64::from(floor), 100.0), 1);
    view! {
        <svg class="spark" viewBox=VIEW_BOX preserveAspectRatio="none" role="img">
            <title>{text}</title>
            <g inner_html=svg></g>
        </svg>
    }
}

/// How a score came to be what it is: figure, sentence, table.
#[component]
pub fn ScoreFigure(
    /// The scores, oldest first.
    points: Vec<ScorePoint>,
) -> impl IntoView {
    let floor = floor_of(&points);
    let svg = plot(&[score_series(&points)], (f64::from(floor), 100.0), 2);
    let middle = (100 + floor) / 2;
    let known: Vec<_> = points.iter().filter_map(|p| p.score).collect();
    let text = match (known.first(), known.last()) {
        (Some(first), Some(last)) => t!("charts-score-summary", first = *first, last = *last),
        _ => t!("charts-score-none"),
    };
    let ends = [points.first(), points.last()];
    let ends = ends
        .into_iter()
        .flatten()
        .map(|p| view! { <span>{format::day(p.day)}</span> })
        .collect_view();
    let rows = points
        .iter()
        .rev()
        .map(|p| {
            let score = p.score.map_or_else(|| "–".to_owned(), |s| format::number(s.into()));
            view! {
                <tr>
                    <th scope="row">{format::day(p.day)}</th>
                    <td class="num">{score}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <figure class="chart chart-sm">
            <div class="y" aria-hidden="true">
                <span>"100"</span>
                <span>{format::number(middle.into())}</span>
                <span>{format::number(floor.into())}</span>
            </div>
            <div class="plot">
                <svg viewBox=VIEW_BOX preserveAspectRatio="none" role="img">
                    <title>{text.clone()}</title>
                    <g inner_html=svg></g>
                </svg>
            </div>
            <div class="x" aria-hidden="true">{ends}</div>
        </figure>
        <p class="soft small mt-3">
            {text} {(floor > 0).then(|| format!(" {}", t!("charts-scale", floor = floor)))}
        </p>
        <details class="mt-3">
            <summary>{t!("charts-table")}</summary>
            <Table label=t!("charts-score")>
                <thead>
                    <tr>
                        <th scope="col">{t!("charts-day")}</th>
                        <th scope="col" class="num">{t!("score-score")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </details>
    }
}
