//! `/privacy`: the built-in privacy policy.

use leptos::prelude::*;

use crate::{
    app::{components::ArticlePage, i18n::use_texts},
    domain::Site,
};

/// The privacy policy.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    let article = (use_texts().privacy)(&expect_context::<Site>().app_name);
    view! { <ArticlePage article path="/privacy"/> }
}
