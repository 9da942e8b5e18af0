use leptos::prelude::*;
use model::Role;

use super::{PageCx, Section, Theme};
use crate::islands::{Act, Command, Palette, PaletteTexts};

/// The command palette, with what the person on this page may do.
#[component]
pub(super) fn CommandPalette() -> impl IntoView {
    let owner = PageCx::current().viewer.map(|viewer| viewer.email);
    owner.map(|owner| {
        let mut commands = pages();
        commands.extend(actions());
        view! { <Palette commands owner texts=texts()/> }
    })
}

fn pages() -> Vec<Command> {
    let operator = PageCx::current().viewer.is_some_and(|viewer| viewer.operator);
    let sections = [
        (Section::Overview, 'o'),
        (Section::Agents, 'a'),
        (Section::Payments, 'p'),
        (Section::Certificates, 'c'),
        (Section::AuditLog, 'l'),
        (Section::ApiKeys, 'k'),
        (Section::Webhooks, 'w'),
        (Section::Settings, 's'),
        (Section::Operator, 'i'),
    ];
    let permitted = sections.into_iter().filter(|(to, _)| operator || *to != Section::Operator);
    permitted
        .map(|(to, key)| Command {
            label: to.label(),
            kind: t!("palette-page"),
            act: Act::Go(to.href().to_owned()),
            key: Some(key),
        })
        .collect()
}

fn actions() -> Vec<Command> {
    let cx = PageCx::current();
    let go = |label, path: &str| action(label, Act::Go(path.to_owned()));
    let press = |label, selector: String| action(label, Act::Press(selector));
    let mut actions = vec![
        go(t!("palette-new-agent"), "/dashboard/agents/new"),
        go(t!("palette-new-agents"), "/dashboard/agents/bulk"),
    ];
    // As the service has it: members make no keys and endpoints.
    if cx.viewer.is_some_and(|viewer| viewer.role >= Role::Admin) {
        actions.push(go(t!("palette-new-key"), "/dashboard/api-keys"));
        actions.push(go(t!("palette-new-webhook"), "/dashboard/webhooks/new"));
    }
    for (theme, label) in [
        (Theme::Light, t!("palette-light")),
        (Theme::Dark, t!("palette-dark")),
        (Theme::System, t!("palette-system")),
    ] {
        let selector = format!("form[action=\"/fn/set_theme\"] [value=\"{}\"]", theme.as_str());
        actions.push(press(label, selector));
    }
    let other = cx.lang.other();
    let selector = format!("form[action=\"/fn/set_language\"] [value=\"{}\"]", other.code());
    actions.push(press(t!("palette-language", language = other), selector));
    let sign_out = "form[action=\"/fn/log_out\"] button".to_owned();
    actions.push(press(t!("accounts-sign-out"), sign_out));
    actions
}

fn action(label: String, act: Act) -> Command {
    Command { label, kind: t!("palette-action"), act, key: None }
}

fn texts() -> PaletteTexts {
    PaletteTexts {
        open: t!("palette-open"),
        label: t!("palette-label"),
        recent: t!("palette-recent"),
        none: t!("palette-none"),
        choose: t!("palette-choose"),
        run: t!("palette-run"),
        close: t!("palette-close"),
        shortcuts: t!("shortcuts-title"),
        opens_palette: t!("shortcuts-palette"),
        opens_shortcuts: t!("shortcuts-list"),
        single_keys: t!("shortcuts-single-keys"),
    }
}
