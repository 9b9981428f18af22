//! Key rotation while the app serves.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use creator_connect::{
    domain::{CreatorId, Scopes},
    server::{
        clock::{Clock as _, SystemClock},
        config::Config,
        entropy::SystemEntropy,
        rekey::{self, KeyNeed, RekeyError},
        startup::{self, Dependencies, StartError},
        store::{KeyUse, NewGrant, SealedCursor, SealedRow, SealedTable, Store, sqlite::SqliteStore},
        vault::{Place, TokenField, Vault},
    },
};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use crate::support::{
    self,
    supabase::{self, Hold},
};

/// More than two pages of rows.
const CREATORS: u128 = 450;
const OLD: &str = "old:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const NEW: &str = "new:CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";

/// A store of grants that are sealed by the key `old`.
struct Records {
    store: Arc<dyn Store>,
    creators: Vec<CreatorId>,
    folder: TempDir,
    hold: Option<Hold>,
}

impl Records {
    async fn in_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("app.db"), Arc::new(SystemClock)).await.unwrap();
        Self::fill(Arc::new(store), folder, None).await
    }

    async fn in_supabase() -> Self {
        let hold = Some(Hold::alone().await);
        supabase::reset();
        let project = supabase::project();
        let store = supabase::store(&project.url, &project.key, Arc::new(SystemClock)).await;
        Self::fill(Arc::new(store), tempfile::tempdir().unwrap(), hold).await
    }

    async fn fill(store: Arc<dyn Store>, folder: TempDir, hold: Option<Hold>) -> Self {
        let mut creators = Vec::new();
        for number in 0..CREATORS {
            let id = CreatorId::from_u128(number);
            creators.push(store.save_grant(&grant(number), &id).await.unwrap());
        }
        Self { store, creators, folder, hold }
    }

    /// Whether every creator's tokens can be decrypted, and are the creator's own.
    async fn all_open(&self, vault: &Vault) -> bool {
        let mut all = true;
        for (number, creator) in self.creators.iter().enumerate() {
            let grant = self.store.active_grant(creator).await.unwrap().unwrap();
            let place = |field| Place::token(&grant.client_key, &grant.open_id, field);
            let access = vault.open(&grant.access_token, &place(TokenField::Access)).unwrap();
            let refresh = grant.refresh_token.as_ref().unwrap();
            let refresh = vault.open(refresh, &place(TokenField::Refresh)).unwrap();
            all &= access.expose_secret() == format!("act.{number}");
            all &= refresh.expose_secret() == format!("rft.{number}");
        }
        all
    }
}

fn vault(keys: &str) -> Vault {
    let settings = move |name: &str| match name {
        "ENCRYPTION_KEYS" => Some(keys.to_owned()),
        "STORE" => Some("sqlite".to_owned()),
        "TIKTOK_REDIRECT_URI" => Some("https://connect.example.test/webhook".to_owned()),
        "TIKTOK_CLIENT_KEY" | "TIKTOK_CLIENT_SECRET" => Some("app".to_owned()),
        _ => None,
    };
    Vault::new(&Config::read(&settings).unwrap().encryption_keys, Arc::new(SystemEntropy))
}

fn grant(number: u128) -> NewGrant {
    let (vault, now) = (vault(OLD), SystemClock.now());
    let open_id = format!("creator-{number}").parse().unwrap();
    let seal = |kind: &str, field| {
        let place = Place::token("app", &open_id, field);
        vault.seal(&format!("{kind}.{number}").into(), &place).unwrap()
    };
    NewGrant {
        client_key: "app".to_owned(),
        access_token: seal("act", TokenField::Access),
        refresh_token: Some(seal("rft", TokenField::Refresh)),
        scopes: Scopes::default(),
        token_type: "Bearer".to_owned(),
        granted_at: now,
        access_expires_at: now.plus_seconds(7200),
        refresh_expires_at: Some(now.plus_seconds(86_400)),
        refresh_due_at: now.plus_seconds(4800),
        open_id,
    }
}

fn used(key_id: &str, rows: u64) -> KeyUse {
    KeyUse { key_id: key_id.to_owned(), rows }
}

#[tokio::test(flavor = "multi_thread")]
async fn rekey_changes_every_token_and_no_read_fails() {
    rekey_changes_every_token(Records::in_sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rekey_changes_every_token_in_supabase() {
    rekey_changes_every_token(Records::in_supabase().await).await;
}

async fn rekey_changes_every_token(records: Records) {
    let (records, both) = (Arc::new(records), Arc::new(vault(&format!("{NEW},{OLD}"))));
    assert_eq!(records.store.key_use().await.unwrap(), [used("old", 450)]);
    let done = Arc::new(AtomicBool::new(false));
    let reader = {
        let (records, both, done) = (Arc::clone(&records), Arc::clone(&both), Arc::clone(&done));
        tokio::spawn(async move {
            let mut reads = 0;
            while !done.load(Ordering::SeqCst) || reads == 0 {
                assert!(records.all_open(&both).await);
                reads += 1;
            }
        })
    };
    let mut pages = Vec::new();
    let progress = rekey::rekey(&*records.store, &both, &mut |page| pages.push(page)).await.unwrap();
    done.store(true, Ordering::SeqCst);
    reader.await.unwrap();
    assert_eq!((progress.seen, progress.resealed, progress.overtaken), (450, 450, 0));
    assert_eq!(pages.iter().map(|page| page.seen).collect::<Vec<_>>(), [200, 400, 450]);
    assert_eq!(records.store.key_use().await.unwrap(), [used("new", 450)]);
    assert!(records.all_open(&vault(NEW)).await, "the old key is no longer needed");
    if records.hold.is_some() {
        // No app of another test has this key.
        supabase::reset();
    }
}

#[tokio::test]
async fn interrupted_rekey_continues_where_it_stopped() {
    let records = Records::in_sqlite().await;
    let both = vault(&format!("{NEW},{OLD}"));
    // A process that is killed after the first page leaves the rows that it has written.
    for row in records.store.sealed_rows(first(), 200).await.unwrap() {
        let one = rekey_row(&records, &both, &row).await;
        assert!(one, "no other writer is running");
    }
    let uses = rekey::by_key(&both, &records.store.key_use().await.unwrap(), &[]);
    assert_eq!(uses, [need("new", 200, 0), need("old", 250, 0)]);
    let progress = rekey::rekey(&*records.store, &both, &mut |_| ()).await.unwrap();
    assert_eq!((progress.seen, progress.resealed), (450, 250));
}

const fn first() -> SealedCursor {
    SealedCursor { table: SealedTable::Grants, row: 0 }
}

async fn rekey_row(records: &Records, vault: &Vault, row: &SealedRow) -> bool {
    let again = |sealed, field| {
        let place = Place::token(&row.client_key, &row.open_id, field);
        vault.seal(&vault.open(sealed, &place).unwrap(), &place).unwrap()
    };
    let mut new = row.clone();
    new.access_token = again(&row.access_token, TokenField::Access);
    new.refresh_token = row.refresh_token.as_ref().map(|token| again(token, TokenField::Refresh));
    records.store.reseal(row, &new).await.unwrap()
}

#[tokio::test]
async fn row_without_its_key_stops_rekey_and_is_named() {
    let records = Records::in_sqlite().await;
    let error = rekey::rekey(&*records.store, &vault(NEW), &mut |_| ()).await.unwrap_err();
    assert!(matches!(error, RekeyError::Vault { .. }), "{error}");
    assert!(error.to_string().contains("old"), "{error}");
    assert_eq!(records.store.key_use().await.unwrap(), [used("old", 450)], "nothing was lost");
}

#[tokio::test]
async fn start_without_a_needed_key_fails_and_names_it() {
    let records = Records::in_sqlite().await;
    let tiktok = support::Tiktok::start("https://localhost:5000/webhook", None).await;
    let start = async |keys: &str| {
        let mut settings = support::settings("https://localhost:5000", &tiktok.origin, &records.folder);
        settings.insert("ENCRYPTION_KEYS".to_owned(), keys.to_owned());
        let config = Config::read(&|name| settings.get(name).cloned()).unwrap();
        startup::build_with(config, Dependencies::default()).await
    };
    let error = start(NEW).await.err().unwrap();
    assert!(matches!(error, StartError::MissingKeys(_)), "{error}");
    assert!(error.to_string().contains("old (450 rows)"), "{error}");
    assert!(start(&format!("{NEW},{OLD}")).await.is_ok());
}

fn need(key_id: &str, rows: u64, answers: u64) -> KeyNeed {
    KeyNeed { key_id: key_id.to_owned(), rows, answers, is_known: true }
}

#[test]
fn key_use_lists_the_ring_in_order_then_missing_keys() {
    let (rows, answers) = ([used("older", 3), used("old", 2)], [used("oldest", 1), used("old", 4)]);
    let listed = rekey::by_key(&vault(&format!("{NEW},{OLD}")), &rows, &answers);
    let missing = |need: KeyNeed| KeyNeed { is_known: false, ..need };
    let expected =
        [need("new", 0, 0), need("old", 2, 4), missing(need("older", 3, 0)), missing(need("oldest", 0, 1))];
    assert_eq!(listed, expected);
}
