use leptos::prelude::*;
use model::badge::Style;
use service::AgentDetail;

use super::{Part, frame};
use crate::components::{CodeBlock, SectionHead};
use crate::page::PageCx;

/// The badge in a style, with what to paste into a README.
pub fn badge(detail: AgentDetail, style: Style) -> impl IntoView {
    let agent = detail.agent;
    let url = PageCx::current().public_url;
    let query = if style == Style::Flat { String::new() } else { format!("?style={style}") };
    let image = format!("/v1/public/{}/badge.svg{query}", agent.gopi_id);
    let page = format!("{url}/a/{}", agent.gopi_id);
    let alt = t!("badge-alt", name = agent.name.clone());
    let markdown = format!("[![{}]({url}{image})]({page})", alt.replace(['[', ']'], ""));
    let html = format!(
        "<a href=\"{page}\"><img src=\"{url}{image}\" alt=\"{}\"></a>",
        alt.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
    );
    let styles = Style::ALL
        .iter()
        .map(|s| {
            let href = format!("/dashboard/agents/{}/badge?style={s}", agent.id);
            let current = (*s == style).then_some("true");
            view! {
                <a href=href aria-current=current>
                    {s.as_str()}
                </a>
            }
        })
        .collect_view();
    let body = view! {
        <section aria-labelledby="h-badge">
            <SectionHead id="h-badge" title=t!("agent-badge") lead=t!("badge-lead")/>
            <div class="stack">
                <nav class="segmented" aria-label=t!("badge-style")>
                    {styles}
                </nav>
                <div class="badge-preview">
                    <img src=image alt=alt/>
                </div>
                <CodeBlock title="Markdown" code=markdown/>
                <CodeBlock title="HTML" code=html/>
            </div>
        </section>
    };
    frame(agent, Part::Badge, false, body)
}
