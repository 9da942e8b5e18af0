//! The ledger: every agent's payments, filtered by the URL, one of them open beside the list.

mod detail;
mod query;

use leptos::prelude::*;
use model::{Agent, Currency, Payment};
use service::{Page, PaymentDetail};

use self::detail::Detail;
pub use self::query::PaymentQuery;
use crate::components::{CodeBlock, EmptyState, Glyph, Icon, PageHead, Pagination};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, Section};
use crate::pages::overview::sample_call;
use crate::pages::payment_rows::{Names, PaymentTable, names_of};

const PATH: &str = "/dashboard/payments";

/// What the page shows.
pub struct PaymentsView {
    /// The filters, as the URL has them.
    pub query: PaymentQuery,
    /// The payments that pass.
    pub page: Page<Payment>,
    /// Agents to choose from.
    pub agents: Vec<Agent>,
    /// Currencies to choose from.
    pub currencies: Vec<Currency>,
    /// The payment that is open.
    pub open: Option<PaymentDetail>,
}

/// The payments of the workspace.
pub fn payments(of: PaymentsView) -> impl IntoView {
    let PaymentsView { query, page, agents, currencies, open } = of;
    let filtered = !query.filters().is_empty() || query.cursor().is_some();
    let nothing = page.items.is_empty() && !filtered && open.is_none();
    let export = format!("{PATH}.csv{}", query.filters());
    let import = agents.first().map(|a| format!("/dashboard/agents/{}/import", a.id));
    let crumbs =
        if open.is_some() { vec![Crumb::new(t!("nav-payments"), PATH)] } else { Vec::new() };
    let title = if open.is_some() { t!("payments-one") } else { t!("nav-payments") };
    let body = if nothing {
        let code = sample_call(agents.first().map_or("my-agent", |a| &a.external_id));
        view! {
            <EmptyState glyph=Glyph::PAYMENT title=t!("payments-none") text=t!("payments-none-text")>
                <CodeBlock title=t!("payments-report") code=code/>
            </EmptyState>
        }
        .into_any()
    } else {
        let chips = chips(&query, &agents);
        let place = query.place();
        let class = if open.is_some() { "with-drawer" } else { "" };
        let names = names_of(&agents);
        let id = open.as_ref().map(|d| d.payment.id.clone());
        view! {
            {filters(&query, &agents, &currencies)}
            {chips}
            <div class=class>
                <div>{list(page, names, place.clone(), id)}</div>
                {open.map(|detail| view! { <Detail detail close=format!("{PATH}{place}")/> })}
            </div>
        }
        .into_any()
    };
    view! {
        <DashboardPage title section=Section::Payments crumbs>
            <PageHead title=t!("nav-payments") lead=t!("payments-lead", zone = format::zone_name())>
                {import
                    .map(|href| {
                        view! {
                            <a class="button" href=href>
                                <Icon of=Glyph::UPLOAD/>
                                {t!("imports-title")}
                            </a>
                        }
                    })}
                <a class="button" href=export download="">
                    <Icon of=Glyph::DOWNLOAD/>
                    {t!("payments-export")}
                </a>
            </PageHead>
            {body}
        </DashboardPage>
    }
}

fn list(
    page: Page<Payment>,
    names: Names,
    query: String,
    open: Option<model::PaymentId>,
) -> impl IntoView {
    if page.items.is_empty() {
        return view! {
            <EmptyState glyph=Glyph::EMPTY title=t!("payments-no-match") text=t!("payments-no-match-text")>
                <a class="button" href=PATH>
                    {t!("filter-clear")}
                </a>
            </EmptyState>
        }
        .into_any();
    }
    let count = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    view! {
        <PaymentTable payments=page.items label=t!("nav-payments") names query open/>
        <Pagination next=page.next path=PATH summary=t!("payments-count", count = count)/>
    }
    .into_any()
}

/// The filters that are set, each with a way to take it off.
fn chips(query: &PaymentQuery, agents: &[Agent]) -> impl IntoView + use<> {
    let active = query.active(agents);
    let any = !active.is_empty();
    let chips = active
        .into_iter()
        .map(|filter| {
            let href = format!("{PATH}{}", query.without(filter.name));
            let remove = t!("payments-remove", filter = filter.label.as_str());
            view! {
                <li>
                    <a class="filter-chip" href=href title=remove>
                        {filter.label}
                        " "
                        <b>{filter.value}</b>
                        <Icon of=Glyph::CLOSE/>
                    </a>
                </li>
            }
        })
        .collect_view();
    any.then(|| {
        view! {
            <ul class="filter-chips" role="list" aria-label=t!("payments-active")>
                {chips}
                <li>
                    <a class="button button-quiet button-sm" href=PATH>
                        {t!("filter-clear")}
                    </a>
                </li>
            </ul>
        }
    })
}

fn filters(
    query: &PaymentQuery,
    agents: &[Agent],
    currencies: &[Currency],
) -> impl IntoView + use<> {
    let mut of_agents = vec![(String::new(), t!("payments-any-agent"))];
    of_agents.extend(agents.iter().map(|a| (a.id.to_string(), a.name.clone())));
    // A link may name an agent that is not among the newest.
    if !query.agent.is_empty() && of_agents.iter().all(|(id, _)| *id != query.agent) {
        of_agents.push((query.agent.clone(), query.agent.clone()));
    }
    let money = query::options(t!("payments-any-currency"), currencies, |c| c.to_string());
    let autonomous =
        query::options(t!("payments-anybody"), &[true, false], query::autonomous_label);
    let more = [&query.rail, &query.currency, &query.direction, &query.autonomous]
        .into_iter()
        .any(|value| !value.is_empty());
    view! {
        <form class="filters" role="search" method="get" action=PATH>
            <div class="input-icon">
                <Icon of=Glyph::SEARCH/>
                <input
                    class="input"
                    type="search"
                    name="reference"
                    maxlength="255"
                    value=query.reference.clone()
                    aria-label=t!("payments-search")
                    placeholder=t!("payments-search")
                />
            </div>
            {choice("agent", t!("payments-agent"), of_agents, &query.agent)}
            {choice("status", t!("payments-status"), query::statuses(), &query.status)}
            {day("from", t!("payments-from"), &query.from)}
            {day("until", t!("payments-until"), &query.until)}
            <details class="filter-more" open=more>
                <summary class="button button-quiet">{t!("payments-more")}</summary>
                <div class="filters">
                    {choice("rail", t!("payments-rail"), query::rails(), &query.rail)}
                    {choice("currency", t!("payments-currency"), money, &query.currency)}
                    {choice("direction", t!("payments-direction"), query::directions(), &query.direction)}
                    {choice("autonomous", t!("payments-made"), autonomous, &query.autonomous)}
                </div>
            </details>
            <button class="button filter-go" type="submit">
                {t!("filter-go")}
            </button>
        </form>
    }
}

pub(super) fn choice(
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

pub(super) fn day(name: &'static str, label: String, value: &str) -> impl IntoView + use<> {
    view! {
        <label class="filter-day">
            <span>{label}</span>
            <input class="input" type="date" name=name value=value.to_owned()/>
        </label>
    }
}
