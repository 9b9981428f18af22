//! What the fuzz targets share: an app, and events that are signed as TikTok signs them.

use std::{collections::HashMap, path::Path, sync::Arc};

use creator_connect::{
    domain::Timestamp,
    server::{
        clock::ManualClock,
        config::Config,
        startup::{self, Dependencies},
        state::AppState,
    },
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use sha2::Sha256;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The client key of the app.
pub const CLIENT_KEY: &str = "the-app";

/// The secret that signs events.
pub const SECRET: &str = "the-secret-of-the-fuzzer";

/// The secrets that the app verifies with.
pub fn secrets() -> [SecretString; 1] {
    [SecretString::from(SECRET)]
}

/// The header `TikTok-Signature` of a body; `time` is signed as text.
pub fn signature(time: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length");
    let mac = mac.chain_update(time).chain_update(".").chain_update(body);
    format!("t={time},s={}", hex::encode(mac.finalize().into_bytes()))
}

/// An app over a SQLite file in memory, which is not served.
pub struct App {
    pub state: AppState,
    pub clock: Arc<ManualClock>,
    pub runtime: Runtime,
    _folder: TempDir,
}

impl App {
    pub fn start() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let folder = folder.expect("a folder can be created");
        let settings = settings(folder.path());
        let config = Config::read(&|name| settings.get(name).cloned()).expect("the settings are valid");
        let clock = Arc::new(ManualClock::new(Timestamp(1_893_456_000)));
        let dependencies = Dependencies { clock: Arc::clone(&clock) as _, ..Dependencies::default() };
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
        let state = runtime.block_on(startup::build_with(config, dependencies)).expect("the app is built");
        Self { state, clock, runtime, _folder: folder }
    }
}

/// Settings that are accepted, with the longest EVENT_MAX_AGE that is allowed.
pub fn settings(folder: &Path) -> HashMap<&'static str, String> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    HashMap::from([
        ("TIKTOK_CLIENT_KEY", CLIENT_KEY.to_owned()),
        ("TIKTOK_CLIENT_SECRET", SECRET.to_owned()),
        ("TIKTOK_REDIRECT_URI", "https://localhost:5000/webhook".to_owned()),
        ("STORE", "sqlite".to_owned()),
        ("SQLITE_PATH", path("app.db")),
        ("JOURNAL_DIR", path("journal")),
        ("ENCRYPTION_KEYS", "fuzz:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".to_owned()),
        ("EVENT_MAX_AGE", "95h".to_owned()),
        ("LOG_DIR", path("logs")),
        ("SITE_ROOT", path("site")),
    ])
}
