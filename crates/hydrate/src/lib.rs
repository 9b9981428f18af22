//! The browser's half of creator-connect: a WebAssembly module that hydrates the islands of a page.
//!
//! The islands themselves are in `creator_connect::app`; this crate only exports the entry point, so that native
//! builds do not link a `cdylib`.

// The islands register themselves when the crate is linked; nothing else of it is named here.
use creator_connect as _;

/// Hydrates the islands of the page that the server rendered. The page's script calls it once.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // The text of a panic is for developers; without it every visitor loads less.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
