//! The workspace at a glance, and the page that shows the first API key.

use leptos::prelude::*;
use model::score::Grade;
use model::{Agent, Currency, Payment};
use service::{
    AgentTrend, Attention, ChartRange, Compare, MoneyChart, Overview, StatusCount, Unit,
};

use super::payment_rows::{Names, PaymentTable, names_of};
use crate::charts::{KeyFigures, MoneyFigure, Sparkline, floor_of};
use crate::components::{
    Banner, CodeBlock, CopyField, EmptyState, Glyph, Icon, PageHead, ScoreCell, SectionHead, Table,
    Tone, payment_status_label, payment_status_tone,
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
    let (tools, body) = if overview.agents == 0 {
        (None, no_agents().into_any())
    } else if overview.recent.is_empty() && overview.agent.is_none() {
        (None, no_payments(overview.attention, agent).into_any())
    } else {
        let shown = overview.agent.as_ref().map(ToString::to_string);
        let tools = ranges(&overview.chart, shown.as_deref());
        (Some(tools), figures(overview, agent).into_any())
    };
    view! {
        <DashboardPage title=t!("nav-overview") section=Section::Overview>
            <PageHead title=t!("nav-overview") lead=lead>
                {tools}
            </PageHead>
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
                {t!("agents-create")}
            </a>
        </EmptyState>
    }
}

fn no_payments(attention: Vec<Attention>, agent: Option<String>) -> impl IntoView {
    view! { {super::attention::attention(attention)} {recent(Vec::new(), Vec::new(), agent)} }
}

fn figures(overview: Overview, agent: Option<String>) -> impl IntoView {
    let Overview { newest, agent: shown, chart, spenders, recent, attention, .. } = overview;
    let names = names_of(&newest);
    let shown = shown.map(|id| id.to_string());
    let filters = filters(&chart, &newest, shown.as_deref());
    let agents = by_spending(spenders, chart.currency);
    let outcomes = outcomes(chart.by_status.clone());
    view! {
        {filters}
        {super::attention::attention(attention)}
        <section class="section" aria-label=t!("charts-figures")>
            <KeyFigures chart=&chart/>
        </section>
        <div class="section">
            <MoneyFigure chart/>
        </div>
        <div class="section split">{agents} {outcomes}</div>
        {self::recent(recent, names, agent)}
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

/// The ways to another stretch of time, and the file of what is shown.
fn ranges(chart: &MoneyChart, shown: Option<&str>) -> impl IntoView + use<> {
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
    let csv = format!("/dashboard/overview.csv{}", query_of(chart, shown, None));
    view! {
        <nav class="segmented" aria-label=t!("charts-range")>
            {ranges}
        </nav>
        <a class="button" href=csv download="">
            <Icon of=Glyph::DOWNLOAD/>
            {t!("charts-csv")}
        </a>
    }
}

fn filters(chart: &MoneyChart, agents: &[Agent], shown: Option<&str>) -> impl IntoView + use<> {
    let compare =
        Compare::ALL.iter().map(|c| (c.as_str().to_owned(), compare_label(*c))).collect::<Vec<_>>();
    let currencies =
        chart.currencies.iter().map(|c| (c.as_str().to_owned(), c.as_str().to_owned())).collect();
    let mut names = vec![(String::new(), t!("charts-all-agents"))];
    names.extend(agents.iter().map(|agent| (agent.id.to_string(), agent.name.clone())));
    // A link may name an agent that is not among the newest.
    if let Some(id) = shown.filter(|id| names.iter().all(|(known, _)| known != id)) {
        names.push((id.to_owned(), id.to_owned()));
    }
    let custom = matches!(chart.range, ChartRange::Custom { .. });
    let range =
        (!custom).then(|| view! { <input type="hidden" name="range" value=chart.range.as_str()/> });
    // Dates win over a range: they are filled in only where they were chosen.
    let (from, to) = if custom { ends(chart) } else { Default::default() };
    view! {
        <form class="filters" method="get" action="/dashboard">
            {range} {choice("agent", t!("charts-agent"), names, shown.unwrap_or_default())}
            {choice("currency", t!("charts-currency"), currencies, chart.currency.as_str())}
            {choice("compare", t!("charts-compare"), compare, chart.compare.as_str())}
            <details class="filter-more" open=custom>
                <summary class="button button-quiet">{t!("charts-custom")}</summary>
                <div class="filters">
                    {day("from", t!("charts-from"), from)} {day("to", t!("charts-to"), to)}
                </div>
            </details>
            <button class="button filter-go" type="submit">
                {t!("filter-go")}
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
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    view! {
        <span class="select">
            <select class="input" name=name aria-label=label>
                {options}
            </select>
            <Icon of=Glyph::DOWN/>
        </span>
    }
}

fn day(name: &'static str, label: String, value: String) -> impl IntoView {
    view! {
        <label class="filter-day">
            <span>{label}</span>
            <input class="input" type="date" name=name value=value/>
        </label>
    }
}

fn outcomes(by_status: Vec<StatusCount>) -> impl IntoView {
    let all: i64 = by_status.iter().map(|s| s.count).sum();
    let rows = by_status
        .into_iter()
        .map(|StatusCount { status, count, .. }| {
            let width = format!("{}%", format::plain_percent(count, all));
            let class = format!("bar {}", payment_status_tone(status).class());
            view! {
                <tr>
                    <th scope="row" class="fit">
                        {payment_status_label(status)}
                    </th>
                    <td class="fill p0">
                        <svg class=class aria-hidden="true">
                            <rect width=width height="100%" rx="2"></rect>
                        </svg>
                    </td>
                    <td class="num">{format::number(count)}</td>
                    <td class="num soft">{format::percent(count, all)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="h-outcomes">
            <SectionHead id="h-outcomes" title=t!("overview-outcomes")/>
            <Table label=t!("overview-outcomes")>
                <thead>
                    <tr>
                        <th scope="col">{t!("payments-status")}</th>
                        <th scope="col" class="p0">
                            <span class="visually-hidden">{t!("overview-share")}</span>
                        </th>
                        <th scope="col" class="num">{t!("agents-payments")}</th>
                        <th scope="col" class="num">{t!("overview-share")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            <p class="muted small mt-3">{t!("overview-days")}</p>
        </section>
    }
}

fn by_spending(trends: Vec<AgentTrend>, currency: Currency) -> impl IntoView {
    let floor = floor_of(trends.iter().flat_map(|trend| &trend.scores));
    let rows = trends
        .into_iter()
        .map(|AgentTrend { agent, spent, scores }| {
            let today = scores.last().and_then(|point| point.score);
            let score = match today {
                Some(score) => view! { <ScoreCell score grade=Grade::of(score)/> }.into_any(),
                None => view! { <span class="muted">{t!("charts-score-none")}</span> }.into_any(),
            };
            let href = format!("/dashboard/agents/{}", agent.id);
            view! {
                <tr>
                    <th scope="row">
                        <a class="cell-link" href=href>
                            <bdi>{agent.name}</bdi>
                        </a>
                    </th>
                    <td>{score}</td>
                    <td class="p0">
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
            <section aria-labelledby="h-spenders">
                <SectionHead id="h-spenders" title=t!("overview-spenders")>
                    <a href="/dashboard/agents">{t!("overview-all-agents")}</a>
                </SectionHead>
                <Table label=t!("overview-spenders")>
                    <thead>
                        <tr>
                            <th scope="col">{t!("charts-agent")}</th>
                            <th scope="col">{t!("score-score")}</th>
                            <th scope="col" class="p0">{t!("overview-trend")}</th>
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

fn recent(payments: Vec<Payment>, names: Names, agent: Option<String>) -> impl IntoView {
    let body = if payments.is_empty() {
        let code = sample_call(agent.as_deref().unwrap_or("my-agent"));
        view! {
            <EmptyState glyph=Glyph::PAYMENT title=t!("payments-none") text=t!("payments-none-text")>
                <CodeBlock title=t!("payments-report") code=code/>
            </EmptyState>
        }
        .into_any()
    } else {
        view! { <PaymentTable payments names label=t!("overview-recent")/> }.into_any()
    };
    view! {
        <section class="section" aria-labelledby="h-recent">
            <SectionHead id="h-recent" title=t!("overview-recent")>
                <a href="/dashboard/payments">{t!("overview-all-payments")}</a>
            </SectionHead>
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
                    {t!("agents-create")}
                </a>
            </PageHead>
            {issued.map(secret_panel)}
            <div class="section">
                <CodeBlock title=t!("payments-report") code=sample_call("my-agent")/>
            </div>
        </DashboardPage>
    }
}
