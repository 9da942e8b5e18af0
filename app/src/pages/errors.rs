//! When there is no page to show.

use leptos::prelude::*;

use crate::page::{PageCx, PublicPage};

fn error_page(title: String, text: String) -> impl IntoView {
    let signed_in = PageCx::current().viewer.is_some();
    let (href, label) = if signed_in {
        ("/dashboard", t!("errors-to-dashboard"))
    } else {
        ("/", t!("errors-to-start"))
    };
    view! {
        <PublicPage title=title.clone()>
            <div class="document">
                <h1>{title}</h1>
                <p class="lead mt-3">{text}</p>
                <p class="mt-5">
                    <a class="button" href=href>
                        {label}
                    </a>
                </p>
            </div>
        </PublicPage>
    }
}

/// There is nothing under this path, or nothing that the visitor may know of.
pub fn not_found() -> impl IntoView {
    error_page(t!("errors-not-found-title"), t!("errors-not-found-text"))
}

/// The visitor may not see this.
pub fn forbidden() -> impl IntoView {
    error_page(t!("errors-forbidden-title"), t!("error-forbidden"))
}

/// Something failed on our side.
pub fn broken() -> impl IntoView {
    error_page(t!("errors-broken-title"), t!("errors-broken-text"))
}
