//! Every sentence that a person reads, in every language that the app speaks.
//!
//! A language is one file with one `static` of [`Texts`]: a text that is missing there fails the
//! build. A new one is that file, named here and in [`texts()`], and a variant of [`Locale`], whose
//! tag, direction and CLDR name the compiler then asks for. Plurals, dates and numbers follow by
//! themselves. `fr.rs` is the one to begin from.
//!
//! [`Locale::Pseudo`] is such a language, generated from the English one by `build.rs`: longer, full of
//! accents, and written from right to left. It is never offered. With `DEBUG=true` the cookie
//! `lang=ar-XB` chooses it, to see whether a layout holds for another language and direction.

mod dates;
mod de;
mod en;
mod es;
mod fr;
mod names;
mod numbers;
#[allow(clippy::too_many_lines, reason = "generated code is formatted differently")]
mod pseudo {
    include!(concat!(env!("OUT_DIR"), "/pseudo.rs"));
}
mod pt_br;
mod relative;
mod texts;

use leptos::prelude::use_context;

pub use dates::{date, iso, moment};
pub use names::named;
pub use numbers::{category, number};
pub use relative::relative;
pub use texts::{
    ActivityTexts, Article, ChoiceTexts, ConnectedTexts, Consent, FailurePageTexts, FailureText, FrameTexts,
    LeaveTexts, LoginTexts, NotFoundTexts, OperatorTexts, PopupTexts, PostingTexts, ProfileTexts,
    ReceiptTexts, ScopeText, Section, StatusTexts, StoredTexts, Texts, TimeTexts, TitledText,
};

use crate::domain::Locale;

/// The texts of a language.
#[must_use]
pub fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::En => &en::EN,
        Locale::Fr => &fr::FR,
        Locale::De => &de::DE,
        Locale::Es => &es::ES,
        Locale::PtBr => &pt_br::PT_BR,
        Locale::Pseudo => &pseudo::PSEUDO,
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
