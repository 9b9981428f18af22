//! A button that says that what it asked for is under way. Not an island.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast as _,
    web_sys::{Element, Event, HtmlFormElement, SubmitEvent},
};

use super::page::all;

/// The attribute with the words that the button does not say now.
const OTHER_WORDS: &str = "data-pending";

/// The form that is being sent and the button that was pressed, if it is one of these.
pub fn pressed(event: &Event) -> Option<(HtmlFormElement, Element)> {
    let form = event.target()?.dyn_into().ok()?;
    let button: Element = event.unchecked_ref::<SubmitEvent>().submitter()?.unchecked_into();
    button.has_attribute(OTHER_WORDS).then_some((form, button))
}

/// Says so from now on; false if it says so already.
pub fn begin(button: &Element) -> bool {
    turn(button, false)
}

/// Says no longer so.
pub fn end(button: &Element) {
    turn(button, true);
}

/// Ends what every button of the page says.
pub fn end_all() {
    all(&document(), "button[aria-busy]").iter().for_each(end);
}

/// Exchanges the words of a button that is `busy`, and makes it the opposite; false if it was not so.
fn turn(button: &Element, busy: bool) -> bool {
    if button.has_attribute("aria-busy") != busy {
        return false;
    }
    let said = button.text_content().unwrap_or_default();
    button.set_text_content(button.get_attribute(OTHER_WORDS).as_deref());
    drop(button.set_attribute(OTHER_WORDS, &said));
    for state in ["aria-busy", "aria-disabled"] {
        // A name of this form is always allowed.
        drop(if busy { button.remove_attribute(state) } else { button.set_attribute(state, "true") });
    }
    true
}
