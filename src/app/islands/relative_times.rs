//! Keeps "3 minutes ago" true while the page is open, and writes moments in the browser's time zone.

use std::{cell::LazyCell, time::Duration};

use leptos::{
    prelude::*,
    wasm_bindgen::JsValue,
    web_sys::{
        Document, Element,
        js_sys::{Array, Date, Intl::RelativeTimeFormat, Object, Reflect},
    },
};

use super::{page::all, toasts::attribute};
use crate::domain::RelativeTime;

/// Fine enough for minutes.
const EVERY: Duration = Duration::from_secs(15);

/// Updates every relative time regularly, and localizes every moment once.
///
/// The server wrote the words first, and by the same rules, so nothing changes before time has passed.
/// A browser's clock may be wrong: only how far it has gone since this woke is taken from it.
#[island]
pub fn RelativeTimes() -> impl IntoView {
    Effect::new(|| {
        localize(&document());
        // Seconds since 1970, by the server.
        let Ok(as_of) = attribute("data-as-of").parse::<i64>() else { return };
        let [just_now, soon] = ["data-just-now", "data-soon"].map(attribute);
        // Only when it is needed: a phone takes a tenth of a second for it.
        let words = LazyCell::new(|| {
            RelativeTimeFormat::new(&Array::of1(&language().as_str().into()), &Object::new())
        });
        let format = move |count: i32, unit: &str| String::from(words.format(count.into(), unit));
        let woke = seconds_of_clock();
        set_interval(
            move || {
                let now = as_of + seconds_of_clock() - woke;
                for time in all(&document(), "time[data-relative]") {
                    update(&time, now, &just_now, &soon, &format);
                }
            },
            EVERY,
        );
    });
}

/// Writes the moments and days of a document, which the server wrote in UTC, in the browser's time zone.
pub fn localize(document: &Document) {
    let language = language();
    for time in all(document, "time[data-format]") {
        let Some(date) = moment_of(&time) else { continue };
        let is_day = time.get_attribute("data-format").as_deref() == Some("date");
        let styles: &[_] = if is_day {
            &[("dateStyle", "long")]
        } else {
            &[("dateStyle", "medium"), ("timeStyle", "short")]
        };
        write(&time, &String::from(date.to_locale_string(&language, &options(styles))));
    }
}

/// The options of `Intl.DateTimeFormat` (ECMA-402, 11.1.2).
fn options(styles: &[(&str, &str)]) -> JsValue {
    let options = Object::new();
    for (name, value) in styles {
        // A new object takes every property.
        drop(Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value)));
    }
    options.into()
}

fn language() -> String {
    document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

#[allow(clippy::cast_possible_truncation, reason = "seconds of this age fit many times over")]
fn seconds_of_clock() -> i64 {
    (Date::now() / 1000.0) as i64
}

/// The moment of a `time` element.
fn moment_of(time: &Element) -> Option<Date> {
    let written = time.get_attribute("datetime").unwrap_or_default();
    let date = Date::new(&written.into());
    (!date.get_time().is_nan()).then_some(date)
}

/// Writes what is true now, if that is something else than what stands there.
fn update(time: &Element, now: i64, just_now: &str, soon: &str, format: &impl Fn(i32, &str) -> String) {
    let Some(date) = moment_of(time) else { return };
    #[allow(clippy::cast_possible_truncation, reason = "a date of four digits fits")]
    let seconds = (date.get_time() / 1000.0) as i64 - now;
    let ahead = time.get_attribute("data-relative").as_deref() == Some("ahead");
    let seconds = if ahead { seconds.max(0) } else { seconds.min(0) };
    let words = match RelativeTime::of(seconds) {
        Some(RelativeTime { count, unit }) => format(count, unit.name()),
        None if ahead => soon.to_owned(),
        None => just_now.to_owned(),
    };
    write(time, &words);
}

fn write(time: &Element, words: &str) {
    if time.text_content().as_deref() != Some(words) {
        time.set_text_content(Some(words));
    }
}
