//! Pages that links in mails lead to, and the one to ask for such a link.

use leptos::prelude::*;
use model::Role;
use service::InvitationDetail;

use super::accounts::auth_page;
use crate::components::{Banner, Field, Form, Kind, Submit, Tone, role_label};
use crate::page::PageCx;

/// The form to ask for a link to choose another password; without mail, whom to ask.
pub fn forgot_password() -> impl IntoView {
    let cx = PageCx::current();
    let body = if cx.sends_mail {
        view! {
            <p>{t!("recovery-forgot-text")}</p>
            <Form name="forgot_password">
                <Field
                    name="email"
                    label=t!("accounts-email")
                    kind=Kind::Email
                    autocomplete="username"
                />
                <Submit label=t!("recovery-send-link") wide=true/>
            </Form>
        }
        .into_any()
    } else {
        view! { <Banner tone=Tone::Info text=t!("recovery-ask-operator")/> }.into_any()
    };
    let body = view! {
        {body}
        <p class="small">
            <a href="/login">{t!("recovery-back")}</a>
        </p>
    };
    auth_page(t!("recovery-forgot"), None, body)
}

/// The form to choose another password with the secret of a link.
pub fn reset_password(token: String) -> impl IntoView {
    let form = view! {
        <p>{t!("recovery-reset-text")}</p>
        <Form name="reset_password">
            <input type="hidden" name="token" value=token/>
            <Field
                name="password"
                label=t!("settings-new-password")
                kind=Kind::Password
                autocomplete="new-password"
                hint=t!("accounts-password-hint")
            />
            <Submit label=t!("recovery-choose") wide=true/>
        </Form>
    };
    auth_page(t!("recovery-reset-title"), None, form)
}

/// The button that proves an address: opening the page alone must not, for mail programs open links on their own.
pub fn verify_email(token: String) -> impl IntoView {
    let refused = PageCx::current().form.is_some_and(|form| form.form == "verify_email");
    if refused {
        return ended().into_any();
    }
    let form = view! {
        <p>{t!("recovery-verify-text")}</p>
        <Form name="verify_email">
            <input type="hidden" name="token" value=token/>
            <Submit label=t!("recovery-verify") wide=true/>
        </Form>
    };
    auth_page(t!("recovery-verify-title"), None, form).into_any()
}

/// Instead of what a link led to: it works no more.
pub fn ended() -> impl IntoView {
    let body = view! {
        <p>{t!("recovery-ended-text")}</p>
        <p>
            <a class="button" href="/login">
                {t!("accounts-sign-in")}
            </a>
        </p>
    };
    auth_page(t!("recovery-ended"), None, body)
}

/// What an invitation is to, and how to take it up.
pub fn invitation(detail: InvitationDetail, token: String) -> impl IntoView {
    let viewer = PageCx::current().viewer;
    let InvitationDetail { invitation, workspace, inviter } = detail;
    let email = invitation.email;
    let text = match &workspace {
        Some(name) => t!(
            "recovery-invited-to",
            inviter = inviter,
            workspace = name.as_str(),
            role = role_label(invitation.role.unwrap_or(Role::Member))
        ),
        None => t!("recovery-invited", inviter = inviter),
    };
    let register = format!("/register?invitation={token}");
    let here = format!("/login?next=%2Finvite%3Ftoken%3D{token}");
    let way = match viewer {
        Some(viewer) if workspace.is_some() && (email.is_empty() || email == viewer.email) => {
            view! {
                <Form name="accept_invitation">
                    <input type="hidden" name="token" value=token/>
                    <p class="soft">{t!("recovery-signed-in-as", email = viewer.email)}</p>
                    <Submit label=t!("recovery-join") wide=true/>
                </Form>
            }
            .into_any()
        }
        Some(viewer) => {
            let text = if workspace.is_none() {
                t!("recovery-account-already", email = viewer.email)
            } else {
                t!("recovery-other-address", email = viewer.email)
            };
            view! { <Banner tone=Tone::Warn text/> }.into_any()
        }
        None => view! {
            <a class="button button-primary button-wide" href=register>
                {t!("accounts-create")}
            </a>
            {workspace
                .is_some()
                .then(|| {
                    view! {
                        <p class="small soft">
                            {t!("accounts-have-one")} " " <a href=here>{t!("accounts-sign-in")}</a>
                        </p>
                    }
                })}
        }
        .into_any(),
    };
    let only = (!email.is_empty()).then(|| t!("recovery-only-for", email = email.as_str()));
    let body = view! {
        <p>{text}</p>
        {only.map(|text| view! { <p class="small soft">{text}</p> })}
        {way}
    };
    auth_page(t!("recovery-invitation"), None, body)
}
