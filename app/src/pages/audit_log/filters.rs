use leptos::prelude::*;
use service::AuditActor;

use super::{AuditForm, HERE, action_label, actor_label, noun_label, via_label};
use crate::components::{Glyph, Icon};

/// A choice of the filter; what is chosen already stays, even if it is none of the others.
fn choice(
    name: &'static str,
    label: String,
    mut options: Vec<(String, String)>,
    chosen: Option<&str>,
) -> impl IntoView + use<> {
    let chosen = chosen.unwrap_or_default().to_owned();
    if !chosen.is_empty() && options.iter().all(|(value, _)| *value != chosen) {
        options.push((chosen.clone(), chosen.clone()));
    }
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        })
        .collect_view();
    let id = format!("filter-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <span class="select">
                <select class="input" id=id name=name>
                    <option value="">{t!("audit-any")}</option>
                    {options}
                </select>
                <Icon of=Glyph::DOWN/>
            </span>
        </div>
    }
}

fn input(
    name: &'static str,
    label: String,
    kind: &'static str,
    value: String,
) -> impl IntoView + use<> {
    let id = format!("filter-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id name=name type=kind value=value autocomplete="off" spellcheck="false"/>
        </div>
    }
}

/// Nouns with what all of their actions together are called.
fn action_options(actions: Vec<String>) -> Vec<(String, String)> {
    let mut options: Vec<(String, String)> = Vec::new();
    for action in actions {
        let noun = action.split('.').next().unwrap_or_default().to_owned();
        if options.iter().all(|(value, _)| *value != noun) {
            let label = t!("audit-all-of", noun = noun_label(&noun));
            options.push((noun, label));
        }
        let label = format!("– {}", action_label(&action));
        options.push((action, label));
    }
    options
}

/// The filter, as it is set.
pub(super) fn filters(
    form: &AuditForm,
    actions: Vec<String>,
    actors: Vec<AuditActor>,
) -> impl IntoView + use<> {
    let query = &form.query;
    let actors = actors.into_iter().map(|a| (a.id.clone(), actor_label(&a))).collect();
    let vias = ["session", "token", "api_key", "console"];
    let vias = vias.iter().map(|via| ((*via).to_owned(), via_label(via))).collect();
    let subject = query.subject.clone().unwrap_or_default();
    view! {
        <form class="filter-grid" method="get" action=HERE role="search">
            {choice("actor", t!("audit-who"), actors, query.actor.as_deref())}
            {choice("action", t!("audit-action"), action_options(actions), query.action.as_deref())}
            {choice("via", t!("audit-via"), vias, query.via.as_deref())}
            {input("subject", t!("audit-subject"), "text", subject)}
            {input("from", t!("audit-from"), "date", form.from.clone())}
            {input("to", t!("audit-to"), "date", form.to.clone())}
            <div class="row">
                <button class="button" type="submit">
                    {t!("filter-go")}
                </button>
                {form
                    .filtered()
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
