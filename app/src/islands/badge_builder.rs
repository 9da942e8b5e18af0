use leptos::prelude::*;
use model::badge::{MAX_LABEL, Markup, Style, image_url};

use super::copy_button::CopyControl;
use super::props::{island, props};

/// What the island says, in the reader's language.
#[derive(Debug, Clone)]
pub struct BadgeTexts {
    /// What the badge is, for those who do not see it.
    pub alt: String,
    /// Above the styles.
    pub style: String,
    /// Above the label.
    pub label: String,
    /// Below it.
    pub label_hint: String,
    /// On the button that is needed without script only.
    pub show: String,
    /// What the picture is.
    pub preview: String,
    /// On the copy buttons.
    pub copy: String,
    /// On a copy button that has copied.
    pub copied: String,
}
props!(BadgeTexts { alt, style, label, label_hint, show, preview, copy, copied });

island! {
    /// A badge to be: its picture and the code for it follow what one chooses. Without script the form asks the server.
    BadgeBuilder = badge_builder(
        /// Where the instance is reached.
        public_url: String,
        /// The agent's public id.
        gopi_id: String,
        /// The style at first.
        style: Style,
        /// The label at first.
        label: String,
        /// The words.
        texts: BadgeTexts,
    )
}

fn badge_builder(
    public_url: String,
    gopi_id: String,
    style: Style,
    label: String,
    texts: BadgeTexts,
) -> impl IntoView {
    let chosen = RwSignal::new(style);
    let typed = RwSignal::new(label.clone());
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let page = format!("{public_url}/a/{gopi_id}");
    let image = {
        let gopi_id = gopi_id.clone();
        Signal::derive(move || image_url(&public_url, &gopi_id, chosen.get(), &typed.get()))
    };
    // Of this very page's host, whatever the instance is called outside.
    let source = Signal::derive(move || image_url("", &gopi_id, chosen.get(), &typed.get()));
    let styles = Style::ALL
        .iter()
        .map(|s| {
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="style"
                        value=s.as_str()
                        checked=*s == style
                        on:change=move |_| chosen.set(*s)
                    />
                    <span>{s.as_str()}</span>
                </label>
            }
        })
        .collect_view();
    let alt = texts.alt.clone();
    let codes = Markup::ALL
        .iter()
        .map(|markup| {
            let (page, alt) = (page.clone(), texts.alt.clone());
            let code = Signal::derive(move || markup.image_link(&image.get(), &page, &alt));
            view! {
                <div class="code">
                    <header>
                        <span>{markup.name()}</span>
                        <CopyControl text=code label=texts.copy.clone() done=texts.copied.clone()/>
                    </header>
                    <pre tabindex="0" role="region" aria-label=markup.name()>
                        <code data-markup=markup.as_str()>{code}</code>
                    </pre>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="badge-builder">
            <form method="get">
                <fieldset class="field">
                    <legend>{texts.style}</legend>
                    <div class="styles">{styles}</div>
                </fieldset>
                <div class="field">
                    <label for="badge-label">{texts.label}</label>
                    <input
                        class="input"
                        id="badge-label"
                        name="label"
                        value=label
                        maxlength=MAX_LABEL.to_string()
                        autocomplete="off"
                        aria-describedby="badge-label-hint"
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                    <p class="hint" id="badge-label-hint">
                        {texts.label_hint}
                    </p>
                </div>
                <div hidden=ready>
                    <button class="button" type="submit">
                        {texts.show}
                    </button>
                </div>
            </form>
            <div class="badge-preview" role="group" aria-label=texts.preview>
                <img src=source alt=alt/>
            </div>
            {codes}
        </div>
    }
}
