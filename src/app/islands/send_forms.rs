//! Forms that say that they are on their way, and those whose answer comes into the page that is open.

use std::time::Duration;

use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast as _,
    web_sys::{Element, PageTransitionEvent},
};

use super::{
    fetched_page::{CHANGES, FetchedPage, dialogs_closed},
    page::{focus, has_focus},
    pending_button,
    toasts::{toast, toast_unreached},
};

/// Marks a form whose answer comes into the page.
const IN_PLACE: &str = "data-in-place";

/// Longer than the server takes for any response: after it the request was stopped by the browser.
const LONGEST: Duration = Duration::from_secs(60);

/// Sends every form whose button has words for the time until the answer, and sends it once.
///
/// Most leave the page with the answer. One that is marked stays: a toast says how it ended, in the words
/// that would stand on top of the page without script.
#[island]
pub fn SendForms() -> impl IntoView {
    Effect::new(|| {
        window_event_listener_untyped("submit", |event| {
            let Some((form, button)) = pending_button::pressed(&event) else { return };
            let is_first = pending_button::begin(&button);
            let in_place = form.has_attribute(IN_PLACE);
            if in_place || !is_first {
                event.prevent_default();
            }
            if !is_first {
                return;
            }
            if in_place {
                spawn_local(send(form.get_attribute("action").unwrap_or_default(), button));
            } else {
                set_timeout(move || pending_button::end(&button), LONGEST);
            }
        });
        // A page that a browser kept while another was open has its buttons as they were.
        window_event_listener_untyped("pageshow", |event| {
            if event.unchecked_ref::<PageTransitionEvent>().persisted() {
                pending_button::end_all();
            }
        });
    });
}

async fn send(action: String, button: Element) {
    let answer = FetchedPage::after(&action, "").await;
    dialogs_closed().await;
    pending_button::end(&button);
    match answer {
        Ok(page) => show(&page),
        Err(_) => toast_unreached(),
    }
}

/// Shows the answer. Where nothing can be sent again, all that can be done is another: the whole page is
/// taken over then, as it is without script, and without a session it is left.
fn show(page: &FetchedPage) {
    if !page.is_this_page() {
        // If the browser will not go there, the page stays as it is.
        drop(window().location().set_href(&page.address));
    } else if page.has("form[data-in-place]") {
        let had_focus = has_focus("form[data-in-place]");
        for part in CHANGES {
            page.take_over(part);
        }
        if had_focus {
            focus("form[data-in-place] button");
        }
        if let Some(notice) = page.notice() {
            toast(&notice);
        }
    } else {
        page.take_over_main();
        focus("main");
        focus("#notice");
    }
}
