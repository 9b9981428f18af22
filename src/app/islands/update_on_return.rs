//! A profile that stays open is brought up to date when a person comes back to it.

use std::{cell::Cell, rc::Rc};

use leptos::{
    prelude::*,
    task::spawn_local,
    web_sys::{Document, js_sys::Date},
};

use super::{
    fetched_page::{CHANGES, FetchedPage, dialogs_closed},
    page::first,
    toasts::toast,
};

/// Whoever was away for a moment only needs nothing new.
const AWAY_MILLISECONDS: f64 = 20_000.0;

/// The attribute with the state of the connection in a sentence.
const SUMMARY: &str = "data-summary";

/// Requests the profile again when its tab is shown again or the browser is online again, and says what changed.
#[island]
pub fn UpdateOnReturn() -> impl IntoView {
    Effect::new(|| {
        if summary(&document()).is_none() {
            return;
        }
        let left_at = Rc::new(Cell::new(f64::INFINITY));
        window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() {
                left_at.set(Date::now());
            } else if Date::now() - left_at.get() > AWAY_MILLISECONDS {
                spawn_local(update());
            }
        });
        window_event_listener_untyped("online", |_| spawn_local(update()));
    });
}

async fn update() {
    let Ok(page) = FetchedPage::get().await else { return };
    dialogs_closed().await;
    if !page.is_this_page() {
        // If the browser will not go there, the page stays as it is.
        drop(window().location().set_href(&page.address));
        return;
    }
    let (before, after) = (summary(&document()), summary(&page.document));
    for part in CHANGES {
        page.take_over(part);
    }
    if let Some(after) = after.filter(|after| before.as_ref() != Some(after)) {
        toast(&after);
    }
}

fn summary(document: &Document) -> Option<String> {
    first(document, "#grant_status")?.get_attribute(SUMMARY)
}
