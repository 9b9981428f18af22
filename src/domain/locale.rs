//! The language of a page.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Malformed;

/// A language that every text exists in.
///
/// A new one is a variant here, its tag, a place in [`Locale::ALL`], and a file of texts in `app/i18n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// English, also for a browser that asks for a language we do not speak.
    #[default]
    #[serde(rename = "en")]
    En,
    /// French.
    #[serde(rename = "fr")]
    Fr,
    /// German.
    #[serde(rename = "de")]
    De,
    /// Spanish.
    #[serde(rename = "es")]
    Es,
    /// Brazilian Portuguese.
    #[serde(rename = "pt-BR")]
    PtBr,
    /// The pseudo-locale: longer English from right to left, to test the layout; never offered.
    #[serde(skip)]
    Pseudo,
}

impl Locale {
    /// Every language that is offered, in the order of the switch.
    pub const ALL: [Self; 5] = [Self::En, Self::Fr, Self::De, Self::Es, Self::PtBr];

    /// The BCP 47 tag for `lang` attributes and cookies.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::De => "de",
            Self::Es => "es",
            Self::PtBr => "pt-BR",
            // CLDR's name for such a language.
            Self::Pseudo => "ar-XB",
        }
    }

    /// Which way it is written, for `dir` attributes: `ltr` or `rtl`.
    #[must_use]
    pub const fn direction(self) -> &'static str {
        match self {
            Self::En | Self::Fr | Self::De | Self::Es | Self::PtBr => "ltr",
            Self::Pseudo => "rtl",
        }
    }

    /// The language that an `Accept-Language` header (RFC 9110, 12.5.4) prefers among ours.
    ///
    /// Ranges are matched by their primary subtag; `q=0` refuses; ties go to the earlier range.
    #[must_use]
    pub fn preferred(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept_language.split(',').take(32) {
            let Some((quality, locale)) = weighed(range) else {
                continue;
            };
            if quality > 0.0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

/// One language range with its weight; `None` for a language that we do not speak.
fn weighed(range: &str) -> Option<(f32, Locale)> {
    let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
    let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
    let quality = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse().ok())?;
    let locale = if primary == "*" { Locale::default() } else { with_primary(&primary)? };
    Some((quality, locale))
}

/// The language of a primary subtag: European Portuguese gets the Brazilian texts rather than English ones.
fn with_primary(primary: &str) -> Option<Locale> {
    Locale::ALL.into_iter().find(|locale| locale.tag().split('-').next() == Some(primary))
}

impl FromStr for Locale {
    type Err = Malformed;

    fn from_str(tag: &str) -> Result<Self, Malformed> {
        let found = Self::ALL.into_iter().find(|locale| locale.tag() == tag);
        found.ok_or(Malformed { what: "language", why: "it is one of those that the app speaks" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_phone_gets_french() {
        assert_eq!(Locale::preferred("fr-CA,fr;q=0.9,en;q=0.8"), Some(Locale::Fr));
    }

    #[test]
    fn nobody_is_offered_the_disguise() {
        assert!(!Locale::ALL.contains(&Locale::Pseudo));
        assert!(Locale::Pseudo.tag().parse::<Locale>().is_err());
        assert_eq!(Locale::preferred("ar-XB,ar"), None);
    }

    #[test]
    fn weights_decide_before_order() {
        assert_eq!(Locale::preferred("en;q=0.3, fr;q=0.7"), Some(Locale::Fr));
    }

    #[test]
    fn a_refused_language_is_not_chosen() {
        assert_eq!(Locale::preferred("fr;q=0, en"), Some(Locale::En));
    }

    #[test]
    fn an_unknown_language_is_passed_over() {
        assert_eq!(Locale::preferred("nl-NL,nl;q=0.9,fr;q=0.2"), Some(Locale::Fr));
        assert_eq!(Locale::preferred("nl"), None);
    }

    #[test]
    fn region_does_not_matter() {
        for (accepted, locale) in
            [("pt-PT", Locale::PtBr), ("PT-br", Locale::PtBr), ("es-MX", Locale::Es), ("de-AT", Locale::De)]
        {
            assert_eq!(Locale::preferred(accepted), Some(locale), "{accepted}");
        }
    }

    #[test]
    fn every_language_is_read_back_from_its_tag() {
        for locale in Locale::ALL {
            assert_eq!(locale.tag().parse(), Ok(locale));
        }
    }

    #[test]
    fn nonsense_is_no_language() {
        assert_eq!(Locale::preferred(";;q=x,,\u{0}"), None);
    }
}
