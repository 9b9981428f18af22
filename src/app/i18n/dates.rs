//! Dates and times as each language writes them, by CLDR, in UTC.
//!
//! Pages are rendered on the server alone, so no browser carries these tables.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use icu_datetime::{
    DateTimeFormatter,
    fieldsets::{YMD, YMDT},
    input::{UtcOffset, ZonedDateTime},
};

use super::numbers::tag;
use crate::domain::{Locale, Timestamp};

thread_local! {
    /// Formatters of each language: making one costs more than using it.
    static FORMATTERS: RefCell<HashMap<Locale, Rc<Formatters>>> = RefCell::default();
}

struct Formatters {
    day: DateTimeFormatter<YMD>,
    minute: DateTimeFormatter<YMDT>,
}

/// The formatters of a language, unless the library has no data of it.
fn formatters(locale: Locale) -> Option<Rc<Formatters>> {
    FORMATTERS.with_borrow_mut(|known| {
        if let Some(formatters) = known.get(&locale) {
            return Some(Rc::clone(formatters));
        }
        let made = Rc::new(Formatters {
            day: DateTimeFormatter::try_new(tag(locale).into(), YMD::long()).ok()?,
            minute: DateTimeFormatter::try_new(tag(locale).into(), YMD::medium().with_time_hm()).ok()?,
        });
        known.insert(locale, Rc::clone(&made));
        Some(made)
    })
}

/// The day of a moment, as "November 22, 2026".
#[must_use]
pub fn date(locale: Locale, at: Timestamp) -> String {
    let at_utc = ZonedDateTime::from_epoch_milliseconds_and_utc_offset(milliseconds(at), UtcOffset::zero());
    formatters(locale).map_or_else(|| iso(at), |formatters| formatters.day.format(&at_utc).to_string())
}

/// The day and minute of a moment, as "Nov 22, 2026, 2:19 PM UTC".
#[must_use]
pub fn moment(locale: Locale, at: Timestamp) -> String {
    let at_utc = ZonedDateTime::from_epoch_milliseconds_and_utc_offset(milliseconds(at), UtcOffset::zero());
    formatters(locale)
        .map_or_else(|| iso(at), |formatters| format!("{} UTC", formatters.minute.format(&at_utc)))
}

/// The moment for the `datetime` attribute of a `time` element (RFC 3339).
#[must_use]
pub fn iso(at: Timestamp) -> String {
    let ZonedDateTime { date, time, .. } =
        ZonedDateTime::from_epoch_milliseconds_and_utc_offset(milliseconds(at), UtcOffset::zero());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year().extended_year(),
        date.month().ordinal,
        date.day_of_month().0,
        time.hour.number(),
        time.minute.number(),
        time.second.number(),
    )
}

/// A moment in the unit of the calendar library; absurd moments stop at its ends.
const fn milliseconds(at: Timestamp) -> i64 {
    at.0.saturating_mul(1000)
}
