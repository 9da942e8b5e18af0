//! Certificates: the workspace's list, one of them for its owner, one as everybody may check it, and as a drawing.

mod drawing;
mod public;

use leptos::prelude::*;
use model::{Agent, CertificateState};
use service::{CertificateDetail, Page};

pub use drawing::drawing;
pub use public::public;

use crate::components::{
    CertificateCard, EmptyState, Field, Form, Glyph, Icon, PageHead, Pagination, Pill, PostButton,
    ScoreCell, SectionHead, Submit, Table, Time, Weight, certificate_state_label, certificate_tone,
    confidence_level_label,
};
use crate::page::{Crumb, DashboardPage, PageCx, Section};

const LIST: &str = "/dashboard/certificates";

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// In this state now.
    pub state: Option<CertificateState>,
    /// Of the agent with this id.
    pub agent: Option<String>,
}

impl Narrowed {
    /// The list with another state.
    fn href(&self, state: Option<CertificateState>) -> String {
        let agent = self.agent.as_ref().map(|id| format!("agent={id}"));
        let state = state.map(|state| format!("state={state}"));
        let query: Vec<_> = [state, agent].into_iter().flatten().collect();
        if query.is_empty() { LIST.to_owned() } else { format!("{LIST}?{}", query.join("&")) }
    }
}

/// The workspace's certificates, newest first. `agents` are those that one can choose among.
pub fn list(
    page: Page<CertificateDetail>,
    narrowed: Narrowed,
    agents: Vec<Agent>,
) -> impl IntoView {
    let all = narrowed.state.is_none() && narrowed.agent.is_none();
    let empty = page.items.is_empty();
    let body = if empty && all {
        view! {
            <EmptyState
                glyph=Glyph::CERTIFICATE
                title=t!("certificates-none")
                text=t!("certificates-none-text")
            >
                <a class="button" href="/dashboard/agents">
                    {t!("certificates-choose-agent")}
                </a>
            </EmptyState>
        }
        .into_any()
    } else if empty {
        view! {
            {filters(&narrowed, agents)}
            <EmptyState
                glyph=Glyph::CERTIFICATE
                title=t!("certificates-no-match")
                text=t!("certificates-no-match-text")
            >
                <a class="button" href=LIST>
                    {t!("certificates-all")}
                </a>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            {filters(&narrowed, agents)}
            {table(page)}
            <p class="muted small mt-5">{t!("certificates-suspension")}</p>
        }
        .into_any()
    };
    view! {
        <DashboardPage title=t!("nav-certificates") section=Section::Certificates>
            <PageHead title=t!("nav-certificates") lead=t!("certificates-lead")/>
            {body}
        </DashboardPage>
    }
}

fn filters(narrowed: &Narrowed, agents: Vec<Agent>) -> impl IntoView + use<> {
    let choices = [None].into_iter().chain(CertificateState::ALL.iter().copied().map(Some));
    let states = choices
        .map(|state| {
            let label = state.map_or_else(|| t!("certificates-all"), certificate_state_label);
            let current = (state == narrowed.state).then_some("true");
            view! {
                <a href=narrowed.href(state) aria-current=current>
                    {label}
                </a>
            }
        })
        .collect_view();
    let chosen = narrowed.agent.clone();
    let options = agents
        .into_iter()
        .map(|agent| {
            let selected = chosen.as_deref() == Some(agent.id.as_str());
            view! {
                <option value=agent.id.to_string() selected=selected>
                    {agent.name}
                </option>
            }
        })
        .collect_view();
    let state = narrowed.state.map(|state| {
        view! { <input type="hidden" name="state" value=state.as_str()/> }
    });
    view! {
        <div class="filter-line">
            <nav class="segmented" aria-label=t!("certificates-state")>
                {states}
            </nav>
            <form method="get" action=LIST>
                {state}
                <span class="select">
                    <select class="input" name="agent" aria-label=t!("certificates-agent")>
                        <option value="">{t!("certificates-all-agents")}</option>
                        {options}
                    </select>
                    <Icon of=Glyph::DOWN/>
                </span>
                <button class="button" type="submit">
                    {t!("filter-go")}
                </button>
            </form>
        </div>
    }
}

fn table(page: Page<CertificateDetail>) -> impl IntoView {
    let rows = page.items.into_iter().map(row).collect_view();
    view! {
        <Table label=t!("nav-certificates")>
            <thead>
                <tr>
                    <th scope="col">{t!("certificates-agent")}</th>
                    <th scope="col">{t!("certificates-certified")}</th>
                    <th scope="col" class="p3">{t!("certificates-confidence")}</th>
                    <th scope="col" class="num p2">{t!("certificate-issued")}</th>
                    <th scope="col" class="num p1">{t!("certificate-until")}</th>
                    <th scope="col">{t!("certificates-state")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pagination next=page.next/>
    }
}

fn row(detail: CertificateDetail) -> impl IntoView {
    let (c, state) = (detail.certificate, detail.state);
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=format!("{LIST}/{}", c.id)>
                    <bdi>{detail.agent_name}</bdi>
                </a>
                <span class="sub id">{c.id.to_string()}</span>
            </th>
            <td>
                <ScoreCell score=c.score grade=c.grade/>
            </td>
            <td class="p3">{confidence_level_label(c.confidence)}</td>
            <td class="num p2 soft">
                <Time at_ms=c.issued_at_ms day=true/>
            </td>
            <td class="num p1 soft">
                <Time at_ms=c.valid_until_ms day=true/>
            </td>
            <td>
                <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
            </td>
        </tr>
    }
}

/// One certificate for its owner: the document, and renewing and revoking it.
pub fn show(detail: CertificateDetail) -> impl IntoView {
    let CertificateDetail { certificate: c, state, agent_name, agent_deleted } = detail;
    let (public, agent_page) =
        (format!("/c/{}", c.id), format!("/dashboard/agents/{}", c.agent_id));
    let renew = (!agent_deleted).then(|| {
        view! {
            <PostButton
                action="renew_certificate"
                label=t!("certificates-renew")
                glyph=Glyph::CERTIFICATE
                weight=Weight::Primary
                with=("id", c.agent_id.to_string())
            />
        }
    });
    let verify = (!agent_deleted).then(|| {
        let (json, svg) = (format!("{public}.json"), format!("{public}.svg"));
        view! {
            <div class="row mt-5">
                <a class="button" href=public>
                    <Icon of=Glyph::OPEN/>
                    {t!("certificates-verify-page")}
                </a>
                <a class="button" href=json download="">
                    <Icon of=Glyph::DOWNLOAD/>
                    {t!("certificates-signed")}
                </a>
                <a class="button" href=svg download="">
                    <Icon of=Glyph::DOWNLOAD/>
                    {t!("certificates-drawing")}
                </a>
            </div>
        }
    });
    let revoke = (state != CertificateState::Revoked).then(|| revoke_form(c.id.to_string()));
    let meta = view! {
        <code>{c.id.to_string()}</code>
        <Pill tone=certificate_tone(state) label=certificate_state_label(state)/>
    }
    .into_any();
    let explained = public::explanation(&c, state, &PageCx::current());
    let sentence = public::sentence(&c, state);
    let title = t!("certificate-named", name = agent_name.as_str());
    view! {
        <DashboardPage
            title=title.clone()
            section=Section::Certificates
            crumbs=vec![Crumb::new(t!("nav-certificates"), LIST)]
        >
            <PageHead title=title meta=meta>
                <a class="button" href=agent_page>
                    {t!("certificates-to-agent")}
                </a>
                {renew}
            </PageHead>
            <p class="soft">{explained}</p>
            <div class="mt-5">
                <CertificateCard certificate=c state name=agent_name sentence/>
            </div>
            {verify}
            {revoke}
        </DashboardPage>
    }
}

fn revoke_form(id: String) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="h-revoke">
            <SectionHead id="h-revoke" title=t!("certificates-revoke")/>
            <div class="danger-zone">
                <p>{t!("certificates-revoke-text")}</p>
                <Form name="revoke_certificate">
                    <input type="hidden" name="id" value=id/>
                    <Field
                        name="reason"
                        label=t!("certificates-reason")
                        hint=t!("certificates-reason-hint")
                    />
                    <Submit label=t!("certificates-revoke") weight=Weight::Danger/>
                </Form>
            </div>
        </section>
    }
}
