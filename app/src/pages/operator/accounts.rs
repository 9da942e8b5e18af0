use leptos::prelude::*;
use model::Plan;
use service::{Account, Invitation, Page};

use super::{HERE, Part, tabs};
use crate::components::{
    Banner, EmptyState, Field, Form, Glyph, Kind, PageHead, Pagination, Pill, PostButton,
    SectionHead, Select, Submit, Table, Time, Tone, Weight, plan_label,
};
use crate::i18n::format;
use crate::page::{Crumb, DashboardPage, PageCx, Section};
use crate::pages::members::{link_once, open_invitations};
use crate::server::IssuedLink;

/// The accounts of the instance; `search` is what they were searched for.
pub fn accounts(
    page: Page<Account>,
    search: String,
    legal_missing: bool,
    invitations: Vec<Invitation>,
    issued: Option<IssuedLink>,
) -> impl IntoView {
    let body = if page.items.is_empty() {
        view! {
            <EmptyState
                glyph=Glyph::SEARCH
                title=t!("operator-none")
                text=t!("operator-none-text")
            />
        }
        .into_any()
    } else {
        let rows = page.items.into_iter().map(row).collect_view();
        view! {
            <Table label=t!("operator-accounts")>
                <thead>
                    <tr>
                        <th scope="col">{t!("operator-account")}</th>
                        <th scope="col">{t!("operator-plan")}</th>
                        <th scope="col" class="num p2">{t!("nav-agents")}</th>
                        <th scope="col" class="num p2">{t!("nav-api-keys")}</th>
                        <th scope="col" class="p1">{t!("operator-state")}</th>
                        <th scope="col" class="num p2">{t!("operator-since")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        }
        .into_any()
    };
    view! {
        <DashboardPage title=t!("nav-operator") section=Section::Operator>
            <PageHead title=t!("nav-operator") lead=t!("operator-lead")/>
            {tabs(Part::Accounts)}
            {legal_missing.then(super::legal::missing_note)}
            {issued.map(link_once)}
            {search_form(search)}
            {body}
            <Pagination next=page.next/>
            {invite_form(invitations)}
        </DashboardPage>
    }
}

/// Lets the operator invite somebody to make an account, whatever the mode of registration.
fn invite_form(invitations: Vec<Invitation>) -> impl IntoView {
    let mail = PageCx::current().sends_mail;
    let hint = if mail { t!("members-email-hint") } else { t!("members-email-no-mail") };
    view! {
        <section class="section" aria-labelledby="h-invite">
            <SectionHead id="h-invite" title=t!("operator-invite") lead=t!("operator-invite-text")/>
            <div class="stack">
                <Form name="invite_user">
                    <Field
                        name="email"
                        label=t!("accounts-email")
                        kind=Kind::Email
                        hint=hint
                        optional=true
                    />
                    <Submit label=t!("members-invite") weight=Weight::Normal/>
                </Form>
                {open_invitations(invitations)}
            </div>
        </section>
    }
}

fn search_form(search: String) -> impl IntoView {
    let searched = !search.is_empty();
    view! {
        <form class="filter-grid" method="get" action=HERE role="search">
            <div class="field field-wide">
                <label for="search">{t!("operator-search")}</label>
                <input class="input" id="search" name="q" type="search" value=search autocomplete="off"/>
            </div>
            <div class="row">
                <button class="button" type="submit">
                    {t!("filter-go")}
                </button>
                {searched
                    .then(|| {
                        view! {
                            <a class="button button-quiet" href=HERE>
                                {t!("filter-clear")}
                            </a>
                        }
                    })}
            </div>
        </form>
    }
}

fn state(suspended: bool) -> impl IntoView {
    if suspended {
        view! { <Pill tone=Tone::Bad label=t!("operator-is-suspended")/> }
    } else {
        view! { <Pill tone=Tone::Good label=t!("operator-is-active")/> }
    }
}

fn row(account: Account) -> impl IntoView {
    let Account { workspace, email, suspension, agents, keys, .. } = account;
    view! {
        <tr>
            <th scope="row">
                <a class="cell-link" href=format!("{HERE}/accounts/{}", workspace.id)>
                    {workspace.name}
                </a>
                <span class="sub">{email}</span>
            </th>
            <td>{plan_label(workspace.plan)}</td>
            <td class="num p2">{format::number(agents)}</td>
            <td class="num p2">{format::number(keys)}</td>
            <td class="p1">{state(suspension.is_some())}</td>
            <td class="num p2 soft">
                <Time at_ms=workspace.created_at_ms day=true/>
            </td>
        </tr>
    }
}

/// One account, with what the operator can do about it. `own` is the operator's own one.
pub fn account(account: Account, own: bool) -> impl IntoView {
    let Account { workspace, email, owner_name, suspension, agents, keys } = account;
    let crumbs = vec![Crumb::new(t!("nav-operator"), HERE)];
    let id = workspace.id.to_string();
    let suspended = suspension.is_some();
    let note = suspension.map(|s| {
        let since = format::date_time(s.at_ms);
        let title = t!("operator-suspended-since", since = since);
        view! { <Banner tone=Tone::Warn title text=s.reason/> }
    });
    view! {
        <DashboardPage title=workspace.name.clone() section=Section::Operator crumbs>
            <PageHead title=workspace.name meta=state(suspended).into_any()/>
            {note}
            <dl class="facts start">
                <dt>{t!("operator-owner")}</dt>
                <dd>{owner_name.filter(|name| !name.is_empty())} " " {email}</dd>
                <dt>{t!("operator-workspace")}</dt>
                <dd class="id">{id.clone()}</dd>
                <dt>{t!("operator-since")}</dt>
                <dd>
                    <Time at_ms=workspace.created_at_ms/>
                </dd>
                <dt>{t!("nav-agents")}</dt>
                <dd>{format::number(agents)}</dd>
                <dt>{t!("nav-api-keys")}</dt>
                <dd>{format::number(keys)}</dd>
            </dl>
            {plan_form(id.clone(), workspace.plan)} {sessions_form(id.clone())}
            {(!own).then(|| suspension_form(id, suspended))}
        </DashboardPage>
    }
}

fn plan_form(id: String, plan: Plan) -> impl IntoView {
    let plans = Plan::ALL.iter().map(|p| (p.as_str().to_owned(), plan_label(*p))).collect();
    view! {
        <section class="section" aria-labelledby="h-plan">
            <SectionHead id="h-plan" title=t!("operator-plan")/>
            <Form name="set_account_plan">
                <input type="hidden" name="id" value=id/>
                <Select name="plan" label=t!("operator-plan") options=plans value=plan.as_str()/>
                <Submit label=t!("operator-change-plan") weight=Weight::Normal/>
            </Form>
        </section>
    }
}

fn sessions_form(id: String) -> impl IntoView {
    view! {
        <section class="section" aria-labelledby="h-sessions">
            <SectionHead
                id="h-sessions"
                title=t!("settings-sessions")
                lead=t!("operator-sessions-text")
            />
            <details class="confirm">
                <summary>{t!("operator-end-sessions-confirm")}</summary>
                <div class="mt-3">
                    <PostButton
                        action="end_account_sessions"
                        label=t!("operator-end-sessions")
                        weight=Weight::Danger
                        with=("id", id)
                    />
                </div>
            </details>
        </section>
    }
}

fn suspension_form(id: String, suspended: bool) -> impl IntoView {
    let form = if suspended {
        view! {
            <PostButton action="unsuspend_account" label=t!("operator-unsuspend") with=("id", id)/>
        }
        .into_any()
    } else {
        view! {
            <Form name="suspend_account">
                <input type="hidden" name="id" value=id/>
                <Field
                    name="reason"
                    label=t!("operator-reason")
                    hint=t!("operator-reason-hint")
                />
                <Submit label=t!("operator-suspend") weight=Weight::Danger/>
            </Form>
        }
        .into_any()
    };
    let lead = if suspended { t!("operator-unsuspend-text") } else { t!("operator-suspend-text") };
    view! {
        <section class="section" aria-labelledby="h-suspend">
            <SectionHead id="h-suspend" title=t!("operator-suspension") lead=lead/>
            {form}
        </section>
    }
}
