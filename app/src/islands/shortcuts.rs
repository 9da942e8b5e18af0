use leptos::prelude::*;

use super::palette::storage;
use super::props::island;

const KEY: &str = "shortcuts";
const OFF: &str = "off";

/// Whether shortcuts of a single key are on in this browser (WCAG 2.1.4: one can turn them off).
pub(super) fn shortcuts_on() -> bool {
    let choice = storage().and_then(|storage| storage.get_item(KEY).ok()?);
    choice.as_deref() != Some(OFF)
}

island! {
    /// The switch for shortcuts of a single key, for a page of settings.
    ShortcutSwitch = shortcut_switch(
        /// What it switches.
        label: String,
    )
}

fn shortcut_switch(label: String) -> impl IntoView {
    view! { <SwitchBox label/> }
}

/// The box itself, for those that are islands already.
#[component]
pub(super) fn SwitchBox(label: String) -> impl IntoView {
    // Only the browser knows; until it is asked, the box says what holds for most.
    let on = RwSignal::new(true);
    Effect::new(move |_| on.set(shortcuts_on()));
    let change = move |e| {
        on.set(event_target_checked(&e));
        if let Some(storage) = storage() {
            let _ = if on.get_untracked() {
                storage.remove_item(KEY)
            } else {
                storage.set_item(KEY, OFF)
            };
        }
    };
    view! {
        <label class="check">
            <input type="checkbox" checked=true prop:checked=move || on.get() on:change=change/>
            <span>{label}</span>
        </label>
    }
}
