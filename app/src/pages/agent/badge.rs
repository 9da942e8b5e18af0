use leptos::prelude::*;
use model::badge::Style;
use service::AgentDetail;

use super::{Part, frame};
use crate::components::{CodeBlock, SectionHead};
use crate::islands::{BadgeBuilder, BadgeTexts};
use crate::page::PageCx;

/// The badge in a style and with a label, with what to paste into a document.
pub fn badge(detail: AgentDetail, style: Style, label: String) -> impl IntoView {
    let agent = detail.agent;
    let url = PageCx::current().public_url;
    let texts = BadgeTexts {
        alt: t!("badge-alt", name = agent.name.as_str()),
        style: t!("badge-style"),
        label: t!("badge-label"),
        label_hint: t!("badge-label-hint"),
        show: t!("badge-show"),
        preview: t!("badge-preview"),
        copy: t!("copy-label"),
        copied: t!("copy-done"),
    };
    let endpoint = format!("{url}/v1/public/{}/badge.json", agent.gopi_id);
    let gopi_id = agent.gopi_id.clone();
    let body = view! {
        <section aria-labelledby="h-badge">
            <SectionHead id="h-badge" title=t!("agent-badge") lead=t!("badge-lead")/>
            <BadgeBuilder public_url=url.to_string() gopi_id style label texts/>
        </section>
        <section class="section" aria-labelledby="h-endpoint">
            <SectionHead id="h-endpoint" title=t!("badge-endpoint") lead=t!("badge-endpoint-text")/>
            <CodeBlock title="JSON" code=endpoint/>
        </section>
    };
    frame(agent, Part::Badge, None, body)
}
