//! `rekey`: every stored token sealed anew with the first key.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use creator_connect::server::{
    config::Config,
    entropy::SystemEntropy,
    rekey::{self, Progress},
    startup::{self, Outside},
    store::{KeyUse, Store},
    vault::Vault,
};

/// A value needs a key that the settings lack.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} rows need keys that ENCRYPTION_KEYS lacks. Put those keys back, behind the first, and run it again."
)]
struct Missing(u64);

/// Seals anew what the first key has not sealed, with the app running or not, and tells who uses which key.
pub(crate) async fn reseal() -> Result<()> {
    let config = Config::from_env()?;
    let vault = Vault::new(&config.encryption_keys, Arc::new(SystemEntropy));
    let store = startup::open_store(&config.store, &Outside::default()).await?;
    let first = vault.key_ids().next().context("ENCRYPTION_KEYS is empty")?;
    println!(
        "Sealing every stored token with {first}; the app may go on serving, with {first} among its keys."
    );
    let done = rekey::rekey(&*store, &vault, &mut tell).await?;
    println!("{} rows looked at, {} sealed anew.", done.seen, done.resealed);
    let told = tell_keys(&*store, &vault).await;
    store.close().await;
    told
}

fn tell(progress: Progress) {
    println!("  {} rows, {} sealed anew", progress.seen, progress.resealed);
}

async fn tell_keys(store: &dyn Store, vault: &Vault) -> Result<()> {
    let mut missing = 0;
    for (position, (used, known)) in rekey::by_key(vault, store.key_use().await?).iter().enumerate() {
        println!("{}", line(used, *known, position == 0));
        missing += if *known { 0 } else { used.rows };
    }
    if missing > 0 { Err(Missing(missing).into()) } else { Ok(()) }
}

fn line(used: &KeyUse, known: bool, seals: bool) -> String {
    let KeyUse { key_id, rows } = used;
    let advice = match (known, seals, rows) {
        (false, ..) => "missing from ENCRYPTION_KEYS",
        (true, true, _) => "seals",
        (true, false, 0) => "no longer needed: take it away, here and from every replica",
        (true, false, _) => "still needed: run this again",
    };
    format!("{key_id:20} {rows:>8} rows   {advice}")
}
