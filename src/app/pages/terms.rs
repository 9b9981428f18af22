//! `/terms`: the built-in terms of use.

use leptos::prelude::*;

use crate::app::{components::ArticlePage, i18n::use_texts};

/// The terms of use.
#[component]
pub fn TermsPage() -> impl IntoView {
    view! { <ArticlePage article=&use_texts().terms path="/terms"/> }
}
