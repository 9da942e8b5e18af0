//! The second factor: what is set up, and setting it up.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use service::{Passkey, SecondFactors, TotpSetup};

use super::settings::Setting;
use crate::components::{
    CodeBlock, CopyField, Field, Form, Glyph, Icon, PageHead, PostButton, Submit, Time, Weight,
};
use crate::page::{Crumb, DashboardPage, PageCx, Section};

/// Where the settings are.
pub const HERE: &str = "/dashboard/settings";
/// Where an app is set up.
pub const APP: &str = "/dashboard/settings/app";
/// Where a passkey is added.
pub const PASSKEY: &str = "/dashboard/settings/passkey";
/// Where new recovery codes are shown.
pub const CODES: &str = "/dashboard/settings/recovery-codes";
/// The script that asks the browser for a passkey.
pub(super) const SCRIPT: Option<&str> = Some("passkey.js");

/// The button of a form that asks the browser for a passkey, with the field for its answer. It works once the script
/// runs.
#[component]
pub(super) fn PasskeyButton(
    /// What it says.
    label: String,
    /// The field's name.
    #[prop(default = "passkey")]
    name: &'static str,
) -> impl IntoView {
    view! {
        <input type="hidden" name=name data-passkey-answer/>
        <button class="button button-wide" type="button" data-passkey-ask disabled>
            <Icon of=Glyph::API_KEY/>
            {label}
        </button>
        <p class="error" role="alert" data-passkey-failed hidden>
            {t!("accounts-passkey-failed")}
        </p>
        <noscript>
            <p class="small soft">{t!("accounts-needs-script")}</p>
        </noscript>
    }
}

/// What is set up, as a section of the settings.
pub(super) fn section(factors: SecondFactors) -> impl IntoView {
    let any = factors.any();
    let SecondFactors { totp_since_ms, passkeys, recovery_codes, passkeys_possible } = factors;
    view! {
        <Setting id="factors" title=t!("factors-title") text=t!("factors-text")>
            <div class="stack">
                {app_row(totp_since_ms)} {passkey_rows(passkeys, passkeys_possible)}
                {any.then(|| codes_row(recovery_codes))}
            </div>
        </Setting>
    }
}

/// Setting a first factor up, for whoever can do nothing else until then.
pub fn required(factors: SecondFactors) -> impl IntoView {
    view! {
        <DashboardPage title=t!("factors-required") section=None>
            <PageHead title=t!("factors-required") lead=t!("factors-required-text")/>
            <div>{section(factors)}</div>
        </DashboardPage>
    }
}

fn app_row(since_ms: Option<i64>) -> AnyView {
    let Some(since_ms) = since_ms else {
        return view! {
            <h3>{t!("factors-app")}</h3>
            <p class="soft">{t!("factors-app-none")}</p>
            <PostButton action="begin_totp" label=t!("factors-set-up")/>
        }
        .into_any();
    };
    view! {
        <h3>{t!("factors-app")}</h3>
        <p class="soft">{t!("factors-app-since")} " " <Time at_ms=since_ms/></p>
        <div class="row">
            <PostButton action="begin_totp" label=t!("factors-app-replace")/>
            <PostButton
                action="remove_totp"
                label=t!("factors-app-remove")
                weight=Weight::Danger
                describe=format!("{}: {}", t!("factors-app-remove"), t!("factors-app"))
            />
        </div>
    }
    .into_any()
}

fn passkey_rows(passkeys: Vec<Passkey>, possible: bool) -> impl IntoView {
    let list = (!passkeys.is_empty()).then(|| {
        let rows = passkeys.into_iter().map(passkey_row).collect_view();
        view! { <ul class="tasks" role="list">{rows}</ul> }
    });
    let next = if possible {
        view! { <PostButton action="begin_passkey" label=t!("factors-passkey-add")/> }.into_any()
    } else {
        let url = PageCx::current().public_url.to_string();
        view! { <p class="soft">{t!("factors-passkeys-impossible", url = url)}</p> }.into_any()
    };
    view! {
        <h3>{t!("factors-passkeys")}</h3>
        <p class="soft">{t!("factors-passkeys-text")}</p>
        {list}
        {next}
    }
}

fn passkey_row(passkey: Passkey) -> impl IntoView {
    let used = match passkey.last_used_at_ms {
        Some(at_ms) => view! { {t!("factors-passkey-used")} " " <Time at_ms/> }.into_any(),
        None => view! { {t!("factors-passkey-unused")} }.into_any(),
    };
    let (id, name) = (passkey.id.to_string(), passkey.name);
    let label_id = format!("name-{id}");
    view! {
        <li>
            <Icon of=Glyph::API_KEY/>
            <div>
                <b>{name.clone()}</b>
                <p>
                    {t!("factors-passkey-added-at")} " " <Time at_ms=passkey.created_at_ms/> " · "
                    {used}
                </p>
                <details class="unfold">
                    <summary>{t!("factors-passkey-rename")}</summary>
                    <form class="form mt-3" method="post" action="/fn/rename_passkey">
                        <input type="hidden" name="back" value=PageCx::current().path/>
                        <input type="hidden" name="id" value=id.clone()/>
                        <div class="field">
                            <label for=label_id.clone()>{t!("factors-passkey-name")}</label>
                            <input class="input" id=label_id name="name" value=name.clone() required maxlength="200"/>
                        </div>
                        <button class="button button-sm" type="submit">
                            {t!("settings-save")}
                        </button>
                    </form>
                </details>
            </div>
            <PostButton
                action="remove_passkey"
                label=t!("factors-passkey-remove")
                small=true
                with=("id", id)
                describe=t!("factors-passkey-remove-named", name = name)
            />
        </li>
    }
}

fn codes_row(left: i64) -> impl IntoView {
    view! {
        <h3>{t!("factors-codes")}</h3>
        <p class="soft">{t!("factors-codes-left", count = left)}</p>
        <PostButton action="make_recovery_codes" label=t!("factors-codes-make")/>
    }
}

fn crumbs() -> Vec<Crumb> {
    vec![Crumb::new(t!("nav-settings"), HERE)]
}

/// Setting up an app: what it scans, and the first code.
pub fn app(setup: TotpSetup) -> impl IntoView {
    let secret = setup.secret.as_bytes().chunks(4).map(String::from_utf8_lossy);
    let secret = secret.collect::<Vec<_>>().join(" ");
    view! {
        <DashboardPage title=t!("factors-app") section=Section::Settings crumbs=crumbs()>
            <PageHead title=t!("factors-app") lead=t!("factors-app-scan")/>
            <div class="measure stack">
                <div class="qr" inner_html=qr(&setup.url)></div>
                <strong id="totp-secret">{t!("factors-app-secret")}</strong>
                <CopyField labelled_by="totp-secret" value=secret/>
                <Form name="confirm_totp">
                    <Field
                        name="code"
                        label=t!("factors-app-code")
                        autocomplete="one-time-code"
                        code=true
                    />
                    <Submit label=t!("factors-app-confirm")/>
                </Form>
            </div>
        </DashboardPage>
    }
}

/// A text as a QR code: dark squares on white whatever the theme, since cameras expect that.
fn qr(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        // Longer than any code holds: the secret beside it can be typed.
        return String::new();
    };
    const QUIET: usize = 4;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
        }
    }
    let side = width + 2 * QUIET;
    let title = t!("factors-app-qr");
    format!(
        "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{title}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

/// Adding a passkey: its name, and the question to the browser.
pub fn passkey(options: String) -> impl IntoView {
    view! {
        <DashboardPage
            title=t!("factors-passkey-add")
            section=Section::Settings
            crumbs=crumbs()
            script=SCRIPT
        >
            <PageHead title=t!("factors-passkey-add") lead=t!("accounts-passkey-text")/>
            <div class="measure stack" data-passkey-create=options>
                <Form name="add_passkey">
                    <Field
                        name="name"
                        label=t!("factors-passkey-name")
                        hint=t!("factors-passkey-name-hint")
                    />
                    <PasskeyError/>
                    <PasskeyButton label=t!("factors-passkey-create")/>
                </Form>
            </div>
        </DashboardPage>
    }
}

/// What was wrong with the browser's answer: it belongs to no field that anybody sees.
#[component]
fn PasskeyError() -> impl IntoView {
    let form = PageCx::current().form;
    form.and_then(|form| form.error("passkey").map(str::to_owned)).map(|text| {
        view! { <p class="error" role="alert">{text}</p> }
    })
}

/// New recovery codes, shown once.
pub fn recovery_codes(codes: Vec<String>) -> impl IntoView {
    let text = codes.join("\n");
    let file = format!("data:text/plain;charset=utf-8,{}", codes.join("%0A"));
    view! {
        <DashboardPage title=t!("factors-codes") section=Section::Settings crumbs=crumbs()>
            <PageHead title=t!("factors-codes") lead=t!("factors-codes-once")/>
            <div class="measure stack">
                <CodeBlock title=t!("factors-codes") code=text/>
                <div class="row">
                    <a class="button" href=file download="surety-recovery-codes.txt">
                        {t!("factors-codes-download")}
                    </a>
                    <a class="button button-primary" href=HERE>
                        {t!("factors-codes-done")}
                    </a>
                </div>
            </div>
        </DashboardPage>
    }
}
