//! Starts the server: [`build`] makes its state from the settings, [`run`] serves until shutdown.

mod background;
mod installation;
mod observers;
mod services;
mod stopping;

use std::{io, net::TcpListener, path::PathBuf, sync::Arc, time::Duration};

use axum_server::{Handle, tls_rustls::RustlsConfig};
use leptos::prelude::LeptosOptions;

use self::{background::Background, services::Systems};
pub use self::{background::purge_step, observers::notices};
use super::{
    clock::{Clock, SystemClock},
    config::{Config, StoreConfig},
    entropy::{Entropy, SystemEntropy},
    forward::Forwarder,
    http,
    limits::Limits,
    listener::{self, Policy},
    metered_store::MeteredStore,
    metrics::Metrics,
    refresh::{
        Parts, RefreshConfig, Refresher,
        journal::{Journal, JournalError},
    },
    rekey,
    scrape::MetricsError,
    site_files,
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

/// An error that prevents the start or stops the server.
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
    #[error("The journal did not open in {}: {source}. Check JOURNAL_DIR and the rights on that folder.",
        folder.display())]
    Journal {
        /// Its folder.
        folder: PathBuf,
        /// The error.
        source: JournalError,
    },
    /// No server can be verified.
    #[error(transparent)]
    Authorities(#[from] tls::NoAuthorities),
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
    /// Metrics cannot be served.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The listener failed.
    #[error("The server stopped listening: {0}")]
    Listen(#[from] io::Error),
}

/// The dependencies that a test may replace.
pub struct Dependencies {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Timeouts of requests to TikTok.
    pub timeouts: Timeouts,
    /// The pace of the refresh engine.
    pub refresh_config: RefreshConfig,
    /// How long a start waits until Supabase knows a schema that was just applied.
    pub schema_patience: Duration,
    /// Limits on clients.
    pub limits: Limits,
    /// Where the parts record what they do.
    pub metrics: Metrics,
}

impl Default for Dependencies {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            timeouts: Timeouts::default(),
            refresh_config: RefreshConfig::default(),
            schema_patience: Duration::from_secs(15),
            limits: Limits::default(),
            metrics: Metrics::default(),
        }
    }
}

/// Opens the store and makes the state that requests share.
///
/// # Errors
/// [`StartError`] says what to correct.
pub async fn build(config: Config) -> Result<AppState, StartError> {
    build_with(config, Dependencies::default()).await
}

/// [`build`], with some dependencies replaced.
///
/// # Errors
/// As [`build`].
pub async fn build_with(config: Config, dependencies: Dependencies) -> Result<AppState, StartError> {
    tls::install_crypto_provider();
    tls::require_authorities(&config.https_settings())?;
    let store: Arc<dyn Store> = Arc::new(MeteredStore::new(
        open_store(&config.store, &dependencies).await?,
        dependencies.metrics.store.clone(),
    ));
    let vault = Arc::new(Vault::new(&config.encryption_keys, Arc::clone(&dependencies.entropy)));
    check_keys(&*store, &vault).await?;
    let tiktok = TikTok::new(&config.tiktok, dependencies.timeouts)?;
    let tiktok = Arc::new(tiktok.with_metrics(dependencies.metrics.tiktok.clone()));
    let refresher = refresher(&config, &dependencies, &store, &tiktok, &vault)?;
    let forwarder = config.events.forward.clone().map(Forwarder::new).transpose()?.map(Arc::new);
    let Dependencies { clock, entropy, limits, metrics, .. } = dependencies;
    let leptos = leptos_options(&config);
    let systems = Systems { store, tiktok, vault, refresher, clock, entropy, limits, metrics };
    Ok(systems.into_state(config, forwarder, leptos))
}

/// Makes the refresh engine.
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
    let (folder, most) = (&config.journal_dir, dependencies.refresh_config.journal_entries);
    let journal = Journal::open(folder, most, Arc::clone(vault), Arc::clone(&dependencies.entropy))
        .map_err(|source| StartError::Journal { folder: folder.clone(), source })?;
    Ok(Refresher::new(Parts {
        store: Arc::clone(store),
        tiktok: Arc::clone(tiktok),
        vault: Arc::clone(vault),
        clock: Arc::clone(&dependencies.clock),
        entropy: Arc::clone(&dependencies.entropy),
        journal,
        config: dependencies.refresh_config,
        metrics: dependencies.metrics.refreshes.clone(),
    }))
}

/// Opens the backend that the settings name: the one place that decides.
///
/// # Errors
/// [`StartError`] when it cannot be used; an unreachable Supabase project is no error.
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
            let patience = dependencies.schema_patience;
            Ok(Arc::new(SupabaseStore::open(rest_url, key, patience, clock, entropy).await?))
        }
    }
}

/// Refuses to start without a key that stored tokens need: it would fail later, creator by creator. While
/// the store is unavailable the check is skipped: a process must start during an outage.
async fn check_keys(store: &dyn Store, vault: &Vault) -> Result<(), StartError> {
    match rekey::missing_keys(store, vault).await {
        Ok(missing) if missing.is_empty() => Ok(()),
        Ok(missing) => Err(StartError::MissingKeys(missing)),
        Err(error) => {
            tracing::warn!(%error, "store unavailable: the keys of stored tokens are not checked");
            Ok(())
        }
    }
}

/// The options of the browser's half.
fn leptos_options(config: &Config) -> LeptosOptions {
    let folder = config.site_root.as_ref();
    let name = if folder.is_some() { site_files::NAME } else { site_files::embedded_name() };
    LeptosOptions::builder()
        .output_name(name)
        .site_root(folder.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default())
        .site_pkg_dir(site_files::FOLDER)
        .hash_files(folder.is_some() && site_files::hash_file().is_some())
        .build()
}

/// Serves on `listener` until `shutdown` is ready, which also ends a start that is not complete. The graceful shutdown
/// lets open requests end for a while, and every refresh whose response would be lost otherwise.
///
/// # Errors
/// [`StartError`] when the certificate cannot be used or the listener fails.
pub async fn run(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    installation::log_warnings(&state.config);
    let mut shutdown = Box::pin(shutdown);
    let certificate = tokio::select! {
        () = &mut shutdown => {
            stopping::finish(&state).await;
            return Ok(());
        }
        certificate = prepare(&state) => certificate?,
    };
    let handle = Handle::new();
    // Dropped at the very end: a shutdown is observed too.
    let _scrapes = observers::start(&state, handle.clone()).await?;
    let background = Background::start(&state, certificate.as_ref(), notices(&state)?);
    let stop = stopping::stop_when(shutdown, handle.clone(), Arc::clone(&state.refresher));
    let stop = tokio::spawn(stop);
    let policy = Policy { limits: state.limits.connections, proxies: state.config.trusted_proxies.clone() };
    let served = listener::serve(listener, certificate, http::router(state.clone()), handle, policy).await;
    stop.abort();
    state.refresher.in_flight().stop();
    background.end().await;
    stopping::finish(&state).await;
    Ok(served?)
}

/// Loads the certificate, and stores the responses that an earlier process journalled: they come before anything new.
async fn prepare(state: &AppState) -> Result<Option<RustlsConfig>, StartError> {
    let certificate = tls::rustls_config(&state.config.tls, &*state.clock).await?;
    state.refresher.replay().await;
    Ok(certificate)
}
