//! The `journal` command: lists and replays TikTok's responses that are not yet in the store.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use creator_connect::{
    domain::Timestamp,
    server::{
        clock::{Clock as _, SystemClock, rfc3339},
        config::Config,
        entropy::SystemEntropy,
        refresh::journal::{self, Listed},
        startup, telemetry,
        vault::Vault,
    },
};
use serde_json::{Value, json};

/// Lists TikTok's responses that are not yet in the store, by creator id; shows no token
#[derive(Args)]
pub(crate) struct Journal {
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Write them to the store now; a running app does the same by itself
    Replay,
}

impl Journal {
    /// Lists the journal, or replays it.
    pub(crate) async fn run(self) -> Result<()> {
        let config = Config::from_env()?;
        match self.action {
            Some(Action::Replay) => replay(config).await,
            None => self.list(&config),
        }
    }

    fn list(&self, config: &Config) -> Result<()> {
        let folder = &config.journal_dir;
        let listed = journal::list(folder).with_context(|| {
            format!("cannot read {} (JOURNAL_DIR): make it readable for this user", folder.display())
        })?;
        let vault = Vault::new(&config.encryption_keys, Arc::new(SystemEntropy));
        let now = SystemClock.now();
        let lines = listed.iter().map(|listed| Line { listed, now, vault: &vault });
        if self.json {
            println!("{}", Value::from_iter(lines.map(|line| line.json())));
        } else {
            println!("{}", table(folder, lines));
        }
        Ok(())
    }
}

async fn replay(config: Config) -> Result<()> {
    telemetry::init_console()?;
    let folder = config.journal_dir.clone();
    let state = startup::build(config).await?;
    let written = state.refresher.replay().await;
    state.store.close().await;
    let left = journal::list(&folder)?.len();
    println!("{written} written to the store, {left} left in {}.", folder.display());
    Ok(())
}

/// One journal file, and whether its key is configured.
struct Line<'a> {
    listed: &'a Listed,
    now: Timestamp,
    vault: &'a Vault,
}

impl Line<'_> {
    fn has_key(&self) -> bool {
        self.listed.key_id.as_deref().is_some_and(|key_id| self.vault.has(key_id))
    }

    fn json(&self) -> Value {
        let Listed { file, bytes, entry, key_id } = self.listed;
        let Some(entry) = entry else { return json!({ "file": file, "bytes": bytes, "readable": false }) };
        json!({
            "file": file,
            "bytes": bytes,
            "readable": true,
            "creator": entry.creator,
            "grant": entry.grant,
            "generation": entry.generation,
            "fence": entry.fence,
            "asked_at": rfc3339(entry.asked_at),
            "answered_at": rfc3339(entry.answered_at),
            "age_seconds": self.now.seconds_since(entry.answered_at),
            "key": key_id,
            "key_is_there": self.has_key(),
        })
    }

    fn text(&self) -> String {
        let Listed { file, bytes, entry, key_id } = self.listed;
        let Some(entry) = entry else { return format!("{file}: unreadable, {bytes} bytes") };
        let age = age(self.now.seconds_since(entry.answered_at));
        let key_id = key_id.as_deref().unwrap_or_default();
        let key = if self.has_key() {
            key_id.to_owned()
        } else {
            format!("{key_id}, missing from ENCRYPTION_KEYS")
        };
        let (creator, grant, generation) = (&entry.creator, entry.grant, entry.generation);
        format!("{creator}  {grant:>10}  {generation:>10}  {age:>8}  {bytes:>6}  {key}")
    }
}

fn table<'a>(folder: &Path, lines: impl Iterator<Item = Line<'a>>) -> String {
    let lines: Vec<_> = lines.map(|line| line.text()).collect();
    let folder = folder.display();
    if lines.is_empty() {
        return format!("The journal in {folder} is empty: all of TikTok's responses are in the store.");
    }
    let head =
        format!("{:36}  {:>10}  {:>10}  {:>8}  {:>6}  key", "creator", "grant", "generation", "age", "bytes");
    let count = lines.len();
    format!(
        "{head}\n{}\n\n{count} in {folder}. The app writes them as soon as the store is available.",
        lines.join("\n")
    )
}

/// An age in one unit: `90 s`, `12 min`, `5 h`, `3 d`.
fn age(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7200 => format!("{} min", seconds / 60),
        seconds @ ..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_is_rounded_to_one_unit() {
        assert_eq!([-5, 90, 720, 18_000, 259_200].map(age), ["0 s", "90 s", "12 min", "5 h", "3 d"]);
    }
}
