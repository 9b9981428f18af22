//! A panel that opens under its heading, without a script.

use leptos::prelude::*;

/// A closed panel; its heading names the region too.
#[component]
pub fn Disclosure(
    /// The id of the heading.
    id: &'static str,
    /// The heading.
    title: String,
    children: Children,
) -> AnyView {
    view! {
        <section class="panel" aria-labelledby=id>
            <details>
                <summary><h2 id=id>{title}</h2></summary>
                <div class="disclosed">{children()}</div>
            </details>
        </section>
    }
    .into_any()
}
