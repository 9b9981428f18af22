//! The `audit` command: lists the audit log, and verifies its chains.

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use creator_connect::{
    domain::CreatorId,
    server::{
        audit::Verifier,
        clock::rfc3339,
        config::Config,
        startup::{self, Dependencies},
        store::{AuditQuery, Store, StoredAuditRow},
    },
};
use serde_json::json;

/// Rows that are read in one call of the store.
const AT_ONCE: u32 = 500;

/// Lists who did what with whose connection, newest first, or verifies that nobody changed the log
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AuditLog {
    #[command(subcommand)]
    action: Option<AuditAction>,
    #[command(flatten)]
    list: List,
}

#[derive(Subcommand)]
enum AuditAction {
    /// Verifies every row against the digest of the one before; exit code 1 if one was changed or taken out
    Verify,
    /// Prints the whole log as JSON lines, oldest first
    Export,
}

#[derive(Args)]
struct List {
    /// Only about this creator, by our id
    #[arg(long, value_name = "ID")]
    creator: Option<CreatorId>,
    /// Only of this key, by its id
    #[arg(long, value_name = "ID")]
    key: Option<String>,
    /// Only of this action, as token.read
    #[arg(long)]
    action: Option<String>,
    /// So many
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Print JSON lines
    #[arg(long)]
    json: bool,
}

impl AuditLog {
    /// Runs the command over the store of the settings.
    pub(crate) async fn run(self) -> Result<()> {
        let config = Config::from_env()?;
        let store = startup::open_store(&config.store, &Dependencies::default()).await?;
        let done = match self.action {
            None => self.list.print(&*store).await,
            Some(AuditAction::Verify) => verify(&*store).await,
            Some(AuditAction::Export) => export(&*store).await,
        };
        store.close().await;
        done
    }
}

impl List {
    async fn print(self, store: &dyn Store) -> Result<()> {
        let query = AuditQuery {
            creator: self.creator,
            actor_id: self.key,
            action: self.action,
            limit: self.limit,
            ..AuditQuery::default()
        };
        for row in store.audit(&query).await? {
            println!("{}", if self.json { to_json(&row)? } else { line(&row) });
        }
        Ok(())
    }
}

async fn verify(store: &dyn Store) -> Result<()> {
    let (mut verifier, mut after) = (Verifier::default(), 0);
    loop {
        let rows = page(store, after).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows {
            verifier.add(row.row).context("The audit log is not what was written")?;
        }
    }
    // Old rows are purged, so that the beginning of a chain may be gone.
    let (rows, chains) = verifier.finish(true).context("The audit log is not what was written")?;
    println!("{rows} rows in {chains} chains are as they were written.");
    Ok(())
}

async fn export(store: &dyn Store) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = page(store, after).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        for row in &rows {
            println!("{}", to_json(row)?);
        }
    }
}

async fn page(store: &dyn Store, after: i64) -> Result<Vec<StoredAuditRow>> {
    Ok(store.audit(&AuditQuery { after: Some(after), limit: AT_ONCE, ..AuditQuery::default() }).await?)
}

fn line(StoredAuditRow { row, .. }: &StoredAuditRow) -> String {
    let entry = &row.entry;
    let actor = entry.actor_name.as_ref().or(entry.actor_id.as_ref()).map_or("-", String::as_str);
    let about = entry.creator.as_ref().map_or("-", CreatorId::as_str);
    let target = entry.target.as_deref().unwrap_or_default();
    let code = entry.code.as_ref().map_or(String::new(), |code| format!(" ({code})"));
    let line = format!(
        "{}  {} {actor}  {}  {about}  {}{code}  {target}",
        rfc3339(entry.at),
        entry.actor_kind,
        entry.action,
        entry.outcome
    );
    // A key's name may hold anything.
    line.chars().filter(|c| !c.is_control()).collect()
}

fn to_json(StoredAuditRow { id, row }: &StoredAuditRow) -> Result<String> {
    let mut json = json!(row);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("id".to_owned(), json!(id));
        fields.insert("at".to_owned(), json!(rfc3339(row.entry.at)));
    }
    Ok(serde_json::to_string(&json)?)
}
