//! What was sent to an endpoint: how it fares, the log, and sending again.

use leptos::prelude::*;
use model::{DeliveryState, WebhookEndpoint};
use service::{EndpointHealth, EndpointLog, LoggedDelivery, MAX_RECENT, Page};

use super::delivery::{Drawer, failure_text};
use super::endpoint::{Part, frame};
use super::query::DeliveryQuery;
use super::{CATALOG, LIST, waiting_text};
use crate::components::{
    EmptyState, Form, Glyph, Pagination, Pill, SectionHead, Select, Submit, Table, Time, Tone,
    Weight,
};
use crate::i18n::format;
use crate::pages::payments::{choice, day};

/// An endpoint with its log, one delivery of it open beside the list.
pub fn show(log: EndpointLog, query: DeliveryQuery) -> impl IntoView {
    let EndpointLog { health, page, open } = log;
    let figures = figures(&health);
    let EndpointHealth { endpoint, waiting, gave_up, .. } = health;
    let path = format!("{LIST}/{}", endpoint.id);
    let nothing = page.items.is_empty() && !query.filtered() && query.cursor.is_empty();
    let body = if nothing && open.is_none() {
        view! {
            <EmptyState
                glyph=Glyph::EMPTY
                title=t!("webhooks-nothing-sent")
                text=t!("webhooks-nothing-sent-text")
            >
                <a class="button" href=CATALOG>
                    {t!("webhooks-catalog")}
                </a>
            </EmptyState>
        }
        .into_any()
    } else {
        let class = if open.is_some() { "with-drawer with-requests" } else { "" };
        let id = open.as_ref().map(|open| open.detail.delivery.event_id.to_string());
        let place = query.place();
        let close = format!("{path}{place}");
        let enabled = endpoint.enabled();
        let drawer = open.map(|open| view! { <Drawer open close enabled/> });
        view! {
            {filters(&query, &path)}
            <div class=class>
                <div>{list(page, &query, (&path, id.as_deref()))}</div>
                {drawer}
            </div>
        }
        .into_any()
    };
    let replay = (!nothing).then(|| replay(&endpoint, gave_up));
    let body = view! {
        {figures}
        <section class="section" aria-labelledby="h-log">
            <SectionHead
                id="h-log"
                title=t!("webhooks-deliveries")
                lead=t!("webhooks-log-lead", zone = format::zone_name())
            />
            {body}
        </section>
        {replay}
    };
    frame(&endpoint, waiting, Part::Deliveries, body)
}

fn figures(health: &EndpointHealth) -> impl IntoView + use<> {
    let EndpointHealth { endpoint, waiting, next_at_ms, events, delivered, took_ms, .. } = health;
    let of = match *events {
        0 => t!("webhooks-no-events-today"),
        MAX_RECENT => t!("webhooks-of-newest", count = *events),
        events => t!("webhooks-of-events", count = events),
    };
    let (middle, slow) = match took_ms {
        Some((middle, slow)) => {
            let slow = t!("webhooks-slow", ms = *slow);
            (t!("webhooks-ms", ms = *middle), slow)
        }
        None => ("–".to_owned(), t!("webhooks-no-answers-today")),
    };
    let next = match next_at_ms {
        Some(at_ms) if endpoint.enabled() => {
            t!("webhooks-next-try", date = format::date_time(*at_ms))
        }
        Some(_) => t!("webhooks-waits-off"),
        None => t!("webhooks-nothing-waits"),
    };
    let succeeded = endpoint.attempts - endpoint.failures;
    view! {
        <section aria-label=t!("webhooks-health")>
            <dl class="stats">
                <div>
                    <dt>{t!("webhooks-delivered-today")}</dt>
                    <dd>{format::number(*delivered)}</dd>
                    <dd class="note">{of}</dd>
                </div>
                <div>
                    <dt>{t!("webhooks-median")}</dt>
                    <dd>{middle}</dd>
                    <dd class="note">{slow}</dd>
                </div>
                <div>
                    <dt>{t!("webhooks-waiting")}</dt>
                    <dd>{waiting_text(*waiting)}</dd>
                    <dd class="note">{next}</dd>
                </div>
                <div>
                    <dt>{t!("webhooks-success-ever")}</dt>
                    <dd>{format::percent(succeeded, endpoint.attempts)}</dd>
                    <dd class="note">{t!("webhooks-of-attempts", count = endpoint.attempts)}</dd>
                </div>
            </dl>
        </section>
    }
}

/// How far a delivery got, in a word and a colour.
pub(super) fn delivery_state(state: DeliveryState, attempts: i64) -> (Tone, String) {
    match state {
        DeliveryState::Delivered => (Tone::Good, t!("delivery-delivered")),
        DeliveryState::Failed => (Tone::Bad, t!("delivery-failed")),
        DeliveryState::Pending if attempts > 0 => (Tone::Warn, t!("delivery-retrying")),
        DeliveryState::Pending => (Tone::Info, t!("delivery-waiting")),
    }
}

fn filters(query: &DeliveryQuery, path: &str) -> impl IntoView + use<> {
    let states = vec![
        (String::new(), t!("webhooks-any-state")),
        ("pending".to_owned(), t!("delivery-waiting")),
        ("delivered".to_owned(), t!("delivery-delivered")),
        ("failed".to_owned(), t!("delivery-failed")),
    ];
    let mut events = vec![(String::new(), t!("webhooks-any-event"))];
    events.extend(model::logged_kinds().map(|kind| (kind.to_owned(), kind.to_owned())));
    let clear = query.filtered().then(|| {
        view! {
            <a class="button button-quiet" href=path.to_owned()>
                {t!("filter-clear")}
            </a>
        }
    });
    view! {
        <form class="filters" role="search" method="get" action=path.to_owned()>
            {choice("state", t!("webhooks-state"), states, &query.state)}
            {choice("event", t!("webhooks-event"), events, &query.event)}
            {day("from", t!("payments-from"), &query.from)}
            {day("until", t!("payments-until"), &query.until)}
            <button class="button" type="submit">
                {t!("filter-go")}
            </button>
            {clear}
        </form>
    }
}

fn list(
    page: Page<LoggedDelivery>,
    query: &DeliveryQuery,
    (path, open): (&str, Option<&str>),
) -> AnyView {
    if page.items.is_empty() {
        let path = path.to_owned();
        return view! {
            <EmptyState
                glyph=Glyph::EMPTY
                title=t!("webhooks-no-match")
                text=t!("payments-no-match-text")
            >
                <a class="button" href=path>
                    {t!("filter-clear")}
                </a>
            </EmptyState>
        }
        .into_any();
    }
    let place = query.place();
    let rows = page.items.into_iter().map(|d| row(d, (path, &place), open)).collect_view();
    view! {
        <Table label=t!("webhooks-deliveries")>
            <thead>
                <tr>
                    <th scope="col">{t!("webhooks-event")}</th>
                    <th scope="col">{t!("webhooks-state")}</th>
                    <th scope="col" class="p1">{t!("webhooks-answer")}</th>
                    <th scope="col" class="num p2">{t!("webhooks-tries")}</th>
                    <th scope="col" class="num p3">{t!("webhooks-next")}</th>
                    <th scope="col" class="num p1">{t!("webhooks-time")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination next=page.next path=path.to_owned()/>
    }
    .into_any()
}

fn row(
    LoggedDelivery { delivery, last }: LoggedDelivery,
    (path, place): (&str, &str),
    open: Option<&str>,
) -> impl IntoView + use<> {
    let id = delivery.event_id.to_string();
    let current = open == Some(id.as_str());
    let (tone, label) = delivery_state(delivery.state, delivery.attempts);
    let answer = last.map(|last| {
        let what = match (last.status, last.failure) {
            (Some(status), _) => status.to_string(),
            (None, failure) => failure.map(failure_text).unwrap_or_default(),
        };
        let took = t!("webhooks-ms", ms = last.took_ms);
        view! { {what} <span class="sub">{took}</span> }
    });
    view! {
        <tr class=current.then_some("selected")>
            <th scope="row">
                <a
                    class="cell-link"
                    href=format!("{path}/deliveries/{id}{place}")
                    aria-current=current.then_some("true")
                >
                    {delivery.kind}
                </a>
                <span class="sub id">{delivery.subject}</span>
            </th>
            <td>
                <Pill tone label/>
            </td>
            <td class="p1 nums">{answer}</td>
            <td class="num p2">{format::number(delivery.attempts)}</td>
            <td class="num p3 soft">{delivery.next_at_ms.map(|at_ms| view! { <Time at_ms/> })}</td>
            <td class="num p1 soft">
                <Time at_ms=delivery.created_at_ms/>
            </td>
        </tr>
    }
}

/// Sends everything again that was given up since a time.
fn replay(endpoint: &WebhookEndpoint, gave_up: bool) -> impl IntoView + use<> {
    let id = endpoint.id.to_string();
    let since = vec![
        ("1".to_owned(), t!("webhooks-last-hour")),
        ("24".to_owned(), t!("webhooks-last-day")),
        ("168".to_owned(), t!("webhooks-last-week")),
        ("720".to_owned(), t!("webhooks-last-month")),
    ];
    let form = if !gave_up {
        view! { <p class="soft small">{t!("webhooks-nothing-given-up")}</p> }.into_any()
    } else if endpoint.enabled() {
        view! {
            <details class="unfold">
                <summary>{t!("webhooks-replay-choose")}</summary>
                <div class="mt-3">
                    <Form name="replay_failed_webhooks">
                        <input type="hidden" name="id" value=id/>
                        <p>{t!("webhooks-replay-warning")}</p>
                        <Select
                            name="hours"
                            label=t!("webhooks-replay-since")
                            options=since
                            value="24"
                        />
                        <Submit label=t!("webhooks-replay-failed") weight=Weight::Normal/>
                    </Form>
                </div>
            </details>
        }
        .into_any()
    } else {
        view! { <p class="soft small">{t!("error-endpoint-off")}</p> }.into_any()
    };
    view! {
        <section class="section" id="replay" aria-labelledby="h-replay">
            <SectionHead
                id="h-replay"
                title=t!("webhooks-replay-failed")
                lead=t!("webhooks-replay-text")
            />
            {form}
        </section>
    }
}
