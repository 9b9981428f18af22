//! From settings to a running server: [`build`], then [`run`].

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use leptos::prelude::LeptosOptions;
use tokio::task::{JoinHandle, JoinSet};

use super::{
    clock::{Clock, SystemClock},
    config::{Config, StoreConfig},
    disconnect,
    entropy::{Entropy, SystemEntropy},
    events::{self, Inbox, NoSteps, Steps as EventSteps},
    forward::{self, Forwarder},
    http,
    login::PENDING_SECONDS,
    refresh::{
        Parts, RefreshConfig, Refresher, Safeguards, Steps, Unwatched,
        journal::{Journal, JournalError},
    },
    rekey,
    state::AppState,
    store::{
        KeyUse, Store, StoreError,
        sqlite::SqliteStore,
        supabase::{SupabaseStore, Unfit},
    },
    tiktok::{TikTok, Timeouts},
    tls,
    vault::Vault,
};

/// Requests under way when the server is asked to stop have so long to end.
const GRACE: Duration = Duration::from_secs(8);

/// How often what has expired is forgotten.
const PURGE_EVERY: Duration = Duration::from_mins(10);

/// Why the server did not start, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store did not open.
    #[error("The store did not open: {0}. Check SQLITE_PATH and the rights on its folder.")]
    Store(#[from] StoreError),
    /// The Supabase project cannot be used.
    #[error(transparent)]
    Supabase(#[from] Unfit),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// The journal cannot be used.
    #[error("The journal did not open: {0}. Check JOURNAL_DIR and the rights on that folder.")]
    Journal(#[from] JournalError),
    /// The HTTP client cannot be made.
    #[error("The HTTP client could not be made: {0}")]
    Client(#[from] reqwest::Error),
    /// Stored tokens would not open.
    #[error(
        "Stored tokens need keys that ENCRYPTION_KEYS lacks: {list}. Put them back, behind the first; without \
         them these creators would have to connect again.",
        list = .0.iter().map(|used| format!("{} ({} rows)", used.key_id, used.rows)).collect::<Vec<_>>().join(", ")
    )]
    MissingKeys(Vec<KeyUse>),
    /// The listener failed.
    #[error("The server stopped listening: {0}")]
    Listen(#[from] io::Error),
}

/// What a test may replace.
pub struct Dependencies {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How long to wait for TikTok.
    pub timeouts: Timeouts,
    /// How fast grants are refreshed.
    pub refresh_config: RefreshConfig,
    /// What keeps them from being lost.
    pub safeguards: Safeguards,
    /// Who looks on while they are refreshed.
    pub steps: Arc<dyn Steps>,
    /// Who watches events go by.
    pub event_steps: Arc<dyn EventSteps>,
}

impl Default for Dependencies {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            timeouts: Timeouts::default(),
            refresh_config: RefreshConfig::default(),
            safeguards: Safeguards::default(),
            steps: Arc::new(Unwatched),
            event_steps: Arc::new(NoSteps),
        }
    }
}

/// Opens the store and makes everything that requests share.
///
/// # Errors
/// [`StartError`] says what to mend.
pub async fn build(config: Config) -> Result<AppState, StartError> {
    build_with(config, Dependencies::default()).await
}

/// [`build`], with parts of the outside world replaced.
///
/// # Errors
/// As [`build`].
pub async fn build_with(config: Config, dependencies: Dependencies) -> Result<AppState, StartError> {
    tls::install_crypto_provider();
    let store = open_store(&config.store, &dependencies).await?;
    let vault = Arc::new(Vault::new(&config.encryption_keys, Arc::clone(&dependencies.entropy)));
    check_keys(&*store, &vault).await?;
    let tiktok = Arc::new(TikTok::new(&config.tiktok, dependencies.timeouts)?);
    let refresher = refresher(&config, &dependencies, &store, &tiktok, &vault)?;
    let forwarder = config.events.forward.clone().map(Forwarder::new).transpose()?.map(Arc::new);
    Ok(AppState {
        store,
        tiktok,
        vault,
        refresher,
        cooldowns: Arc::default(),
        clock: dependencies.clock,
        entropy: dependencies.entropy,
        inbox: Arc::new(Inbox::new(dependencies.event_steps)),
        forwarder,
        leptos: leptos_options(&config),
        config: Arc::new(config),
    })
}

/// The refresh engine, over the same parts.
///
/// # Errors
/// [`StartError::Journal`] when its folder cannot be used.
pub fn refresher(
    config: &Config,
    dependencies: &Dependencies,
    store: &Arc<dyn Store>,
    tiktok: &Arc<TikTok>,
    vault: &Arc<Vault>,
) -> Result<Arc<Refresher>, StartError> {
    let most = dependencies.refresh_config.journal_entries;
    let journal =
        Journal::open(&config.journal_dir, most, Arc::clone(vault), Arc::clone(&dependencies.entropy))?;
    Ok(Refresher::new(Parts {
        store: Arc::clone(store),
        tiktok: Arc::clone(tiktok),
        vault: Arc::clone(vault),
        clock: Arc::clone(&dependencies.clock),
        entropy: Arc::clone(&dependencies.entropy),
        journal,
        refresh_config: dependencies.refresh_config,
        safeguards: dependencies.safeguards,
        steps: Arc::clone(&dependencies.steps),
    }))
}

/// The one place that decides which backend is used.
///
/// # Errors
/// [`StartError`] when it cannot be used; an absent Supabase project is no error.
pub async fn open_store(
    config: &StoreConfig,
    dependencies: &Dependencies,
) -> Result<Arc<dyn Store>, StartError> {
    match config {
        StoreConfig::Sqlite { path } => {
            Ok(Arc::new(SqliteStore::open(path, Arc::clone(&dependencies.clock)).await?))
        }
        StoreConfig::Supabase { rest_url, key, .. } => {
            let (clock, entropy) = (Arc::clone(&dependencies.clock), Arc::clone(&dependencies.entropy));
            Ok(Arc::new(SupabaseStore::open(rest_url, key, clock, entropy).await?))
        }
    }
}

/// A start without a key that stored tokens need would fail creator by creator, later. A store that is
/// away is asked nothing: a process must come up during an outage.
async fn check_keys(store: &dyn Store, vault: &Vault) -> Result<(), StartError> {
    match rekey::missing_keys(store, vault).await {
        Ok(missing) if missing.is_empty() => Ok(()),
        Ok(missing) => Err(StartError::MissingKeys(missing)),
        Err(error) => {
            tracing::warn!(%error, "whether every stored token has its key could not be asked");
            Ok(())
        }
    }
}

/// Where the browser's half lies. Its names carry hashes when `hash.txt` stands beside the binary,
/// as a build by cargo-leptos leaves it; without it (in tests) they do not.
fn leptos_options(config: &Config) -> LeptosOptions {
    let hash_file = std::env::current_exe().ok().map(|binary| binary.with_file_name("hash.txt"));
    LeptosOptions::builder()
        .output_name(env!("CARGO_PKG_NAME"))
        .site_root(config.site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .hash_files(hash_file.is_some_and(|file| file.exists()))
        .build()
}

/// The whole application as one service.
pub fn router(state: AppState) -> Router {
    http::router(state)
}

/// Serves on `listener` until `shutdown` is ready, then lets requests end for a while, and every refresh
/// whose answer would be lost otherwise.
///
/// # Errors
/// [`StartError`] when the certificate cannot be used or the listener fails.
pub async fn run(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    listener.set_nonblocking(true)?;
    let certificate = tls::rustls_config(&state.config.tls, &*state.clock).await?;
    // What a process that died had in its hands comes before anything new.
    state.refresher.replay().await;
    let refreshing = tokio::spawn(Arc::clone(&state.refresher).run());
    let mut background = background_tasks(&state, certificate.as_ref());
    let handle = Handle::new();
    background.spawn(stop_when(shutdown, handle.clone(), Arc::clone(&state.refresher)));
    let served = serve(listener, certificate, router(state.clone()), handle).await;
    background.shutdown().await;
    end_refreshing(&state.refresher, refreshing).await;
    state.store.close().await;
    Ok(served?)
}

/// The loop is not cut off: what it is claiming at this moment would wait for the end of its lease.
async fn end_refreshing(refresher: &Refresher, refreshing: JoinHandle<()>) {
    refresher.stop();
    if let Err(error) = refreshing.await {
        tracing::error!(%error, "refreshing had stopped");
    }
    refresher.ended().await;
}

async fn stop_when(
    shutdown: impl Future<Output = ()>,
    handle: Handle<SocketAddr>,
    refresher: Arc<Refresher>,
) {
    shutdown.await;
    refresher.stop();
    tracing::info!("stopping: requests under way may end");
    handle.graceful_shutdown(Some(GRACE));
}

/// `TCP_NODELAY` on every connection: a streamed page would otherwise stall for 40 ms.
async fn serve(
    listener: TcpListener,
    certificate: Option<RustlsConfig>,
    router: Router,
    handle: Handle<SocketAddr>,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp(listener)?.handle(handle);
    match certificate {
        Some(certificate) => {
            let acceptor = RustlsAcceptor::new(certificate).acceptor(NoDelayAcceptor::new());
            server.acceptor(acceptor).serve(service).await
        }
        None => server.acceptor(NoDelayAcceptor::new()).serve(service).await,
    }
}

fn background_tasks(state: &AppState, certificate: Option<&RustlsConfig>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(purge_forever(state.clone()));
    tasks.spawn(events::forever(state.clone()));
    tasks.spawn(forward::forever(state.clone()));
    tasks.spawn(disconnect::revoke_forever(state.clone()));
    if let Some(certificate) = certificate {
        let (state, certificate) = (state.clone(), certificate.clone());
        tasks.spawn(async move { tls::keep_fresh(&state.config.tls, &certificate, &*state.clock).await });
    }
    tasks
}

async fn purge_forever(state: AppState) {
    let mut interval = tokio::time::interval(PURGE_EVERY);
    loop {
        interval.tick().await;
        purge_step(&state).await;
    }
}

/// Forgets sessions that have expired, and logins that never came back.
///
/// A pending login outlives its ten minutes a while, so that a late creator is told why.
pub async fn purge_step(state: &AppState) {
    let now = state.clock.now();
    match state.store.purge(now, now.plus_seconds(-6 * PENDING_SECONDS)).await {
        Ok(0) => {}
        Ok(rows) => tracing::debug!(rows, "what had expired is forgotten"),
        Err(error) => tracing::warn!(%error, "what had expired could not be forgotten"),
    }
}
