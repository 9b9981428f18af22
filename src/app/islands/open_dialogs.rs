//! Links to a page that confirms something; with script they open the same as a dialog.

use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::JsCast as _,
    web_sys::{Document, Element, HtmlDialogElement},
};

use super::page::all;

/// The attribute with the id of the dialog that a link opens.
const DIALOG: &str = "data-dialog";

/// Opens the dialogs. They stand in the page: the browser itself keeps the focus in one, closes it with
/// Escape, and gives the focus back.
#[island]
pub fn OpenDialogs() -> impl IntoView {
    Effect::new(|| {
        window_event_listener_untyped("click", |event| {
            let click: &MouseEvent = event.unchecked_ref();
            // A click for a new tab or window keeps its effect.
            if !(click.ctrl_key() || click.meta_key() || click.shift_key()) && open(click).is_some() {
                event.prevent_default();
            }
            close_beside(click);
        });
        mark(&document());
    });
}

/// Marks the links of a document, so that it is announced that a dialog will open.
pub fn mark(document: &Document) {
    for link in all(document, "a[data-dialog]") {
        // A name of this form is always allowed.
        drop(link.set_attribute("aria-haspopup", "dialog"));
    }
}

/// Closes an open dialog when the ground behind it is pressed: all that it shows is in an element of its own.
fn close_beside(click: &MouseEvent) {
    if let Some(dialog) = click.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

fn open(click: &MouseEvent) -> Option<()> {
    let link = click.target()?.dyn_into::<Element>().ok()?.closest("a[data-dialog]").ok()??;
    let dialog = document().get_element_by_id(&link.get_attribute(DIALOG)?)?;
    dialog.unchecked_into::<HtmlDialogElement>().show_modal().ok()
}
