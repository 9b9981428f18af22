//! What TikTok says of a creator now: asked when they open their profile and what is stored is old.

use std::time::Duration;

use secrecy::SecretString;

use super::{
    super::{
        refresh::RefreshError,
        state::AppState,
        store::{ProfileUpdate, StoreError, StoredCreator},
        tiktok::{
            envelope::Fetched,
            profile::{CreatorInfo, UserInfo},
        },
    },
    cooldowns::{ASKED_SECONDS, age},
};
use crate::domain::{CreatorId, FetchOutcome, Scopes, Timestamp};

/// What TikTok said is old after two hours: so long its picture's address holds.
const OLD_SECONDS: u64 = 2 * 60 * 60;

/// Whoever opens their profile waits no longer than this for news.
const PATIENCE: Duration = Duration::from_millis(300);

/// The token must outlive the questions.
const VALID_SECONDS: i64 = 60;

/// Asks if what is stored is old; `true` when the news are stored already. Otherwise they come when they
/// come, for the next look.
pub(super) async fn came_at_once(state: &AppState, stored: &StoredCreator) -> bool {
    let now = state.clock.now();
    if !is_old(stored, now) || !state.cooldowns.may_ask(&stored.id, now) {
        return false;
    }
    let (state, creator) = (state.clone(), stored.id.clone());
    let asked = tokio::spawn(async move { ask(&state, &creator).await });
    matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(true)))
}

/// Whether TikTok should be asked: there is a connection to ask with, and the last answer is old, or
/// was none.
fn is_old(stored: &StoredCreator, now: Timestamp) -> bool {
    let connected =
        stored.grant.as_ref().is_some_and(|grant| grant.grant_status.needs_reconnect_since.is_none());
    let age = stored.profile_asked_at.map_or(u64::MAX, |asked_at| age(asked_at, now));
    let passing = may_pass(stored.creator_info) || may_pass(stored.user_info);
    connected && (age >= OLD_SECONDS || passing && age >= ASKED_SECONDS)
}

/// Whether an outcome is one that the next question may not have.
const fn may_pass(outcome: FetchOutcome) -> bool {
    matches!(
        outcome,
        FetchOutcome::TokenRefused
            | FetchOutcome::RateLimited
            | FetchOutcome::Unavailable
            | FetchOutcome::Unexpected
    )
}

/// Asks with a token that works; `true` when something was stored.
async fn ask(state: &AppState, creator: &CreatorId) -> bool {
    let answer = match state.refresher.token(creator, VALID_SECONDS).await {
        Ok(token) => learn_or_refresh(state, creator, &token.access_token, &token.scopes).await,
        Err(error) => Err(error),
    };
    answer.inspect_err(|error| tracing::warn!(%error, %creator, "a profile could not be renewed")).is_ok()
}

/// A token that TikTok refuses before its time has been revoked, or is refused by mistake: asking for
/// a new one tells which.
async fn learn_or_refresh(
    state: &AppState,
    creator: &CreatorId,
    token: &SecretString,
    scopes: &Scopes,
) -> Result<(), RefreshError> {
    let update = questions(state, token, scopes).await;
    if [update.user_info, update.creator_info].contains(&FetchOutcome::TokenRefused) {
        let token = state.refresher.refresh_now(creator).await?;
        return Ok(learn(state, creator, &token.access_token, &token.scopes).await?);
    }
    Ok(state.store.save_profile(creator, &update).await?)
}

/// Asks TikTok for all that it says of a creator, and stores it. What it does not say now is stored as
/// unknown, and shown so.
///
/// # Errors
/// When the store cannot be reached.
pub async fn learn(
    state: &AppState,
    creator: &CreatorId,
    token: &SecretString,
    scopes: &Scopes,
) -> Result<(), StoreError> {
    let update = questions(state, token, scopes).await;
    state.store.save_profile(creator, &update).await
}

/// Asks for user info and creator info side by side.
async fn questions(state: &AppState, token: &SecretString, scopes: &Scopes) -> ProfileUpdate {
    let asked_at = state.clock.now();
    let (user_info, creator_info) =
        tokio::join!(state.tiktok.user_info(token, scopes), state.tiktok.creator_info(token, scopes));
    merged(user_info, creator_info, asked_at)
}

/// Creator info speaks before user info where both know the same.
fn merged(user: Fetched<UserInfo>, info: Fetched<CreatorInfo>, asked_at: Timestamp) -> ProfileUpdate {
    let log_id = if info.outcome == FetchOutcome::Known { user.log_id } else { info.log_id.or(user.log_id) };
    let (user_info, creator_info) = (user.outcome, info.outcome);
    let user = user.value.unwrap_or_default();
    let from_info =
        |field: fn(&CreatorInfo) -> &Option<String>| info.value.as_ref().and_then(|info| field(info).clone());
    ProfileUpdate {
        union_id: user.union_id,
        avatar_url: from_info(|info| &info.avatar_url).or(user.avatar_url),
        username: from_info(|info| &info.username).or(user.username),
        nickname: from_info(|info| &info.nickname).or(user.display_name),
        posting: info.value.map(|info| info.posting),
        user_info,
        creator_info,
        log_id,
        asked_at,
    }
}
