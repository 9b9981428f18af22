//! A creator's picture, with initials behind it for when there is none.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{app::i18n::use_texts, domain::Profile};

/// The picture of a creator. One image to a screen reader, whether the picture arrives or not.
#[component]
pub fn Avatar<'a>(profile: &'a Profile) -> impl IntoView + use<> {
    let name = profile.display_name();
    let t = &use_texts().profile;
    let label = t.avatar.replace("{account}", name.as_deref().unwrap_or(t.nameless));
    let initials = initials(name.as_deref().unwrap_or_default());
    let image = profile.has_avatar.then(|| picture(format!("/avatar/{}", profile.id), initials.clone()));
    view! {
        <span class="avatar" role="img" aria-label=label>
            {if initials.is_empty() {
                view! { <Glyph icon=Icon::Person/> }.into_any()
            } else {
                view! { <span aria-hidden="true">{initials}</span> }.into_any()
            }}
            {image}
        </span>
    }
}

/// The picture. The stylesheet shows the initials in its place when it does not arrive.
fn picture(source: String, initials: String) -> impl IntoView {
    let initials = (!initials.is_empty()).then_some(initials);
    view! { <img src=source data-initials=initials alt="" width="96" height="96" decoding="async"/> }
}

/// The first letters of the first and the last word, upper-case; empty if there is no letter.
///
/// Only letters and digits count: a mark, an emoji or a direction override alone says nothing.
fn initials(name: &str) -> String {
    let first_letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let letters: Vec<char> = name.split_whitespace().filter_map(first_letter).collect();
    let chosen = match letters.as_slice() {
        [] => vec![],
        [only] => vec![*only],
        [first, .., last] => vec![*first, *last],
    };
    chosen.into_iter().flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn the_first_and_last_word_give_a_letter_each() {
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("ada king lovelace"), "AL");
        assert_eq!(initials("Ada"), "A");
        assert_eq!(initials("@ada.lovelace"), "A");
    }

    #[test]
    fn every_script_has_letters() {
        assert_eq!(initials("李 小龙"), "李小");
        assert_eq!(initials("نور الهدى"), "نا");
        assert_eq!(initials("éloïse ærø"), "ÉÆ");
    }

    #[test]
    fn what_is_no_letter_is_passed_over() {
        assert_eq!(initials("👩‍👩‍👧‍👦 \u{202e}evil 🎬"), "E");
        assert_eq!(initials("🎬✨"), "");
        assert_eq!(initials("\u{200b}\u{feff}"), "");
        assert_eq!(initials(""), "");
    }
}
