//! The app of `make bench-refresh`: as it runs in production, without pages.

use std::sync::{Arc, atomic::Ordering};

use anyhow::{Context as _, Result};
use creator_connect::server::startup::{self, Outside};
use tokio::sync::oneshot;

use crate::{
    app::{self, Settings},
    bench::Said,
    flaky::Flaky,
    worker,
};

/// Refreshes until its input ends, then says how often it asked the store.
pub(crate) async fn work() -> Result<()> {
    let mut lines = worker::input();
    let settings: Settings = serde_json::from_str(&lines.recv().await.context("the app was told nothing")?)?;
    let config = app::config(&settings)?;
    let store = startup::open_store(&config.store, &Outside::default()).await?;
    let store = Flaky::new(store, Arc::default(), None);
    let calls = store.calls();
    let outside = Outside { store: Some(Arc::new(store)), ..Outside::default() };
    let app = startup::build_with(config, outside).await?;
    calls.store(0, Ordering::Relaxed);
    let (stop, stopped) = oneshot::channel::<()>();
    let engine = tokio::spawn(Arc::clone(&app.refresher).run(async { drop(stopped.await) }));
    while lines.recv().await.is_some() {}
    drop(stop);
    engine.await?;
    println!("{}", serde_json::to_string(&Said { store_calls: calls.load(Ordering::Relaxed) })?);
    Ok(())
}
