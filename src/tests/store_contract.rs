//! The contract of the store, by topic: each case runs over both backends.

/// Holds each case against every backend: `mod sqlite` and `mod supabase` have a test for each.
macro_rules! on_both_stores {
    ($($(#[$about:meta])* async fn $case:ident($place:ident) $body:block)+) => {
        $($(#[$about])* async fn $case($place: $crate::store_contract::Place) $body)+

        mod sqlite {
            $(#[tokio::test] async fn $case() {
                super::$case($crate::store_contract::Place::sqlite().await).await;
            })+
        }

        mod supabase {
            $(#[tokio::test] async fn $case() {
                super::$case($crate::store_contract::Place::supabase().await).await;
            })+
        }
    };
}

mod api_keys;
mod audit;
mod clock_setback;
mod connection_counts;
mod creator_deletion;
mod directory;
mod events;
mod grant_ending;
mod grants;
mod logins;
mod lost_connections;
mod own_events;
mod profiles;
mod refresh_claims;
mod refresh_completion;
mod revocations;
mod sealed_tokens;
mod sessions;
mod sqlite_file;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use creator_connect::{
    domain::{
        CreatorId, EndCause, FetchOutcome, GrantEvent, Posting, PrivacyLevel, RefreshFailure, Timestamp,
    },
    server::{
        clock::{Clock as _, ManualClock, SystemClock},
        store::{
            Claim, Ending, GrantClaim, NewGrant, NewTokens, PendingLogin, ProfileUpdate, RefreshResult,
            Store, StoredAvatar, StoredGrant, StoredSession, sqlite::SqliteStore,
        },
        vault::Sealed,
    },
};
use tempfile::TempDir;

use crate::support::supabase::{self, Hold};

const NOW: Timestamp = Timestamp(1_893_456_000);

/// A store under test, with names in it that no other test uses.
struct Place {
    store: Arc<dyn Store>,
    number: u64,
    hold: Option<Hold>,
    file: Option<File>,
}

/// What a store in a file has of its own.
struct File {
    clock: Arc<ManualClock>,
    folder: TempDir,
}

impl Place {
    /// A file of its own.
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let store =
            SqliteStore::open(&folder.path().join("store.db"), Arc::clone(&clock) as _).await.unwrap();
        let file = Some(File { clock, folder });
        Self { store: Arc::new(store), number: new_number(), hold: None, file }
    }

    /// A share of the one database.
    async fn supabase() -> Self {
        let hold = Some(Hold::shared().await);
        let project = supabase::project();
        let store = supabase::store(&project.url, &project.key, Arc::new(SystemClock)).await;
        Self { store: Arc::new(store), number: new_number(), hold, file: None }
    }

    /// The same place without concurrent tests, to count or purge.
    async fn alone(mut self) -> Self {
        if self.hold.take().is_some() {
            self.hold = Some(Hold::alone().await);
        }
        self
    }

    /// This test's name for `name`.
    fn name(&self, name: &str) -> String {
        format!("{name}-{:x}", self.number)
    }

    fn id(&self, number: u32) -> CreatorId {
        CreatorId::from_u128(u128::from(self.number) << 32 | u128::from(number))
    }

    fn grant(&self, open_id: &str, token: &str) -> NewGrant {
        NewGrant { client_key: self.name("app"), ..grant(open_id, token) }
    }

    fn login(&self, browser: &str, state: &str, at: i64) -> PendingLogin {
        let (browser, state) = (self.name(browser), self.name(state));
        PendingLogin { state_digest: state, browser, ..login(at) }
    }

    fn session(&self, id: &str, data: &str) -> StoredSession {
        let expires_at = NOW.plus_seconds(60);
        StoredSession { id: self.name(id), data: data.to_owned(), creator: Some(self.id(1)), expires_at }
    }

    /// How many grants are active; of a place that is alone.
    async fn grants(&self) -> u64 {
        self.store.connections(NOW).await.unwrap().grants()
    }

    /// A creator with an active grant.
    async fn creator(&self) -> CreatorId {
        self.store.save_grant(&self.grant("a", "t"), &self.id(1)).await.unwrap()
    }

    /// The current time by the store's own clock.
    async fn now(&self) -> Timestamp {
        self.store.claim_due(0, 0).await.unwrap().now
    }

    /// A claim of the creator's grant.
    async fn claim(&self, creator: &CreatorId, lease_seconds: u32) -> Claim {
        match self.store.claim_grant(creator, lease_seconds).await.unwrap() {
            GrantClaim::Claimed { claim, .. } => *claim,
            other => panic!("not claimed: {other:?}"),
        }
    }

    /// The creator's grant as it is stored.
    async fn active(&self, creator: &CreatorId) -> StoredGrant {
        self.store.active_grant(creator).await.unwrap().unwrap()
    }
}

/// Not given before, in this run or an earlier one over the same database.
fn new_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let (run, test) = (u64::from(std::process::id()), LAST.fetch_add(1, Ordering::Relaxed));
    SystemClock.now().0.unsigned_abs() << 32 | (run & 0xF_FFFF) << 12 | test & 0xFFF
}

fn sealed(text: &str) -> Sealed {
    Sealed::from_stored(text.to_owned())
}

/// A consent to the app `app`.
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
        refresh_due_at: NOW.plus_seconds(4800),
    }
}

/// A claim that ended without new tokens.
fn failed(claim: &Claim, refresh_failure: RefreshFailure) -> RefreshResult {
    RefreshResult {
        grant: claim.grant,
        grant_status: claim.grant_status.after(GrantEvent::Failed(refresh_failure), NOW),
        tokens: None,
        due_at: Some(NOW.plus_seconds(60)),
        failures: claim.failures + 1,
        unsure: claim.unsure,
        log_id: Some("2099EXAMPLE".parse().unwrap()),
    }
}

/// A claim for which TikTok gave new tokens.
fn renewed(claim: &Claim, name: &str) -> RefreshResult {
    let ends_at = NOW.plus_seconds(90_000);
    let event = GrantEvent::Renewed { access_expires_at: ends_at, refresh_expires_at: None };
    RefreshResult {
        grant_status: claim.grant_status.after(event, NOW),
        tokens: Some(NewTokens {
            access_token: sealed(&format!("access of {name}")),
            refresh_token: Some(sealed(&format!("refresh of {name}"))),
            scopes: None,
            token_type: "bearer".to_owned(),
            refreshed_at: NOW.plus_seconds(50),
        }),
        due_at: Some(NOW.plus_seconds(60_000)),
        failures: 0,
        unsure: false,
        log_id: None,
        ..failed(claim, RefreshFailure::NoAnswer)
    }
}

/// The creator ends it here; it is to be revoked at TikTok.
fn ending(at: i64) -> Ending {
    Ending {
        at: NOW.plus_seconds(at),
        cause: EndCause::Here,
        given_until: None,
        revoke: true,
        erase_profile: false,
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

fn login(at: i64) -> PendingLogin {
    PendingLogin {
        state_digest: String::new(),
        browser: String::new(),
        code_verifier: Some(sealed("verifier")),
        scopes: "user.info.basic".parse().unwrap(),
        popup: false,
        begun_at: NOW.plus_seconds(at),
    }
}

fn avatar(bytes: &[u8]) -> StoredAvatar {
    StoredAvatar { media_type: "image/png".to_owned(), bytes: bytes.to_vec(), fetched_at: NOW }
}
