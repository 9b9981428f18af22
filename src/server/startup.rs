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
use tokio::task::JoinSet;

use super::{
    clock::{Clock, SystemClock},
    config::{Config, StoreConfig},
    entropy::{Entropy, SystemEntropy},
    events::{self, Inbox, NoSteps, Steps},
    forward::{self, Forwarder},
    http,
    login::PENDING_SECONDS,
    state::AppState,
    store::{
        Store, StoreError,
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
    /// The HTTP client cannot be made.
    #[error("The HTTP client could not be made: {0}")]
    Client(#[from] reqwest::Error),
    /// The listener failed.
    #[error("The server stopped listening: {0}")]
    Listen(#[from] io::Error),
}

/// What a test may replace.
pub struct Outside {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How long to wait for TikTok.
    pub timeouts: Timeouts,
    /// Who watches events go by.
    pub event_steps: Arc<dyn Steps>,
}

impl Default for Outside {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            timeouts: Timeouts::default(),
            event_steps: Arc::new(NoSteps),
        }
    }
}

/// Opens the store and makes everything that requests share.
///
/// # Errors
/// [`StartError`] says what to mend.
pub async fn build(config: Config) -> Result<AppState, StartError> {
    build_with(config, Outside::default()).await
}

/// [`build`], with parts of the outside world replaced.
///
/// # Errors
/// As [`build`].
pub async fn build_with(config: Config, outside: Outside) -> Result<AppState, StartError> {
    tls::install_crypto_provider();
    let store = open_store(&config.store, &outside).await?;
    let forwarder = config.events.forward.clone().map(Forwarder::new).transpose()?.map(Arc::new);
    Ok(AppState {
        store,
        tiktok: Arc::new(TikTok::new(&config.tiktok, outside.timeouts)?),
        vault: Arc::new(Vault::new(&config.encryption_keys, Arc::clone(&outside.entropy))),
        clock: outside.clock,
        entropy: outside.entropy,
        inbox: Arc::new(Inbox::new(outside.event_steps)),
        forwarder,
        leptos: leptos_options(&config),
        config: Arc::new(config),
    })
}

/// The one place that decides which backend is used.
async fn open_store(config: &StoreConfig, outside: &Outside) -> Result<Arc<dyn Store>, StartError> {
    match config {
        StoreConfig::Sqlite { path } => {
            Ok(Arc::new(SqliteStore::open(path, Arc::clone(&outside.clock)).await?))
        }
        StoreConfig::Supabase { rest_url, key, .. } => {
            let (clock, entropy) = (Arc::clone(&outside.clock), Arc::clone(&outside.entropy));
            Ok(Arc::new(SupabaseStore::open(rest_url, key, clock, entropy).await?))
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

/// Serves on `listener` until `shutdown` is ready, then lets requests end for a while.
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
    let mut background = background_tasks(&state, certificate.as_ref());
    let handle = Handle::new();
    background.spawn(stop_when(shutdown, handle.clone()));
    let served = serve(listener, certificate, router(state.clone()), handle).await;
    background.shutdown().await;
    state.store.close().await;
    Ok(served?)
}

async fn stop_when(shutdown: impl Future<Output = ()>, handle: Handle<SocketAddr>) {
    shutdown.await;
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
