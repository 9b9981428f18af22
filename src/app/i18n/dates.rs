//! Dates and times as each language writes them, by CLDR, in UTC.
//!
//! Pages are rendered on the server alone, so no browser carries these tables.

use icu_datetime::{
    DateTimeFormatter,
    fieldsets::YMD,
    input::{UtcOffset, ZonedDateTime},
};

use super::numbers::tag;
use crate::domain::{Locale, Timestamp};

/// The day of a moment, as "November 22, 2026".
#[must_use]
pub fn date(locale: Locale, at: Timestamp) -> String {
    let at_utc = ZonedDateTime::from_epoch_milliseconds_and_utc_offset(milliseconds(at), UtcOffset::zero());
    match DateTimeFormatter::try_new(tag(locale).into(), YMD::long()) {
        Ok(formatter) => formatter.format(&at_utc).to_string(),
        Err(_) => iso(at),
    }
}

/// The day and minute of a moment, as "Nov 22, 2026, 2:19 PM UTC".
#[must_use]
pub fn moment(locale: Locale, at: Timestamp) -> String {
    let at_utc = ZonedDateTime::from_epoch_milliseconds_and_utc_offset(milliseconds(at), UtcOffset::zero());
    match DateTimeFormatter::try_new(tag(locale).into(), YMD::medium().with_time_hm()) {
        Ok(formatter) => format!("{} UTC", formatter.format(&at_utc)),
        Err(_) => iso(at),
    }
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
