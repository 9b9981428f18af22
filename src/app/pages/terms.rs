//! `/terms`: the built-in terms of use.

use leptos::prelude::*;

use crate::{
    app::{components::ArticlePage, i18n::use_texts},
    domain::Site,
};

/// The terms of use.
#[component]
pub fn TermsPage() -> impl IntoView {
    let article = (use_texts().terms)(&expect_context::<Site>().app_name);
    view! { <ArticlePage article path="/terms"/> }
}
