//! Hydrates the islands of a page that the server rendered, and nothing else.

// Without a use of the crate its islands are not linked, and the page stays dead.
pub use app::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the reactive runtime; `boot.js` then starts each island by its exported name.
#[wasm_bindgen]
pub fn hydrate() {
    // Costs several kilobytes of formatting code, which visitors would pay for on every page.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
