//! One delivery beside the log: every attempt, what was sent and what came back.

use leptos::prelude::*;
use model::{Attempt, AttemptFailure, Delivery};
use service::{DeliveryDetail, OpenDelivery, SentRequest};

use super::events::event_text;
use super::log::delivery_state;
use crate::components::{CodeBlock, Form, Glyph, Icon, Pill, Submit, Weight};
use crate::i18n::format;

/// Why an attempt failed, in a few words.
pub fn failure_text(failure: AttemptFailure) -> String {
    match failure {
        AttemptFailure::Status => t!("failure-status"),
        AttemptFailure::Timeout => t!("failure-timeout"),
        AttemptFailure::Unresolved => t!("failure-unresolved"),
        AttemptFailure::Blocked => t!("failure-blocked"),
        AttemptFailure::NotListed => t!("failure-not-listed"),
        AttemptFailure::Refused => t!("failure-refused"),
        AttemptFailure::Tls => t!("failure-tls"),
        AttemptFailure::Broken => t!("failure-broken"),
    }
}

/// What a failure means and what can be done; an answer says that itself.
fn failure_meaning(failure: AttemptFailure) -> Option<String> {
    Some(match failure {
        AttemptFailure::Status => return None,
        AttemptFailure::Timeout => t!("failure-timeout-text"),
        AttemptFailure::Unresolved => t!("failure-unresolved-text"),
        AttemptFailure::Blocked => t!("failure-blocked-text"),
        AttemptFailure::NotListed => t!("failure-not-listed-text"),
        AttemptFailure::Refused => t!("failure-refused-text"),
        AttemptFailure::Tls => t!("failure-tls-text"),
        AttemptFailure::Broken => t!("failure-broken-text"),
    })
}

/// Everything that is known of a delivery.
#[component]
pub fn Drawer(
    /// The delivery.
    open: OpenDelivery,
    /// The log without it.
    close: String,
    /// Whether its endpoint is switched on.
    enabled: bool,
) -> impl IntoView {
    let OpenDelivery { detail: DeliveryDetail { delivery, attempts }, request } = open;
    let (tone, label) = delivery_state(delivery.state, delivery.attempts);
    let text = event_text(&delivery.kind);
    let newest = attempts.first().cloned();
    let replay = enabled.then(|| replay(&delivery));
    let facts = facts(&delivery);
    let next = delivery.next_at_ms.map(|at_ms| {
        let date = format::exact_time(at_ms);
        view! {
            <li>
                <b>{t!("webhooks-next-try", date = date)}</b>
            </li>
        }
    });
    // What came back last stands below in full.
    let tried = attempts.iter().enumerate().map(|(at, a)| attempt(a, at > 0)).collect_view();
    let answer = newest.filter(|attempt| attempt.status.is_some()).map(|attempt| {
        view! { <CodeBlock title=t!("webhooks-answer-newest") code=answer_text(&attempt)/> }
    });
    view! {
        <aside class="drawer" aria-labelledby="h-delivery">
            <header>
                <div>
                    <h2 id="h-delivery">{delivery.kind.clone()}</h2>
                    <p class="small soft">{text}</p>
                    <div class="row">
                        <Pill tone label/>
                    </div>
                </div>
                <a
                    class="button button-quiet button-icon button-sm"
                    href=close
                    aria-label=t!("payments-close")
                >
                    <Icon of=Glyph::CLOSE/>
                </a>
            </header>
            <section>{facts}</section>
            <section aria-labelledby="h-attempts">
                <h3 id="h-attempts">{t!("webhooks-attempts")}</h3>
                <ol class="timeline" role="list">
                    {next}
                    {tried}
                </ol>
                {replay}
            </section>
            <section class="stack wraps" aria-label=t!("webhooks-exchange")>
                {answer}
                {sent(request)}
            </section>
        </aside>
    }
}

fn facts(delivery: &Delivery) -> impl IntoView + use<> {
    let subject = delivery.subject.clone();
    let page = match subject.split('_').next() {
        Some("pay") => Some("payments"),
        Some("agt") => Some("agents"),
        Some("crt") => Some("certificates"),
        Some("key") => Some("api-keys"),
        _ => None,
    };
    let subject = match page {
        Some(page) => {
            let href = format!("/dashboard/{page}/{subject}");
            view! { <a href=href>{subject}</a> }.into_any()
        }
        None => subject.into_any(),
    };
    view! {
        <dl class="facts">
            <dt>"webhook-id"</dt>
            <dd class="id">{delivery.event_id.to_string()}</dd>
            <dt>{t!("webhooks-about")}</dt>
            <dd class="id">{subject}</dd>
            <dt>{t!("webhooks-happened")}</dt>
            <dd>{format::exact_time(delivery.created_at_ms)}</dd>
        </dl>
    }
}

/// An attempt in the timeline; what came back can be folded out.
fn attempt(attempt: &Attempt, folds: bool) -> impl IntoView + use<> {
    let class = if attempt.failure.is_some() { "bad" } else { "ok" };
    let what = match (attempt.status, attempt.failure) {
        (Some(status), _) => t!("webhooks-answered", status = status.to_string()),
        (None, failure) => failure.map(failure_text).unwrap_or_default(),
    };
    let meaning = attempt.failure.and_then(failure_meaning);
    let number = t!(
        "webhooks-attempt",
        number = attempt.number,
        took = t!("webhooks-ms", ms = attempt.took_ms)
    );
    let answer = attempt.status.filter(|_| folds).map(|_| {
        view! {
            <details>
                <summary class="small">{t!("webhooks-answer")}</summary>
                <pre class="answer-text small" tabindex="0">
                    {answer_text(attempt)}
                </pre>
            </details>
        }
    });
    view! {
        <li class=class>
            <b>{what}</b>
            {meaning.map(|text| view! { <p>{text}</p> })}
            <p>{number}</p>
            <time datetime=format::machine_time(attempt.started_at_ms)>
                {format::exact_time(attempt.started_at_ms)}
            </time>
            {answer}
        </li>
    }
}

/// Status, header and the kept part of an answer, as it came over the wire.
fn answer_text(attempt: &Attempt) -> String {
    let status = attempt.status.map(|status| status.to_string()).unwrap_or_default();
    format!("HTTP/1.1 {status}\n{}\n{}", attempt.headers, attempt.answer)
}

fn sent(request: SentRequest) -> impl IntoView {
    let SentRequest { url, headers, body, signed } = request;
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let note = (!signed).then(|| {
        view! { <p class="small soft">{t!("webhooks-not-signed")}</p> }
    });
    view! {
        <CodeBlock title=t!("webhooks-request") code=format!("POST {url}\n{lines}")/>
        {note}
        <CodeBlock title=t!("webhooks-body") code=body/>
    }
}

fn replay(delivery: &Delivery) -> impl IntoView + use<> {
    let (endpoint, event) = (delivery.endpoint_id.to_string(), delivery.event_id.to_string());
    view! {
        <details class="unfold">
            <summary>{t!("webhooks-replay-one")}</summary>
            <Form name="replay_webhook">
                <input type="hidden" name="id" value=endpoint/>
                <input type="hidden" name="event" value=event/>
                <p>{t!("webhooks-replay-warning")}</p>
                <Submit label=t!("webhooks-replay") weight=Weight::Normal/>
            </Form>
        </details>
    }
}
