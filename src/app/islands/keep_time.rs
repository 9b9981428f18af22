//! Keeps "3 minutes ago" true while the page is open.

use std::{cell::LazyCell, time::Duration};

use leptos::{
    prelude::*,
    web_sys::{
        Element,
        js_sys::{Array, Date, Intl::RelativeTimeFormat, Object},
    },
};

use super::{edge::written, page::all};
use crate::domain::RelativeTime;

/// Fine enough for minutes.
const EVERY: Duration = Duration::from_secs(15);

/// Updates every relative time regularly.
///
/// The server wrote the words first, and by the same rules, so nothing changes before time has passed.
/// A browser's clock may be wrong: only how far it has gone since this woke is taken from it.
#[island]
pub fn KeepTime() -> impl IntoView {
    Effect::new(|| {
        // Seconds since 1970, by the server.
        let Ok(as_of) = written("data-as-of").parse::<i64>() else { return };
        let [just_now, soon] = ["data-just-now", "data-soon"].map(written);
        let root = document().document_element();
        let language = root.and_then(|root| root.get_attribute("lang")).unwrap_or_default();
        // Only when it is needed: a phone takes a tenth of a second for it.
        let words = LazyCell::new(move || {
            RelativeTimeFormat::new(&Array::of1(&language.as_str().into()), &Object::new())
        });
        let format = move |count: i32, unit: &str| String::from(words.format(count.into(), unit));
        let woke = seconds_of_clock();
        set_interval(
            move || {
                let now = as_of + seconds_of_clock() - woke;
                for time in all(&document(), "time[data-told]") {
                    update(&time, now, &just_now, &soon, &format);
                }
            },
            EVERY,
        );
    });
}

#[allow(clippy::cast_possible_truncation, reason = "seconds of this age fit many times over")]
fn seconds_of_clock() -> i64 {
    (Date::now() / 1000.0) as i64
}

/// Writes what is true now, if that is something else than what stands there.
fn update(time: &Element, now: i64, just_now: &str, soon: &str, format: &impl Fn(i32, &str) -> String) {
    let written = time.get_attribute("datetime").unwrap_or_default();
    let milliseconds = Date::parse(&written);
    if milliseconds.is_nan() {
        return;
    }
    #[allow(clippy::cast_possible_truncation, reason = "a date of four digits fits")]
    let seconds = (milliseconds / 1000.0) as i64 - now;
    let ahead = time.get_attribute("data-told").as_deref() == Some("ahead");
    let seconds = if ahead { seconds.max(0) } else { seconds.min(0) };
    let words = match RelativeTime::of(seconds) {
        Some(RelativeTime { count, unit }) => format(count, unit.name()),
        None if ahead => soon.to_owned(),
        None => just_now.to_owned(),
    };
    if time.text_content().as_deref() != Some(&words) {
        time.set_text_content(Some(&words));
    }
}
