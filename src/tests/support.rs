//! The app and a simulated TikTok on ports of their own, and a browser to visit them.

mod browser;
pub(crate) mod delivery;
pub(crate) mod fail_points;
pub(crate) mod lock;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod receiver;
pub(crate) mod station;
pub(crate) mod supabase;
mod tiktok;

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use creator_connect::{
    domain::{CreatorId, Timestamp},
    server::{
        clock::{Clock as _, ManualClock, SystemClock},
        config::Config,
        limits::{Limits, LoginLimits, Rate},
        refresh::RefreshConfig,
        session::{self, StoredSessions, WebSession},
        startup::{self, Dependencies},
        state::AppState,
        tiktok::Timeouts,
    },
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::login::creator_of;
pub(crate) use browser::{Browser, Page};
pub(crate) use supabase::Gateway;

/// Where a browser without a session is redirected from a creator's own pages.
pub(crate) const SIGN_IN_FIRST: &str = "/?from=profile#notice";
pub(crate) use tiktok::{CLIENT_KEY, CLIENT_SECRET, Tiktok};

/// A key for tests: 32 bytes of 7, base64.
pub(crate) const ENCRYPTION_KEY: &str = "test:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// Limits that no test reaches: all of its browsers have one address.
const MANY_LOGINS: LoginLimits = LoginLimits {
    starts: Rate::new(100_000, Duration::from_secs(1)),
    starts_in_all: Rate::new(100_000, Duration::from_secs(1)),
    callbacks: Rate::new(100_000, Duration::from_secs(1)),
    callbacks_in_all: Rate::new(100_000, Duration::from_secs(1)),
    concurrent: 100_000,
    concurrent_in_all: 100_000,
};

/// A running app.
pub(crate) struct App {
    /// Where it is, as `https://localhost:40123`.
    pub(crate) origin: String,
    /// Its state, to inspect the store.
    pub(crate) state: AppState,
    /// Its clock, which a test moves.
    pub(crate) clock: Arc<ManualClock>,
    /// Its simulated TikTok.
    pub(crate) tiktok: Tiktok,
    folder: TempDir,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Result<(), startup::StartError>>>,
}

impl App {
    /// Starts an app with the settings of the tests.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts an app with some settings changed; an empty value takes one away.
    pub(crate) async fn start_with(changes: &[(&str, &str)]) -> Self {
        Self::start_from(changes, |_| {}).await
    }

    /// Starts an app with some settings and dependencies changed.
    pub(crate) async fn start_from(changes: &[(&str, &str)], change: impl FnOnce(&mut Dependencies)) -> Self {
        let port = process::free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let origin = format!("https://localhost:{port}");
        let tiktok = Tiktok::start(&format!("{origin}/webhook"), None).await;
        let folder = tempfile::tempdir().unwrap();
        let config = Self::config(&origin, &tiktok, &folder, changes);
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let mut dependencies = Self::dependencies(&clock);
        change(&mut dependencies);
        let state = startup::build_with(config, dependencies).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or(()) };
        let served = tokio::spawn(startup::run(listener, state.clone(), shutdown));
        Self { origin, state, clock, tiktok, folder, port, stop: Some(stop), served: Some(served) }
    }

    /// Starts an app over the Supabase stand-in behind `gateway`.
    pub(crate) async fn start_over(gateway: &Gateway) -> Self {
        let settings = gateway.app_settings();
        let changes: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Self::start_with(&changes).await
    }

    fn config(origin: &str, tiktok: &Tiktok, folder: &TempDir, changes: &[(&str, &str)]) -> Config {
        let mut settings = settings(origin, &tiktok.origin, folder);
        for (name, value) in changes {
            settings.insert((*name).to_owned(), (*value).to_owned());
        }
        let mut config = Config::read(&|name| settings.get(name).cloned()).unwrap();
        if let creator_connect::server::config::TlsConfig::SelfSigned { dir, .. } = &mut config.tls {
            *dir = folder.path().join("certs");
        }
        config
    }

    /// A new browser.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.origin, self.port, &[])
    }

    /// A new browser that sends these headers with each request.
    pub(crate) fn browser_with(&self, headers: &[(&'static str, &str)]) -> Browser {
        Browser::new(&self.origin, self.port, headers)
    }

    /// The address of the listener, for tests that write requests themselves.
    pub(crate) const fn address(&self) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port)
    }

    /// A browser in which a creator is signed in, whose profile is stored.
    pub(crate) async fn signed_in(&self, creator: &str) -> Browser {
        let browser = self.browser();
        let page = browser.log_in(&self.tiktok, creator).await;
        assert_eq!(page.location(), "/profile", "{}", page.text);
        self.state.login.in_flight().idle().await;
        browser
    }

    /// The id of the creator who is signed in in `browser`.
    pub(crate) async fn creator(&self, browser: &Browser) -> CreatorId {
        creator_of(&browser.get("/profile").await.text)
    }

    /// The cookie of a session in which a creator is signed in, as if they had just logged in.
    pub(crate) async fn session_of(&self, creator: &CreatorId) -> String {
        let sessions = StoredSessions::new(Arc::clone(&self.state.store), Arc::clone(&self.clock) as _);
        let session = WebSession::open(None, sessions);
        session.sign_in(creator).await.unwrap();
        format!("{}={}", session::COOKIE, session.id().unwrap())
    }

    /// Advances the clocks of the app and of TikTok.
    pub(crate) async fn both_later(&self, seconds: i64) {
        self.tiktok.later(u32::try_from(seconds).unwrap()).await;
        self.later(seconds);
    }

    /// Advances the app's clock.
    pub(crate) fn later(&self, seconds: i64) -> Timestamp {
        self.clock.advance(seconds);
        self.clock.now()
    }

    /// How many grants are active.
    pub(crate) async fn grants(&self) -> u64 {
        self.state.store.connections(self.clock.now()).await.unwrap().grants()
    }

    /// Advances the clock until the app reaches its store again. The circuit breaker's probe may be a
    /// background task of the app.
    pub(crate) async fn wait_for_store(&self) {
        let browser = self.browser();
        for _ in 0..20 {
            self.later(2);
            if browser.get("/health").await.status == 200 {
                return;
            }
        }
        panic!("the app does not recover");
    }

    /// The app's own folder.
    pub(crate) const fn folder(&self) -> &TempDir {
        &self.folder
    }

    /// A file of the app's own folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Stops the app, and starts another one over its files and with its address.
    pub(crate) async fn restart(&mut self) {
        self.restart_with(&[]).await;
    }

    /// [`Self::restart`] with other settings.
    pub(crate) async fn restart_with(&mut self, changes: &[(&str, String)]) {
        self.stop().await.unwrap();
        let changes: Vec<_> = changes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let listener = TcpListener::bind(("127.0.0.1", self.port)).unwrap();
        let config = Self::config(&self.origin, &self.tiktok, &self.folder, &changes);
        self.state = startup::build_with(config, Self::dependencies(&self.clock)).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or(()) };
        self.served = Some(tokio::spawn(startup::run(listener, self.state.clone(), shutdown)));
        self.stop = Some(stop);
    }

    /// The dependencies of an app under test: `clock`, and timeouts for TikTok that are never reached.
    fn dependencies(clock: &Arc<ManualClock>) -> Dependencies {
        Dependencies {
            clock: Arc::clone(clock) as _,
            timeouts: same_timeouts(Duration::from_secs(40)),
            refresh_config: RefreshConfig { tick: None, ..RefreshConfig::default() },
            limits: Limits { logins: MANY_LOGINS, ..Limits::default() },
            ..Dependencies::default()
        }
    }

    /// Shuts the app down and waits for its end.
    pub(crate) async fn stop(&mut self) -> Result<(), startup::StartError> {
        if let Some(stop) = self.stop.take() {
            stop.send(()).unwrap();
        }
        self.ended().await
    }

    /// Waits for the end of the app, which ends by itself or has been told to.
    pub(crate) async fn ended(&mut self) -> Result<(), startup::StartError> {
        self.served.take().unwrap().await.unwrap()
    }
}

/// Gives an app short timeouts for a TikTok that does not respond.
pub(crate) fn with_short_timeouts(dependencies: &mut Dependencies) {
    dependencies.timeouts = same_timeouts(Duration::from_secs(2));
}

fn same_timeouts(all: Duration) -> Timeouts {
    Timeouts { connect: all, total: all, refresh: all, profile: all, ..Timeouts::default() }
}

/// Waits until a condition holds, for as long as a slow machine may take.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let timeout = Duration::from_mins(4);
    let condition = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(timeout, condition).await.is_ok(), "timed out: {what}");
}

/// The settings of an app whose TikTok is at `tiktok`.
pub(crate) fn settings(origin: &str, tiktok: &str, folder: &TempDir) -> HashMap<String, String> {
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let settings = [
        ("TIKTOK_CLIENT_KEY", CLIENT_KEY.to_owned()),
        ("TIKTOK_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("TIKTOK_REDIRECT_URI", format!("{origin}/webhook")),
        ("TIKTOK_AUTHORIZE_URL", format!("{tiktok}/v2/auth/authorize/")),
        ("TIKTOK_API_URL", tiktok.to_owned()),
        ("STORE", "sqlite".to_owned()),
        ("SQLITE_PATH", path("app.db")),
        ("JOURNAL_DIR", path("journal")),
        ("ENCRYPTION_KEYS", ENCRYPTION_KEY.to_owned()),
        ("HOST", "127.0.0.1".to_owned()),
        ("LOG_DIR", path("logs")),
        ("SITE_ROOT", path("site")),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
