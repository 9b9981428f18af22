//! The app of `make bench-refresh`: as it runs in production, without pages.

use std::sync::{Arc, atomic::Ordering};

use anyhow::{Context as _, Result};
use creator_connect::server::{
    heartbeats::{Heartbeat, Loop},
    startup::{self, Dependencies},
    store::Store,
};

use crate::{
    app::{self, Settings},
    bench::Said,
    faulty_store::FaultyStore,
    worker,
};

/// Refreshes until its input ends, then says how often it asked the store.
pub(crate) async fn work() -> Result<()> {
    let mut lines = worker::input();
    let settings: Settings = serde_json::from_str(&lines.recv().await.context("the app was told nothing")?)?;
    let config = app::config(&settings)?;
    let app = startup::build(app::config(&settings)?).await?;
    let faulty_store = FaultyStore::new(Arc::clone(&app.store), Arc::default(), None);
    let calls = faulty_store.calls();
    let store: Arc<dyn Store> = Arc::new(faulty_store);
    let refresher = startup::refresher(&config, &Dependencies::default(), &store, &app.tiktok, &app.vault)?;
    let heartbeat = Heartbeat::new(Arc::default(), Loop::Refresh);
    let engine = tokio::spawn(Arc::clone(&refresher).run(heartbeat));
    while lines.recv().await.is_some() {}
    refresher.in_flight().stop();
    engine.await?;
    refresher.in_flight().idle().await;
    println!("{}", serde_json::to_string(&Said { store_calls: calls.load(Ordering::Relaxed) })?);
    Ok(())
}
