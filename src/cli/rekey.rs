//! `rekey`: every stored token sealed anew with the first key.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use creator_connect::server::{
    config::Config,
    entropy::SystemEntropy,
    refresh::journal,
    rekey::{self, KeyNeed, Progress},
    startup::{self, Dependencies},
    store::Store,
    vault::Vault,
};

/// A value needs a key that the settings lack.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} rows and {1} answers in the journal need keys that ENCRYPTION_KEYS lacks. Put those keys back, behind the first, and run it again."
)]
struct Missing(u64, u64);

/// Seals anew what the first key has not sealed, with the app running or not, and tells who uses which key.
pub(crate) async fn reseal() -> Result<()> {
    let config = Config::from_env()?;
    let vault = Vault::new(&config.encryption_keys, Arc::new(SystemEntropy));
    let store = startup::open_store(&config.store, &Dependencies::default()).await?;
    let first = vault.key_ids().next().context("ENCRYPTION_KEYS is empty")?;
    println!(
        "Sealing every stored token with {first}; the app may go on serving, with {first} among its keys."
    );
    let done = rekey::rekey(&*store, &vault, &mut tell).await?;
    println!("{} rows looked at, {} sealed anew.", done.seen, done.resealed);
    let told = tell_keys(&*store, &vault, &config.journal_dir).await;
    store.close().await;
    told
}

fn tell(progress: Progress) {
    println!("  {} rows, {} sealed anew", progress.seen, progress.resealed);
}

/// Tells who needs which key, this machine's journal included.
async fn tell_keys(store: &dyn Store, vault: &Vault, journal: &Path) -> Result<()> {
    let answers =
        journal::list(journal).with_context(|| format!("cannot read {} (JOURNAL_DIR)", journal.display()))?;
    let told = rekey::by_key(vault, &store.key_use().await?, &journal::key_use(&answers));
    for (position, need) in told.iter().enumerate() {
        println!("{}", line(need, position == 0));
    }
    let missing = told.iter().filter(|need| !need.is_known && need.is_needed());
    let (rows, answers) =
        missing.fold((0, 0), |(rows, answers), need| (rows + need.rows, answers + need.answers));
    if rows + answers > 0 { Err(Missing(rows, answers).into()) } else { Ok(()) }
}

fn line(need: &KeyNeed, seals: bool) -> String {
    let KeyNeed { key_id, rows, answers, is_known } = need;
    let advice = match (is_known, seals, rows, answers) {
        (false, ..) => "missing from ENCRYPTION_KEYS",
        (true, true, ..) => "seals",
        (true, false, 0, 0) => "no longer needed: take it away, here and from every replica",
        (true, false, 0, _) => "still needed: run `creator-connect journal replay`, then this again",
        (true, false, ..) => "still needed: run this again",
    };
    let waiting = if *answers > 0 { format!(", {answers} answers in the journal") } else { String::new() };
    format!("{key_id:20} {rows:>8} rows{waiting}   {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_the_journal_needs_is_not_given_up() {
        let need = KeyNeed { key_id: "old".to_owned(), rows: 0, answers: 2, is_known: true };
        assert!(line(&need, false).ends_with(
            "2 answers in the journal   still needed: run `creator-connect journal replay`, then this again"
        ));
        assert!(line(&KeyNeed { answers: 0, ..need.clone() }, false).contains("no longer needed"));
        assert!(line(&KeyNeed { is_known: false, ..need }, false).ends_with("missing from ENCRYPTION_KEYS"));
    }
}
