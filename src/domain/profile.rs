//! A creator's stored profile, as their page shows it and their download contains it.

use serde::{Deserialize, Serialize};

use super::{
    Activity, ActivityKind, ConnectionState, CreatorId, EndCause, FetchOutcome, LogId, PrivacyLevel,
    RefreshFailure, Scopes, Timestamp,
};

/// All that the store knows of a creator and may show to them; never a token, never the `open_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Our own id of the creator.
    pub id: CreatorId,
    /// The unique handle without `@`; it may change at TikTok.
    pub username: Option<String>,
    /// The display name; it may hold anything that Unicode has.
    pub nickname: Option<String>,
    /// Whether `/avatar/{id}` has a picture to show.
    pub has_avatar: bool,
    /// What TikTok says may be posted; `None` until creator info was known once.
    pub posting: Option<Posting>,
    /// How the last question for user info ended.
    pub user_info: FetchOutcome,
    /// How the last question for creator info ended.
    pub creator_info: FetchOutcome,
    /// TikTok's log id of the last answer that was not `Known`.
    pub log_id: Option<LogId>,
    /// The scopes of the active grant.
    pub granted: Scopes,
    /// The configured scopes that were not granted.
    pub missing: Scopes,
    /// How the connection stands.
    pub state: ConnectionState,
    /// Why refreshing fails, or why only the creator can help.
    pub refresh_failure: Option<RefreshFailure>,
    /// Since when it does.
    pub trouble_since: Option<Timestamp>,
    /// TikTok's log id of the last failed refresh.
    pub failure_log_id: Option<LogId>,
    /// When the creator connected first.
    pub connected_at: Timestamp,
    /// When the grant was last renewed, by a login or a refresh; `None` without one.
    pub refreshed_at: Option<Timestamp>,
    /// When it is refreshed next; `None` never.
    pub refresh_due_at: Option<Timestamp>,
    /// When the access token ends; `None` without a grant.
    pub access_expires_at: Option<Timestamp>,
    /// When and by whom the last grant was ended; `None` while one is active.
    pub ended: Option<(Timestamp, EndCause)>,
    /// When the profile was last known from TikTok.
    pub profile_known_at: Option<Timestamp>,
    /// When TikTok was last asked for it, however that ended.
    pub profile_asked_at: Option<Timestamp>,
    /// When the consent ends whatever we do; `None` if TikTok did not say.
    pub refresh_expires_at: Option<Timestamp>,
    /// Recent activity, newest first.
    pub activity: Vec<Activity>,
    /// The programs that used the connection, the last first.
    pub programs: Vec<ProgramUse>,
    /// The moment that this profile was read, so that a view needs no clock.
    pub as_of: Timestamp,
}

/// What a creator may post, from creator info.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Who may be chosen to see a post.
    pub privacy_level_options: Vec<PrivacyLevel>,
    /// Whether the creator switched comments off; `None` if TikTok did not say.
    pub comment_disabled: Option<bool>,
    /// Whether duets are off.
    pub duet_disabled: Option<bool>,
    /// Whether stitches are off.
    pub stitch_disabled: Option<bool>,
    /// The longest video, in seconds.
    pub max_video_post_duration_sec: Option<u32>,
}

/// A program's use of a creator's connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramUse {
    /// The operator's name for the program.
    pub name: String,
    /// How often it used the connection.
    pub count: u32,
    /// When last.
    pub last_at: Timestamp,
}

impl Profile {
    /// What to call the creator: nickname, else `@username`, else `None`.
    #[must_use]
    pub fn display_name(&self) -> Option<String> {
        let handle = || self.username.as_ref().map(|username| format!("@{username}"));
        self.nickname.clone().or_else(handle)
    }

    /// Whether the last sign-in gave a connection that was not there before: the first one, or one after something had
    /// ended, failed or changed. That is recorded as an activity of the same moment.
    #[must_use]
    pub fn is_newly_connected(&self) -> bool {
        let connects =
            |what: &ActivityKind| matches!(what, ActivityKind::Connected | ActivityKind::Reconnected);
        let connected_at =
            self.activity.iter().find(|activity| connects(&activity.what)).map(|activity| activity.at);
        connected_at.is_some() && connected_at >= self.refreshed_at
    }
}
