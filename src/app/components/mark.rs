//! The app's own mark: an open ring and the point that closes it.

use leptos::prelude::*;

/// Draws the mark; the name beside it speaks for it.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="4.6 4.5 24 23" aria-hidden="true">
            <path d="M22.4 9.6a9 9 0 1 0 0 12.8"/>
            <circle cx="25" cy="16" r="3.2"/>
        </svg>
    }
}
