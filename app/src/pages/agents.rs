//! The list of agents, and the form for a new one.

use leptos::prelude::*;
use model::{AgentSort, AgentStatus, Framework, Visibility};
use service::{ACTIVITY_DAYS, AgentDetail, AgentFilter, ListedAgent, MAX_BULK, Page};

use crate::charts::Activity;
use crate::components::{
    Choice, EmptyState, Field, Form, Glyph, Icon, PageHead, Pill, ScoreCell, Select, Submit, Table,
    TextArea, Time, Tone, certificate_state_label, certificate_tone, framework_label,
};
use crate::i18n::{Lang, format};
use crate::islands::{Act, Command};
use crate::page::{Crumb, DashboardPage, PageCx, Section};
use crate::pages::query_of;

fn new_button() -> impl IntoView {
    view! {
        <a class="button button-primary" href="/dashboard/agents/new">
            <Icon of=Glyph::ADD/>
            {t!("agents-create")}
        </a>
    }
}

/// The workspace's agents that match a filter.
pub fn list(filter: AgentFilter, page: Page<ListedAgent>) -> impl IntoView {
    let empty = page.items.is_empty();
    let asked = PageCx::current().path.contains('?');
    let body = match (empty, asked) {
        (true, false) => view! {
            <EmptyState glyph=Glyph::AGENT title=t!("agents-none") text=t!("agents-none-text")>
                <div class="row">{several_button()} {new_button()}</div>
            </EmptyState>
        }
        .into_any(),
        (true, true) => view! {
            {filters(&filter)}
            <EmptyState
                glyph=Glyph::SEARCH
                title=t!("agents-no-match")
                text=t!("agents-no-match-text")
            >
                <a class="button" href=LIST>
                    {t!("filter-clear")}
                </a>
            </EmptyState>
        }
        .into_any(),
        (false, _) => view! {
            {filters(&filter)}
            {table(page.items)}
            {paging(&filter, page.next)}
        }
        .into_any(),
    };
    view! {
        <DashboardPage title=t!("nav-agents") section=Section::Agents>
            <PageHead title=t!("nav-agents") lead=t!("agents-lead")>
                {(!empty || asked).then(|| view! { {several_button()} {new_button()} })}
            </PageHead>
            {body}
        </DashboardPage>
    }
}

const LIST: &str = "/dashboard/agents";

fn several_button() -> impl IntoView {
    view! {
        <a class="button" href="/dashboard/agents/bulk">
            {t!("agents-several")}
        </a>
    }
}

/// Agents as the command palette offers them.
pub fn commands(lang: Lang, agents: Vec<AgentDetail>) -> Vec<Command> {
    let owner = Owner::new();
    let word = owner.with(|| {
        provide_context(lang);
        t!("palette-agent")
    });
    let command = |AgentDetail { agent, certificate }: AgentDetail| {
        let score = certificate.map(|c| format!("{word}, {} {}", c.grade, c.score));
        Command {
            act: Act::Go(format!("{LIST}/{}", agent.id)),
            label: agent.name,
            kind: score.unwrap_or_else(|| word.clone()),
            key: None,
        }
    };
    agents.into_iter().map(command).collect()
}

/// One of a list of choices; nothing stands for the first.
fn choice(
    name: &'static str,
    label: String,
    options: Vec<(&'static str, String)>,
    chosen: &str,
) -> impl IntoView + use<> {
    let id = format!("filter-{name}");
    let options = options
        .into_iter()
        .map(|(value, label)| {
            view! { <option value=value selected=value == chosen>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <span class="select">
                <select class="input" id=id name=name>
                    {options}
                </select>
                <Icon of=Glyph::DOWN/>
            </span>
        </div>
    }
}

fn filters(filter: &AgentFilter) -> impl IntoView + use<> {
    let mut frameworks = vec![("", t!("agents-any"))];
    frameworks.extend(Framework::ALL.iter().map(|f| (f.as_str(), framework_label(*f))));
    let statuses = vec![
        ("", t!("agents-active")),
        ("archived", t!("agents-archived-state")),
        ("all", t!("agents-any")),
    ];
    let certificates = vec![
        ("", t!("agents-any")),
        ("valid", t!("agents-with-certificate")),
        ("none", t!("agents-without-certificate")),
    ];
    let sorts = vec![
        ("", t!("agents-sort-newest")),
        ("name", t!("agents-sort-name")),
        ("payments", t!("agents-sort-payments")),
        ("score", t!("agents-sort-score")),
    ];
    let framework = filter.framework.map_or("", Framework::as_str);
    view! {
        <form class="list-filters" role="search" method="get" action=LIST>
            <div class="field list-search">
                <label for="filter-q">{t!("agents-search")}</label>
                <input
                    class="input"
                    id="filter-q"
                    type="search"
                    name="q"
                    value=filter.text.clone()
                    maxlength="200"
                    autocomplete="off"
                    spellcheck="false"
                />
            </div>
            {choice("framework", t!("agents-framework"), frameworks, framework)}
            {choice("status", t!("agents-status"), statuses, status_text(filter))}
            {choice("certificate", t!("agents-certificate"), certificates, certificate_text(filter))}
            {choice("sort", t!("agents-sort"), sorts, sort_text(filter))}
            <button class="button" type="submit">
                {t!("filter-go")}
            </button>
        </form>
    }
}

fn status_text(filter: &AgentFilter) -> &'static str {
    match filter.status {
        Some(AgentStatus::Active) => "",
        Some(status) => status.as_str(),
        None => "all",
    }
}

fn certificate_text(filter: &AgentFilter) -> &'static str {
    match filter.certified {
        Some(true) => "valid",
        Some(false) => "none",
        None => "",
    }
}

fn sort_text(filter: &AgentFilter) -> &'static str {
    if filter.sort == AgentSort::Newest { "" } else { filter.sort.as_str() }
}

/// The list's URL with this filter, from this cursor on.
fn href(filter: &AgentFilter, cursor: Option<&str>) -> String {
    let pairs = [
        ("q", filter.text.as_deref().unwrap_or_default()),
        ("framework", filter.framework.map_or("", Framework::as_str)),
        ("status", status_text(filter)),
        ("certificate", certificate_text(filter)),
        ("sort", sort_text(filter)),
        ("cursor", cursor.unwrap_or_default()),
    ];
    format!("{LIST}{}", query_of(pairs))
}

fn paging(filter: &AgentFilter, next: Option<String>) -> impl IntoView + use<> {
    let further = PageCx::current().path.contains("cursor=");
    let first = href(filter, None);
    let next = next.map(|cursor| href(filter, Some(&cursor)));
    (further || next.is_some()).then(|| {
        view! {
            <nav class="pagination" aria-label=t!("shell-pages")>
                <div class="end">
                    {further
                        .then(|| {
                            view! {
                                <a class="button button-sm" href=first>
                                    {t!("agents-first-page")}
                                </a>
                            }
                        })}
                    {next
                        .map(|href| {
                            view! {
                                <a class="button button-sm" rel="next" href=href>
                                    {t!("agents-next-page")}
                                </a>
                            }
                        })}
                </div>
            </nav>
        }
    })
}

fn table(agents: Vec<ListedAgent>) -> impl IntoView {
    let rows = agents.into_iter().map(row).collect_view();
    view! {
        <Table label=t!("nav-agents")>
            <thead>
                <tr>
                    <th scope="col">{t!("agents-name")}</th>
                    <th scope="col" class="p2">{t!("agents-framework")}</th>
                    <th scope="col">{t!("certificates-certified")}</th>
                    <th scope="col" class="p2">{t!("agents-certificate")}</th>
                    <th scope="col" class="p3">{t!("agents-activity", days = ACTIVITY_DAYS)}</th>
                    <th scope="col" class="num p1">{t!("agents-payments")}</th>
                    <th scope="col" class="num p2">{t!("agents-created-at")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

fn row(listed: ListedAgent) -> impl IntoView {
    let ListedAgent { detail: AgentDetail { agent, certificate }, activity } = listed;
    let now_ms = PageCx::current().now_ms;
    let (score, state) = match certificate {
        Some(c) => {
            let state = c.state(now_ms);
            let pill = view! {
                <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
            };
            (view! { <ScoreCell score=c.score grade=c.grade/> }.into_any(), pill)
        }
        None => {
            let score = view! {
                <span class="muted" aria-hidden="true">
                    "–"
                </span>
                <span class="visually-hidden">{t!("agents-not-certified")}</span>
            };
            let pill = view! { <Pill tone=Tone::Neutral label=t!("agents-not-certified")/> };
            (score.into_any(), pill)
        }
    };
    let archived = (agent.status == AgentStatus::Archived)
        .then(|| view! { " " <Pill tone=Tone::Neutral label=t!("agents-archived-state")/> });
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=format!("/dashboard/agents/{}", agent.id)>
                    <bdi>{agent.name}</bdi>
                </a>
                {archived}
                <small class="sub id">{agent.gopi_id}</small>
            </th>
            <td class="p2">{framework_label(agent.framework)}</td>
            <td>{score}</td>
            <td class="p2">{state}</td>
            <td class="p3">
                <Activity counts=activity/>
            </td>
            <td class="num p1">{format::number(agent.stats.total)}</td>
            <td class="num p2 soft">
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
    view! {
        <Field name="name" label=t!("agents-name") value=name.unwrap_or_default()/>
        <TextArea
            name="description"
            label=t!("agents-description")
            value=description.unwrap_or_default()
            optional=true
        />
        {kind_fields(framework, visibility)}
    }
}

/// What several agents have in common.
fn kind_fields(framework: Framework, visibility: Visibility) -> impl IntoView {
    let frameworks = Framework::ALL
        .iter()
        .map(|f| (f.as_str().to_owned(), framework_label(*f)))
        .collect::<Vec<_>>();
    let visibilities = vec![
        ("public".to_owned(), t!("agents-public"), t!("agents-public-text")),
        ("private".to_owned(), t!("agents-private"), t!("agents-private-text")),
    ];
    view! {
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
    let crumbs = vec![Crumb::new(t!("nav-agents"), LIST)];
    view! {
        <DashboardPage title=t!("agents-create") section=Section::Agents crumbs>
            <PageHead title=t!("agents-create") lead=t!("agents-new-lead")/>
            <Form name="create_agent">
                {fields(None, None, Framework::LangChain, Visibility::Public)}
                <Submit label=t!("agents-create")/>
            </Form>
        </DashboardPage>
    }
}

/// The form for several agents at once.
pub fn bulk() -> impl IntoView {
    let crumbs = vec![Crumb::new(t!("nav-agents"), LIST)];
    view! {
        <DashboardPage title=t!("agents-bulk") section=Section::Agents crumbs>
            <PageHead title=t!("agents-bulk") lead=t!("agents-bulk-lead", max = MAX_BULK)/>
            <Form name="create_agents">
                <TextArea name="names" label=t!("agents-names") hint=t!("agents-names-hint")/>
                {kind_fields(Framework::LangChain, Visibility::Public)}
                <Submit label=t!("agents-create-many")/>
            </Form>
        </DashboardPage>
    }
}
