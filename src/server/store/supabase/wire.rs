//! Our types as the functions' JSON has them, and back. Moments are whole seconds since 1970.

pub(super) mod ending;
pub(super) mod events;
pub(super) mod grants;
pub(super) mod sealing;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use self::grants::TimesRow;
use crate::{
    domain::{CreatorId, EndCause, LogId, Malformed, Posting, Timestamp},
    server::{
        store::{
            LoginKey, PendingLogin, ProfileUpdate, StoreError, StoredAvatar, StoredCreator, StoredSession,
        },
        vault::Sealed,
    },
};

/// The body of a call, without the character U+0000, which PostgreSQL's text cannot hold.
pub(super) fn body(mut request: Value) -> String {
    take_out_nul(&mut request);
    json!({ "request": request }).to_string()
}

fn take_out_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(take_out_nul),
        Value::Object(fields) => fields.values_mut().for_each(take_out_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The value that a function answered.
pub(super) fn value<T: DeserializeOwned>(answer: Value) -> Result<T, StoreError> {
    // The error's own text may quote what is stored.
    serde_json::from_value(answer)
        .map_err(|_| StoreError::Unreadable("Supabase: an answer is not of its function's form".to_owned()))
}

/// What a look-up found, in our own type; null is nothing.
pub(super) fn found<W, T>(answer: Value) -> Result<Option<T>, StoreError>
where
    W: DeserializeOwned + TryInto<T, Error = Malformed>,
{
    let row: Option<W> = value(answer)?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

/// What a function that always finds something answered, in our own type.
pub(super) fn whole<W, T>(answer: Value) -> Result<T, StoreError>
where
    W: DeserializeOwned + TryInto<T, Error = Malformed>,
{
    let row: W = value(answer)?;
    Ok(row.try_into()?)
}

/// What a function that lists answered, each in our own type.
pub(super) fn all<W, T>(answer: Value) -> Result<Vec<T>, StoreError>
where
    W: DeserializeOwned + TryInto<T, Error = Malformed>,
{
    let rows: Vec<W> = value(answer)?;
    Ok(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?)
}

pub(super) fn creator(creator: &CreatorId) -> Value {
    json!({ "creator_id": creator.as_str() })
}

pub(super) fn profile(creator: &CreatorId, profile: &ProfileUpdate) -> Value {
    json!({
        "creator_id": creator.as_str(),
        "union_id": profile.union_id,
        "avatar_url": profile.avatar_url,
        "username": profile.username,
        "nickname": profile.nickname,
        "posting": profile.posting,
        "user_info": profile.user_info.as_str(),
        "creator_info": profile.creator_info.as_str(),
        "log_id": profile.log_id.as_ref().map(LogId::as_str),
        "asked_at": profile.asked_at.0,
    })
}

pub(super) fn avatar(creator: &CreatorId, avatar: &StoredAvatar) -> Value {
    json!({
        "creator_id": creator.as_str(),
        "media_type": avatar.media_type,
        "bytes": STANDARD.encode(&avatar.bytes),
        "fetched_at": avatar.fetched_at.0,
    })
}

pub(super) fn login(login: &PendingLogin, keep: u32) -> Value {
    json!({
        "state_digest": login.state_digest,
        "browser": login.browser,
        "code_verifier": login.code_verifier.as_ref().map(Sealed::as_str),
        "scopes": login.scopes.to_string(),
        "begun_at": login.begun_at.0,
        "keep": keep,
    })
}

pub(super) fn login_key(browser: &str, which: LoginKey<'_>) -> Value {
    match which {
        LoginKey::State(digest) => json!({ "browser": browser, "state_digest": digest }),
        LoginKey::Newest => json!({ "browser": browser }),
    }
}

pub(super) fn session(session: &StoredSession) -> Value {
    json!({
        "id": session.id,
        "data": session.data,
        "creator_id": session.creator.as_ref().map(CreatorId::as_str),
        "expires_at": session.expires_at.0,
    })
}

/// A creator with the times of their grant.
#[derive(Deserialize)]
pub(super) struct CreatorRow {
    id: String,
    open_id: String,
    union_id: Option<String>,
    username: Option<String>,
    nickname: Option<String>,
    avatar_url: Option<String>,
    avatar_url_known_at: Option<i64>,
    posting: Option<Posting>,
    user_info: String,
    creator_info: String,
    log_id: Option<String>,
    profile_known_at: Option<i64>,
    profile_asked_at: Option<i64>,
    connected_at: i64,
    grant: Option<TimesRow>,
    ended_at: Option<i64>,
    end_cause: Option<EndCause>,
}

impl TryFrom<CreatorRow> for StoredCreator {
    type Error = Malformed;

    fn try_from(row: CreatorRow) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.id.parse()?,
            open_id: row.open_id.parse()?,
            union_id: row.union_id,
            username: row.username,
            nickname: row.nickname,
            avatar_url: row.avatar_url,
            avatar_url_known_at: row.avatar_url_known_at.map(Timestamp),
            posting: row.posting,
            user_info: row.user_info.parse()?,
            creator_info: row.creator_info.parse()?,
            log_id: row.log_id.map(|id| id.parse()).transpose()?,
            profile_known_at: row.profile_known_at.map(Timestamp),
            profile_asked_at: row.profile_asked_at.map(Timestamp),
            connected_at: Timestamp(row.connected_at),
            grant: row.grant.map(TryInto::try_into).transpose()?,
            ended: row.ended_at.map(Timestamp).zip(row.end_cause),
        })
    }
}

/// A picture.
#[derive(Deserialize)]
pub(super) struct AvatarRow {
    media_type: String,
    bytes: String,
    fetched_at: i64,
}

impl TryFrom<AvatarRow> for StoredAvatar {
    type Error = Malformed;

    fn try_from(row: AvatarRow) -> Result<Self, Malformed> {
        let bytes = STANDARD.decode(row.bytes);
        Ok(Self {
            media_type: row.media_type,
            bytes: bytes.map_err(|_| Malformed { what: "avatar", why: "it is base64" })?,
            fetched_at: Timestamp(row.fetched_at),
        })
    }
}

/// A pending login.
#[derive(Deserialize)]
pub(super) struct LoginRow {
    state_digest: String,
    browser: String,
    code_verifier: Option<String>,
    scopes: String,
    begun_at: i64,
}

impl TryFrom<LoginRow> for PendingLogin {
    type Error = Malformed;

    fn try_from(row: LoginRow) -> Result<Self, Malformed> {
        Ok(Self {
            state_digest: row.state_digest,
            browser: row.browser,
            code_verifier: row.code_verifier.map(Sealed::from_stored),
            scopes: row.scopes.parse()?,
            begun_at: Timestamp(row.begun_at),
        })
    }
}

/// A browser's session.
#[derive(Deserialize)]
pub(super) struct SessionRow {
    id: String,
    data: String,
    creator_id: Option<String>,
    expires_at: i64,
}

impl TryFrom<SessionRow> for StoredSession {
    type Error = Malformed;

    fn try_from(row: SessionRow) -> Result<Self, Malformed> {
        Ok(Self {
            id: row.id,
            data: row.data,
            creator: row.creator_id.map(|creator| creator.parse()).transpose()?,
            expires_at: Timestamp(row.expires_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_that_postgresql_cannot_hold_is_taken_out_and_nothing_else() {
        let sent = body(json!({ "a": "x\0y", "b": ["\0", "\\u0000"], "c": { "d": "\u{1}é\n" }, "e": 7 }));
        let kept: Value = serde_json::from_str(&sent).unwrap();
        let expected = json!({ "a": "xy", "b": ["", "\\u0000"], "c": { "d": "\u{1}é\n" }, "e": 7 });
        assert_eq!(kept, json!({ "request": expected }));
    }

    #[test]
    fn an_unreadable_answer_is_told_without_its_content() {
        for answer in [json!("CANARY"), json!({ "id": "CANARY" }), json!(["CANARY"])] {
            let error = found::<SessionRow, StoredSession>(answer).unwrap_err();
            assert!(matches!(error, StoreError::Unreadable(_)));
            assert!(!error.to_string().contains("CANARY"), "{error}");
        }
        assert_eq!(found::<SessionRow, StoredSession>(Value::Null).unwrap(), None);
    }
}
