//! A form that says that it is on its way.

use leptos::{ev::SubmitEvent, prelude::*};

/// A plain form around its fields: the browser sends it with and without script, and follows the
/// redirect.
///
/// With script the button is out of use while the answer is under way, so that it is sent once.
#[island]
pub fn SendForm(
    /// Where it is sent, by POST.
    action: String,
    /// What the button says.
    label: String,
    /// What it says while the answer is under way.
    pending: String,
    /// The button's classes.
    class: String,
    /// The id of the sentence that describes the button; empty without one.
    described_by: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let sent = RwSignal::new(false);
    let once = move |event: SubmitEvent| {
        if sent.get_untracked() {
            event.prevent_default();
        }
        sent.set(true);
    };
    // Whoever comes back to this page finds the button as it was.
    Effect::new(move || {
        window_event_listener_untyped("pageshow", move |_| sent.set(false));
    });
    view! {
        <form method="post" action=action on:submit=once>
            {children()}
            <button
                type="submit"
                class=class
                aria-describedby=(!described_by.is_empty()).then_some(described_by)
                aria-disabled=move || sent.get().then_some("true")
                aria-busy=move || sent.get().then_some("true")
            >
                {move || if sent.get() { pending.clone() } else { label.clone() }}
            </button>
        </form>
    }
}
