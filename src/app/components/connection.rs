//! How the connection stands: one clear state in words, colour and icon, why, and until when it lasts.

use leptos::prelude::*;

use super::{Glyph, Icon, moment};
use crate::{
    app::i18n::{date, iso, use_locale, use_texts},
    domain::{ConnectionDetail, ConnectionState, EndCause, Profile, Timestamp, Urgency},
};

/// The panel of the connection state, with the way to renew it when that is what is needed.
#[component]
pub fn Connection<'a>(profile: &'a Profile) -> AnyView {
    let t = use_texts();
    let connection_detail = profile.connection_detail();
    let (tone, icon) = look(connection_detail);
    view! {
        <section class=format!("panel state {tone}") aria-labelledby="connection">
            <h2 id="connection">{t.profile.connection}</h2>
            <p class="state-name">
                <Glyph icon/>
                <strong>{(t.state)(profile.state)}</strong>
            </p>
            <p>{(t.connection_detail)(connection_detail)}</p>
            {warning(profile)}
            {dates(profile)}
            {wants_reconnect(profile).then(|| reconnect(profile.urgency()))}
            {log_id(profile)}
        </section>
    }
    .into_any()
}

/// Whether renewing the connection by the creator's own hand is the next thing to do.
pub fn wants_reconnect(profile: &Profile) -> bool {
    profile.connection_detail().wants_reconnect() || profile.urgency().is_some()
}

/// The class that colours a story, and its icon.
const fn look(connection_detail: ConnectionDetail) -> (&'static str, Icon) {
    match connection_detail {
        ConnectionDetail::Works => ("good", Icon::Check),
        ConnectionDetail::Ends(Urgency::Month) => ("warn", Icon::Clock),
        ConnectionDetail::Ends(Urgency::Week) | ConnectionDetail::Waits | ConnectionDetail::Delayed(_) => {
            ("warn", Icon::Alert)
        }
        ConnectionDetail::Ends(Urgency::Day) | ConnectionDetail::Broken(_) => ("bad", Icon::Alert),
        // Who ended it themselves need not be alarmed.
        ConnectionDetail::Over(Some(EndCause::Here)) => ("calm", Icon::Ended),
        ConnectionDetail::Over(_) => ("bad", Icon::Ended),
    }
}

/// That the consent ends soon, where something else is the story.
fn warning(profile: &Profile) -> Option<AnyView> {
    let urgency =
        profile.urgency().filter(|_| !matches!(profile.connection_detail(), ConnectionDetail::Ends(_)))?;
    let text = (use_texts().connection_detail)(ConnectionDetail::Ends(urgency));
    Some(view! { <p><strong>{text}</strong></p> }.into_any())
}

/// The way to renew; it stands out where it must not wait.
fn reconnect(urgency: Option<Urgency>) -> impl IntoView {
    let class = if urgency == Some(Urgency::Month) { "button" } else { "button primary" };
    view! { <a class=class href="/oauth" rel="external">{use_texts().profile.reconnect.title}</a> }
}

fn dates(profile: &Profile) -> AnyView {
    let t = &use_texts().profile;
    if profile.state == ConnectionState::Disconnected {
        return profile.ended.map(|(at, _)| line(t.ended_at, moment::at(at))).into_any();
    }
    let now = profile.as_of;
    let renewed_at = |words| profile.refreshed_at.map(|at| line(words, moment::ago(at, now)));
    let renewed = match profile.state {
        ConnectionState::NeedsReconnect => None,
        ConnectionState::Degraded => {
            profile.refresh_due_at.map(|at| line(t.next_try, moment::ahead(at, now)))
        }
        _ if profile.refresh_due_at.is_some() => renewed_at(t.renews_itself),
        _ => renewed_at(t.renews_not),
    };
    view! {
        {consent_line(profile.refresh_expires_at, profile.as_of)}
        {renewed}
    }
    .into_any()
}

/// Words and the moment they speak of.
fn line(words: &'static str, at: AnyView) -> AnyView {
    view! { <p class="small">{words} " " {at}</p> }.into_any()
}

/// Until when the consent lasts, and how long that is from now.
fn consent_line(ends_at: Option<Timestamp>, now: Timestamp) -> AnyView {
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

/// TikTok's name for the answer that is behind a trouble.
fn log_id(profile: &Profile) -> Option<AnyView> {
    let id = profile.failure_log_id.as_ref().filter(|_| profile.refresh_failure.is_some())?.to_string();
    let words = use_texts().profile.log_id;
    Some(view! { <p class="small">{words} " " <code>{id}</code></p> }.into_any())
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
