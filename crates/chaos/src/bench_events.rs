//! `make bench-events`: two thousand signed events a second for half a minute, offered to the app's own process.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Result, ensure};
use clap::{Args, value_parser};
use creator_connect::{
    domain::CreatorId,
    server::{
        clock::Stopwatch,
        entropy::{self, SystemEntropy},
        startup,
        state::AppState,
        store::{EventQuery, EventStatus, ListedEvent, Store},
    },
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    app,
    backend::{Backend, Kind},
    creators::new_grant,
    load::{self, Answer, Plan, Sender},
    server::Server,
    tiktok::Tiktok,
};

const ACCESS_SECONDS: u64 = 86_400;
const CONSENT_SECONDS: u64 = 180 * 86_400;
/// The store is read in pages of so many events.
const PAGE: u32 = 1000;
/// Whatever is not handled after this time will not be.
const PATIENCE: Duration = Duration::from_mins(5);
/// The goal, on `SQLite`.
const MOST_MEDIAN_MS: f64 = 10.0;

#[derive(Args)]
pub(crate) struct Options {
    /// Over which store
    #[arg(long, default_value = "sqlite")]
    store: Kind,
    /// Deliveries a second
    #[arg(long, default_value_t = 2000, value_parser = value_parser!(u64).range(1..))]
    rate: u64,
    /// For so many seconds
    #[arg(long, default_value_t = 30, value_parser = value_parser!(u64).range(1..))]
    seconds: u64,
    /// The folder of the Supabase stand-in, which runs
    #[arg(long, default_value = "target/supabase-bench")]
    stand_in: PathBuf,
    /// Where the database is: on a real disk
    #[arg(long)]
    folder: PathBuf,
}

/// A creator of the load.
struct Person {
    id: CreatorId,
    open_id: String,
}

/// What the store holds in the end.
#[derive(Debug, Default)]
struct Kept {
    /// How many rows each event has.
    rows: HashMap<u64, u64>,
    handled: u64,
    /// How often each creator's connection was told to have ended.
    ends: HashMap<CreatorId, u64>,
}

/// What was measured.
struct Figures {
    offered: usize,
    accepted: usize,
    /// How many got each other status; 0 is no answer.
    others: HashMap<u16, usize>,
    /// Milliseconds to each 200, ascending.
    waits_ms: Vec<f64>,
    stored: u64,
    handled: u64,
    lost: usize,
    doubled: u64,
}

/// Offers the load, lets the app finish, kills it, and counts; `false` when a goal is missed.
pub(crate) async fn run(options: Options) -> Result<bool> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let plan = Plan { rate: options.rate, seconds: options.seconds };
    let tiktok = Tiktok::start(ACCESS_SECONDS, CONSENT_SECONDS)?;
    let backend = Backend::start(options.store, folder.path(), &options.stand_in)?;
    let own = startup::build(app::config(&app::settings(&backend, &tiktok, folder.path(), false)?)?).await?;
    let people = connect(&own, &tiktok, plan.removals()).await?;
    let app_folder = folder.path().join("app");
    let server = Server::start(&app::settings(&backend, &tiktok, &app_folder, false)?, &app_folder)?;
    let open_ids = people.iter().map(|person| person.open_id.clone()).collect();
    let answers = plan.offer(Sender::new(format!("{}/webhook", server.origin), open_ids)?).await;
    let since = Stopwatch::start();
    all_handled(&*own.store).await?;
    let (behind, peak_mb) = (since.elapsed(), server.peak_mb()?);
    drop(server);
    let figures = figures(&answers, &Kept::read(&*own.store).await?, &people);
    Ok(options.report(&figures, behind, peak_mb))
}

/// Lets so many creators consent, as logins do.
async fn connect(app: &AppState, tiktok: &Tiktok, count: u64) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for consent in tiktok.consents(json!({ "count": count })).await? {
        let grant = new_grant(app, &consent, i64::try_from(ACCESS_SECONDS)? / 2)?;
        let open_id = grant.open_id.as_str().to_owned();
        let new_id = CreatorId::from_u128(u128::from_be_bytes(entropy::random(&SystemEntropy)));
        people.push(Person { id: app.store.save_grant(&grant, &new_id).await?, open_id });
    }
    Ok(people)
}

/// Waits until no event waits any more.
async fn all_handled(store: &dyn Store) -> Result<()> {
    let since = Stopwatch::start();
    while !store
        .events(&EventQuery { status: Some(EventStatus::Waiting), ..EventQuery::newest(1) })
        .await?
        .is_empty()
    {
        ensure!(since.elapsed() < PATIENCE, "events still wait to be handled");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

impl Kept {
    async fn read(store: &dyn Store) -> Result<Self> {
        let (mut kept, mut before) = (Self::default(), None);
        loop {
            let page = store.events(&EventQuery { before, ..EventQuery::newest(PAGE) }).await?;
            let Some(last) = page.last() else { return Ok(kept) };
            before = Some(last.row);
            for event in &page {
                kept.count(event);
            }
        }
    }

    fn count(&mut self, event: &ListedEvent) {
        if let Some(number) = number(&event.body) {
            *self.rows.entry(number).or_default() += 1;
            self.handled += u64::from(event.status == EventStatus::Done);
        }
        let ended = event.creator.clone().filter(|_| event.name == "creator.disconnected");
        if let Some(creator) = ended {
            *self.ends.entry(creator).or_default() += 1;
        }
    }
}

/// The number of an event of the load.
fn number(body: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Body {
        content: String,
    }
    #[derive(Deserialize)]
    struct Content {
        number: u64,
    }
    let body: Body = serde_json::from_str(body).ok()?;
    serde_json::from_str(&body.content).ok().map(|content: Content| content.number)
}

fn figures(answers: &[Answer], kept: &Kept, people: &[Person]) -> Figures {
    let (accepted, refused): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| answer.status == 200);
    let mut others = HashMap::new();
    for answer in refused {
        *others.entry(answer.status).or_default() += 1;
    }
    let mut waits_ms: Vec<f64> = accepted.iter().map(|answer| answer.after.as_secs_f64() * 1000.0).collect();
    waits_ms.sort_unstable_by(f64::total_cmp);
    let events: HashSet<u64> = accepted.iter().map(|answer| answer.event).collect();
    let without_row = events.iter().filter(|event| !kept.rows.contains_key(event)).count();
    let removed = events.iter().filter_map(|event| people.get(load::removed_by(*event)?));
    let without_end = removed.filter(|person| !kept.ends.contains_key(&person.id)).count();
    let surplus = |counts: u64| counts - 1;
    Figures {
        offered: answers.len(),
        accepted: accepted.len(),
        others,
        waits_ms,
        stored: kept.rows.values().sum(),
        handled: kept.handled,
        lost: without_row + without_end,
        doubled: kept.rows.values().chain(kept.ends.values()).copied().map(surplus).sum(),
    }
}

impl Figures {
    /// The wait that so many in a hundred do not exceed.
    fn wait_ms(&self, share: usize) -> f64 {
        let place = self.waits_ms.len().saturating_sub(1) * share / 100;
        self.waits_ms.get(place).copied().unwrap_or(f64::INFINITY)
    }

    fn refused(&self) -> String {
        let told = self.others.iter().map(|(status, count)| match status {
            0 => format!("{count} without an answer"),
            status => format!("{count} with {status}"),
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

impl Options {
    fn report(&self, figures: &Figures, behind: Duration, peak_mb: u64) -> bool {
        let Figures { offered, accepted, stored, handled, lost, doubled, .. } = figures;
        let refused = offered - accepted;
        let (rate, seconds, store) = (self.rate, self.seconds, self.store.name());
        println!("\n{rate} signed events a second for {seconds} s over {store}, one in twenty a repetition");
        println!("  offered            {offered}");
        println!("  accepted           {accepted}");
        println!("  other answers      {refused} (goal 0) {}", figures.refused());
        println!(
            "  until the 200      {:.1} ms in the middle (goal on SQLite: under {MOST_MEDIAN_MS}), {:.1} ms for 99 %, {:.1} ms at most",
            figures.wait_ms(50),
            figures.wait_ms(99),
            figures.wait_ms(100)
        );
        println!("  lost               {lost} (goal 0)");
        println!("  counted twice      {doubled} (goal 0)");
        println!(
            "  handled            {handled} of {stored} stored, the last {:.1} s after the load",
            behind.as_secs_f64()
        );
        println!("  peak memory of the app  {peak_mb} MB");
        let is_quick = self.store != Kind::Sqlite || figures.wait_ms(50) < MOST_MEDIAN_MS;
        refused + lost == 0 && *doubled == 0 && handled == stored && is_quick
    }
}
