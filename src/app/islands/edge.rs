//! The edge of the window: what the islands say, and the words that they have for it. Not an island.

use std::time::Duration;

use leptos::{prelude::*, web_sys::Element};

/// The id of the polite live region at the edge, which bears the words as attributes.
pub const EDGE: &str = "edge";

/// Long enough to be read twice; whatever is said here stands elsewhere too, or can be had again.
const SHOWN: Duration = Duration::from_secs(8);

/// What the server wrote down under the name of an attribute; nothing if it did not.
pub fn written(name: &str) -> String {
    edge().and_then(|edge| edge.get_attribute(name)).unwrap_or_default()
}

/// Says something about what was just done, in the place of what was said before.
pub fn toast(text: &str) {
    let Some(edge) = edge() else { return };
    edge.set_inner_html("");
    let Ok(word) = document().create_element("p") else { return };
    word.set_class_name("toast");
    word.set_text_content(Some(text));
    if edge.append_child(&word).is_ok() {
        set_timeout(move || word.remove(), SHOWN);
    }
}

/// Says that the server was not reached.
pub fn toast_unreached() {
    toast(&written("data-unreached"));
}

fn edge() -> Option<Element> {
    document().get_element_by_id(EDGE)
}
