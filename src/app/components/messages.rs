//! What TikTok's last answers mean for the creator, in plain words.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::i18n::{named, use_texts},
    domain::{ConnectionState, FetchOutcome, Profile},
};

/// The messages about a profile; nothing when all is well.
#[component]
pub fn Messages<'a>(profile: &'a Profile) -> AnyView {
    let outcomes = worth_telling(profile);
    let t = &use_texts().profile;
    let log_id = profile.log_id.clone();
    if outcomes.is_empty() {
        return ().into_any();
    }
    let is_empty = profile.profile_known_at.is_none();
    view! {
        <section class="messages" aria-labelledby="messages">
            <h2 id="messages" class="visually-hidden">{t.messages}</h2>
            {outcomes.into_iter().map(|outcome| view! { <Message outcome is_empty/> }).collect_view()}
            {log_id.map(|id| view! {
                <p class="small">{t.log_id} " " <code>{id.to_string()}</code></p>
            })}
        </section>
    }
    .into_any()
}

/// One message.
#[component]
fn Message(
    outcome: FetchOutcome,
    /// Whether TikTok has said nothing so far.
    is_empty: bool,
) -> impl IntoView {
    let t = use_texts();
    let message = (t.outcome)(outcome);
    let waits = matches!(outcome, FetchOutcome::Unavailable | FetchOutcome::RateLimited);
    let text = if waits && is_empty { t.profile.fills_in } else { message.text };
    let (tone, icon) = look(outcome);
    let reconnect = matches!(outcome, FetchOutcome::PermissionMissing | FetchOutcome::TokenRefused);
    view! {
        <div class=format!("message {tone}")>
            <Glyph icon/>
            <div>
                <h3>{named(message.title)}</h3>
                <p>{named(text)}</p>
                {reconnect.then(|| view! {
                    <a class="text-link" href="/oauth" rel="external">{t.status.reconnect}</a>
                })}
            </div>
        </div>
    }
}

/// The outcomes that the creator should know of, each once: those that the status card does not say, and none while
/// only a new connection would change them.
///
/// What was not requested is worth a word only if a permission would change it.
fn worth_telling(profile: &Profile) -> Vec<FetchOutcome> {
    let mut outcomes = Vec::new();
    if matches!(profile.state, ConnectionState::NeedsReconnect | ConnectionState::Disconnected) {
        return outcomes;
    }
    let in_status = |outcome: &FetchOutcome| {
        matches!(
            outcome,
            FetchOutcome::NotAsked
                | FetchOutcome::PermissionMissing
                | FetchOutcome::TooManyPosts
                | FetchOutcome::BannedFromPosting
                | FetchOutcome::AppCapReached
        )
    };
    let creator_info = Some(profile.creator_info).filter(|outcome| !in_status(outcome));
    for outcome in creator_info.into_iter().chain([profile.user_info]) {
        let relevant = match outcome {
            FetchOutcome::Known => false,
            FetchOutcome::NotAsked => !profile.missing.is_empty(),
            _ => true,
        };
        if relevant && !outcomes.contains(&outcome) {
            outcomes.push(outcome);
        }
    }
    outcomes
}

/// The class that colours a message, and its icon.
const fn look(outcome: FetchOutcome) -> (&'static str, Icon) {
    match outcome {
        FetchOutcome::BannedFromPosting => ("bad", Icon::Ended),
        FetchOutcome::PermissionMissing | FetchOutcome::TokenRefused => ("warn", Icon::Alert),
        FetchOutcome::TooManyPosts | FetchOutcome::AppCapReached | FetchOutcome::RateLimited => {
            ("calm", Icon::Clock)
        }
        _ => ("calm", Icon::Info),
    }
}
