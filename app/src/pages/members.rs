//! The people of a workspace, and who was invited.

use leptos::prelude::*;
use model::{Role, UserId};
use service::{Invitation, Joined};

use super::settings::Setting;
use crate::components::{
    Banner, CopyField, Field, Form, Kind, PageHead, Pill, PostButton, Select, Submit, Table, Time,
    Tone, Weight, role_label, role_meaning,
};
use crate::page::{Crumb, DashboardPage, PageCx, Section};
use crate::server::IssuedLink;

/// Where the page is.
pub const HERE: &str = "/dashboard/settings/members";

/// Everybody of the workspace with what can be done about them; `me` is who looks. `issued` is a link that was just made.
pub fn show(
    members: Vec<Joined>,
    invitations: Vec<Invitation>,
    me: &UserId,
    issued: Option<IssuedLink>,
) -> impl IntoView + use<> {
    let role = PageCx::current().viewer.map_or(Role::Member, |viewer| viewer.role);
    let manages = role >= Role::Admin;
    let others: Vec<_> = members.iter().filter(|m| m.user.id != *me).cloned().collect();
    let rows = members.into_iter().map(|member| row(member, me, manages)).collect_view();
    let crumbs = vec![Crumb::new(t!("nav-settings"), "/dashboard/settings")];
    view! {
        <DashboardPage title=t!("members-title") section=Section::Settings crumbs>
            <PageHead title=t!("members-title") lead=t!("members-lead")/>
            {issued.map(link_once)}
            <Table label=t!("members-title")>
                <thead>
                    <tr>
                        <th scope="col">{t!("members-person")}</th>
                        <th scope="col">{t!("members-role")}</th>
                        <th scope="col" class="p1">{t!("members-since")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{t!("members-actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            <div class="mt-5">
                {manages.then(|| invite_form(invitations))}
                {(role == Role::Owner && !others.is_empty()).then(|| hand_over(others))}
                {(role < Role::Owner).then(leave)}
            </div>
        </DashboardPage>
    }
}

fn row(member: Joined, me: &UserId, manages: bool) -> impl IntoView + use<> {
    let Joined { user, role, joined_at_ms } = member;
    let own = user.id == *me;
    let name = if user.name.is_empty() { user.email.clone() } else { user.name.clone() };
    let id = user.id.to_string();
    let changes = (manages && !own && role < Role::Owner).then(|| {
        let (action, label) = match role {
            Role::Member => ("promote_member", t!("members-promote")),
            _ => ("demote_member", t!("members-demote")),
        };
        view! {
            <div class="row">
                <PostButton
                    action
                    label=label.clone()
                    small=true
                    with=("id", id.clone())
                    describe=format!("{label}: {name}")
                />
                <PostButton
                    action="remove_member"
                    label=t!("members-remove")
                    small=true
                    weight=Weight::Danger
                    with=("id", id)
                    describe=t!("members-remove-named", name = name.as_str())
                />
            </div>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <bdi>{name.clone()}</bdi>
                {own.then(|| view! { " " <Pill tone=Tone::Info label=t!("members-you")/> })}
                <span class="sub">{user.email}</span>
            </th>
            <td>{role_label(role)}</td>
            <td class="p1 soft">
                <Time at_ms=joined_at_ms day=true/>
            </td>
            <td>{changes}</td>
        </tr>
    }
}

/// A link that is shown this once.
pub(crate) fn link_once(issued: IssuedLink) -> impl IntoView {
    let text = if issued.email.is_empty() {
        t!("members-link-anybody")
    } else {
        t!("members-link-for", email = issued.email)
    };
    view! {
        <section class="key-once" aria-labelledby="h-link">
            <h2 id="h-link">{t!("members-link")}</h2>
            <p class="soft">{text}</p>
            <CopyField labelled_by="h-link" value=issued.link/>
        </section>
    }
}

fn invite_form(invitations: Vec<Invitation>) -> impl IntoView {
    let cx = PageCx::current();
    let hint = if cx.sends_mail { t!("members-email-hint") } else { t!("members-email-no-mail") };
    let roles = [Role::Member, Role::Admin];
    let roles =
        roles.map(|r| (r.as_str().to_owned(), format!("{} – {}", role_label(r), role_meaning(r))));
    let unverified = cx.viewer.is_some_and(|viewer| viewer.unverified);
    let form = if unverified {
        view! { <Banner tone=Tone::Warn text=t!("error-unverified")/> }.into_any()
    } else {
        view! {
            <Form name="invite_member">
                <Field
                    name="email"
                    label=t!("accounts-email")
                    kind=Kind::Email
                    hint=hint
                    optional=true
                />
                <Select name="role" label=t!("members-role") options=roles.to_vec() value="member"/>
                <Submit label=t!("members-invite")/>
            </Form>
        }
        .into_any()
    };
    view! {
        <Setting id="invite" title=t!("members-invite") text=t!("members-invite-text")>
            <div class="stack">{form} {open_invitations(invitations)}</div>
        </Setting>
    }
}

/// Invitations that nobody has used, each with the way to take it back.
pub(crate) fn open_invitations(invitations: Vec<Invitation>) -> Option<impl IntoView> {
    let rows = invitations
        .into_iter()
        .map(|invitation| {
            let email = invitation.email;
            let who = if email.is_empty() { t!("members-anybody") } else { email };
            let role = invitation.role.map_or_else(|| t!("members-account-only"), role_label);
            view! {
                <li>
                    <div>
                        <b>
                            <bdi>{who.clone()}</bdi>
                        </b>
                        <p>
                            {role} " · " {t!("members-until")} " "
                            <Time at_ms=invitation.expires_at_ms/>
                        </p>
                    </div>
                    <PostButton
                        action="revoke_invitation"
                        label=t!("members-revoke")
                        small=true
                        with=("id", invitation.id.to_string())
                        describe=t!("members-revoke-named", name = who)
                    />
                </li>
            }
        })
        .collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <h3>{t!("members-open")}</h3>
            <ul class="tasks" role="list">
                {rows}
            </ul>
        }
    })
}

fn hand_over(others: Vec<Joined>) -> impl IntoView {
    let options: Vec<_> = others
        .into_iter()
        .map(|joined| {
            let user = joined.user;
            let label = match user.name.as_str() {
                "" => user.email,
                name => format!("{name} ({})", user.email),
            };
            (user.id.to_string(), label)
        })
        .collect();
    let first = options.first().map(|(id, _)| id.clone()).unwrap_or_default();
    view! {
        <Setting id="hand-over" title=t!("members-hand-over") text=t!("members-hand-over-text")>
            <Form name="hand_over_workspace">
                <Select name="id" label=t!("members-new-owner") options value=first/>
                <Submit label=t!("members-hand-over") weight=Weight::Danger/>
            </Form>
        </Setting>
    }
}

fn leave() -> impl IntoView {
    view! {
        <Setting id="leave" title=t!("members-leave") text=t!("members-leave-text")>
            <details class="confirm">
                <summary>{t!("members-leave")}</summary>
                <div class="mt-3">
                    <PostButton
                        action="leave_workspace"
                        label=t!("members-leave-confirm")
                        weight=Weight::Danger
                    />
                </div>
            </details>
        </Setting>
    }
}
