//! Who runs the instance and what it keeps.

use leptos::prelude::*;
use service::{LegalPage, LegalText};

use crate::components::{Banner, Markdown, Tone};
use crate::i18n::{Lang, lang};
use crate::page::{PageCx, PublicPage};

/// What a legal page is called.
pub fn legal_label(page: LegalPage) -> String {
    match page {
        LegalPage::Imprint => t!("legal-imprint"),
        LegalPage::Privacy => t!("legal-privacy"),
    }
}

/// What the software itself keeps, in Markdown: the privacy page until the operator has written one, and where such a
/// text begins.
pub fn privacy_template(lang: Lang) -> &'static str {
    match lang {
        Lang::En => include_str!("../../../locales/en/privacy.md"),
        Lang::De => include_str!("../../../locales/de/privacy.md"),
    }
}

/// A legal page: the operator's text, or that there is none yet.
pub fn show(found: LegalText) -> impl IntoView {
    let title = legal_label(found.page);
    let empty = found.text.is_empty();
    let (text, lang) = match found.page {
        LegalPage::Privacy if empty => (privacy_template(lang()).to_owned(), lang().code()),
        _ => (found.text, found.lang),
    };
    let description = format!("{title} · {}", PageCx::current().host());
    view! {
        <PublicPage title=title.clone() description indexed=true>
            <div class="document">
                <h1>{title}</h1>
                {empty.then(|| view! { <Banner tone=Tone::Neutral text=t!("legal-empty")/> })}
                {(!text.is_empty()).then(|| view! { <Markdown text lang/> })}
            </div>
        </PublicPage>
    }
}
