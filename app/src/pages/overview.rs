//! The workspace at a glance, and the page that shows the first API key.

use leptos::prelude::*;
use model::score::Grade;
use model::{Agent, CertificateState, Currency, Payment};
use service::{
    AgentTrend, Attention, ChartRange, Compare, MoneyChart, Overview, StatusCount, Unit,
};

use super::payment_rows::PaymentTable;
use crate::charts::{KeyFigures, MoneyFigure, Sparkline, floor_of};
use crate::components::{
    Banner, CodeBlock, CopyField, EmptyState, Glyph, Icon, PageHead, Pill, ScoreCell, SectionHead,
    Table, Tone, certificate_state_label, certificate_tone, payment_status_label,
};
use crate::i18n::format;
use crate::page::{DashboardPage, PageCx, Section};
use crate::server::IssuedSecret;

/// A call that reports a payment of this agent.
pub(super) fn sample_call(agent: &str) -> String {
    let url = PageCx::current().public_url;
    format!(
        "curl {url}/v1/payment-events \\\n  -H \"X-API-Key: $SURETY_KEY\" \\\n  \
         -H 'Content-Type: application/json' \\\n  \
         -d '{{\"agent_id\": \"{agent}\", \"amount\": \"24.90\", \"status\": \"on_time\"}}'"
    )
}

/// The overview.
pub fn show(overview: Overview) -> impl IntoView {
    let lead = period(&overview.chart);
    let agent = overview.newest.first().map(|agent| agent.external_id.clone());
    let body = if overview.agents == 0 {
        no_agents().into_any()
    } else {
        figures(overview, agent).into_any()
    };
    view! {
        <DashboardPage title=t!("nav-overview") section=Section::Overview>
            <PageHead title=t!("nav-overview") lead=lead/>
            {body}
        </DashboardPage>
    }
}

fn period(chart: &MoneyChart) -> String {
    let span = chart.span();
    let (from, to) = (format::date(span.from_ms), format::date(span.until_ms - 1));
    format!("{from} – {to}, {}", chart.zone.name())
}

fn no_agents() -> impl IntoView {
    view! {
        <EmptyState glyph=Glyph::AGENT title=t!("agents-none") text=t!("agents-none-text")>
            <a class="button button-primary" href="/dashboard/agents/new">
                <Icon of=Glyph::ADD/>
                {t!("agents-new")}
            </a>
        </EmptyState>
    }
}

fn figures(overview: Overview, agent: Option<String>) -> impl IntoView {
    let Overview { newest, agent: shown, chart, spenders, recent, attention, .. } = overview;
    let shown = shown.map(|id| id.to_string());
    view! {
        {self::attention(attention)}
        <section class="section" aria-label=t!("charts-figures")>
            {filters(&chart, &newest, shown.as_deref())} <KeyFigures chart=&chart/>
        </section>
        <div class="section">
            <MoneyFigure chart=chart.clone()/>
            <p class="soft small mt-3">
                {t!("zone-label")} ": " {chart.zone.name().to_owned()} " "
                <a href="/dashboard/settings#time-zone">{t!("zone-change")}</a>
            </p>
        </div>
        {outcomes(chart.by_status.clone())}
        {by_spending(spenders, chart.currency)}
        {self::recent(recent, agent)}
    }
}

/// The page's address with another range: every state of the chart has its own.
fn query_of(chart: &MoneyChart, agent: Option<&str>, range: Option<ChartRange>) -> String {
    let mut query = match range.unwrap_or(chart.range) {
        ChartRange::Custom { .. } => {
            let (from, to) = ends(chart);
            format!("?from={from}&to={to}")
        }
        named => format!("?range={}", named.as_str()),
    };
    query += &format!("&compare={}&currency={}", chart.compare.as_str(), chart.currency.as_str());
    if let Some(agent) = agent {
        query += &format!("&agent={agent}");
    }
    query
}

/// The first and the last day of a chart, as date fields write them.
fn ends(chart: &MoneyChart) -> (String, String) {
    let span = chart.span();
    let day = |at_ms| format::iso_start(at_ms, Unit::Day, &chart.zone);
    (day(span.from_ms), day(span.until_ms - 1))
}

fn range_label(range: ChartRange) -> String {
    match range {
        ChartRange::Day => t!("charts-range-day"),
        ChartRange::Week => t!("charts-range-week"),
        ChartRange::Month => t!("charts-range-month"),
        ChartRange::Quarter => t!("charts-range-quarter"),
        ChartRange::Year => t!("charts-range-year"),
        ChartRange::Custom { .. } => t!("charts-range"),
    }
}

fn compare_label(compare: Compare) -> String {
    match compare {
        Compare::Previous => t!("charts-compare-previous"),
        Compare::LastYear => t!("charts-compare-year"),
        Compare::Off => t!("charts-compare-off"),
    }
}

fn filters(chart: &MoneyChart, agents: &[Agent], shown: Option<&str>) -> impl IntoView + use<> {
    let ranges = ChartRange::NAMED
        .into_iter()
        .map(|range| {
            let href = format!("/dashboard{}", query_of(chart, shown, Some(range)));
            let current = (range == chart.range).then_some("true");
            view! {
                <a href=href aria-current=current>
                    {range_label(range)}
                </a>
            }
        })
        .collect_view();
    let compare =
        Compare::ALL.iter().map(|c| (c.as_str().to_owned(), compare_label(*c))).collect::<Vec<_>>();
    let currencies =
        chart.currencies.iter().map(|c| (c.as_str().to_owned(), c.as_str().to_owned())).collect();
    let mut names = vec![(String::new(), t!("charts-all-agents"))];
    names.extend(agents.iter().map(|agent| (agent.id.to_string(), agent.name.clone())));
    let (from, to) = ends(chart);
    let csv = format!("/dashboard/overview.csv{}", query_of(chart, shown, None));
    let custom = matches!(chart.range, ChartRange::Custom { .. });
    let hidden =
        (!custom).then(|| view! { <input type="hidden" name="range" value=chart.range.as_str()/> });
    // Dates win over a range: they are filled in only where they were chosen.
    let (from, to) = if custom { (from, to) } else { (String::new(), String::new()) };
    view! {
        <div class="row">
            <nav class="segmented" aria-label=t!("charts-range")>
                {ranges}
            </nav>
            <a class="button" href=csv download="">
                <Icon of=Glyph::DOWNLOAD/>
                {t!("charts-csv")}
            </a>
        </div>
        <form class="filters" method="get" action="/dashboard">
            {hidden} {choice("compare", t!("charts-compare"), compare, chart.compare.as_str())}
            {choice("currency", t!("charts-currency"), currencies, chart.currency.as_str())}
            {choice("agent", t!("charts-agent"), names, shown.unwrap_or_default())}
            <div class="field">
                <label for="chart-from">{t!("charts-from")}</label>
                <input class="input" id="chart-from" type="date" name="from" value=from/>
            </div>
            <div class="field">
                <label for="chart-to">{t!("charts-to")}</label>
                <input class="input" id="chart-to" type="date" name="to" value=to/>
            </div>
            <button class="button" type="submit">
                {t!("charts-apply")}
            </button>
        </form>
    }
}

fn choice(
    name: &'static str,
    label: String,
    options: Vec<(String, String)>,
    chosen: &str,
) -> impl IntoView + use<> {
    let id = format!("chart-{name}");
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="input" id=id name=name>
                {options}
            </select>
        </div>
    }
}

fn outcomes(by_status: Vec<StatusCount>) -> impl IntoView {
    let all: i64 = by_status.iter().map(|s| s.count).sum();
    let rows = by_status
        .into_iter()
        .map(|StatusCount { status, count, .. }| {
            let width = format!("{}%", 100 * count / all.max(1));
            view! {
                <tr>
                    <th scope="row">{payment_status_label(status)}</th>
                    <td class="num">{format::number(count)}</td>
                    <td class="num">{format::percent(count, all)}</td>
                    <td class="p1">
                        <svg class="bar" aria-hidden="true">
                            <rect width=width height="100%" rx="2"></rect>
                        </svg>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="h-outcomes">
            <SectionHead id="h-outcomes" title=t!("overview-outcomes") lead=t!("overview-days")/>
            <Table label=t!("overview-outcomes")>
                <tbody>{rows}</tbody>
            </Table>
        </section>
    }
}

fn by_spending(trends: Vec<AgentTrend>, currency: Currency) -> impl IntoView {
    let floor = floor_of(trends.iter().flat_map(|trend| &trend.scores));
    let rows = trends
        .into_iter()
        .map(|AgentTrend { agent, spent, scores }| {
            let today = scores.last().and_then(|point| point.score);
            let score = today.map(|s| view! { <ScoreCell score=s grade=Grade::of(s)/> });
            let href = format!("/dashboard/agents/{}", agent.id);
            view! {
                <tr>
                    <th scope="row">
                        <a class="cell-link" href=href>
                            {agent.name}
                        </a>
                    </th>
                    <td>{score}</td>
                    <td class="p1">
                        <Sparkline points=scores floor/>
                    </td>
                    <td class="num">
                        {format::amount(spent, currency)} " "
                        <span class="currency">{currency.as_str()}</span>
                    </td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        let scale = (floor > 0).then(|| t!("charts-scale", floor = floor));
        view! {
            <section class="section" aria-labelledby="h-spenders">
                <SectionHead id="h-spenders" title=t!("overview-spenders")/>
                <Table label=t!("overview-spenders")>
                    <thead>
                        <tr>
                            <th scope="col">{t!("charts-agent")}</th>
                            <th scope="col">{t!("score-score")}</th>
                            <th scope="col" class="p1">{t!("overview-trend")}</th>
                            <th scope="col" class="num">{t!("charts-sent")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </Table>
                {scale.map(|text| view! { <p class="muted small mt-3">{text}</p> })}
            </section>
        }
    })
}

fn attention(items: Vec<Attention>) -> impl IntoView {
    (!items.is_empty()).then(|| {
        let items = items.into_iter().map(attention_item).collect_view();
        view! {
            <section class="section" aria-labelledby="h-attention">
                <SectionHead id="h-attention" title=t!("overview-attention")/>
                <ul class="tasks">{items}</ul>
            </section>
        }
    })
}

fn attention_item(item: Attention) -> impl IntoView {
    match item {
        Attention::Certificate { certificate, state } => {
            let when = format::date(certificate.valid_until_ms);
            let text = match state {
                CertificateState::Suspended => t!("overview-certificate-suspended"),
                CertificateState::Expired => t!("overview-certificate-expired", date = when),
                _ => t!("overview-certificate-expires", date = when),
            };
            let href = format!("/dashboard/agents/{}", certificate.agent_id);
            view! {
                <li>
                    <Icon of=Glyph::CERTIFICATE/>
                    <div>
                        <b>
                            <a href=href>{certificate.gopi_id}</a>
                        </b>
                        <p>{text}</p>
                    </div>
                    <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
                </li>
            }
            .into_any()
        }
        Attention::KeyExpires { key } => {
            let text =
                key.expires_at_ms.map(|at| t!("overview-key-expires", date = format::date(at)));
            view! {
                <li>
                    <Icon of=Glyph::API_KEY/>
                    <div>
                        <b>
                            <a href="/dashboard/api-keys">{key.name}</a>
                        </b>
                        <p>{text}</p>
                    </div>
                </li>
            }
            .into_any()
        }
    }
}

fn recent(payments: Vec<Payment>, agent: Option<String>) -> impl IntoView {
    let body = if payments.is_empty() {
        let code = sample_call(agent.as_deref().unwrap_or("my-agent"));
        view! {
            <EmptyState glyph=Glyph::PAYMENT title=t!("payments-none") text=t!("payments-none-text")>
                <CodeBlock title=t!("payments-report") code=code/>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { <PaymentTable payments label=t!("overview-recent")/> }.into_any()
    };
    view! {
        <section class="section" aria-labelledby="h-recent">
            <SectionHead id="h-recent" title=t!("overview-recent")/>
            {body}
        </section>
    }
}

/// A key's secret, shown this once.
pub(super) fn secret_panel(issued: IssuedSecret) -> impl IntoView {
    view! {
        <Banner tone=Tone::Warn title=t!("keys-once") text=t!("keys-once-text", name = issued.name)>
            <div class="stack mt-3">
                <span class="visually-hidden" id="new-key">{t!("keys-secret")}</span>
                <CopyField labelled_by="new-key" value=issued.secret/>
            </div>
        </Banner>
    }
}

/// After registering: the first key, and where to go from here.
pub fn welcome(issued: Option<IssuedSecret>) -> impl IntoView {
    view! {
        <DashboardPage title=t!("welcome-title") section=Section::Overview>
            <PageHead title=t!("welcome-title") lead=t!("welcome-lead")>
                <a class="button button-primary" href="/dashboard/agents/new">
                    <Icon of=Glyph::ADD/>
                    {t!("agents-new")}
                </a>
            </PageHead>
            {issued.map(secret_panel)}
            <div class="section">
                <CodeBlock title=t!("payments-report") code=sample_call("my-agent")/>
            </div>
        </DashboardPage>
    }
}
