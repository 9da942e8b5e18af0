//! The secret of an endpoint, and how a receiver checks what it signs.

use leptos::prelude::*;
use model::{Dialect, WebhookEndpoint};
use service::EndpointDetail;

use super::dialect_name;
use super::endpoint::{Part, frame};
use super::verify::{Language, verify_code};
use crate::components::{CopyField, PostButton, SectionHead};
use crate::i18n::format;
use crate::page::PageCx;
use crate::server::EndpointSecret;

/// The secret, showing it, changing it, and code that checks signatures. `shown` was asked for just now.
pub fn signing(
    EndpointDetail { endpoint, waiting }: EndpointDetail,
    shown: Option<EndpointSecret>,
    language: Language,
) -> impl IntoView {
    let shown = shown.filter(|shown| shown.endpoint == endpoint.id.as_str()).map(shown_panel);
    let body = view! {
        {shown}
        <section aria-labelledby="h-secret">
            <SectionHead
                id="h-secret"
                title=t!("webhooks-secret")
                lead=t!("webhooks-secret-text")
            />
            {reveal_form(&endpoint)}
        </section>
        <section class="section" aria-labelledby="h-rotate">
            <SectionHead id="h-rotate" title=t!("webhooks-rotate") lead=t!("webhooks-rotate-text")/>
            {rotate_form(&endpoint)}
        </section>
        <section class="section" aria-labelledby="h-verify">
            <SectionHead id="h-verify" title=t!("webhooks-verify") lead=t!("webhooks-verify-text")/>
            {own_signature(endpoint.dialect)}
            {verify_code(&format!("/dashboard/webhooks/{}/signing", endpoint.id), language, false)}
        </section>
    };
    frame(&endpoint, waiting, Part::Signing, body)
}

fn shown_panel(shown: EndpointSecret) -> impl IntoView {
    view! {
        <section class="key-once" aria-labelledby="h-shown">
            <h2 id="h-shown">{t!("webhooks-secret-shown")}</h2>
            <p class="soft">{t!("webhooks-secret-shown-text")}</p>
            <strong id="endpoint-secret">"WEBHOOK_SECRET"</strong>
            <CopyField labelled_by="endpoint-secret" value=shown.secret/>
        </section>
    }
}

fn reveal_form(endpoint: &WebhookEndpoint) -> impl IntoView + use<> {
    let id = endpoint.id.to_string();
    view! { <PostButton action="reveal_webhook_secret" label=t!("webhooks-reveal") with=("id", id)/> }
}

/// While two secrets sign, there is nothing to do but wait.
fn rotate_form(endpoint: &WebhookEndpoint) -> AnyView {
    let overlap = endpoint.previous_until_ms.filter(|until| *until > PageCx::current().now_ms);
    if let Some(until_ms) = overlap {
        let date = format::date_time(until_ms);
        return view! { <p class="soft">{t!("webhooks-overlap", date = date)}</p> }.into_any();
    }
    let id = endpoint.id.to_string();
    view! {
        <details class="unfold">
            <summary>{t!("webhooks-rotate-confirm")}</summary>
            <div class="mt-3">
                <PostButton
                    action="rotate_webhook_secret"
                    label=t!("webhooks-rotate")
                    with=("id", id)
                />
            </div>
        </details>
    }
    .into_any()
}

/// The header by which clients of the other APIs know that it is us.
fn own_signature(dialect: Dialect) -> Option<impl IntoView> {
    let header = match dialect {
        Dialect::Standard => return None,
        Dialect::AgentGatePay => "x-agentpay-signature",
        Dialect::AgentGate => "x-agentgate-signature",
        Dialect::Paegents => "paegents-signature",
    };
    let text = t!("webhooks-own-signature", dialect = dialect_name(dialect), header = header);
    Some(view! { <p class="soft small">{text}</p> })
}
