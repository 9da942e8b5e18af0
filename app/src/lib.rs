//! Surety's pages: views, components, islands and server functions.
//!
//! # How a page is made
//!
//! 1. **Texts** go into `locales/en/<area>.ftl` and `locales/de/<area>.ftl`; [`t!`] reads them in the request's
//!    language: `t!("agents-title")`, `t!("agents-count", count = 3)`. A test fails on a key that is missing in one
//!    language, unknown or unused. Money, numbers and dates come from [`i18n::format`], never from a text.
//! 2. **The view** is a plain function in `pages/<noun>.rs` that takes what the service answered (types of `model`)
//!    and returns one shell around its content: [`page::PublicPage`] (no script at all) or [`page::DashboardPage`].
//!    It is built from [`components`]; no `style` attribute, no inline script (the content security policy forbids
//!    both), and links and forms that work without script.
//! 3. **The handler** in the server's `src/pages/<noun>.rs` extracts, calls one service method and answers with
//!    `page.html(|| view)`, which is [`page::render`] with the headers that belong to it.
//! 4. **Mutations** are plain [`components::Form`]s whose name is that of a function in `server/<noun>.rs`: ask
//!    [`server::Request`] who is there, call one service method, redirect. What was refused goes back to the form's
//!    own page through the session ([`page::FormState`], in the page's context), where the form's fields show the
//!    typed values and each error beside its field. What went well is told once, by [`page::Flash`].
//! 5. **Islands** (`islands/`) are the only code that the browser runs. They get their texts as properties and are
//!    inert without script.
//!
//! Only [`islands`] and what they use is compiled for the browser; all else needs the feature `ssr`.

// A page is one type, as deep as its markup is nested.
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
#[macro_use]
pub mod i18n;
#[cfg(feature = "ssr")]
pub mod charts;
pub mod components;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod mails;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

#[cfg(feature = "ssr")]
pub use page::{render, render_svg};
