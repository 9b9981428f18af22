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

use leptos::{prelude::*, reactive::owner::Owner};
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::domain::{LoginRefusal, Site};
use i18n::{use_locale, use_texts};
use pages::{
    CallbackPage, DisconnectPage, DisconnectedPage, LoginPage, NotFoundPage, PrivacyPage, ProfilePage,
    Refusal, TermsPage,
};

/// The document around every page; rendered on the server only.
///
/// Needs [`Site`] and [`Locale`](crate::domain::Locale) by context.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    keep_data_out_of_the_page();
    let app_name = expect_context::<Site>().app_name;
    let description = (use_texts().frame.description)(&app_name);
    view! {
        <!DOCTYPE html>
        <html lang=use_locale().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f6f4ef" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#14181a" media="(prefers-color-scheme: dark)"/>
                <meta name="description" content=description/>
                <meta name="format-detection" content="telephone=no"/>
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

/// Resources are read on the server only, so none is written into the page for the browser.
fn keep_data_out_of_the_page() {
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
}

/// The table of pages.
///
/// A [`LoginRefusal`] in the context is shown in the place of any page: so a handler that is no page
/// tells why a login failed.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(refusal) = use_context::<LoginRefusal>() {
        return view! { <Router><Refusal refusal/></Router> }.into_any();
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
