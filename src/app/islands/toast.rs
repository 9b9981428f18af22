//! A short word at the edge of the window about what was just done. Not an island: the islands call it.

use std::time::Duration;

use leptos::prelude::*;

/// The id of the polite live region that the page has for it.
pub const TOASTS: &str = "toasts";

/// Long enough to be read twice; whatever is said here stands elsewhere too, or can be had again.
const SHOWN: Duration = Duration::from_secs(8);

/// Says it, in the place of what was said before.
pub fn toast(text: &str) {
    let Some(region) = document().get_element_by_id(TOASTS) else { return };
    region.set_inner_html("");
    let Ok(word) = document().create_element("p") else { return };
    word.set_class_name("toast");
    word.set_text_content(Some(text));
    if region.append_child(&word).is_ok() {
        set_timeout(move || word.remove(), SHOWN);
    }
}
