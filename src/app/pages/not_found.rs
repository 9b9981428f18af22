//! The page for an address that does not exist.

use leptos::prelude::*;

use crate::app::{components::Page, i18n::use_texts, status::set_status};

/// The page for an address that does not exist, with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(404);
    let t = &use_texts().not_found;
    view! {
        <Page title=t.title>
            <article class="failure">
                <p class="code" aria-hidden="true">"404"</p>
                <h1>{t.title}</h1>
                <p class="lead">{t.text}</p>
                <div class="buttons">
                    <a class="button primary" href="/">{t.home}</a>
                </div>
            </article>
        </Page>
    }
}
