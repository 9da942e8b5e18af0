//! Events in words, and the part of a form that chooses among them.

use leptos::prelude::*;
use model::{Dialect, EVENT_TYPES, Subscription, TEST_EVENT, event_group};

use crate::components::FieldError;
use crate::page::PageCx;

/// When an event of this type is sent.
pub fn event_text(kind: &str) -> String {
    match kind {
        "payment.recorded" => t!("event-payment-recorded"),
        "payment.received" => t!("event-payment-received"),
        "payment.confirmed" => t!("event-payment-confirmed"),
        "payment.completed" => t!("event-payment-completed"),
        "payment.failed" => t!("event-payment-failed"),
        "payment.disputed" => t!("event-payment-disputed"),
        "payments.imported" => t!("event-payments-imported"),
        "certificate.issued" => t!("event-certificate-issued"),
        "certificate.renewed" => t!("event-certificate-renewed"),
        "certificate.expiring" => t!("event-certificate-expiring"),
        "certificate.expired" => t!("event-certificate-expired"),
        "certificate.suspended" => t!("event-certificate-suspended"),
        "certificate.revoked" => t!("event-certificate-revoked"),
        "agent.created" => t!("event-agent-created"),
        "agent.updated" => t!("event-agent-updated"),
        "agent.archived" => t!("event-agent-archived"),
        "agent.unarchived" => t!("event-agent-unarchived"),
        "agent.deleted" => t!("event-agent-deleted"),
        "api_key.created" => t!("event-key-created"),
        "api_key.rotated" => t!("event-key-rotated"),
        "api_key.revoked" => t!("event-key-revoked"),
        "webhook.disabled" => t!("event-webhook-disabled"),
        TEST_EVENT => t!("event-webhook-test"),
        other => other.to_owned(),
    }
}

/// What a group of events is called.
pub fn group_name(group: &str) -> String {
    match group {
        "payment" => t!("nav-payments"),
        "payments" => t!("webhooks-group-imports"),
        "certificate" => t!("nav-certificates"),
        "agent" => t!("nav-agents"),
        "api_key" => t!("nav-api-keys"),
        "webhook" => t!("nav-webhooks"),
        other => other.to_owned(),
    }
}

/// The groups in the order of the catalogue, each with its event types.
pub fn groups() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for kind in EVENT_TYPES {
        let group = event_group(kind);
        match groups.last_mut() {
            Some((last, kinds)) if *last == group => kinds.push(kind),
            _ => groups.push((group, vec![kind])),
        }
    }
    groups
}

/// What an endpoint listens to: single types and groups as they are spelled, more of them as a number.
pub fn events_cell(events: &Subscription) -> impl IntoView + use<> {
    let spelled = !events.is_all() && events.words().len() <= 2;
    view! { <span class=spelled.then_some("id")>{events_summary(events)}</span> }
}

fn events_summary(events: &Subscription) -> String {
    if events.is_all() {
        return t!("webhooks-all-events");
    }
    let heard = EVENT_TYPES.iter().filter(|kind| events.has(kind)).count();
    match events.words() {
        [one] => one.clone(),
        [one, two] => format!("{one}, {two}"),
        _ => t!("webhooks-event-count", count = heard, all = EVENT_TYPES.len()),
    }
}

/// What the API is called whose form the messages have.
pub fn dialect_name(dialect: Dialect) -> String {
    let name = match dialect {
        Dialect::Standard => "Standard Webhooks",
        Dialect::AgentGatePay => "AgentGatePay",
        Dialect::AgentGate => "AgentGate",
        Dialect::Paegents => "Paegents",
    };
    name.to_owned()
}

/// What the messages look like, and for whom.
pub fn dialect_meaning(dialect: Dialect) -> String {
    match dialect {
        Dialect::Standard => t!("dialect-standard"),
        Dialect::AgentGatePay => t!("dialect-agentgatepay"),
        Dialect::AgentGate => t!("dialect-agentgate"),
        Dialect::Paegents => t!("dialect-paegents"),
    }
}

/// Chooses events: all of them, or single types and groups. "All" is a choice of its own, so that an empty one is never
/// taken for it, nor for none.
#[component]
pub fn EventPicker(
    /// The form that it stands in.
    form: &'static str,
    /// What is chosen before anything was typed.
    chosen: Option<Subscription>,
) -> impl IntoView {
    let refused = PageCx::current().form.filter(|state| state.form == form);
    let (all, ticked) = match &refused {
        Some(state) => {
            let events = state.typed.iter().filter(|(name, _)| name == "events[]");
            let events: Vec<_> = events.map(|(_, event)| event.clone()).collect();
            (state.typed("scope") == Some("all"), events)
        }
        None => {
            let chosen = chosen.unwrap_or_default();
            (chosen.is_all(), chosen.words().to_vec())
        }
    };
    let wrong = refused.as_ref().is_some_and(|state| state.error("events").is_some());
    let error_id = format!("{form}-events-error");
    let error = wrong.then(|| {
        view! { <FieldError id=error_id.clone() text=t!("webhooks-choose-event")/> }
    });
    let groups = groups().into_iter().map(|(g, kinds)| group(g, &kinds, &ticked)).collect_view();
    view! {
        <fieldset class="field event-picker" aria-describedby=wrong.then(|| error_id.clone())>
            <legend>{t!("webhooks-events")}</legend>
            <label class="check">
                <input type="radio" name="scope" value="all" checked=all/>
                <span>{t!("webhooks-all-events")}</span>
                <small>{t!("webhooks-all-events-text")}</small>
            </label>
            <label class="check">
                <input type="radio" name="scope" value="some" checked=!all autofocus=wrong/>
                <span>{t!("webhooks-some-events")}</span>
                <small>{t!("webhooks-some-events-text")}</small>
            </label>
            {error}
            <div class="event-groups">{groups}</div>
        </fieldset>
    }
}

/// A group with a box for all of it, where it has several types.
fn group(group: &str, kinds: &[&'static str], ticked: &[String]) -> impl IntoView + use<> {
    let has = |value: &str| ticked.iter().any(|event| event == value);
    let whole = format!("{group}.*");
    let whole = (kinds.len() > 1).then(|| {
        let checked = has(&whole);
        view! {
            <label class="check whole">
                <input type="checkbox" name="events[]" value=whole.clone() checked=checked/>
                <span class="id">{whole.clone()}</span>
                <small>{t!("webhooks-whole-group")}</small>
            </label>
        }
    });
    let kinds = kinds
        .iter()
        .map(|kind| {
            view! {
                <label class="check">
                    <input type="checkbox" name="events[]" value=*kind checked=has(kind)/>
                    <span class="id">{*kind}</span>
                    <small>{event_text(kind)}</small>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="event-group">
            <legend>{group_name(group)}</legend>
            {whole}
            {kinds}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, with_lang};

    #[test]
    fn every_event_has_its_words_in_both_languages() {
        for lang in [Lang::En, Lang::De] {
            with_lang(lang, || {
                for kind in EVENT_TYPES.iter().chain([&TEST_EVENT]) {
                    let text = event_text(kind);
                    assert!(text != *kind && !text.starts_with("event-"), "{kind}: {text}");
                }
                for (group, kinds) in groups() {
                    assert_ne!(group_name(group), group, "{kinds:?}");
                }
            });
        }
        assert_eq!(groups().iter().map(|(_, k)| k.len()).sum::<usize>(), EVENT_TYPES.len());
    }

    #[test]
    fn what_an_endpoint_hears_is_said_shortly() {
        let summary = |words: &[&str]| {
            events_summary(&Subscription::read(words.iter().copied()).unwrap_or_default())
        };
        assert_eq!(summary(&["*"]), "All events");
        assert_eq!(summary(&["payment.*", "agent.created"]), "payment.*, agent.created");
        assert_eq!(summary(&["agent.created", "agent.*", "api_key.revoked"]), "6 of 22 types");
    }
}
