//! The end of every page: the legal pages, the language, and that we are not TikTok.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

use crate::{
    api::SetLanguage,
    app::i18n::{texts, use_locale, use_texts},
    domain::{Locale, Site},
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
            <Languages/>
            <p>{frame.independent}</p>
        </footer>
    }
}

/// The language switch: a plain form, so that it needs no script.
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
    view! {
        <form method="post" action=SetLanguage::url()>
            <input type="hidden" name="back" value=way_back(&use_location().pathname.get_untracked())/>
            <div class="languages" role="group" aria-label=use_texts().frame.language>
                {Locale::ALL.map(button).collect_view()}
            </div>
        </form>
    }
}

/// Where to go after the switch: this page, but never the callback, which answers only once.
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
