//! A link to a page that confirms something; with script it opens the same as a dialog.

use leptos::{ev::MouseEvent, prelude::*, wasm_bindgen::JsCast as _, web_sys::HtmlDialogElement};

/// The link. The dialog stands elsewhere in the page: the browser itself keeps the focus in it, closes
/// it with Escape, and gives the focus back.
#[island]
pub fn DialogLink(
    /// The page.
    href: String,
    /// The id of the dialog.
    dialog: String,
    /// What the link says.
    label: String,
    /// The id of the sentence that describes it.
    described_by: String,
) -> impl IntoView {
    let awake = RwSignal::new(false);
    Effect::new(move || awake.set(true));
    let open = move |event: MouseEvent| {
        // Whoever wants a tab or a window of its own gets it.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let found = document().get_element_by_id(&dialog);
        let opened =
            found.is_some_and(|found| found.unchecked_into::<HtmlDialogElement>().show_modal().is_ok());
        if opened {
            event.prevent_default();
        }
    };
    view! {
        <a
            href=href
            aria-describedby=described_by
            aria-haspopup=move || awake.get().then_some("dialog")
            on:click=open
        >
            {label}
        </a>
    }
}
