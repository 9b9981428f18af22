//! The `events` command: lists, shows and replays events from TikTok and the app's own events.

use std::str::FromStr as _;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use creator_connect::{
    domain::CreatorId,
    server::{
        clock::rfc3339,
        config::Config,
        startup::{self, Dependencies},
        store::{EventQuery, EventStatus, ListedEvent, Store},
    },
};
use serde::Serialize;
use serde_json::value::RawValue;

/// Lists events, newest first; shows one with its body; replays those that were set aside or could not be
/// forwarded
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Events {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: List,
}

#[derive(Subcommand)]
enum Action {
    /// Shows one event with its body
    Show {
        /// The number in the list's first column
        row: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Retries events: one that was set aside or is undelivered continues where it failed, one that is done is
    /// forwarded to `EVENT_FORWARD_URL` again. A running app picks it up within seconds
    Replay(Replay),
}

#[derive(Args)]
struct List {
    /// Only those in one status: waiting, done, `set_aside`, forwarding, undelivered
    #[arg(long, value_parser = status)]
    status: Option<EventStatus>,
    /// Print JSON, one event per line, with bodies
    #[arg(long)]
    json: bool,
    /// The maximum number of events
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Only events before this row, to continue a list
    #[arg(long, value_name = "ROW")]
    before: Option<i64>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Replay {
    /// The numbers in the list's first column
    rows: Vec<i64>,
    /// All in one status: `set_aside` or undelivered
    #[arg(long, value_parser = failed_status)]
    status: Option<EventStatus>,
}

impl Events {
    /// Runs the action; the app may run at the same time.
    pub(crate) async fn run(self) -> Result<()> {
        let config = Config::from_env()?;
        let store = startup::open_store(&config.store, &Dependencies::default()).await?;
        let done = match self.action {
            None => self.list.print(&*store).await,
            Some(Action::Show { row, json }) => show(&*store, row, json).await,
            Some(Action::Replay(replay)) => replay.run(&*store, config.events.forward.is_some()).await,
        };
        store.close().await;
        done
    }
}

impl List {
    async fn print(&self, store: &dyn Store) -> Result<()> {
        let events = store
            .events(&EventQuery {
                status: self.status,
                before: self.before,
                ..EventQuery::newest(self.limit)
            })
            .await?;
        for event in &events {
            println!("{}", if self.json { json(event)? } else { line(event) });
        }
        if events.is_empty() && !self.json {
            println!("There are no events.");
        }
        Ok(())
    }
}

async fn show(store: &dyn Store, row: i64, as_json: bool) -> Result<()> {
    let event = find(store, row).await?;
    if as_json {
        println!("{}", json(&event)?);
        return Ok(());
    }
    println!("{}", line(&event));
    println!("  id       {}", event.id);
    println!("  creator  {}", event.creator.as_ref().map_or("unknown", CreatorId::as_str));
    println!("  happened {}", rfc3339(event.created_at));
    println!("  stored   {}", rfc3339(event.received_at));
    println!("{}", printable(&event.body));
    Ok(())
}

async fn find(store: &dyn Store, row: i64) -> Result<ListedEvent> {
    let found =
        store.events(&EventQuery { before: row.checked_add(1), ..EventQuery::newest(1) }).await?.pop();
    found.filter(|event| event.row == row).with_context(|| format!("There is no event {row}."))
}

impl Replay {
    async fn run(&self, store: &dyn Store, forwards: bool) -> Result<()> {
        let rows = match self.status {
            Some(status) => rows_in_status(store, status).await?,
            None => self.rows.clone(),
        };
        let mut skipped = 0;
        for row in &rows {
            let event = find(store, *row).await?;
            if event.status != EventStatus::SetAside && !forwards {
                bail!("Event {row} cannot be forwarded: EVENT_FORWARD_URL is not set.");
            }
            if store.replay_event(*row).await? {
                println!("{row}  {} is queued again", printable(&event.name));
            } else {
                println!("{row}  {} is already in progress", printable(&event.name));
                skipped += 1;
            }
        }
        println!("{} of {} queued again.", rows.len() - skipped, rows.len());
        Ok(())
    }
}

/// The rows in one status, oldest first: the order in which they are replayed.
async fn rows_in_status(store: &dyn Store, status: EventStatus) -> Result<Vec<i64>> {
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let page =
            store.events(&EventQuery { status: Some(status), before, ..EventQuery::newest(500) }).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.row);
        rows.extend(page.iter().map(|event| event.row));
    }
    rows.reverse();
    Ok(rows)
}

fn line(event: &ListedEvent) -> String {
    let ListedEvent { row, status, name, attempts, forward_attempts, .. } = event;
    let tries = format!("{attempts}+{forward_attempts} tries");
    let error = event.error.as_ref().map_or(String::new(), |error| format!("  {}", printable(error)));
    let creator = event.creator.as_ref().map_or("-", CreatorId::as_str);
    let at = rfc3339(event.created_at);
    format!("{row:>8}  {:11}  {at}  {creator:36}  {}  {tries}{error}", status.as_str(), printable(name))
}

/// The JSON form of an event. A JSON body is embedded byte for byte.
#[derive(Serialize)]
struct EventJson<'a> {
    row: i64,
    id: &'a str,
    status: &'static str,
    name: &'a str,
    creator: Option<&'a CreatorId>,
    created_at: String,
    received_at: String,
    attempts: u32,
    forward_attempts: u32,
    error: Option<&'a str>,
    body: Body<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Json(&'a RawValue),
    Text(&'a str),
}

fn json(event: &ListedEvent) -> Result<String> {
    // One line per event: JSON may have line breaks between its parts.
    let flat = event.body.replace(['\n', '\r'], " ");
    let body = serde_json::from_str::<&RawValue>(&flat).map_or(Body::Text(&event.body), Body::Json);
    Ok(serde_json::to_string(&EventJson {
        row: event.row,
        id: &event.id,
        status: event.status.as_str(),
        name: &event.name,
        creator: event.creator.as_ref(),
        created_at: rfc3339(event.created_at),
        received_at: rfc3339(event.received_at),
        attempts: event.attempts,
        forward_attempts: event.forward_attempts,
        error: event.error.as_deref(),
        body,
    })?)
}

/// Replaces control characters, which a terminal would interpret.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

fn status(text: &str) -> Result<EventStatus, String> {
    EventStatus::from_str(&text.replace('-', "_")).map_err(|_| {
        let names: Vec<_> = EventStatus::ALL.iter().map(|status| status.as_str()).collect();
        format!("use one of {}", names.join(", "))
    })
}

fn failed_status(text: &str) -> Result<EventStatus, String> {
    let status = status(text)?;
    let failed = matches!(status, EventStatus::SetAside | EventStatus::Undelivered);
    failed.then_some(status).ok_or_else(|| "use set_aside or undelivered".to_owned())
}

#[cfg(test)]
mod tests {
    use creator_connect::domain::Timestamp;

    use super::*;

    fn event(body: &str) -> ListedEvent {
        ListedEvent {
            row: 7,
            id: "00000000-0000-4000-8000-00000000000a".to_owned(),
            status: EventStatus::SetAside,
            name: "post.publish.failed".to_owned(),
            creator: None,
            created_at: Timestamp(1_893_456_000),
            received_at: Timestamp(1_893_456_001),
            attempts: 8,
            forward_attempts: 0,
            error: Some("poison".to_owned()),
            body: body.to_owned(),
        }
    }

    #[test]
    fn event_line_contains_no_control_characters() {
        let mut hostile = event("{}");
        hostile.error = Some("\u{1b}[2J\u{9b}".to_owned());
        let line = line(&hostile);
        assert!(
            line.contains("set_aside") && line.contains("8+0 tries") && !line.contains('\u{1b}'),
            "{line}"
        );
        assert!(!line.contains('\u{9b}'));
    }

    #[test]
    fn event_json_is_one_line_and_lossless() {
        let json = json(&event("{\"a\":\n 9007199254740993}")).unwrap();
        assert!(json.contains("9007199254740993") && !json.contains('\n'), "{json}");
        assert!(super::json(&event("no JSON")).unwrap().contains(r#""body":"no JSON""#));
    }

    #[test]
    fn event_status_is_parsed_by_name() {
        assert_eq!(status("set-aside"), Ok(EventStatus::SetAside));
        assert!(status("lost").is_err() && failed_status("done").is_err());
    }
}
