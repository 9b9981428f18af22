//! `/privacy`: the built-in privacy policy.

use leptos::prelude::*;

use crate::app::{components::ArticlePage, i18n::use_texts};

/// The privacy policy.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    view! { <ArticlePage article=&use_texts().privacy path="/privacy"/> }
}
