//! Forms that say that they are on their way, and those whose answer comes into the page that is open.

use leptos::{prelude::*, task::spawn_local, web_sys::Element};

use super::{
    copy_text,
    edge::{toast, toast_unreached},
    fresh::{Fresh, focus},
    open_dialogs, underway,
};

/// Marks a form whose answer comes into the page.
const IN_PLACE: &str = "data-in-place";

/// The parts of the profile in which such an answer shows.
const CHANGES: [&str; 3] = ["#standing", "#dates", "#lately"];

/// Sends every form whose button has words for the time until the answer, and sends it once.
///
/// Most leave the page with the answer. One that is marked stays: a toast says how it ended, in the words
/// that would stand on top of the page without script.
#[island]
pub fn SendForms() -> impl IntoView {
    Effect::new(|| {
        window_event_listener_untyped("submit", |event| {
            let Some((form, button)) = underway::pressed(&event) else { return };
            let is_first = underway::begin(&button);
            let in_place = form.has_attribute(IN_PLACE);
            if in_place || !is_first {
                event.prevent_default();
            }
            if in_place && is_first {
                spawn_local(send(form.get_attribute("action").unwrap_or_default(), button));
            }
        });
        // Whoever comes back to this page finds its buttons as they were.
        window_event_listener_untyped("pageshow", |_| underway::end_all());
    });
}

async fn send(action: String, button: Element) {
    match Fresh::after(&action, "").await {
        Ok(page) => show(&page),
        Err(_) => toast_unreached(),
    }
    underway::end(&button);
}

/// Shows the answer. Where nothing can be sent again, all that can be done is another: the whole page is
/// taken over then, as it is without script, and where nobody is signed in it is left.
fn show(page: &Fresh) {
    if !page.is_this_page() {
        // If the browser will not go there, the page stays as it is.
        drop(window().location().set_href(&page.address));
    } else if page.has("form[data-in-place]") {
        for part in CHANGES {
            page.take_over(part);
        }
        if let Some(notice) = page.notice() {
            toast(&notice);
        }
    } else {
        page.take_over("main");
        open_dialogs::announce();
        copy_text::reveal();
        focus("#told");
    }
}
