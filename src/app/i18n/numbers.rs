//! Numbers and plurals as each language writes them, by CLDR.

use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_locale_core::locale;
use icu_plurals::{PluralCategory, PluralRules};

use crate::domain::Locale;

/// A language as the CLDR libraries name it.
pub(super) const fn tag(locale: Locale) -> icu_locale_core::Locale {
    match locale {
        Locale::En => locale!("en"),
        Locale::Fr => locale!("fr"),
        Locale::De => locale!("de"),
        Locale::Es => locale!("es"),
        Locale::PtBr => locale!("pt-BR"),
        // With digits, months and plurals of their own, and a script that runs the other way.
        Locale::Pseudo => locale!("ar-EG"),
    }
}

/// A whole number with the language's digits and grouping.
#[must_use]
pub fn number(locale: Locale, n: u32) -> String {
    match DecimalFormatter::try_new(
        tag(locale).into(),
        icu_decimal::options::DecimalFormatterOptions::default(),
    ) {
        Ok(formatter) => formatter.format(&Decimal::from(n)).to_string(),
        Err(_) => n.to_string(),
    }
}

/// Which form of a word goes with a number: "1 day", "2 days".
#[must_use]
pub fn category(locale: Locale, n: u32) -> PluralCategory {
    match PluralRules::try_new(tag(locale).into(), icu_plurals::PluralRulesOptions::default()) {
        Ok(rules) => rules.category_for(n),
        Err(_) => PluralCategory::Other,
    }
}
