//! The frame of every page: title, skip link, header, main, footer.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{ActionFailure, Footer, Mark};
use crate::{
    app::i18n::{named, use_texts},
    domain::Site,
};

/// A page with its title, around its content.
#[component]
pub fn Page(
    /// What the page is; the app's name follows unless it is part of it.
    #[prop(into)]
    title: String,
    children: Children,
) -> AnyView {
    let frame = &use_texts().frame;
    let app_name = expect_context::<Site>().app_name;
    let title = if title.contains(&app_name) { title } else { format!("{title} · {app_name}") };
    view! {
        <Title text=title/>
        <a class="skip" href="#main">{frame.skip}</a>
        <header class="site-header">
            <a class="brand" href="/" aria-label=named(frame.home)>
                <Mark/>
                <span>{app_name}</span>
            </a>
        </header>
        <main id="main" tabindex="-1">
            <ActionFailure/>
            {children()}
        </main>
        <Footer/>
    }
    .into_any()
}
