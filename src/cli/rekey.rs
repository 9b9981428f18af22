//! The `rekey` command: re-encrypts all stored tokens with the first key.

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

/// Stored values need keys that are not in the settings.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} rows and {1} responses in the journal need keys that are not in ENCRYPTION_KEYS. Put those keys back, behind the first, and run it again."
)]
struct MissingKeys(u64, u64);

/// Re-encrypts what other keys than the first have sealed, while the app may run, and prints the use of each key.
pub(crate) async fn run() -> Result<()> {
    let config = Config::from_env()?;
    let vault = Vault::new(&config.encryption_keys, Arc::new(SystemEntropy));
    let store = startup::open_store(&config.store, &Dependencies::default()).await?;
    let first = vault.key_ids().next().context("ENCRYPTION_KEYS is empty")?;
    println!(
        "Re-encrypting all stored tokens with {first}; the app may keep serving if {first} is among its keys."
    );
    let done = rekey::rekey(&*store, &vault, &mut print_progress).await?;
    println!("{} rows read, {} re-encrypted.", done.seen, done.resealed);
    let result = print_key_use(&*store, &vault, &config.journal_dir).await;
    store.close().await;
    result
}

fn print_progress(progress: Progress) {
    println!("  {} rows, {} re-encrypted", progress.seen, progress.resealed);
}

/// Prints what needs each key, this machine's journal included.
async fn print_key_use(store: &dyn Store, vault: &Vault, journal: &Path) -> Result<()> {
    let answers =
        journal::list(journal).with_context(|| format!("cannot read {} (JOURNAL_DIR)", journal.display()))?;
    let needs = rekey::by_key(vault, &store.key_use().await?, &journal::key_use(&answers));
    for (position, need) in needs.iter().enumerate() {
        println!("{}", line(need, position == 0));
    }
    let missing = needs.iter().filter(|need| !need.is_known && need.is_needed());
    let (rows, answers) =
        missing.fold((0, 0), |(rows, answers), need| (rows + need.rows, answers + need.answers));
    if rows + answers > 0 { Err(MissingKeys(rows, answers).into()) } else { Ok(()) }
}

fn line(need: &KeyNeed, seals: bool) -> String {
    let KeyNeed { key_id, rows, answers, is_known } = need;
    let advice = match (is_known, seals, rows, answers) {
        (false, ..) => "missing from ENCRYPTION_KEYS",
        (true, true, ..) => "seals",
        (true, false, 0, 0) => "no longer needed: remove it, here and on every replica",
        (true, false, 0, _) => "still needed: run `creator-connect journal replay`, then this again",
        (true, false, ..) => "still needed: run this again",
    };
    let waiting = if *answers > 0 { format!(", {answers} responses in the journal") } else { String::new() };
    format!("{key_id:20} {rows:>8} rows{waiting}   {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_needed_by_journal_is_reported_as_needed() {
        let need = KeyNeed { key_id: "old".to_owned(), rows: 0, answers: 2, is_known: true };
        assert!(line(&need, false).ends_with(
            "2 responses in the journal   still needed: run `creator-connect journal replay`, then this again"
        ));
        assert!(line(&KeyNeed { answers: 0, ..need.clone() }, false).contains("no longer needed"));
        assert!(line(&KeyNeed { is_known: false, ..need }, false).ends_with("missing from ENCRYPTION_KEYS"));
    }
}
