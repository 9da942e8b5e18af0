//! Contesting a score: the public's form, the owner's list and the operator's.

use leptos::prelude::*;
use service::{Contest, PublicProfile};

use crate::components::{
    Banner, EmptyState, Field, Form, Glyph, Kind, PageHead, Pill, Submit, Table, TextArea, Time,
    Tone,
};
use crate::page::{Crumb, DashboardPage, PageCx, PublicPage, Section};

/// Where the owner's list is.
pub const HERE: &str = "/dashboard/contests";

/// The form on an agent's public page.
pub fn form(profile: &PublicProfile) -> impl IntoView + use<> {
    let (name, id) = (profile.agent.name.clone(), profile.agent.gopi_id.clone());
    let back = format!("/a/{id}");
    view! {
        <PublicPage title=t!("contest-title")>
            <div class="document">
                <h1>{t!("contest-title")}</h1>
                <p>
                    {t!("contest-about")} " "
                    <a href=back>
                        <bdi>{name}</bdi>
                    </a>
                </p>
                <p>{t!("contest-how")}</p>
                <Banner tone=Tone::Info text=answer_note()/>
                <Form name="create_contest" class="form mt-5">
                    <input type="hidden" name="id" value=id/>
                    <Field name="name" label=t!("contest-name") autocomplete="name"/>
                    <Field
                        name="email"
                        label=t!("contest-email")
                        kind=Kind::Email
                        autocomplete="email"
                        hint=t!("contest-email-hint")
                    />
                    <TextArea name="message" label=t!("contest-message") rows=8/>
                    <Submit label=t!("contest-send")/>
                </Form>
            </div>
        </PublicPage>
    }
}

fn answer_note() -> String {
    if PageCx::current().sends_mail { t!("contest-mail") } else { t!("contest-no-mail") }
}

/// That it arrived.
pub fn sent(profile: &PublicProfile) -> impl IntoView + use<> {
    let back = format!("/a/{}", profile.agent.gopi_id);
    view! {
        <PublicPage title=t!("contest-sent")>
            <div class="document">
                <h1>{t!("contest-sent")}</h1>
                <p>{t!("contest-sent-text")}</p>
                <p>
                    <a class="button" href=back>
                        {t!("contest-back")}
                    </a>
                </p>
            </div>
        </PublicPage>
    }
}

/// What people have against the scores of a workspace's agents.
pub fn list(contests: Vec<Contest>) -> impl IntoView {
    view! {
        <DashboardPage title=t!("contest-list") section=Section::Settings crumbs=above()>
            <PageHead title=t!("contest-list") lead=t!("contest-lead")/>
            {table(contests)}
        </DashboardPage>
    }
}

/// The contests as a table, or that there are none.
pub(super) fn table(contests: Vec<Contest>) -> AnyView {
    if contests.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::CHECK
                title=t!("contest-none")
                text=t!("contest-none-text")
            />
        }
        .into_any();
    }
    let rows = contests.into_iter().map(row).collect_view();
    view! {
        <Table label=t!("contest-list")>
            <thead>
                <tr>
                    <th scope="col">{t!("contest-agent")}</th>
                    <th scope="col" class="p1">{t!("contest-from")}</th>
                    <th scope="col" class="num p1">{t!("contest-when")}</th>
                    <th scope="col">{t!("contest-state")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
    .into_any()
}

fn pill(contest: &Contest) -> impl IntoView + use<> {
    match contest.answered_at_ms {
        Some(_) => view! { <Pill tone=Tone::Good label=t!("contest-answered")/> },
        None => view! { <Pill tone=Tone::Warn label=t!("contest-open")/> },
    }
}

fn row(contest: Contest) -> impl IntoView {
    let href = format!("{HERE}/{}", contest.id);
    let state = pill(&contest);
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=href>
                    <bdi>{contest.agent_name}</bdi>
                </a>
            </th>
            <td class="p1 soft">
                <bdi>{contest.name}</bdi>
            </td>
            <td class="num p1 soft">
                <Time at_ms=contest.created_at_ms/>
            </td>
            <td>{state}</td>
        </tr>
    }
}

fn above() -> Vec<Crumb> {
    vec![
        Crumb::new(t!("nav-settings"), "/dashboard/settings"),
        Crumb::new(t!("data-title"), super::personal_data::HERE),
    ]
}

/// One contest, with its answer or a form for it.
pub fn show(contest: Contest) -> impl IntoView {
    let mut crumbs = above();
    crumbs.push(Crumb::new(t!("contest-list"), HERE));
    let meta = pill(&contest).into_any();
    let mail = format!("mailto:{}", contest.email);
    let answer = match (contest.answer, contest.answered_at_ms) {
        (Some(answer), Some(at_ms)) => view! {
            <section class="section" aria-labelledby="h-answer">
                <h2 id="h-answer">{t!("contest-answer")}</h2>
                <p class="muted small">
                    <Time at_ms/>
                </p>
                <p class="breaks">{answer}</p>
            </section>
        }
        .into_any(),
        _ => view! {
            <section class="section" aria-labelledby="h-answer">
                <h2 id="h-answer">{t!("contest-answer")}</h2>
                <Banner tone=Tone::Info text=t!("contest-answer-no-mail")/>
                <Form name="answer_contest" class="form mt-5">
                    <input type="hidden" name="id" value=contest.id.to_string()/>
                    <TextArea
                        name="answer"
                        label=t!("contest-answer")
                        hint=t!("contest-answer-hint")
                        rows=8
                    />
                    <Submit label=t!("contest-answer-keep")/>
                </Form>
            </section>
        }
        .into_any(),
    };
    view! {
        <DashboardPage title=contest.agent_name.clone() section=Section::Settings crumbs>
            <PageHead title=contest.agent_name.clone() meta=meta/>
            <dl class="facts start">
                <dt>{t!("contest-from")}</dt>
                <dd>
                    <bdi>{contest.name}</bdi>
                    " · "
                    <a href=mail>{contest.email}</a>
                </dd>
                <dt>{t!("contest-when")}</dt>
                <dd>
                    <Time at_ms=contest.created_at_ms/>
                </dd>
            </dl>
            <section class="section" aria-labelledby="h-message">
                <h2 id="h-message">{t!("contest-message")}</h2>
                <p class="breaks">{contest.message}</p>
            </section>
            {answer}
        </DashboardPage>
    }
}
