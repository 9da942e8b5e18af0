use leptos::prelude::*;

use crate::islands::CopyButton;
use crate::page::PageCx;

/// The copy button of the dashboard; public pages have no script that could copy.
fn copy_button(text: &str) -> impl IntoView + use<> {
    PageCx::current().viewer.is_some().then(|| {
        let text = text.to_owned();
        view! { <CopyButton text label=t!("copy-label") done=t!("copy-done")/> }
    })
}

/// Code to read and copy.
#[component]
pub fn CodeBlock(
    /// What it is, such as the language.
    #[prop(into)]
    title: String,
    /// The code.
    #[prop(into)]
    code: String,
    /// Whether it stands on a page without script, where nothing can copy.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    view! {
        <div class="code">
            <header>
                <span>{title.clone()}</span>
                {(!plain).then(|| copy_button(&code))}
            </header>
            <pre tabindex="0" role="group" aria-label=title>
                <code>{code}</code>
            </pre>
        </div>
    }
}

/// One value to copy: a key, an id, a link.
#[component]
pub fn CopyField(
    /// The id of what labels it.
    labelled_by: &'static str,
    /// The value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! {
        <div class="copy">
            <code tabindex="0" role="textbox" aria-readonly="true" aria-labelledby=labelled_by>
                {value.clone()}
            </code>
            {copy_button(&value)}
        </div>
    }
}
