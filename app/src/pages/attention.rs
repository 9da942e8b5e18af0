use leptos::prelude::*;
use model::{CertificateState, DisabledReason, WebhookEndpoint};
use service::Attention;

use crate::components::{Glyph, Icon, SectionHead};
use crate::i18n::format;
use crate::pages::webhooks::endpoint_name;

/// The figures should not be pushed off the screen.
const AT_ONCE: usize = 3;

/// What should not wait, most urgent first, each with the way to it.
pub(super) fn attention(items: Vec<Attention>) -> impl IntoView {
    let mut items = items.into_iter().map(attention_item);
    let first: Vec<_> = items.by_ref().take(AT_ONCE).collect();
    let rest: Vec<_> = items.collect();
    let more = i64::try_from(rest.len()).unwrap_or(i64::MAX);
    (!first.is_empty()).then(|| {
        let rest = (more > 0).then(|| {
            view! {
                <details class="mt-3">
                    <summary>{t!("overview-more", count = more)}</summary>
                    <ul class="tasks mt-3">{rest}</ul>
                </details>
            }
        });
        view! {
            <section class="section" aria-labelledby="h-attention">
                <SectionHead id="h-attention" title=t!("overview-attention")/>
                <ul class="tasks">{first}</ul>
                {rest}
            </section>
        }
    })
}

fn attention_item(item: Attention) -> impl IntoView {
    match item {
        Attention::Certificate { agent_name, certificate, state } => {
            let when = format::date(certificate.valid_until_ms);
            let agent = agent_name.as_str();
            let (title, text, tone) = match state {
                CertificateState::Suspended => (
                    t!("overview-certificate-suspended", agent = agent),
                    t!("overview-certificate-suspended-text"),
                    "bad",
                ),
                CertificateState::Expired => (
                    t!("overview-certificate-expired", agent = agent, date = when),
                    t!("overview-certificate-expired-text"),
                    "warn",
                ),
                _ => (
                    t!("overview-certificate-expires", agent = agent, date = when),
                    t!("overview-certificate-expires-text", score = certificate.score),
                    "warn",
                ),
            };
            let href = format!("/dashboard/agents/{}/certificates", certificate.agent_id);
            task((Glyph::CERTIFICATE, tone), (title, text), (href, t!("overview-renew"))).into_any()
        }
        Attention::KeyExpires { key } => {
            let when = key.expires_at_ms.map(format::date).unwrap_or_default();
            let title = t!("overview-key-expires", name = key.name.as_str(), date = when);
            let href = format!("/dashboard/api-keys/{}", key.id);
            let text = t!("overview-key-expires-text");
            task((Glyph::API_KEY, "warn"), (title, text), (href, t!("keys-rotate"))).into_any()
        }
        Attention::Webhook { endpoint } => {
            let (tone, text) = trouble(&endpoint);
            let href = format!("/dashboard/webhooks/{}", endpoint.id);
            task((Glyph::WEBHOOK, tone), text, (href, t!("overview-webhook-look"))).into_any()
        }
    }
}

/// What is wrong with an endpoint, and what that means.
fn trouble(endpoint: &WebhookEndpoint) -> (&'static str, (String, String)) {
    let name = endpoint_name(endpoint);
    match endpoint.disabled_reason {
        Some(DisabledReason::Gone) => {
            ("bad", (t!("overview-webhook-off", name = name), t!("overview-webhook-gone-text")))
        }
        Some(DisabledReason::Unusable) => {
            ("bad", (t!("overview-webhook-off", name = name), t!("webhooks-off-unusable-text")))
        }
        Some(_) => {
            ("bad", (t!("overview-webhook-off", name = name), t!("overview-webhook-off-text")))
        }
        None => {
            let since = endpoint.failing_since_ms.map(format::date_time).unwrap_or_default();
            let title = t!("overview-webhook-fails", name = name, date = since);
            ("warn", (title, t!("overview-webhook-fails-text")))
        }
    }
}

fn task(
    (glyph, tone): (Glyph, &'static str),
    (title, text): (String, String),
    (href, action): (String, String),
) -> impl IntoView {
    view! {
        <li>
            <span class=format!("icon-{tone}")>
                <Icon of=glyph/>
            </span>
            <div>
                <b>{title.clone()}</b>
                <p>{text}</p>
            </div>
            <a class="button button-sm" href=href>
                {action}
                <span class="visually-hidden">": " {title}</span>
            </a>
        </li>
    }
}
