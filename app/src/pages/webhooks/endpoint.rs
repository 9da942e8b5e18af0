//! What every page of an endpoint shares: its name, how it fares, and the way to its parts.

use leptos::prelude::*;
use model::{DisabledReason, WebhookEndpoint};

use super::{LIST, endpoint_name, waiting_text};
use crate::components::{Banner, Glyph, PageHead, Pill, PostButton, Tab, Tabs, Tone};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, Section};

/// The parts of an endpoint's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Deliveries,
    Signing,
    Settings,
}

impl Part {
    const ALL: [Self; 3] = [Self::Deliveries, Self::Signing, Self::Settings];

    fn href(self, endpoint: &WebhookEndpoint) -> String {
        let part = match self {
            Self::Deliveries => "",
            Self::Signing => "/signing",
            Self::Settings => "/settings",
        };
        format!("{LIST}/{}{part}", endpoint.id)
    }

    fn label(self) -> String {
        match self {
            Self::Deliveries => t!("webhooks-deliveries"),
            Self::Signing => t!("webhooks-signing"),
            Self::Settings => t!("nav-settings"),
        }
    }
}

/// How an endpoint fares, in a word and a colour.
pub fn state(endpoint: &WebhookEndpoint) -> (Tone, String) {
    match (endpoint.disabled_reason, endpoint.failing_since_ms) {
        (Some(DisabledReason::Owner), _) => (Tone::Neutral, t!("webhooks-off")),
        (Some(_), _) => (Tone::Bad, t!("webhooks-off")),
        (None, Some(_)) => (Tone::Warn, t!("webhooks-failing")),
        (None, None) => (Tone::Good, t!("webhooks-active")),
    }
}

/// The frame of every part.
pub fn frame<B: IntoView + 'static>(
    endpoint: &WebhookEndpoint,
    waiting: i64,
    part: Part,
    body: B,
) -> impl IntoView + use<B> {
    let tabs = Part::ALL
        .into_iter()
        .map(|p| Tab { label: p.label(), href: p.href(endpoint), current: p == part })
        .collect();
    let name = endpoint_name(endpoint);
    let (tone, label) = state(endpoint);
    let meta = view! {
        <code>{endpoint.url.clone()}</code>
        <Pill tone label/>
    }
    .into_any();
    let id = endpoint.id.to_string();
    let notice = notice(endpoint, waiting).map(|banner| view! { <div class="note">{banner}</div> });
    view! {
        <DashboardPage
            title=name.clone()
            section=Section::Webhooks
            crumbs=vec![Crumb::new(t!("nav-webhooks"), LIST)]
        >
            <PageHead title=name.clone() meta=meta>
                <PostButton
                    action="test_webhook"
                    label=t!("webhooks-test")
                    glyph=Glyph::SEND
                    with=("id", id)
                />
            </PageHead>
            {notice}
            <Tabs label=name tabs/>
            {body}
        </DashboardPage>
    }
}

/// Why an endpoint is told nothing, or will not be for long.
fn notice(endpoint: &WebhookEndpoint, waiting: i64) -> Option<AnyView> {
    let since = endpoint.disabled_at_ms.or(endpoint.failing_since_ms).map(format::date_time)?;
    let since = since.as_str();
    let (tone, title, text) = match endpoint.disabled_reason {
        Some(DisabledReason::Owner) => {
            (Tone::Neutral, t!("webhooks-off-owner", date = since), t!("webhooks-off-owner-text"))
        }
        Some(DisabledReason::Gone) => {
            (Tone::Bad, t!("webhooks-off-gone", date = since), t!("webhooks-off-gone-text"))
        }
        Some(DisabledReason::Failing) => {
            let from = endpoint.failing_since_ms.map(format::date_time).unwrap_or_default();
            let text = t!("webhooks-off-failing-text", date = from);
            (Tone::Bad, t!("webhooks-off-failing", date = since), text)
        }
        Some(DisabledReason::Unusable) => {
            let title = t!("webhooks-off-unusable", date = since);
            (Tone::Bad, title, t!("webhooks-off-unusable-text"))
        }
        None => {
            let waiting = waiting_text(waiting);
            let text = t!("webhooks-failing-text", waiting = waiting);
            (Tone::Warn, t!("webhooks-failing-since", date = since), text)
        }
    };
    // Off, there is one thing to do; failing, it is the receiver that needs it.
    let enable = (!endpoint.enabled()).then(|| {
        let id = endpoint.id.to_string();
        view! {
            <PostButton
                action="enable_webhook"
                label=t!("webhooks-enable")
                small=true
                with=("id", id)
            />
        }
    });
    Some(view! { <Banner tone title text>{enable}</Banner> }.into_any())
}
