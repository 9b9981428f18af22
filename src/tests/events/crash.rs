//! Processes that are killed while they process an event: no event is lost, and none counts twice.
//!
//! The process is this test program itself, started with orders to serve and to die at a step. `kill -9` leaves it no
//! time to clean up.

use std::{
    collections::HashMap,
    io::{self, BufRead as _, BufReader, Write as _},
    net::TcpListener,
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use creator_connect::{
    domain::Timestamp,
    server::{
        clock::{Clock, SystemClock},
        config::{Config, process_variable},
        events::STEPS,
        startup::{self, Dependencies},
        store::{EventQuery, EventStatus, ListedEvent, Store, sqlite::SqliteStore},
    },
};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::support::{
    Browser, Gateway, Tiktok,
    process::free_port,
    receiver::Receiver,
    settings,
    supabase::{self, Hold},
    until,
};

/// The environment variable with the orders; with it this program serves.
const ORDERS: &str = "CREATOR_CONNECT_TEST_ORDERS";

/// Orders of a process that serves.
#[derive(Serialize, Deserialize)]
struct Orders {
    settings: HashMap<String, String>,
    port: u16,
    /// The fail point at which to die.
    dies_at: Option<String>,
    /// Seconds that its clock is ahead, so that earlier leases have expired.
    ahead: i64,
}

/// Ends this process, as `kill -9` does.
fn kill_this_process() {
    drop(Command::new("kill").args(["-9", &std::process::id().to_string()]).status());
    loop {
        std::thread::park();
    }
}

struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_seconds(self.0)
    }
}

/// Not a test by itself: serves when there are orders, until the process dies.
#[tokio::test(flavor = "multi_thread")]
async fn serve_until_killed() {
    let Some(orders) = process_variable(ORDERS) else { return };
    let orders: Orders = serde_json::from_str(&orders).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", orders.port)).unwrap();
    let config = Config::read(&|name| orders.settings.get(name).cloned()).unwrap();
    let dependencies = Dependencies { clock: Arc::new(Ahead(orders.ahead)), ..Dependencies::default() };
    if let Some(step) = orders.dies_at {
        fail::cfg_callback(step, kill_this_process).unwrap();
    }
    let state = startup::build_with(config, dependencies).await.unwrap();
    writeln!(io::stdout(), "\nserving").unwrap();
    startup::run(listener, state, std::future::pending()).await.unwrap();
}

/// A process that serves.
struct ServerProcess(Child);

impl ServerProcess {
    fn start(scene: &Scene, dies_at: Option<&str>, ahead: i64) -> Self {
        let dies_at = dies_at.map(str::to_owned);
        let orders = Orders { settings: scene.settings.clone(), port: scene.port, dies_at, ahead };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["events::crash::serve_until_killed", "--exact", "--nocapture"])
            .current_dir(scene.folder.path())
            .env(ORDERS, serde_json::to_string(&orders).unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "serving"), "the process does not serve");
        Self(child)
    }

    /// Waits until it was killed at a step.
    fn wait_for_kill(mut self) {
        assert_eq!(self.0.wait().unwrap().signal(), Some(9));
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The parts that outlive the processes.
struct Scene {
    settings: HashMap<String, String>,
    port: u16,
    tiktok: Tiktok,
    receiver: Receiver,
    folder: TempDir,
}

impl Scene {
    async fn new(changes: &[(&str, String)]) -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let origin = format!("https://localhost:{port}");
        let (tiktok, receiver) =
            (Tiktok::start(&format!("{origin}/webhook"), None).await, Receiver::start().await);
        let mut settings = settings(&origin, &tiktok.origin, &folder);
        settings.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let forwarding = receiver.settings().map(|(name, value)| (name.to_owned(), value.to_owned()));
        settings.extend(forwarding);
        Self { settings, port, tiktok, receiver, folder }
    }

    /// A creator connects; waits until all events of it are done.
    async fn connect(&self, store: &dyn Store) {
        let _process = ServerProcess::start(self, None, 0);
        let browser = Browser::new(&format!("https://localhost:{}", self.port), self.port, &[]);
        assert_eq!(browser.log_in(&self.tiktok, "public").await.location(), "/profile");
        assert_eq!(self.receiver.has(1).await, ["creator.connected"]);
        // A process that is killed before an event is completed would send it again, and later ones would wait for its
        // lease.
        completed_events(store, 0).await;
    }

    /// The creator removes the app; the process that receives the event dies at `step`. The next process, and
    /// TikTok's repetition, complete it. Returns that next process.
    async fn remove(&self, step: &str, expire_leases: impl Fn()) -> ServerProcess {
        let process = ServerProcess::start(self, Some(step), 0);
        self.tiktok.remove_app("public").await;
        tokio::task::spawn_blocking(move || process.wait_for_kill()).await.unwrap();
        expire_leases();
        let last = ServerProcess::start(self, None, 120);
        self.tiktok.later(60).await;
        let received = self.receiver.has(3).await;
        assert_eq!(
            received,
            ["creator.connected", "authorization.removed", "creator.disconnected"],
            "{step}"
        );
        last
    }
}

/// Waits until all events after row `since` are done, and returns them, oldest first.
async fn completed_events(store: &dyn Store, since: i64) -> Vec<ListedEvent> {
    let listed = || async {
        let mut events = store.events(&EventQuery::newest(100)).await.unwrap();
        events.retain(|event| event.row > since);
        events
    };
    until("every event is done", || async {
        listed().await.iter().all(|event| event.status == EventStatus::Done)
    })
    .await;
    let mut events = listed().await;
    events.reverse();
    events
}

fn names(events: &[ListedEvent]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_process_loses_no_event_in_sqlite() {
    for step in STEPS {
        let scene = Scene::new(&[]).await;
        let file = scene.folder.path().join("app.db");
        let store = SqliteStore::open(&file, Arc::new(SystemClock)).await.unwrap();
        scene.connect(&store).await;
        let _last = scene.remove(step, || {}).await;
        let events = completed_events(&store, 0).await;
        assert_eq!(names(&events), ["creator.connected", "authorization.removed", "creator.disconnected"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_process_loses_no_event_in_supabase() {
    let _hold = Hold::alone().await;
    let gateway = Gateway::start();
    let store = gateway.store().await;
    for step in STEPS {
        supabase::reset();
        let scene = Scene::new(&gateway.app_settings()).await;
        scene.connect(&store).await;
        let _last =
            scene.remove(step, || drop(supabase::query("UPDATE webhook_events SET due_at = 'epoch'"))).await;
        let events = completed_events(&store, 0).await;
        assert_eq!(names(&events), ["creator.connected", "authorization.removed", "creator.disconnected"]);
    }
}
