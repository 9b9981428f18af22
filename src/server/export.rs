//! A creator's data export: all that is stored of them except the tokens, in an order that a person reads.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    clock::rfc3339,
    profile::Profiles,
    store::{Activity, StoreError, StoredAvatar},
};
use crate::domain::{
    ConnectionState, CreatorId, EndCause, FetchOutcome, LogId, Posting, Profile, ProgramUse, RefreshFailure,
    Scopes, Timestamp,
};

/// More events than are ever kept for a creator.
const ALL: u32 = 100_000;

/// The name of the format; the number rises when a key changes its meaning or goes.
const FORMAT: &str = "creator-connect-export/1";

/// A creator's data, in the order of the file. Times are RFC 3339.
#[derive(Serialize)]
pub struct Export {
    about: About,
    account: Account,
    connection: Connection,
    posting: Option<Posting>,
    activity: Vec<Event>,
    used_by: Uses,
    picture: Option<Value>,
}

#[derive(Serialize)]
struct About {
    format: &'static str,
    app: String,
    exported_at: String,
    not_included: &'static str,
}

#[derive(Serialize)]
struct Account {
    id: CreatorId,
    open_id: String,
    union_id: Option<String>,
    username: Option<String>,
    nickname: Option<String>,
    picture_url: Option<String>,
}

/// The connection's state, its cause and its times.
#[derive(Serialize)]
struct Connection {
    state: ConnectionState,
    permissions: Scopes,
    missing_permissions: Scopes,
    connected_at: String,
    refreshed_at: Option<String>,
    next_refresh_at: Option<String>,
    access_ends_at: Option<String>,
    consent_ends_at: Option<String>,
    trouble: Option<RefreshFailure>,
    trouble_since: Option<String>,
    trouble_log_id: Option<LogId>,
    ended_at: Option<String>,
    end_cause: Option<EndCause>,
}

/// A stored event: what TikTok sent, or the details of one of our own.
#[derive(Serialize)]
struct Event {
    at: String,
    event: String,
    details: Value,
}

/// The requests to TikTok in the creator's name; no other program has the tokens.
#[derive(Serialize)]
struct Uses {
    programs: Vec<Program>,
    profile_requested_at: Option<String>,
    profile_received_at: Option<String>,
    user_info: FetchOutcome,
    creator_info: FetchOutcome,
    log_id: Option<LogId>,
}

/// A program of the operator's that used the connection.
#[derive(Serialize)]
struct Program {
    name: String,
    count: u32,
    last_at: String,
}

impl From<ProgramUse> for Program {
    fn from(ProgramUse { name, count, last_at }: ProgramUse) -> Self {
        Self { name, count, last_at: rfc3339(last_at) }
    }
}

/// The creator's data for the app of this name; `None` for an unknown creator.
///
/// # Errors
/// When the store is unavailable.
pub async fn export(
    profiles: &Profiles,
    creator: &CreatorId,
    app: &str,
) -> Result<Option<Export>, StoreError> {
    let store = &profiles.store;
    let Some(stored) = store.creator(creator).await? else { return Ok(None) };
    let account = Account {
        id: stored.id.clone(),
        open_id: stored.open_id.as_str().to_owned(),
        union_id: stored.union_id.clone(),
        username: stored.username.clone(),
        nickname: stored.nickname.clone(),
        picture_url: stored.avatar_url.clone(),
    };
    let profile = profiles.to_profile(stored);
    Ok(Some(Export {
        about: about(app, profile.as_of),
        account,
        used_by: uses(&profile, store.programs(creator).await?),
        posting: profile.posting.clone(),
        connection: connection(profile),
        activity: store.activity(creator, ALL).await?.into_iter().map(event).collect(),
        picture: store.avatar(creator).await?.map(picture),
    }))
}

impl Export {
    /// The file name for the browser, as `atelier-elodie.cuisine-2026-11-22.json`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let day: String = self.about.exported_at.chars().take(10).collect();
        let parts = [slug(&self.about.app), slug(self.account.username.as_deref().unwrap_or_default()), day];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}.json", parts.join("-"))
    }
}

/// The letters and digits of a name that every file system takes.
fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '_' { c } else { ' ' };
    let words: String = name.to_lowercase().chars().map(plain).collect();
    words.split_whitespace().collect::<Vec<_>>().join("-")
}

fn about(app: &str, now: Timestamp) -> About {
    About {
        format: FORMAT,
        app: app.to_owned(),
        exported_at: rfc3339(now),
        not_included: "access and refresh tokens, which are stored encrypted and never displayed",
    }
}

fn connection(profile: Profile) -> Connection {
    let (ended_at, end_cause) = profile.ended.unzip();
    Connection {
        state: profile.state,
        permissions: profile.granted,
        missing_permissions: profile.missing,
        connected_at: rfc3339(profile.connected_at),
        refreshed_at: profile.refreshed_at.map(rfc3339),
        next_refresh_at: profile.refresh_due_at.map(rfc3339),
        access_ends_at: profile.access_expires_at.map(rfc3339),
        consent_ends_at: profile.refresh_expires_at.map(rfc3339),
        trouble: profile.refresh_failure,
        trouble_since: profile.trouble_since.map(rfc3339),
        trouble_log_id: profile.failure_log_id,
        ended_at: ended_at.map(rfc3339),
        end_cause,
    }
}

fn uses(profile: &Profile, programs: Vec<ProgramUse>) -> Uses {
    Uses {
        programs: programs.into_iter().map(Program::from).collect(),
        profile_requested_at: profile.profile_asked_at.map(rfc3339),
        profile_received_at: profile.profile_known_at.map(rfc3339),
        user_info: profile.user_info,
        creator_info: profile.creator_info,
        log_id: profile.log_id.clone(),
    }
}

fn event(activity: Activity) -> Event {
    // Text that is not JSON is stored too, and so belongs here.
    let details = serde_json::from_str(&activity.body).unwrap_or_else(|_| json!(activity.body));
    Event { at: rfc3339(activity.created_at), event: activity.name, details }
}

fn picture(avatar: StoredAvatar) -> Value {
    json!({ "media_type": avatar.media_type, "fetched_at": rfc3339(avatar.fetched_at),
        "base64": STANDARD.encode(avatar.bytes) })
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn file_names_are_plain() {
        assert_eq!(slug("Creator Connect"), "creator-connect");
        assert_eq!(slug("../a\"b\u{202e}/é"), "..-a-b");
    }
}
