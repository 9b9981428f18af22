//! Moments: the day and minute, or how long ago, which an island keeps true.

use leptos::prelude::*;

use crate::{
    app::i18n::{iso, moment, relative, use_locale},
    domain::Timestamp,
};

/// The day and minute of a moment.
pub fn at(at: Timestamp) -> AnyView {
    view! { <time datetime=iso(at) data-format="moment">{moment(use_locale(), at)}</time> }.into_any()
}

/// How long ago a moment is.
pub fn ago(at: Timestamp, now: Timestamp) -> AnyView {
    relative_time(at, now, "ago")
}

/// The time until a timestamp. Once it is reached it is shown as near, and never as past: the page does not
/// know whether what was to happen did.
pub fn ahead(at: Timestamp, now: Timestamp) -> AnyView {
    relative_time(at.max(now.plus_seconds(1)), now, "ahead")
}

/// The text for now, the timestamp as a tooltip, and the attributes that [`RelativeTimes`] reads.
///
/// [`RelativeTimes`]: crate::app::islands::RelativeTimes
fn relative_time(at: Timestamp, now: Timestamp, way: &'static str) -> AnyView {
    let locale = use_locale();
    view! {
        <time datetime=iso(at) title=moment(locale, at) data-relative=way>{relative(locale, at, now)}</time>
    }
    .into_any()
}
