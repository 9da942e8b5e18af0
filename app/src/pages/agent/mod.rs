//! One agent: its trust, payments, certificates, badge and settings.

mod badge;
mod certificates;
mod import;
mod payments;
mod settings;
mod trust;

use leptos::prelude::*;
use model::{Agent, AgentStatus};

pub use badge::badge;
pub use certificates::certificates;
pub use import::{ImportReport, import};
pub use payments::payments;
pub use settings::settings;
pub use trust::trust;

use crate::components::{
    Banner, Glyph, Icon, PageHead, Pill, PostButton, Tab, Tabs, Tone, Weight, framework_label,
};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, Section};

/// The tabs of an agent's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Trust,
    Payments,
    Import,
    Certificates,
    Badge,
    Settings,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Trust,
        Self::Payments,
        Self::Import,
        Self::Certificates,
        Self::Badge,
        Self::Settings,
    ];

    fn href(self, agent: &Agent) -> String {
        let part = match self {
            Self::Trust => "",
            Self::Payments => "/payments",
            Self::Import => "/import",
            Self::Certificates => "/certificates",
            Self::Badge => "/badge",
            Self::Settings => "/settings",
        };
        format!("/dashboard/agents/{}{part}", agent.id)
    }

    fn label(self) -> String {
        match self {
            Self::Trust => t!("agent-trust"),
            Self::Payments => t!("agent-payments"),
            Self::Import => t!("imports-tab"),
            Self::Certificates => t!("agent-certificates"),
            Self::Badge => t!("agent-badge"),
            Self::Settings => t!("agent-settings"),
        }
    }
}

/// How an agent gets its next certificate: the server function, and what its button says.
fn certify(has_one: bool) -> (&'static str, String) {
    if has_one {
        ("renew_certificate", t!("certificates-renew"))
    } else {
        ("issue_certificate", t!("agent-certify"))
    }
}

/// The frame of every tab.
fn frame(
    agent: Agent,
    part: Part,
    certify: Option<(&'static str, String)>,
    body: impl IntoView + 'static,
) -> impl IntoView {
    let tabs = Part::ALL
        .into_iter()
        .map(|p| Tab { label: p.label(), href: p.href(&agent), current: p == part })
        .collect();
    let since = t!(
        "agent-since",
        framework = framework_label(agent.framework),
        date = format::long_date(agent.created_at_ms)
    );
    let private = agent.visibility == model::Visibility::Private;
    let archived = agent.status == AgentStatus::Archived;
    let meta = view! {
        <code>{agent.gopi_id.clone()}</code>
        <span class="soft small">{since}</span>
        {private.then(|| view! { <Pill tone=Tone::Neutral label=t!("agents-private")/> })}
        {archived.then(|| view! { <Pill tone=Tone::Neutral label=t!("agents-archived-state")/> })}
    }
    .into_any();
    let id = agent.id.to_string();
    let same_id = id.clone();
    let note = archived.then(move || {
        view! {
            <div class="note">
                <Banner tone=Tone::Neutral text=t!("agent-archived-text")>
                    <PostButton
                        action="unarchive_agent"
                        label=t!("agent-unarchive")
                        small=true
                        with=("id", same_id)
                    />
                </Banner>
            </div>
        }
    });
    let profile = format!("/a/{}", agent.gopi_id);
    let primary = certify.map(|(action, label)| {
        view! {
            <PostButton
                action
                label
                glyph=Glyph::CERTIFICATE
                weight=Weight::Primary
                with=("id", id)
            />
        }
    });
    view! {
        <DashboardPage
            title=agent.name.clone()
            section=Section::Agents
            crumbs=vec![Crumb::new(t!("nav-agents"), "/dashboard/agents")]
        >
            <PageHead title=agent.name.clone() meta=meta>
                <a class="button" href=profile>
                    <Icon of=Glyph::OPEN/>
                    {t!("agent-profile")}
                </a>
                {primary}
            </PageHead>
            {note}
            <Tabs label=agent.name.clone() tabs/>
            {body}
        </DashboardPage>
    }
}
