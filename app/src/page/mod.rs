//! What every page shares: its context, the two shells, and rendering to a string.

mod commands;
mod cx;
mod form_state;
mod shell;

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

pub use cx::{Flash, PageCx, Theme, Viewer};
pub use form_state::FormState;
pub use shell::{Crumb, DashboardPage, LegalLinks, PublicPage, Section};

/// Renders a page to a complete HTML document. The view runs at once, with the context provided; nothing in it waits.
pub fn render<V: IntoView + 'static>(cx: PageCx, page: impl FnOnce() -> V) -> String {
    format!("<!DOCTYPE html>{}", render_view(cx, page))
}

/// Renders a drawing that stands for itself, as XML.
pub fn render_svg<V: IntoView + 'static>(cx: PageCx, drawing: impl FnOnce() -> V) -> String {
    // What marks the places of views for the browser is no XML.
    render_view(cx, drawing).replace("<!>", "")
}

fn render_view<V: IntoView + 'static>(cx: PageCx, view: impl FnOnce() -> V) -> String {
    with_cx(cx, || view().to_html())
}

/// Runs something in the context of a page: its language, its time zone.
pub fn with_cx<T>(cx: PageCx, run: impl FnOnce() -> T) -> T {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let done = owner.with(|| {
        provide_context(cx.lang);
        provide_context(cx.time_zone.clone());
        provide_context(cx);
        run()
    });
    owner.unset_with_forced_cleanup();
    done
}
