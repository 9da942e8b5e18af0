//! Signing in and making an account.

use leptos::prelude::*;

use crate::components::{Field, Form, Kind, LanguageSwitch, Logo, Rosette, Submit};
use crate::page::{LegalLinks, PageCx, PublicPage};

/// The frame of both: the form, and beside it the engraving.
fn auth_page(title: String, body: impl IntoView + 'static) -> impl IntoView {
    let cx = PageCx::current();
    let at = t!("accounts-at", host = cx.host());
    let description = format!("{title} {at}");
    view! {
        <PublicPage title=title.clone() description indexed=true bare=true>
            <div class="auth">
                <main class="auth-form" id="main" tabindex="-1">
                    <div class="stack stack-md">
                        <Logo href="/"/>
                        <div>
                            <h1>{title}</h1>
                            <p class="soft">{at}</p>
                        </div>
                        {body}
                        <div class="auth-foot">
                            <LegalLinks/>
                            <LanguageSwitch/>
                        </div>
                    </div>
                </main>
                <aside class="auth-side" aria-label=t!("accounts-about")>
                    <Rosette full=true/>
                    <p>{t!("accounts-about-text")}</p>
                </aside>
            </div>
        </PublicPage>
    }
}

/// The form to sign in; `next` is the page that asked for it.
pub fn login(next: Option<String>) -> impl IntoView {
    let form = view! {
        <Form name="log_in">
            <input type="hidden" name="next" value=next/>
            <Field name="email" label=t!("accounts-email") kind=Kind::Email autocomplete="username"/>
            <Field
                name="password"
                label=t!("accounts-password")
                kind=Kind::Password
                autocomplete="current-password"
            />
            <Submit label=t!("accounts-sign-in") wide=true/>
        </Form>
        <p class="small soft">
            {t!("accounts-none-yet")} " " <a href="/register">{t!("accounts-create-one")}</a>
        </p>
    };
    auth_page(t!("accounts-sign-in"), form)
}

/// The form to make an account. The first account of an instance that others can reach needs the operator's token.
pub fn register(wants_operator_token: bool) -> impl IntoView {
    let form = view! {
        <Form name="register">
            <Field name="name" label=t!("accounts-name") autocomplete="organization" optional=true/>
            <Field
                name="email"
                label=t!("accounts-email")
                kind=Kind::Email
                autocomplete="email"
                hint=t!("accounts-email-hint")
            />
            <Field
                name="password"
                label=t!("accounts-password")
                kind=Kind::Password
                autocomplete="new-password"
                hint=t!("accounts-password-hint")
            />
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
        <p class="small soft">
            {t!("accounts-have-one")} " " <a href="/login">{t!("accounts-sign-in")}</a>
        </p>
    };
    auth_page(t!("accounts-create"), form)
}

/// Instead of the dashboard: the workspace is suspended, for the operator's `reason`.
pub fn suspended(reason: String) -> impl IntoView {
    let body = view! {
        <p>{t!("accounts-suspended-text")}</p>
        <blockquote class="soft">{reason}</blockquote>
        <form method="post" action="/fn/log_out">
            <button class="button" type="submit">
                {t!("accounts-sign-out")}
            </button>
        </form>
    };
    auth_page(t!("accounts-suspended"), body)
}
