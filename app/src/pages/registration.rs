//! Making an account.

use leptos::prelude::*;

use super::accounts::auth_page;
use crate::components::{Field, Form, Kind, Submit};
use crate::page::PageCx;

/// The invitation that somebody came with.
#[derive(Debug, Clone, Default)]
pub struct Invited {
    /// The secret of its link; empty: there is none.
    pub token: String,
    /// The one address that may use it; empty: any.
    pub email: String,
}

/// The form to make an account at once. The first account of an instance that others can reach needs the operator's token.
pub fn register(invited: Invited, wants_operator_token: bool) -> impl IntoView {
    let hint = if PageCx::current().sends_mail {
        t!("accounts-email-hint-mail")
    } else {
        t!("accounts-email-hint")
    };
    let Invited { token, email } = invited;
    let token =
        (!token.is_empty()).then(|| view! { <input type="hidden" name="invitation" value=token/> });
    let form = view! {
        <Form name="register">
            {token}
            {name_field()}
            <Field
                name="email"
                label=t!("accounts-email")
                kind=Kind::Email
                autocomplete="email"
                value=email
                hint=hint
            />
            {password_field()}
            {wants_operator_token
                .then(|| {
                    view! {
                        <Field
                            name="operator_token"
                            label=t!("accounts-operator-token")
                            hint=t!("accounts-operator-token-hint")
                            optional=true
                            code=true
                        />
                    }
                })}
            <Submit label=t!("accounts-create") wide=true/>
        </Form>
        {sign_in()}
    };
    auth_page(t!("accounts-create"), None, form)
}

fn name_field() -> impl IntoView {
    view! {
        <Field name="name" label=t!("accounts-name") autocomplete="organization" optional=true/>
    }
}

fn password_field() -> impl IntoView {
    view! {
        <Field
            name="password"
            label=t!("accounts-password")
            kind=Kind::Password
            autocomplete="new-password"
            hint=t!("accounts-password-hint")
        />
    }
}

/// The form to ask for a link by which one makes an account.
pub fn begin() -> impl IntoView {
    let form = view! {
        <Form name="begin_registration">
            {name_field()}
            <Field
                name="email"
                label=t!("accounts-email")
                kind=Kind::Email
                autocomplete="email"
                hint=t!("accounts-email-hint-link")
            />
            <Submit label=t!("accounts-send-link") wide=true/>
        </Form>
        {sign_in()}
    };
    auth_page(t!("accounts-create"), None, form)
}

/// After [`begin`]: where to look now. The same for everybody, whether or not the address has an account.
pub fn mailed(email: String) -> impl IntoView {
    let body = view! {
        <p>{t!("accounts-mailed-text", email = email)}</p>
        <p class="small soft">
            {t!("accounts-mailed-none")} " " <a href="/register">{t!("accounts-mailed-again")}</a>
        </p>
        {sign_in()}
    };
    auth_page(t!("accounts-mailed"), None, body)
}

/// The form to choose a password with the secret of a link, which makes the account.
pub fn finish(token: String, email: String) -> impl IntoView {
    let form = view! {
        <p>{t!("accounts-finish-text", email = email.as_str())}</p>
        <Form name="finish_registration">
            <input type="hidden" name="token" value=token/>
            // For password managers: of whom the password is.
            <input type="email" name="username" value=email autocomplete="username" hidden/>
            {password_field()}
            <Submit label=t!("accounts-create") wide=true/>
        </Form>
    };
    auth_page(t!("accounts-finish"), None, form)
}

/// Instead of the form to make an account: this instance takes only whoever was invited, or nobody.
pub fn registration_shut(invitations: bool) -> impl IntoView {
    let text =
        if invitations { t!("error-invitation-needed") } else { t!("error-registration-closed") };
    let body = view! {
        <p>{text}</p>
        {sign_in()}
    };
    auth_page(t!("accounts-create"), None, body)
}

fn sign_in() -> impl IntoView {
    view! {
        <p class="small soft">
            {t!("accounts-have-one")} " " <a href="/login">{t!("accounts-sign-in")}</a>
        </p>
    }
}
