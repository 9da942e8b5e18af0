//! The list of agents, and the form for a new one.

use leptos::prelude::*;
use model::{Framework, Visibility};
use service::{AgentDetail, Page};

use crate::components::{
    Choice, EmptyState, Field, Form, Glyph, Icon, PageHead, Pagination, Pill, ScoreCell, Select,
    Submit, Table, TextArea, Time, Tone, certificate_state_label, certificate_tone,
    framework_label,
};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, PageCx, Section};

fn new_button() -> impl IntoView {
    view! {
        <a class="button button-primary" href="/dashboard/agents/new">
            <Icon of=Glyph::ADD/>
            {t!("agents-new")}
        </a>
    }
}

/// The workspace's agents.
pub fn list(page: Page<AgentDetail>) -> impl IntoView {
    let empty = page.items.is_empty() && !PageCx::current().path.contains('?');
    let body = if empty {
        view! {
            <EmptyState glyph=Glyph::AGENT title=t!("agents-none") text=t!("agents-none-text")>
                {new_button()}
            </EmptyState>
        }
        .into_any()
    } else {
        table(page).into_any()
    };
    view! {
        <DashboardPage title=t!("nav-agents") section=Section::Agents>
            <PageHead title=t!("nav-agents") lead=t!("agents-lead")>
                {(!empty).then(new_button)}
            </PageHead>
            {body}
        </DashboardPage>
    }
}

fn table(page: Page<AgentDetail>) -> impl IntoView {
    let rows = page.items.into_iter().map(row).collect_view();
    view! {
        <Table label=t!("nav-agents")>
            <thead>
                <tr>
                    <th scope="col">{t!("agents-name")}</th>
                    <th scope="col" class="p2">{t!("agents-framework")}</th>
                    <th scope="col">{t!("agents-certificate")}</th>
                    <th scope="col" class="num p1">{t!("agents-payments")}</th>
                    <th scope="col" class="num p1">{t!("agents-created-at")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination next=page.next/>
    }
}

fn row(detail: AgentDetail) -> impl IntoView {
    let AgentDetail { agent, certificate } = detail;
    let now_ms = PageCx::current().now_ms;
    let certificate = certificate.map(|c| {
        let state = c.state(now_ms);
        view! {
            <span class="row">
                <ScoreCell score=c.score grade=c.grade/>
                <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
            </span>
        }
    });
    let none = certificate
        .is_none()
        .then(|| view! { <Pill tone=Tone::Neutral label=t!("agents-not-certified")/> });
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=format!("/dashboard/agents/{}", agent.id)>
                    {agent.name}
                </a>
                <small class="id">{agent.gopi_id}</small>
            </th>
            <td class="p2">{framework_label(agent.framework)}</td>
            <td>{certificate} {none}</td>
            <td class="num p1">{format::number(agent.stats.total)}</td>
            <td class="num p1 soft">
                <Time at_ms=agent.created_at_ms day=true/>
            </td>
        </tr>
    }
}

/// The fields that a new agent and a changed one share.
pub(super) fn fields(
    name: Option<String>,
    description: Option<String>,
    framework: Framework,
    visibility: Visibility,
) -> impl IntoView {
    let frameworks = Framework::ALL
        .iter()
        .map(|f| (f.as_str().to_owned(), framework_label(*f)))
        .collect::<Vec<_>>();
    let visibilities = vec![
        ("public".to_owned(), t!("agents-public"), t!("agents-public-text")),
        ("private".to_owned(), t!("agents-private"), t!("agents-private-text")),
    ];
    view! {
        <Field name="name" label=t!("agents-name") value=name.unwrap_or_default()/>
        <TextArea
            name="description"
            label=t!("agents-description")
            value=description.unwrap_or_default()
            optional=true
        />
        <Select
            name="framework"
            label=t!("agents-framework")
            options=frameworks
            value=framework.as_str()
        />
        <Choice
            name="visibility"
            label=t!("agents-visibility")
            options=visibilities
            value=visibility.as_str()
        />
    }
}

/// The form for a new agent.
pub fn new() -> impl IntoView {
    let crumbs = vec![Crumb::new(t!("nav-agents"), "/dashboard/agents")];
    view! {
        <DashboardPage title=t!("agents-new") section=Section::Agents crumbs>
            <PageHead title=t!("agents-new") lead=t!("agents-new-lead")/>
            <Form name="create_agent">
                {fields(None, None, Framework::LangChain, Visibility::Public)}
                <Submit label=t!("agents-create")/>
            </Form>
        </DashboardPage>
    }
}
