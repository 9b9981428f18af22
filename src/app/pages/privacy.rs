//! `/privacy`: the built-in privacy policy.

use leptos::prelude::*;

use crate::{
    app::{components::ArticlePage, i18n::use_texts},
    domain::Site,
};

/// The privacy policy.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    let site = expect_context::<Site>();
    let article = (use_texts().privacy)(&site.app_name, site.operator.name.as_deref());
    view! { <ArticlePage article path="/privacy"/> }
}
