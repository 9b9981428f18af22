//! The end of every page: the legal pages, the language, the theme, and that we are not TikTok.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use crate::{
    api::{SetLanguage, SetTheme},
    app::i18n::{texts, use_locale, use_texts},
    domain::{Locale, Site, Theme},
};

/// The footer.
#[component]
pub fn Footer() -> impl IntoView {
    let frame = &use_texts().frame;
    let site = expect_context::<Site>();
    view! {
        <footer class="site-footer">
            <nav aria-label=frame.legal>
                <a href=site.privacy_url rel="external">{frame.privacy}</a>
                <a href=site.terms_url rel="external">{frame.terms}</a>
            </nav>
            <Themes/>
            <Languages/>
            <p>{frame.independent}</p>
        </footer>
    }
}

/// The language switch.
#[component]
fn Languages() -> impl IntoView {
    let current = use_locale();
    let button = |locale: Locale| {
        let active = (locale == current).then_some("true");
        view! {
            <button type="submit" name="locale" value=locale.tag() lang=locale.tag() aria-current=active>
                {texts(locale).language_name}
            </button>
        }
    };
    let buttons = Locale::ALL.map(button).collect_view().into_any();
    switch(SetLanguage::url(), use_texts().frame.language, buttons)
}

/// The theme switch.
#[component]
fn Themes() -> impl IntoView {
    let t = &use_texts().choices;
    let current: Theme = use_context().unwrap_or_default();
    let button = |theme: Theme| {
        let active = (theme == current).then_some("true");
        view! {
            <button type="submit" name="theme" value=theme.name() aria-current=active>
                {(t.themes)(theme)}
            </button>
        }
    };
    let buttons = Theme::ALL.map(button).collect_view().into_any();
    switch(SetTheme::url(), t.theme, buttons)
}

/// A choice with a button for each possibility: a plain form, so that it needs no script.
fn switch(action: &'static str, name: &'static str, buttons: AnyView) -> AnyView {
    view! {
        <form class="switch" method="post" action=action>
            <input type="hidden" name="back" value=way_back(&use_location().pathname.get_untracked())/>
            <div role="group" aria-label=name>
                <span aria-hidden="true">{name}</span>
                {buttons}
            </div>
        </form>
    }
    .into_any()
}

/// Where to go after a choice: this page, but never the callback, which answers only once.
fn way_back(path: &str) -> String {
    if path == "/webhook" { "/".to_owned() } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_is_not_opened_twice() {
        assert_eq!(way_back("/webhook"), "/");
        assert_eq!(way_back("/profile"), "/profile");
    }
}
