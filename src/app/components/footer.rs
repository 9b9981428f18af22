//! The end of every page: the legal pages, the language, the theme, who runs it, and that it is not TikTok.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use super::AskOperator;
use crate::{
    api::{SetLanguage, SetTheme},
    app::i18n::{texts, use_locale, use_texts},
    domain::{Locale, Operator, Site, Theme},
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
                <AskOperator/>
            </nav>
            <Themes/>
            <Languages/>
            <p>{operator(site.operator)} {frame.independent}</p>
        </footer>
    }
}

/// Who runs the app, if they say so; with a link where they have a site.
fn operator(operator: Operator) -> Option<AnyView> {
    let by = use_texts().operator.by;
    let name = operator.name?;
    let name = match operator.url {
        Some(href) => view! { <a href=href rel="external">{name}</a> }.into_any(),
        None => name.into_any(),
    };
    Some(view! { <span>{by} " " {name}</span> " · " }.into_any())
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
    switch(SetLanguage::url(), "", use_texts().frame.language, buttons)
}

/// The theme switch. The focus stays on it after a choice: the page is the same but for its colours, while
/// another language is read from the top.
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
    switch(SetTheme::url(), "#theme", t.theme, buttons)
}

/// A choice with a button for each possibility: a plain form, so that it needs no script. Without one
/// it leads back to the `place` in the page, a fragment or nothing.
fn switch(action: &'static str, place: &'static str, name: &'static str, buttons: AnyView) -> AnyView {
    let back = way_back(&use_location().pathname.get_untracked());
    let id = place.strip_prefix('#');
    view! {
        <form id=id class="switch" method="post" action=action>
            <input type="hidden" name="back" value=format!("{back}{place}")/>
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
