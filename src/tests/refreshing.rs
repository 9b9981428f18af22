//! The refresh engine: outcomes of a refresh, with failures at every step.

mod crashes;
mod crowd;
mod demand;
mod due;
mod failures;
mod over_supabase;

use std::sync::Arc;

use creator_connect::{
    domain::{ConnectionState, CreatorId, RefreshFailure},
    server::{
        clock::Clock as _,
        config::{Config, TikTokConfig},
        entropy::SystemEntropy,
        metrics::RefreshMetrics,
        refresh::{Parts, RefreshConfig, Refresher, Report, journal::Journal},
        startup::Dependencies,
        store::StoredGrant,
        tiktok::{TikTok, Timeouts},
    },
};

use crate::{
    login::creator_of,
    support::{App, settings},
};

/// Seconds after which a token of two hours is due, with any jitter; it is valid for 36 more minutes.
const DUE: i64 = 84 * 60 + 1;

/// An app in which one creator is connected.
struct Scene {
    app: App,
    id: CreatorId,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Dependencies)) -> Self {
        Self::of(App::start_from(&[], change).await).await
    }

    async fn of(app: App) -> Self {
        let id = connected(&app, "public").await;
        Self { app, id }
    }

    /// Lets the grant become due, and refreshes it.
    async fn due_step(&self) -> Report {
        self.app.later(DUE);
        self.step().await
    }

    async fn due_step_of(&self, other: &Arc<Refresher>) -> Report {
        self.app.later(DUE);
        other.step().await
    }

    async fn step(&self) -> Report {
        self.app.state.refresher.step().await
    }

    async fn grant(&self) -> StoredGrant {
        self.app.state.store.active_grant(&self.id).await.unwrap().unwrap()
    }

    /// The connection state and the failure, as page, `/health` and log show them.
    async fn grant_state(&self) -> (ConnectionState, Option<RefreshFailure>) {
        grant_state(&self.app, &self.id).await
    }

    /// The number of refresh requests that reached TikTok.
    async fn refresh_requests(&self) -> usize {
        self.app.tiktok.count("refresh").await
    }

    /// The engine of another process, over the same store and the folder `journal`.
    fn another(&self, journal: &str, change: impl FnOnce(&mut Parts)) -> Arc<Refresher> {
        let state = &self.app.state;
        let (vault, entropy) = (Arc::clone(&state.vault), Arc::new(SystemEntropy));
        let config = RefreshConfig { tick: None, ..RefreshConfig::default() };
        let journal = Journal::open(&self.app.file(journal), config.journal_entries, vault, entropy).unwrap();
        let mut parts = Parts {
            store: Arc::clone(&state.store),
            tiktok: Arc::clone(&state.tiktok),
            vault: Arc::clone(&state.vault),
            clock: Arc::clone(&state.clock),
            entropy: Arc::clone(&state.entropy),
            journal,
            config,
            metrics: RefreshMetrics::default(),
        };
        change(&mut parts);
        Refresher::new(parts)
    }

    /// A TikTok client with other settings.
    fn tiktok(&self, change: impl FnOnce(&mut TikTokConfig)) -> Arc<TikTok> {
        let settings = settings(&self.app.origin, &self.app.tiktok.origin, self.app.folder());
        let mut config = Config::read(&|name| settings.get(name).cloned()).unwrap();
        change(&mut config.tiktok);
        Arc::new(TikTok::new(&config.tiktok, Timeouts::default()).unwrap())
    }

    /// The number of files in a journal's folder.
    fn waiting(&self, journal: &str) -> usize {
        std::fs::read_dir(self.app.file(journal)).unwrap().count()
    }
}

/// A creator who has just connected.
async fn connected(app: &App, creator: &str) -> CreatorId {
    let browser = app.signed_in(creator).await;
    creator_of(&browser.get("/profile").await.text)
}

async fn grant_state(app: &App, id: &CreatorId) -> (ConnectionState, Option<RefreshFailure>) {
    let creator = app.state.store.creator(id).await.unwrap().unwrap();
    let grant_status = creator.grant.unwrap().grant_status;
    (grant_status.state(app.clock.now()), grant_status.refresh_failure)
}
