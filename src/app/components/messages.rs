//! What TikTok's last answers mean for the creator, in plain words.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::i18n::use_texts,
    domain::{FetchOutcome, Profile},
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
    view! {
        <section class="messages" aria-labelledby="messages">
            <h2 id="messages" class="visually-hidden">{t.messages}</h2>
            {outcomes.into_iter().map(|outcome| view! { <Message outcome/> }).collect_view()}
            {log_id.map(|id| view! {
                <p class="small">{t.log_id} " " <code>{id.to_string()}</code></p>
            })}
        </section>
    }
    .into_any()
}

/// One message.
#[component]
fn Message(outcome: FetchOutcome) -> impl IntoView {
    let t = use_texts();
    let message = (t.outcome)(outcome);
    let (tone, icon) = look(outcome);
    let reconnect = matches!(outcome, FetchOutcome::PermissionMissing | FetchOutcome::TokenRefused);
    view! {
        <div class=format!("message {tone}")>
            <Glyph icon/>
            <div>
                <h3>{message.title}</h3>
                <p>{message.text}</p>
                {reconnect.then(|| view! {
                    <a class="text-link" href="/oauth" rel="external">{t.failure_page.again}</a>
                })}
            </div>
        </div>
    }
}

/// The outcomes that the creator should know of, each once.
///
/// What was not asked is worth a word only if asking for a permission would change it.
fn worth_telling(profile: &Profile) -> Vec<FetchOutcome> {
    let mut outcomes = Vec::new();
    for outcome in [profile.creator_info, profile.user_info] {
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
