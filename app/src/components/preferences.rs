use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::i18n::Lang;
use crate::page::{PageCx, Theme, Viewer};

/// Switches between the languages.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let cx = PageCx::current();
    let buttons = Lang::ALL
        .into_iter()
        .map(|lang| {
            let pressed = if lang == cx.lang { "true" } else { "false" };
            view! {
                <button name="lang" value=lang.code() lang=lang.code() aria-pressed=pressed>
                    {lang.name()}
                </button>
            }
        })
        .collect_view();
    view! {
        <form method="post" action="/fn/set_language">
            <input type="hidden" name="back" value=cx.path/>
            <div class="segmented" role="group" aria-label=t!("shell-language")>
                {buttons}
            </div>
        </form>
    }
}

/// Switches between the themes.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let cx = PageCx::current();
    let buttons = Theme::ALL
        .into_iter()
        .map(|theme| {
            let (glyph, label) = match theme {
                Theme::System => (Glyph::SYSTEM, t!("shell-theme-system")),
                Theme::Light => (Glyph::LIGHT, t!("shell-theme-light")),
                Theme::Dark => (Glyph::DARK, t!("shell-theme-dark")),
            };
            let pressed = if theme == cx.theme { "true" } else { "false" };
            view! {
                <button
                    name="theme"
                    value=theme.as_str()
                    aria-pressed=pressed
                    aria-label=label.clone()
                    title=label
                >
                    <Icon of=glyph/>
                </button>
            }
        })
        .collect_view();
    view! {
        <form method="post" action="/fn/set_theme">
            <input type="hidden" name="back" value=cx.path/>
            <div class="segmented" role="group" aria-label=t!("shell-theme")>
                {buttons}
            </div>
        </form>
    }
}

/// The workspaces of the person, where there are several, to go on in another one.
fn workspace_switch(viewer: &Viewer) -> Option<impl IntoView + use<>> {
    (viewer.workspaces.len() > 1).then(|| {
        let buttons = viewer
            .workspaces
            .iter()
            .map(|(id, name)| {
                let current = (*id == viewer.workspace).then_some("true");
                view! {
                    <button
                        class="nav-link"
                        type="submit"
                        name="workspace"
                        value=id.to_string()
                        aria-current=current
                    >
                        <bdi>{name.clone()}</bdi>
                    </button>
                }
            })
            .collect_view();
        view! {
            <form
                class="menu-workspaces"
                method="post"
                action="/fn/switch_workspace"
                aria-label=t!("shell-workspaces")
            >
                <input type="hidden" name="back" value=PageCx::current().path/>
                {buttons}
            </form>
        }
    })
}

/// Who is signed in, with what belongs to the person: language, theme, signing out.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let cx = PageCx::current();
    let viewer = cx.viewer.clone()?;
    let plan = t!("shell-plan", plan = super::plan_label(viewer.plan));
    let name = viewer.display_name().to_owned();
    Some(view! {
        <button class="account" type="button" popovertarget="account">
            <span class="avatar" aria-hidden="true">
                {viewer.initials()}
            </span>
            <span class="account-name">
                <span class="visually-hidden">{t!("shell-account")}</span>
                {name}
                <small>{plan}</small>
            </span>
            <Icon of=Glyph::ACCOUNT/>
        </button>
        <div class="menu" id="account" popover="auto">
            <p class="menu-head">{viewer.email.clone()}</p>
            {workspace_switch(&viewer)}
            <div class="menu-row">
                <span>{t!("shell-theme")}</span>
                <ThemeSwitch/>
            </div>
            <div class="menu-row">
                <span>{t!("shell-language")}</span>
                <LanguageSwitch/>
            </div>
            <form class="menu-foot" method="post" action="/fn/log_out">
                <button class="nav-link" type="submit">
                    <Icon of=Glyph::LOG_OUT/>
                    {t!("accounts-sign-out")}
                </button>
            </form>
        </div>
    })
}
