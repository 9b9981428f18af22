//! Times, lengths, dates and numbers in each language.

use super::AT;
use crate::{
    app::i18n::{date, iso, moment, number, relative, texts},
    domain::{Locale, Timestamp, Unit},
};

#[test]
fn time_left_is_counted_in_words() {
    let (en, fr) = (texts(Locale::En).time_left, texts(Locale::Fr).time_left);
    assert_eq!([en(1, Unit::Day), en(20, Unit::Hour)], ["1 day left", "20 hours left"]);
    assert_eq!([fr(2, Unit::Day), fr(1, Unit::Minute)], ["encore 2 jours", "encore 1 minute"]);
}

#[test]
fn lengths_are_told_in_minutes_and_seconds() {
    let (en, fr) = (texts(Locale::En).duration, texts(Locale::Fr).duration);
    assert_eq!([en(600), en(60), en(1)], ["10 minutes", "1 minute", "1 second"]);
    assert_eq!(en(90), "1 minute 30 seconds");
    assert_eq!(en(u32::MAX), "71,582,788 minutes 15 seconds");
    assert_eq!([fr(0), fr(61)], ["0 seconde", "1 minute 1 seconde"]);
}

#[test]
fn dates_follow_the_language() {
    assert_eq!(date(Locale::En, AT), "November 22, 2026");
    assert_eq!(date(Locale::Fr, AT), "22 novembre 2026");
    assert_eq!(iso(AT), "2026-11-22T14:19:05Z");
    assert_eq!(moment(Locale::Fr, AT), "22 nov. 2026, 14:19 UTC");
    assert!(moment(Locale::En, AT).starts_with("Nov 22, 2026, 2:19"));
}

#[test]
fn moments_are_told_from_now() {
    let texts_of = |locale, seconds| relative(locale, AT.plus_seconds(seconds), AT);
    assert_eq!([texts_of(Locale::En, 0), texts_of(Locale::En, -59)], ["just now"; 2]);
    assert_eq!([texts_of(Locale::En, -60), texts_of(Locale::En, 7_200)], ["1 minute ago", "in 2 hours"]);
    assert_eq!([texts_of(Locale::Fr, -30), texts_of(Locale::Fr, 30)], ["à l’instant", "dans un instant"]);
    assert_eq!(
        [texts_of(Locale::Fr, -90_000), texts_of(Locale::Fr, 300)],
        ["il y a 1 jour", "dans 5 minutes"]
    );
    assert_eq!(texts_of(Locale::Fr, -70_000_000), "il y a 2 ans");
}

#[test]
fn absurd_dates_do_not_panic() {
    for at in [i64::MIN, -1, 0, i64::MAX] {
        assert!(!date(Locale::En, Timestamp(at)).is_empty() && !iso(Timestamp(at)).is_empty());
    }
}

#[test]
fn numbers_are_grouped_as_the_language_does() {
    assert_eq!(number(Locale::En, 12_345), "12,345");
    assert_eq!(number(Locale::Fr, 12_345), "12\u{202f}345");
}

#[test]
fn pseudo_locale_formats_numbers_and_dates_as_arabic() {
    assert_eq!(number(Locale::Pseudo, 12_345), "١٢٬٣٤٥");
    assert!(date(Locale::Pseudo, AT).contains("نوفمبر"), "{}", date(Locale::Pseudo, AT));
}

/// A browser updates them by its own words, which are CLDR's.
#[test]
fn relative_times_have_the_words_of_the_language() {
    let words = |locale, seconds| relative(locale, AT.plus_seconds(seconds), AT);
    assert_eq!([words(Locale::De, -3 * 86_400), words(Locale::De, 60)], ["vor 3 Tagen", "in 1 Minute"]);
    assert_eq!([words(Locale::Es, -3_600), words(Locale::Es, 7_200)], ["hace 1 hora", "dentro de 2 horas"]);
    assert_eq!([words(Locale::PtBr, -120), words(Locale::PtBr, 86_400)], ["há 2 minutos", "em 1 dia"]);
}
