//! Finding one's way in the page. Not an island.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast as _,
    web_sys::{Document, Element, HtmlElement},
};

/// Every element of a document that a selector names.
pub fn all(document: &Document, selector: &str) -> Vec<Element> {
    let Ok(found) = document.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// The first element of a document that a selector names.
pub fn first(document: &Document, selector: &str) -> Option<Element> {
    document.query_selector(selector).ok().flatten()
}

/// Whether the focus is within what a selector names.
pub fn has_focus(selector: &str) -> bool {
    document()
        .active_element()
        .is_some_and(|active| active.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Gives the focus to an element; without it, or if it takes none, the focus is where it was.
pub fn focus(selector: &str) {
    if let Some(element) = first(&document(), selector).and_then(|found| found.dyn_into::<HtmlElement>().ok())
    {
        drop(element.focus());
    }
}
