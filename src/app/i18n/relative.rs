//! Relative times in each language: "3 minutes ago", "in 2 hours".
//!
//! A browser keeps these words true by its own `Intl.RelativeTimeFormat`, whose words are CLDR's; the
//! languages here have the same ones, and a browser test compares them.

use super::texts;
use crate::domain::{Locale, RelativeTime, Timestamp};

/// A timestamp relative to `now`.
#[must_use]
pub fn relative(locale: Locale, at: Timestamp, now: Timestamp) -> String {
    let t = &texts(locale).time;
    let ahead = at > now;
    match RelativeTime::of(at.seconds_since(now)) {
        Some(RelativeTime { count, unit }) if ahead => (t.ahead)(count.unsigned_abs(), unit),
        Some(RelativeTime { count, unit }) => (t.ago)(count.unsigned_abs(), unit),
        None if ahead => t.soon.to_owned(),
        None => t.just_now.to_owned(),
    }
}
