//! Who runs the instance and what it keeps.

use leptos::prelude::*;

use crate::components::{Banner, Tone};
use crate::page::PublicPage;

/// Who runs the instance.
pub fn imprint() -> impl IntoView {
    view! {
        <PublicPage title=t!("legal-imprint")>
            <div class="document">
                <h1>{t!("legal-imprint")}</h1>
                <Banner tone=Tone::Neutral text=t!("legal-empty")/>
            </div>
        </PublicPage>
    }
}

/// What the software keeps of a visitor and of an account.
pub fn privacy() -> impl IntoView {
    view! {
        <PublicPage title=t!("legal-privacy")>
            <div class="document">
                <h1>{t!("legal-privacy")}</h1>
                <Banner tone=Tone::Neutral text=t!("legal-empty")/>
                <h2>{t!("legal-cookies")}</h2>
                <p>{t!("legal-cookies-text")}</p>
                <h2>{t!("legal-account")}</h2>
                <p>{t!("legal-account-text")}</p>
                <h2>{t!("legal-public")}</h2>
                <p>{t!("legal-public-text")}</p>
            </div>
        </PublicPage>
    }
}
