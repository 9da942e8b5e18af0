use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::props::island;
use crate::components::{Glyph, Icon};

/// How long good news stays; bad news stays until it is dismissed.
const SHOWN: Duration = Duration::from_secs(8);

island! {
    /// Tells what just happened. Without script it is a note at the top of the page, with script a toast.
    Toast = toast(
        /// Whether it went well.
        good: bool,
        /// What happened.
        text: String,
        /// What the button to dismiss it is called.
        dismiss: String,
    )
}

fn toast(good: bool, text: String, dismiss: String) -> impl IntoView {
    let shown = RwSignal::new(true);
    let held = StoredValue::new(false);
    let said = RwSignal::new(text.clone());
    Effect::new(move |_| {
        // A status that is there from the first moment is not always read out, one that changes is.
        said.set(format!("{text}\u{200b}"));
        if good {
            hide_later(shown, held);
        }
    });
    let on_dismiss = move |_| {
        shown.set(false);
        if let Some(main) = document().get_element_by_id("main")
            && let Ok(main) = main.dyn_into::<HtmlElement>()
        {
            let _ = main.focus();
        }
    };
    let class = if good { "banner toast ok" } else { "banner toast bad" };
    view! {
        <div
            class=class
            hidden=move || !shown.get()
            on:pointerenter=move |_| held.set_value(true)
            on:pointerleave=move |_| held.set_value(false)
            on:focusin=move |_| held.set_value(true)
            on:focusout=move |_| held.set_value(false)
        >
            <Icon of=if good { Glyph::CHECK } else { Glyph::ALERT }/>
            <p>{move || said.get()}</p>
            <button
                class="button button-quiet button-icon button-sm"
                type="button"
                aria-label=dismiss
                on:click=on_dismiss
            >
                <Icon of=Glyph::CLOSE/>
            </button>
        </div>
    }
}

fn hide_later(shown: RwSignal<bool>, held: StoredValue<bool>) {
    set_timeout(
        move || {
            if held.get_value() { hide_later(shown, held) } else { shown.set(false) }
        },
        SHOWN,
    );
}
