//! A creator as programs see them.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::{
    domain::{ConnectionState, FetchOutcome, GrantStatus, RefreshFailure, Scope, Scopes, Timestamp},
    server::{clock::rfc3339, store::StoredCreator},
};

/// A creator.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Creator {
    /// Our id of the creator; opaque.
    id: String,
    /// TikTok's id of the creator for this app.
    open_id: String,
    /// TikTok's id of the creator over all apps of one developer.
    union_id: Option<String>,
    /// The operator's own id.
    reference: Option<String>,
    /// The operator's labels.
    labels: Vec<String>,
    /// The operator's note.
    note: Option<String>,
    /// The handle, without @.
    handle: Option<String>,
    /// The display name.
    display_name: Option<String>,
    /// The picture, served by this app to whoever has the key.
    avatar_url: Option<String>,
    /// How the connection stands.
    state: State,
    /// Since when it does, where that is known.
    #[schema(format = DateTime)]
    state_since: Option<String>,
    /// Why it is not connected.
    cause: Option<String>,
    /// What was granted.
    scopes: Vec<String>,
    /// What a login asks for and was not granted.
    scopes_missing: Vec<String>,
    /// When the stored access token ends; a call for a token refreshes it before.
    #[schema(format = DateTime)]
    access_token_expires_at: Option<String>,
    /// When the consent ends, and only the creator can renew it.
    #[schema(format = DateTime)]
    consent_expires_at: Option<String>,
    /// When the creator connected first.
    #[schema(format = DateTime)]
    connected_at: String,
    /// When the tokens were last renewed.
    #[schema(format = DateTime)]
    last_refreshed_at: Option<String>,
    /// Whether the creator can post.
    posting: PostingAbility,
    /// Where the creator connects again.
    reconnect_url: String,
}

/// How a connection stands. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It works.
    Connected,
    /// It works, and the consent ends within 30 days.
    Expiring,
    /// It cannot be refreshed for now; the stored token may still work.
    Degraded,
    /// Only the creator can make it work again.
    NeedsReconnect,
    /// It was ended.
    Disconnected,
}

impl From<ConnectionState> for State {
    fn from(state: ConnectionState) -> Self {
        match state {
            ConnectionState::Connected => Self::Connected,
            ConnectionState::Expiring => Self::Expiring,
            ConnectionState::Degraded => Self::Degraded,
            ConnectionState::NeedsReconnect => Self::NeedsReconnect,
            ConnectionState::Disconnected => Self::Disconnected,
        }
    }
}

/// Whether a creator can post, by what TikTok said last.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PostingAbility {
    /// `null` while that is unknown.
    possible: Option<bool>,
    /// Why not: `not_connected`, `not_granted`, or TikTok's reason.
    reason: Option<&'static str>,
    /// Until when, where it passes by itself.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// What the view of a creator needs beside their row.
#[derive(Clone, Copy)]
pub(super) struct ViewContext<'a> {
    pub(super) origin: &'a str,
    pub(super) requested_scopes: &'a Scopes,
    pub(super) now: Timestamp,
}

impl Creator {
    pub(super) fn new(stored: &StoredCreator, context: ViewContext<'_>) -> Self {
        let ViewContext { origin, requested_scopes, now } = context;
        let grant = stored.grant.as_ref();
        let status = grant.map(|grant| grant.grant_status);
        let state = status.map_or(ConnectionState::Disconnected, |status| status.state(now));
        let (state_since, cause) = since_and_cause(stored, status, state);
        let scopes = grant.map(|grant| grant.scopes.clone()).unwrap_or_default();
        let missing = grant.map(|_| requested_scopes.missing_from(&scopes)).unwrap_or_default();
        let id = stored.id.as_str();
        Self {
            id: id.to_owned(),
            open_id: stored.open_id.as_str().to_owned(),
            union_id: stored.union_id.clone(),
            reference: stored.annotations.reference.clone(),
            labels: stored.annotations.labels.iter().map(ToString::to_string).collect(),
            note: stored.annotations.note.clone(),
            handle: stored.username.clone(),
            display_name: stored.nickname.clone(),
            avatar_url: stored.avatar_url.as_ref().map(|_| format!("{origin}/api/v1/creators/{id}/avatar")),
            state: state.into(),
            state_since: state_since.map(rfc3339),
            cause: cause.map(str::to_owned),
            scopes: names(&scopes),
            scopes_missing: names(&missing),
            access_token_expires_at: status.map(|status| rfc3339(status.access_expires_at)),
            consent_expires_at: status.and_then(|status| status.refresh_expires_at).map(rfc3339),
            connected_at: rfc3339(stored.connected_at),
            last_refreshed_at: grant.map(|grant| rfc3339(grant.refreshed_at)),
            posting: posting_ability(stored, state),
            reconnect_url: reconnect_url(origin),
        }
    }

    /// The entity tag of this representation (RFC 9110, 8.8.3).
    pub(super) fn etag(&self) -> String {
        // It cannot fail: that would take a map with keys that are not text.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let digest = hex::encode(Sha256::digest(json));
        format!("\"{}\"", digest.get(..32).unwrap_or_default())
    }
}

/// Where a creator connects again.
pub(super) fn reconnect_url(origin: &str) -> String {
    format!("{origin}/")
}

fn names(scopes: &Scopes) -> Vec<String> {
    scopes.iter().map(ToString::to_string).collect()
}

/// Since when the connection stands as it does, and why.
fn since_and_cause(
    stored: &StoredCreator,
    status: Option<GrantStatus>,
    state: ConnectionState,
) -> (Option<Timestamp>, Option<&'static str>) {
    let failure = status.and_then(|status| status.refresh_failure).map(RefreshFailure::as_str);
    match state {
        ConnectionState::Disconnected => {
            (stored.ended.map(|(at, _)| at), stored.ended.map(|(_, cause)| cause.as_str()))
        }
        ConnectionState::NeedsReconnect => {
            let since = status.and_then(|status| status.needs_reconnect_since.or(status.refresh_expires_at));
            (since, Some(failure.unwrap_or("consent_ended")))
        }
        ConnectionState::Degraded => (status.and_then(|status| status.failing_since), failure),
        ConnectionState::Connected | ConnectionState::Expiring => (None, None),
    }
}

/// Whether the creator can post. TikTok's daily limits end with its day, of which nothing is documented: a day later at
/// the latest.
pub(super) fn posting_ability(stored: &StoredCreator, state: ConnectionState) -> PostingAbility {
    let ability = |possible, reason, until: Option<Timestamp>| PostingAbility {
        possible,
        reason,
        until: until.map(rfc3339),
    };
    let Some(grant) = &stored.grant else { return ability(Some(false), Some("not_connected"), None) };
    if state == ConnectionState::NeedsReconnect {
        return ability(Some(false), Some("not_connected"), None);
    }
    if !grant.scopes.contains(Scope::VIDEO_PUBLISH) {
        return ability(Some(false), Some("not_granted"), None);
    }
    let outcome = stored.creator_info;
    let tomorrow = stored.profile_asked_at.map(|asked_at| asked_at.plus_seconds(86_400));
    match outcome {
        FetchOutcome::Known => ability(Some(true), None, None),
        FetchOutcome::TooManyPosts | FetchOutcome::AppCapReached => {
            ability(Some(false), Some(outcome.as_str()), tomorrow)
        }
        FetchOutcome::BannedFromPosting | FetchOutcome::PermissionMissing => {
            ability(Some(false), Some(outcome.as_str()), None)
        }
        FetchOutcome::NotAsked => ability(None, None, None),
        FetchOutcome::TokenRefused
        | FetchOutcome::RateLimited
        | FetchOutcome::Unavailable
        | FetchOutcome::Unexpected => ability(None, Some(outcome.as_str()), None),
    }
}
