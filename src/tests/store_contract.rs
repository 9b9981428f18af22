//! What every store must do, case by case, whichever backend stands behind it.

mod file;
mod grants;
mod logins;
mod profiles;
mod sessions;

use std::sync::Arc;

use creator_connect::{
    domain::{CreatorId, FetchOutcome, Posting, PrivacyLevel, Timestamp},
    server::{
        store::{NewGrant, PendingLogin, ProfileUpdate, Store, StoredSession, sqlite::SqliteStore},
        vault::Sealed,
    },
};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_893_456_000);

/// An empty store, and the folder that goes with it.
async fn empty() -> (Arc<dyn Store>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("store.db")).await.unwrap();
    (Arc::new(store), folder)
}

fn id(number: u128) -> CreatorId {
    CreatorId::from_u128(number)
}

fn sealed(text: &str) -> Sealed {
    Sealed::from_stored(text.to_owned())
}

fn grant(open_id: &str, token: &str) -> NewGrant {
    NewGrant {
        client_key: "app".to_owned(),
        open_id: open_id.parse().unwrap(),
        access_token: sealed(token),
        refresh_token: Some(sealed("refresh")),
        scopes: "user.info.basic,video.publish".parse().unwrap(),
        token_type: "Bearer".to_owned(),
        granted_at: NOW,
        access_expires_at: NOW.plus_seconds(7200),
        refresh_expires_at: Some(NOW.plus_seconds(86_400)),
    }
}

fn profile(nickname: Option<&str>) -> ProfileUpdate {
    ProfileUpdate {
        union_id: Some("union".to_owned()),
        avatar_url: Some("https://cdn.example.test/a.jpeg".to_owned()),
        username: Some("handle".to_owned()),
        nickname: nickname.map(str::to_owned),
        posting: Some(Posting {
            privacy_level_options: vec![PrivacyLevel::SelfOnly, PrivacyLevel::Other("NEW_LEVEL".to_owned())],
            comment_disabled: Some(true),
            duet_disabled: Some(false),
            stitch_disabled: None,
            max_video_post_duration_sec: Some(600),
        }),
        user_info: FetchOutcome::Known,
        creator_info: FetchOutcome::Known,
        log_id: None,
        asked_at: NOW,
    }
}

fn login(browser: &str, state: &str, at: i64) -> PendingLogin {
    PendingLogin {
        state_digest: state.to_owned(),
        browser: browser.to_owned(),
        code_verifier: Some(sealed("verifier")),
        scopes: "user.info.basic".parse().unwrap(),
        begun_at: NOW.plus_seconds(at),
    }
}

fn session(id: &str, data: &str) -> StoredSession {
    StoredSession { id: id.to_owned(), data: data.to_owned(), expires_at: NOW.plus_seconds(60) }
}
