//! Signing in.

use leptos::prelude::*;

use super::factors::PasskeyButton;
use crate::components::{Banner, Field, Form, Kind, LanguageSwitch, Logo, Rosette, Submit, Tone};
use crate::page::{LegalLinks, PageCx, PublicPage};

/// The frame of all of them: the form, and beside it the engraving.
pub(super) fn auth_page(
    title: String,
    script: Option<&'static str>,
    body: impl IntoView + 'static,
) -> impl IntoView {
    let cx = PageCx::current();
    let at = t!("accounts-at", host = cx.host());
    let description = format!("{title} {at}");
    let flash = cx.flash.clone().map(|flash| {
        let tone = if flash.good { Tone::Good } else { Tone::Bad };
        view! { <Banner tone text=flash.text alert=true/> }
    });
    view! {
        <PublicPage title=title.clone() description indexed=true bare=true script>
            <div class="auth">
                <main class="auth-form" id="main" tabindex="-1">
                    <div class="stack stack-md">
                        <Logo href="/"/>
                        <div>
                            <h1>{title}</h1>
                            <p class="soft">{at}</p>
                        </div>
                        {flash} {body}
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
pub fn login(next: Option<String>, passkeys: bool) -> impl IntoView {
    let back = PageCx::current().path;
    let with_passkey = passkeys.then(|| {
        let next = next.clone();
        view! {
            <form class="form" method="post" action="/fn/begin_passkey_log_in">
                <input type="hidden" name="back" value=back/>
                <input type="hidden" name="next" value=next/>
                <button class="button button-wide" type="submit">
                    {t!("accounts-with-passkey")}
                </button>
            </form>
        }
    });
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
        {with_passkey}
        <p class="small">
            <a href="/forgot-password">{t!("recovery-forgot-link")}</a>
        </p>
        <p class="small soft">
            {t!("accounts-none-yet")} " " <a href="/register">{t!("accounts-create-one")}</a>
        </p>
    };
    auth_page(t!("accounts-sign-in"), None, form)
}

/// The second step of signing in: a code where `code` says so, a passkey where there is a `challenge`, and always a
/// recovery code.
pub fn second_step(code: bool, challenge: Option<String>) -> impl IntoView {
    let script = challenge.is_some().then_some("passkey.js");
    let text = if code { t!("accounts-code-text") } else { t!("accounts-passkey-or-code") };
    let label = if code { t!("accounts-code") } else { t!("factors-recovery-code") };
    let body = view! {
        <p>{text}</p>
        {challenge
            .map(|options| {
                view! {
                    <form class="form" method="post" action="/fn/finish_log_in" data-passkey=options>
                        <PasskeyButton label=t!("accounts-use-passkey")/>
                    </form>
                }
            })}
        <Form name="finish_log_in">
            <Field
                name="code"
                label
                hint=t!("accounts-code-hint")
                autocomplete="one-time-code"
                code=true
            />
            <Submit label=t!("accounts-sign-in") wide=true/>
        </Form>
        <form method="post" action="/fn/log_out">
            <button class="button button-quiet" type="submit">
                {t!("accounts-cancel")}
            </button>
        </form>
    };
    auth_page(t!("accounts-second-step"), script, body)
}

/// Signing in with a passkey alone: the browser is asked, and the page that asked for somebody follows.
pub fn passkey(options: String, next: Option<String>) -> impl IntoView {
    let body = view! {
        <p>{t!("accounts-passkey-text")}</p>
        <form class="form" method="post" action="/fn/log_in_with_passkey" data-passkey=options>
            <input type="hidden" name="next" value=next/>
            <PasskeyButton label=t!("accounts-use-passkey")/>
        </form>
        <p class="small soft">
            <a href="/login">{t!("accounts-with-password")}</a>
        </p>
    };
    auth_page(t!("accounts-with-passkey"), Some("passkey.js"), body)
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
    auth_page(t!("accounts-suspended"), None, body)
}
