//! Buttons that copy a text; they are there only where a script can work them.

use leptos::{
    __reexports::wasm_bindgen_futures::JsFuture,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast as _, JsValue},
    web_sys::{Document, Element},
};

use super::{page::all, toasts::toast};

/// The attribute with the text that a button copies. Beside it stand the words for how it went.
const TEXT: &str = "data-copy";

/// Shows the buttons, and copies what one bears when it is pressed. A toast says how it went.
#[island]
pub fn CopyText() -> impl IntoView {
    Effect::new(|| {
        window_event_listener_untyped("click", |event| {
            let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(button) = pressed.filter(|button| button.has_attribute(TEXT)) {
                spawn_local(copy(button));
            }
        });
        reveal(&document());
    });
}

/// Shows the buttons of a document, which are hidden without a script.
pub fn reveal(document: &Document) {
    for button in all(document, "button[data-copy]") {
        // A name of this form can always be taken away.
        drop(button.remove_attribute("hidden"));
    }
}

async fn copy(button: Element) {
    let written = |name| button.get_attribute(name).unwrap_or_default();
    let worked = write_to_clipboard(&written(TEXT)).await.is_ok();
    toast(&written(if worked { "data-copied" } else { "data-refused" }));
}

/// Puts text into the clipboard; a browser may refuse, and without HTTPS it has none.
async fn write_to_clipboard(text: &str) -> Result<JsValue, JsValue> {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    JsFuture::from(clipboard.write_text(text)).await
}
