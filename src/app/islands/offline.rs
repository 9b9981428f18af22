//! A notice without a network: the page may not be current.

use leptos::prelude::*;

/// The word, while the browser says that it is offline.
#[island]
pub fn Offline(
    /// What is said.
    children: Children,
) -> impl IntoView {
    let away = RwSignal::new(false);
    Effect::new(move || {
        let look = move || away.set(!window().navigator().on_line());
        for event in ["online", "offline"] {
            window_event_listener_untyped(event, move |_| look());
        }
        look();
    });
    view! {
        <div role="status">
            <p class="toast offline" hidden=move || !away.get()>{children()}</p>
        </div>
    }
}
