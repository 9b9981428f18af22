//! The form that renews the connection; with script its answer comes into the page that is open.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    fresh::{Fresh, focus},
    toast::toast,
};

/// The parts of the profile in which a renewal shows. None of them holds an island.
const CHANGES: [&str; 3] = ["#standing", "#dates", "#lately"];

/// A plain form with a button.
///
/// With script the button says that the answer is under way, and then a toast says how it ended, in the
/// words that would stand on top of the page without.
#[island]
pub fn RenewForm(
    /// Where it is sent, by POST.
    action: String,
    /// What the button says.
    label: String,
    /// What it says while the answer is under way.
    pending: String,
    /// What is said when the server was not reached.
    failed: String,
    /// The id of the sentence that describes the button.
    described_by: String,
) -> impl IntoView {
    let is_underway = RwSignal::new(false);
    let address = action.clone();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if is_underway.get_untracked() {
            return;
        }
        is_underway.set(true);
        let (address, failed) = (address.clone(), failed.clone());
        spawn_local(async move {
            match Fresh::after(&address, "").await {
                Ok(page) => show(&page, &address),
                Err(_) => toast(&failed),
            }
            is_underway.set(false);
        });
    };
    view! {
        <form method="post" action=action on:submit=send>
            <button
                type="submit"
                aria-describedby=described_by
                aria-disabled=move || is_underway.get().then_some("true")
                aria-busy=move || is_underway.get().then_some("true")
            >
                {move || if is_underway.get() { pending.clone() } else { label.clone() }}
            </button>
        </form>
    }
}

/// Shows the answer. Where nothing can be renewed any more, all that can be done is another: the whole
/// page is taken over then, as it is without script, and where nobody is signed in it is left.
fn show(page: &Fresh, action: &str) {
    if !page.is_this_page() {
        // If the browser will not go there, the page stays as it is.
        drop(window().location().set_href(&page.address));
    } else if page.has(&format!("form[action=\"{action}\"]")) {
        for part in CHANGES {
            page.take_over(part);
        }
        if let Some(notice) = page.notice() {
            toast(&notice);
        }
    } else {
        page.take_over("main");
        focus("#told");
    }
}
