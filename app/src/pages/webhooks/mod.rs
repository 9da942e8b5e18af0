//! Webhooks: the endpoints, one of them with what was sent to it, its secret and its settings.

mod delivery;
mod endpoint;
mod events;
mod log;
mod query;
mod settings;
mod signing;
mod verify;

use leptos::prelude::*;
use model::{Dialect, WebhookEndpoint};
use service::{EndpointDetail, MAX_WAITING, Page};

pub use self::log::show;
pub use self::query::DeliveryQuery;
pub use self::settings::settings;
pub use self::signing::signing;
pub use self::verify::Language;
pub(super) use self::{
    events::{dialect_meaning, dialect_name, event_text, group_name, groups},
    verify::verify_code,
};

use self::endpoint::state;
use self::events::{EventPicker, events_cell};
use crate::components::{
    Choice, EmptyState, Field, Form, Glyph, Icon, PageHead, Pagination, Pill, Submit, Table, Time,
};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, Section};

const LIST: &str = "/dashboard/webhooks";
/// Where every event is described.
const CATALOG: &str = "/docs/webhooks";

/// What an endpoint is called: its description, or its URL without the scheme.
pub(crate) fn endpoint_name(endpoint: &WebhookEndpoint) -> String {
    if !endpoint.description.is_empty() {
        return endpoint.description.clone();
    }
    let url = endpoint.url.as_str();
    let name = url.split_once("://").map_or(url, |(_, rest)| rest);
    name.strip_suffix('/').unwrap_or(name).to_owned()
}

/// A name that breaks where a host does, rather than anywhere, while there is room for its parts.
fn with_breaks(name: &str) -> impl IntoView + use<> {
    let parts = name.split_inclusive(['.', '/', '-']).map(str::to_owned);
    parts.map(|part| view! { {part} <wbr/> }).collect_view()
}

/// How many deliveries wait, in figures.
fn waiting_text(waiting: i64) -> String {
    let number = format::number(waiting);
    if waiting >= MAX_WAITING { format!("{number}+") } else { number }
}

fn add_button() -> impl IntoView {
    view! {
        <a class="button button-primary" href="/dashboard/webhooks/new">
            <Icon of=Glyph::ADD/>
            {t!("webhooks-new")}
        </a>
    }
}

fn catalog_button() -> impl IntoView {
    view! {
        <a class="button" href=CATALOG>
            {t!("webhooks-catalog")}
        </a>
    }
}

/// The workspace's endpoints.
pub fn list(page: Page<EndpointDetail>) -> impl IntoView {
    let empty = page.items.is_empty();
    let body = if empty {
        view! {
            <EmptyState glyph=Glyph::WEBHOOK title=t!("webhooks-none") text=t!("webhooks-none-text")>
                <ol class="soft small">
                    <li>{t!("webhooks-step-url")}</li>
                    <li>{t!("webhooks-step-secret")}</li>
                    <li>{t!("webhooks-step-test")}</li>
                </ol>
                <div class="row">{catalog_button()} {add_button()}</div>
            </EmptyState>
        }
        .into_any()
    } else {
        table(page).into_any()
    };
    view! {
        <DashboardPage title=t!("nav-webhooks") section=Section::Webhooks>
            <PageHead title=t!("nav-webhooks") lead=t!("webhooks-lead")>
                {(!empty).then(|| view! { {catalog_button()} {add_button()} })}
            </PageHead>
            {body}
        </DashboardPage>
    }
}

fn table(page: Page<EndpointDetail>) -> impl IntoView {
    let rows = page.items.into_iter().map(row).collect_view();
    view! {
        <Table label=t!("nav-webhooks")>
            <thead>
                <tr>
                    <th scope="col">{t!("webhooks-endpoint")}</th>
                    <th scope="col" class="p2">{t!("webhooks-events")}</th>
                    <th scope="col" class="num p1">{t!("webhooks-success")}</th>
                    <th scope="col" class="num p2">{t!("webhooks-waiting")}</th>
                    <th scope="col" class="num p3">{t!("webhooks-last-attempt")}</th>
                    <th scope="col">{t!("webhooks-state")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination next=page.next/>
    }
}

fn row(EndpointDetail { endpoint, waiting }: EndpointDetail) -> impl IntoView {
    let href = format!("{LIST}/{}", endpoint.id);
    let (tone, label) = state(&endpoint);
    let since = endpoint.disabled_at_ms.or(endpoint.failing_since_ms).map(|at_ms| {
        view! { <span class="sub">{t!("webhooks-since", date = format::date_time(at_ms))}</span> }
    });
    let attempts = (endpoint.attempts > 0).then(|| {
        let of = t!("webhooks-of-attempts", count = endpoint.attempts);
        view! { <span class="sub">{of}</span> }
    });
    let last = match endpoint.last_attempt_at_ms {
        Some(at_ms) => view! { <Time at_ms/> }.into_any(),
        None => t!("webhooks-never").into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=href>
                    <bdi>{with_breaks(&endpoint_name(&endpoint))}</bdi>
                </a>
                <span class="sub id">{endpoint.url.clone()}</span>
            </th>
            <td class="p2">{events_cell(&endpoint.events)}</td>
            <td class="num p1">
                {format::percent(endpoint.attempts - endpoint.failures, endpoint.attempts)}
                {attempts}
            </td>
            <td class="num p2">{waiting_text(waiting)}</td>
            <td class="num p3 soft">{last}</td>
            <td>
                <Pill tone label/>
                {since}
            </td>
        </tr>
    }
}

/// The form for a new endpoint.
pub fn new() -> impl IntoView {
    let crumbs = vec![Crumb::new(t!("nav-webhooks"), LIST)];
    let dialects = Dialect::ALL
        .iter()
        .map(|d| (d.as_str().to_owned(), dialect_name(*d), dialect_meaning(*d)))
        .collect::<Vec<_>>();
    view! {
        <DashboardPage title=t!("webhooks-new") section=Section::Webhooks crumbs>
            <PageHead title=t!("webhooks-new") lead=t!("webhooks-new-lead")/>
            <Form name="create_webhook" class="form form-wide">
                {address_fields(None)}
                <EventPicker form="create_webhook" chosen=None/>
                <Choice
                    name="dialect"
                    label=t!("webhooks-dialect")
                    options=dialects
                    value=Dialect::Standard.as_str()
                />
                <Submit label=t!("webhooks-create")/>
            </Form>
        </DashboardPage>
    }
}

/// The fields that a new endpoint and a changed one share, inside their form.
fn address_fields(endpoint: Option<&WebhookEndpoint>) -> impl IntoView + use<> {
    let url = endpoint.map(|e| e.url.clone()).unwrap_or_default();
    let description = endpoint.map(|e| e.description.clone()).unwrap_or_default();
    view! {
        <Field
            name="url"
            label=t!("webhooks-url")
            value=url
            hint=t!("webhooks-url-hint")
            code=true
        />
        <Field
            name="description"
            label=t!("webhooks-description")
            value=description
            hint=t!("webhooks-description-hint")
            optional=true
        />
    }
}
