//! The status card: the connection and posts, a line each, why, and what to do.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{ActionForm, Glyph, Icon, moment};
use crate::{
    api::RefreshNow,
    app::i18n::{date, iso, named, use_locale, use_texts},
    domain::{
        ConnectionDetail, ConnectionState, EndCause, PostingStatus, Profile, RelativeTime, Timestamp, Urgency,
    },
};

/// How serious a line of the card is, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tone {
    Good,
    Calm,
    Warn,
    Bad,
}

impl Tone {
    /// The class that colours it.
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Calm => "calm",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// The status card. It has the colour of its worse line.
#[component]
pub fn StatusCard<'a>(profile: &'a Profile) -> AnyView {
    let t = use_texts();
    let connection = connection_look(profile.connection_detail());
    let posting = profile.posting_status().map(|status| (status, posting_look(status)));
    let tone = posting.map_or(connection.0, |(_, (tone, _))| tone.max(connection.0));
    view! {
        <section class=format!("panel state {}", tone.class()) aria-labelledby="status">
            <h2 id="status" class="visually-hidden">{t.status.title}</h2>
            <dl class="status">
                {line(t.status.connection, (t.state)(profile.state), connection)}
                {posting.map(|(status, look)| line(t.status.posting, (t.posting_status)(status), look))}
            </dl>
            {sentences(profile)}
            {times(profile)}
            {log_id(profile)}
            {remedy(profile)}
            {profile.can_refresh().then(check_now)}
        </section>
    }
    .into_any()
}

/// The two lines of the card in one sentence, for a script to say that they changed.
pub fn status_summary(profile: &Profile) -> String {
    let t = use_texts();
    let connection = format!("{}: {}", t.status.connection, (t.state)(profile.state));
    let posting = profile.posting_status();
    let posting = posting.map(|status| format!(" · {}: {}", t.status.posting, (t.posting_status)(status)));
    connection + &posting.unwrap_or_default()
}

fn line(name: &'static str, state: &'static str, (tone, icon): (Tone, Icon)) -> AnyView {
    view! {
        <div class=tone.class()>
            <dt>{name}</dt>
            <dd><Glyph icon/> <strong>{state}</strong></dd>
        </div>
    }
    .into_any()
}

/// The tone and icon of a connection.
const fn connection_look(connection_detail: ConnectionDetail) -> (Tone, Icon) {
    match connection_detail {
        ConnectionDetail::Works => (Tone::Good, Icon::Check),
        ConnectionDetail::Ends(Urgency::Month) => (Tone::Warn, Icon::Clock),
        ConnectionDetail::Ends(Urgency::Week) | ConnectionDetail::Waits | ConnectionDetail::Delayed(_) => {
            (Tone::Warn, Icon::Alert)
        }
        ConnectionDetail::Ends(Urgency::Day) | ConnectionDetail::Broken(_) => (Tone::Bad, Icon::Alert),
        // A creator who ended it themselves need not be alarmed.
        ConnectionDetail::Over(Some(EndCause::Here)) => (Tone::Calm, Icon::Ended),
        ConnectionDetail::Over(_) => (Tone::Bad, Icon::Ended),
    }
}

/// The tone and icon of posts.
const fn posting_look(status: PostingStatus) -> (Tone, Icon) {
    match status {
        PostingStatus::Ready => (Tone::Good, Icon::Check),
        PostingStatus::Unknown => (Tone::Calm, Icon::Unknown),
        PostingStatus::LimitReached | PostingStatus::AppLimitReached => (Tone::Warn, Icon::Clock),
        PostingStatus::NotAllowed | PostingStatus::Withdrawn => (Tone::Warn, Icon::Off),
        PostingStatus::Blocked => (Tone::Bad, Icon::Ended),
    }
}

/// What is behind the lines. "Nothing to do" is said only where posts are possible too.
fn sentences(profile: &Profile) -> AnyView {
    let t = use_texts();
    let connection_detail = profile.connection_detail();
    let posting = profile.posting_status().filter(|status| *status != PostingStatus::Ready);
    let connection = (posting.is_none() || connection_detail != ConnectionDetail::Works)
        .then(|| (t.connection_detail)(connection_detail));
    // Where something else is behind the state, that access ends soon is said too.
    let urgency = profile.urgency().filter(|_| !matches!(connection_detail, ConnectionDetail::Ends(_)));
    let urgency = urgency.map(|urgency| (t.connection_detail)(ConnectionDetail::Ends(urgency)));
    let posting = posting.map(t.posting_detail);
    [connection, urgency, posting]
        .into_iter()
        .flatten()
        .map(|text| view! { <p>{named(text)}</p> })
        .collect_view()
        .into_any()
}

/// When access ends, and when the connection was or will be checked: what does not contradict the state.
fn times(profile: &Profile) -> AnyView {
    let t = &use_texts().status;
    let now = profile.as_of;
    let checked = |words| profile.refreshed_at.map(|at| small(words, moment::ago(at, now)));
    let until = profile.refresh_expires_at.map(|end| access_line(end, now));
    match profile.state {
        ConnectionState::NeedsReconnect => {
            let over = profile.refresh_expires_at.filter(|end| *end <= now);
            over.map(|end| small(t.access_over, day(end))).into_any()
        }
        ConnectionState::Disconnected => {
            profile.ended.map(|(at, _)| small(t.ended_at, moment::at(at))).into_any()
        }
        ConnectionState::Expiring => until.into_any(),
        ConnectionState::Degraded => {
            let next = profile.refresh_due_at.map(|at| small(t.next_try, moment::ahead(at, now)));
            let until = until.filter(|_| profile.urgency().is_some());
            view! { {next} {until} }.into_any()
        }
        ConnectionState::Connected if profile.refresh_due_at.is_none() => {
            view! { {until} {checked(t.checks_not)} }.into_any()
        }
        ConnectionState::Connected => view! { {until} {checked(t.checked)} }.into_any(),
    }
}

/// Words and the moment that they speak of.
fn small(words: &'static str, at: AnyView) -> AnyView {
    view! { <p class="small">{words} " " {at}</p> }.into_any()
}

/// Until when access lasts, and how long that is from now once it matters.
fn access_line(end: Timestamp, now: Timestamp) -> AnyView {
    let t = use_texts();
    let left = Urgency::of(Some(end), now).map(|_| {
        let (count, unit) = RelativeTime::left(end.seconds_since(now));
        format!(" ({})", (t.time_left)(count, unit))
    });
    view! { <p class="small">{t.status.access_until} " " {day(end)} {left}</p> }.into_any()
}

fn day(at: Timestamp) -> AnyView {
    view! { <time datetime=iso(at) data-format="date">{date(use_locale(), at)}</time> }.into_any()
}

/// TikTok's name for the answer that is behind a failure.
fn log_id(profile: &Profile) -> Option<AnyView> {
    let id = profile.failure_log_id.as_ref().filter(|_| profile.refresh_failure.is_some())?.to_string();
    let words = use_texts().profile.log_id;
    Some(view! { <p class="small">{words} " " <code>{id}</code></p> }.into_any())
}

/// What the creator can do about the state: connect again, or grant what is missing.
fn remedy(profile: &Profile) -> AnyView {
    let urgency = profile.urgency();
    if profile.connection_detail().wants_reconnect() || urgency.is_some() {
        // It stands out where it must not wait.
        let class = if urgency == Some(Urgency::Month) { "button" } else { "button primary" };
        let reconnect = use_texts().status.reconnect;
        return view! { <a class=class href="/oauth" rel="external">{reconnect}</a> }.into_any();
    }
    let needs_permission = profile.posting_status().is_some_and(PostingStatus::needs_permission);
    needs_permission.then(|| allow(profile)).into_any()
}

fn allow(profile: &Profile) -> AnyView {
    let t = &use_texts().status;
    let label = if profile.missing.iter().count() > 1 { t.review } else { t.allow_posting };
    view! {
        <a class="button primary" href="/oauth?scope=missing" rel="external" aria-describedby="about-allow">
            {label}
        </a>
        <p class="small" id="about-allow">{t.review_lead}</p>
    }
    .into_any()
}

/// Checking the connection, which is a form.
fn check_now() -> AnyView {
    let t = &use_texts().status;
    let (action, label, pending) = (RefreshNow::url(), t.check, t.checking);
    view! { <ActionForm action label pending class="quiet-link" in_place=true/> }.into_any()
}
