//! `/terms`: the built-in terms of use.

use leptos::prelude::*;

use crate::{
    app::{components::ArticlePage, i18n::use_texts},
    domain::Site,
};

/// The terms of use.
#[component]
pub fn TermsPage() -> impl IntoView {
    let site = expect_context::<Site>();
    let article = (use_texts().terms)(&site.app_name, site.operator.name.as_deref());
    view! { <ArticlePage article path="/terms"/> }
}
