//! What the islands say at the edge of the window, and the words that they have for it. Not an island.

use std::time::Duration;

use leptos::{prelude::*, web_sys::Element};

/// The id of the polite live region for toasts, which bears the words as attributes.
pub const TOASTS: &str = "toasts";

/// Long enough to be read twice; whatever is said here stands elsewhere too, or can be had again.
const SHOWN: Duration = Duration::from_secs(8);

/// What the server wrote down under the name of an attribute; nothing if it did not.
pub fn attribute(name: &str) -> String {
    region().and_then(|region| region.get_attribute(name)).unwrap_or_default()
}

/// Says something about what was just done, in the place of what was said before.
pub fn toast(text: &str) {
    let Some(region) = region() else { return };
    region.set_inner_html("");
    let Ok(word) = document().create_element("p") else { return };
    word.set_class_name("toast");
    word.set_text_content(Some(text));
    if region.append_child(&word).is_ok() {
        set_timeout(move || word.remove(), SHOWN);
    }
}

/// Says that the server was not reached.
pub fn toast_unreached() {
    toast(&attribute("data-unreached"));
}

fn region() -> Option<Element> {
    document().get_element_by_id(TOASTS)
}
