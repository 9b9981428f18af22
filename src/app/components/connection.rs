//! How the connection stands: one clear state in words, colour and icon, and until when it lasts.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::i18n::{date, iso, use_locale, use_texts},
    domain::{ConnectionState, Profile, Timestamp},
};

/// The panel of the connection state, with the way to renew it when that is what is needed.
#[component]
pub fn Connection<'a>(profile: &'a Profile) -> AnyView {
    let t = use_texts();
    let told = (t.state)(profile.state);
    let (tone, icon) = look(profile.state);
    let consent = (profile.state != ConnectionState::Disconnected)
        .then(|| consent_line(profile.consent_ends_at, profile.as_of));
    view! {
        <section class=format!("panel state {tone}") aria-labelledby="connection">
            <h2 id="connection">{t.profile.connection}</h2>
            <p class="state-name">
                <Glyph icon/>
                <strong>{told.title}</strong>
            </p>
            <p>{told.text}</p>
            {consent}
            {wants_reconnect(profile.state)
                .then(|| view! {
                    <a class="button primary" href="/oauth" rel="external">{t.profile.reconnect.title}</a>
                })}
        </section>
    }
    .into_any()
}

/// Whether renewing the connection is the next thing to do.
pub const fn wants_reconnect(state: ConnectionState) -> bool {
    matches!(
        state,
        ConnectionState::Expiring | ConnectionState::NeedsReconnect | ConnectionState::Disconnected
    )
}

/// The class that colours a state, and its icon.
const fn look(state: ConnectionState) -> (&'static str, Icon) {
    match state {
        ConnectionState::Connected => ("good", Icon::Check),
        ConnectionState::Expiring => ("warn", Icon::Clock),
        ConnectionState::Degraded => ("warn", Icon::Alert),
        ConnectionState::NeedsReconnect => ("bad", Icon::Alert),
        ConnectionState::Disconnected => ("bad", Icon::Ended),
    }
}

/// Until when the consent lasts, and how long that is from now.
fn consent_line(ends_at: Option<Timestamp>, now: Timestamp) -> impl IntoView + use<> {
    let t = use_texts();
    let Some(end) = ends_at else {
        return view! { <p class="small">{t.profile.consent_unknown}</p> }.into_any();
    };
    let left = days_until(end, now);
    let lead = if left.is_some() { t.profile.consent_until } else { t.profile.consent_over };
    view! {
        <p class="small">
            {lead} " " <time datetime=iso(end)>{date(use_locale(), end)}</time>
            {left.map(|days| format!(" ({})", (t.days_left)(days)))}
        </p>
    }
    .into_any()
}

/// The days until `end`, to the nearest; `None` once it is reached.
fn days_until(end: Timestamp, now: Timestamp) -> Option<u32> {
    let seconds = end.seconds_since(now);
    (seconds > 0).then(|| u32::try_from(seconds.saturating_add(43_200) / 86_400).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_893_456_000);

    #[test]
    fn the_days_left_are_the_nearest() {
        assert_eq!(days_until(NOW.plus_seconds(86_400 * 365 - 2), NOW), Some(365));
        assert_eq!(days_until(NOW.plus_seconds(86_400 + 3_600), NOW), Some(1));
        assert_eq!(days_until(NOW.plus_seconds(60), NOW), Some(0));
        assert_eq!(days_until(NOW, NOW), None);
        assert_eq!(days_until(Timestamp(i64::MAX), Timestamp(i64::MIN)), Some(u32::MAX));
    }
}
