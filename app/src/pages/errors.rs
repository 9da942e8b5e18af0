//! When there is no page to show.

use leptos::prelude::*;

use crate::components::{EmptyState, Glyph};
use crate::page::{DashboardPage, PageCx, PublicPage};

fn error_page(glyph: Glyph, title: String, text: String, again: bool) -> impl IntoView {
    let cx = PageCx::current();
    let dashboard = cx.path.starts_with("/dashboard");
    let (href, label) = if dashboard || cx.viewer.is_some() {
        ("/dashboard", t!("errors-to-dashboard"))
    } else {
        ("/", t!("errors-to-start"))
    };
    // What was posted is not posted again by a link.
    let again = (again && !cx.path.starts_with("/fn/")).then(|| {
        view! {
            <a class="button" href=cx.path.clone()>
                {t!("errors-again")}
            </a>
        }
    });
    let links = view! {
        {again}
        <a class="button" href=href>
            {label}
        </a>
    };
    if dashboard && cx.viewer.is_some() {
        return view! {
            <DashboardPage title=title.clone() section=None>
                <h1 class="visually-hidden">{title.clone()}</h1>
                <EmptyState glyph title text>
                    <div class="row">{links}</div>
                </EmptyState>
            </DashboardPage>
        }
        .into_any();
    }
    view! {
        <PublicPage title=title.clone()>
            <div class="document">
                <h1>{title}</h1>
                <p class="lead mt-3">{text}</p>
                <div class="row mt-5">{links}</div>
            </div>
        </PublicPage>
    }
    .into_any()
}

/// There is nothing under this path, or nothing that the visitor may know of.
pub fn not_found() -> impl IntoView {
    let (title, text) = (t!("errors-not-found-title"), t!("errors-not-found-text"));
    error_page(Glyph::SEARCH, title, text, false)
}

/// The visitor may not see this.
pub fn forbidden() -> impl IntoView {
    error_page(Glyph::PRIVATE, t!("errors-forbidden-title"), t!("error-forbidden"), false)
}

/// What was asked for or sent could not be understood.
pub fn refused() -> impl IntoView {
    let (title, text) = (t!("errors-refused-title"), t!("errors-refused-text"));
    error_page(Glyph::ALERT, title, text, false)
}

/// The visitor asked for public pages too often.
pub fn too_many() -> impl IntoView {
    error_page(Glyph::ALERT, t!("errors-too-many-title"), t!("errors-too-many-text"), true)
}

/// Something failed on our side.
pub fn broken() -> impl IntoView {
    let text = if PageCx::current().path.starts_with("/fn/") {
        t!("errors-broken-form-text")
    } else {
        t!("errors-broken-text")
    };
    error_page(Glyph::ALERT, t!("errors-broken-title"), text, true)
}
