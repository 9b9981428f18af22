//! Every sentence that a person reads, in every language that the app speaks.
//!
//! A language is one file with one `static` of [`Texts`]: a text that is missing there fails the
//! build. A new language is a new file, an arm of [`Locale`] and an arm of [`texts()`].

mod dates;
mod en;
mod fr;
mod numbers;
mod texts;

use leptos::prelude::use_context;

pub use dates::{date, iso, moment};
pub use numbers::{category, number};
pub use texts::{
    ActivityTexts, Article, Consent, FailurePageTexts, FailureText, FrameTexts, LoginTexts, NotFoundTexts,
    ProfileTexts, ScopeText, Section, Texts, Told,
};

use crate::domain::Locale;

/// The texts of a language.
#[must_use]
pub fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::En => &en::EN,
        Locale::Fr => &fr::FR,
    }
}

/// The language of the page that is being rendered.
#[must_use]
pub fn use_locale() -> Locale {
    use_context().unwrap_or_default()
}

/// The texts of the page that is being rendered.
#[must_use]
pub fn use_texts() -> &'static Texts {
    texts(use_locale())
}

#[cfg(test)]
mod tests;
