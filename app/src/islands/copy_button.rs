use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

use super::props::island;
use crate::components::{Glyph, Icon};

/// How long the button says that it has copied.
const SHOWN: Duration = Duration::from_secs(2);

island! {
    /// Copies a text and says so for two seconds.
    CopyButton = copy_button(
        /// What to copy.
        text: String,
        /// What the button says.
        label: String,
        /// What it says when it has copied.
        done: String,
    )
}

fn copy_button(text: String, label: String, done: String) -> impl IntoView {
    let text = Signal::stored(text);
    view! { <CopyControl text label done/> }
}

/// The button, for islands whose text changes.
#[component]
pub(super) fn CopyControl(
    /// What to copy.
    text: Signal<String>,
    /// What the button says.
    label: String,
    /// What it says when it has copied.
    done: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let on_click = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            if copy(&text).await.is_ok() {
                copied.set(true);
                set_timeout(move || copied.set(false), SHOWN);
            }
        });
    };
    view! {
        <button class="button button-quiet button-sm copy-button" type="button" on:click=on_click>
            <Icon of=Glyph::COPY/>
            <span aria-live="polite">
                {move || if copied.get() { done.clone() } else { label.clone() }}
            </span>
        </button>
    }
}

async fn copy(text: &str) -> Result<(), JsValue> {
    let window = window();
    if window.is_secure_context() {
        return JsFuture::from(window.navigator().clipboard().write_text(text)).await.map(drop);
    }
    copy_by_selection(text)
}

/// An instance that is reached over plain http, as many are at first, has no clipboard: select and copy as by hand.
fn copy_by_selection(text: &str) -> Result<(), JsValue> {
    let document = document();
    let body = document.body().ok_or(JsValue::UNDEFINED)?;
    let area: HtmlTextAreaElement = document.create_element("textarea")?.unchecked_into();
    area.set_value(text);
    body.append_child(&area)?;
    area.select();
    let copied = document.unchecked_into::<HtmlDocument>().exec_command("copy");
    area.remove();
    if copied? { Ok(()) } else { Err(JsValue::UNDEFINED) }
}
