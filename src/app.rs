//! What a person sees: the document around every page, and the table of pages.
//!
//! Pages are rendered on the server. A page ships script only if it holds an island, and then it
//! asks for it itself: there are no hydration scripts in [`shell`].

#![allow(unreachable_pub, reason = "the component macro repeats `pub` inside a function")]

mod components;
mod i18n;
mod islands;
mod pages;
mod status;

use leptos::{html, prelude::*, reactive::owner::Owner};
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::domain::{LoginEnd, Theme};
use i18n::{named, use_locale, use_texts};
use pages::{
    CallbackPage, DisconnectPage, DisconnectedPage, Ending, LoginPage, NotFoundPage, PrivacyPage,
    ProfilePage, TermsPage,
};

/// The document around every page; rendered on the server only.
///
/// Needs [`Site`](crate::domain::Site), [`Locale`](crate::domain::Locale) and [`Theme`] by context.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    keep_data_out_of_the_page();
    let description = named(use_texts().frame.description);
    let locale = use_locale();
    let theme: Theme = use_context().unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html
            lang=locale.tag()
            dir=Some(locale.direction()).filter(|direction| *direction != "ltr")
            data-theme=(theme != Theme::System).then(|| theme.name())
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="description" content=description/>
                <meta name="format-detection" content="telephone=no"/>
                {colours(theme)}
                <HashedStylesheet options/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/site.webmanifest"/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// What a browser colours itself with: its own controls, and the bars around the page.
fn colours(theme: Theme) -> AnyView {
    let bars = |colour: &'static str| html::meta().name("theme-color").content(colour);
    let scheme = if theme == Theme::System { "light dark" } else { theme.name() };
    let bars = match theme {
        Theme::System => [("#f6f4ef", "light"), ("#14181a", "dark")]
            .map(|(colour, scheme)| bars(colour).attr("media", format!("(prefers-color-scheme: {scheme})")))
            .into_any(),
        Theme::Light => bars("#f6f4ef").into_any(),
        Theme::Dark => bars("#14181a").into_any(),
    };
    view! {
        <meta name="color-scheme" content=scheme/>
        {bars}
    }
    .into_any()
}

/// Resources are read on the server only, so none is written into the page for the browser.
fn keep_data_out_of_the_page() {
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
}

/// In the context of a request for one of the pages that are opened most: it is rendered without building the table of
/// pages.
#[derive(Clone, Copy)]
pub enum RequestedPage {
    /// `/profile`.
    Profile,
    /// `/webhook`.
    Callback,
}

impl RequestedPage {
    /// The page of a path.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        match path {
            "/profile" => Some(Self::Profile),
            "/webhook" => Some(Self::Callback),
            _ => None,
        }
    }
}

/// The table of pages.
///
/// A [`LoginEnd`] in the context is shown in the place of any page: so a handler that is no page
/// tells why a login failed.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(end) = use_context::<LoginEnd>() {
        return view! { <Router><Ending end/></Router> }.into_any();
    }
    match use_context() {
        Some(RequestedPage::Profile) => return view! { <Router><ProfilePage/></Router> }.into_any(),
        Some(RequestedPage::Callback) => return view! { <Router><CallbackPage/></Router> }.into_any(),
        None => {}
    }
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=LoginPage ssr=SsrMode::Async/>
                <Route path=path!("/profile") view=ProfilePage ssr=SsrMode::Async/>
                <Route path=path!("/disconnect") view=DisconnectPage ssr=SsrMode::Async/>
                <Route path=path!("/disconnected") view=DisconnectedPage ssr=SsrMode::Async/>
                <Route path=path!("/webhook") view=CallbackPage ssr=SsrMode::Async/>
                <Route path=path!("/privacy") view=PrivacyPage ssr=SsrMode::Async/>
                <Route path=path!("/terms") view=TermsPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
    .into_any()
}
