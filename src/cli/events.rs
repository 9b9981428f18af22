//! `events`: what came from TikTok and what was told of creators; what was given up, and again.

use std::str::FromStr as _;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use creator_connect::{
    domain::CreatorId,
    server::{
        clock::rfc3339,
        config::Config,
        startup::{self, Dependencies},
        store::{EventStatus, ListedEvent, Store},
    },
};
use serde::Serialize;
use serde_json::value::RawValue;

/// Lists events, newest first; shows one with its body; brings back what was set aside or could not be
/// passed on
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Events {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    list: List,
}

#[derive(Subcommand)]
enum What {
    /// Shows one event with its body
    Show {
        /// The number in the list's first column
        row: i64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Handles or passes on again: an event that was set aside or is undelivered from where it was given up, one
    /// that is done to `EVENT_FORWARD_URL` once more. A running app notices within seconds
    Replay(Replay),
}

#[derive(Args)]
struct List {
    /// Those in one status alone: waiting, done, `set_aside`, forwarding, undelivered
    #[arg(long, value_parser = status)]
    status: Option<EventStatus>,
    /// As JSON, one event a line, with bodies
    #[arg(long)]
    json: bool,
    /// So many at most
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Those before this one, to go on from the end of a list
    #[arg(long, value_name = "ROW")]
    before: Option<i64>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Replay {
    /// The numbers in the list's first column
    rows: Vec<i64>,
    /// All in one status: `set_aside` or undelivered
    #[arg(long, value_parser = given_up)]
    status: Option<EventStatus>,
}

impl Events {
    /// Does it, beside the running app.
    pub(crate) async fn run(self) -> Result<()> {
        let config = Config::from_env()?;
        let store = startup::open_store(&config.store, &Dependencies::default()).await?;
        let done = match self.what {
            None => self.list.print(&*store).await,
            Some(What::Show { row, json }) => show(&*store, row, json).await,
            Some(What::Replay(replay)) => replay.run(&*store, config.events.forward.is_some()).await,
        };
        store.close().await;
        done
    }
}

impl List {
    async fn print(&self, store: &dyn Store) -> Result<()> {
        let events = store.events(self.status, self.before, self.limit).await?;
        for event in &events {
            println!("{}", if self.json { json(event)? } else { line(event) });
        }
        if events.is_empty() && !self.json {
            println!("There is none.");
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
    let found = store.events(None, row.checked_add(1), 1).await?.pop();
    found.filter(|event| event.row == row).with_context(|| format!("There is no event {row}."))
}

impl Replay {
    async fn run(&self, store: &dyn Store, forwards: bool) -> Result<()> {
        let rows = match self.status {
            Some(status) => all(store, status).await?,
            None => self.rows.clone(),
        };
        let mut left = 0;
        for row in &rows {
            let event = find(store, *row).await?;
            if event.status != EventStatus::SetAside && !forwards {
                bail!("There is nowhere to pass event {row} on to: EVENT_FORWARD_URL is not set.");
            }
            if store.replay_event(*row).await? {
                println!("{row}  {} comes again", printable(&event.name));
            } else {
                println!("{row}  {} is on its way already", printable(&event.name));
                left += 1;
            }
        }
        println!("{} of {} brought back.", rows.len() - left, rows.len());
        Ok(())
    }
}

/// The rows in one status, oldest first: in that order they come again.
async fn all(store: &dyn Store, status: EventStatus) -> Result<Vec<i64>> {
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let page = store.events(Some(status), before, 500).await?;
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

/// An event as a program reads it. A body that is JSON is part of it, to the letter.
#[derive(Serialize)]
struct Written<'a> {
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
    // A line each: JSON may have line ends between its parts.
    let flat = event.body.replace(['\n', '\r'], " ");
    let body = serde_json::from_str::<&RawValue>(&flat).map_or(Body::Text(&event.body), Body::Json);
    Ok(serde_json::to_string(&Written {
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

/// Without what would make a terminal do things.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

fn status(text: &str) -> Result<EventStatus, String> {
    EventStatus::from_str(&text.replace('-', "_")).map_err(|_| {
        let names: Vec<_> = EventStatus::ALL.iter().map(|status| status.as_str()).collect();
        format!("use one of {}", names.join(", "))
    })
}

fn given_up(text: &str) -> Result<EventStatus, String> {
    let status = status(text)?;
    let given_up = matches!(status, EventStatus::SetAside | EventStatus::Undelivered);
    given_up.then_some(status).ok_or_else(|| "use set_aside or undelivered".to_owned())
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
    fn a_line_is_one_line_that_no_terminal_obeys() {
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
    fn json_keeps_every_digit_and_is_one_line() {
        let json = json(&event("{\"a\":\n 9007199254740993}")).unwrap();
        assert!(json.contains("9007199254740993") && !json.contains('\n'), "{json}");
        assert!(super::json(&event("no JSON")).unwrap().contains(r#""body":"no JSON""#));
    }

    #[test]
    fn a_status_is_known_by_its_name() {
        assert_eq!(status("set-aside"), Ok(EventStatus::SetAside));
        assert!(status("lost").is_err() && given_up("done").is_err());
    }
}
