//! Fuzzes the event ledger: no delivery counts twice, in any order and at any time.

#![no_main]

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use creator_connect::{
    domain::Timestamp,
    server::{
        clock::{Clock as _, ManualClock},
        config::Config,
        events::{self, Ingested},
        startup::{self, Dependencies, purge_step},
        state::AppState,
    },
};
use creator_connect_fuzz::{SECRET, signature};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const HOUR: i64 = 3600;
const CLIENT_KEY: &str = "the-app";
/// Inputs after which a new app is started: its clock advances with each of them.
const INPUTS: u64 = 1000;

/// An input to the app.
#[derive(Arbitrary, Debug)]
enum Happening {
    /// An event of this number arrives, signed `age` seconds ago.
    Arrives { number: u8, age: i32 },
    /// An earlier delivery is replayed byte for byte, with its signature.
    Replayed(u8),
    /// Time passes, in units of four seconds.
    TimePasses(u16),
    /// Expired rows are purged.
    Purged,
}

/// An app over a SQLite file in memory.
struct Scene {
    state: AppState,
    clock: Arc<ManualClock>,
    runtime: Runtime,
    inputs: u64,
    _folder: TempDir,
}

thread_local! {
    static SCENE: RefCell<Option<Scene>> = const { RefCell::new(None) };
}

fuzz_target!(|happenings: Vec<Happening>| {
    SCENE.with_borrow_mut(|kept| {
        let mut scene = kept.take().filter(|scene| scene.inputs < INPUTS).unwrap_or_else(Scene::new);
        scene.play(&happenings);
        *kept = Some(scene);
    });
});

impl Scene {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let folder = folder.expect("a folder can be created");
        let settings = settings(folder.path());
        let config = Config::read(&|name| settings.get(name).cloned()).expect("the settings are valid");
        let clock = Arc::new(ManualClock::new(Timestamp(1_893_456_000)));
        let dependencies = Dependencies { clock: Arc::clone(&clock) as _, ..Dependencies::default() };
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
        let state = runtime.block_on(startup::build_with(config, dependencies)).expect("the app is built");
        Self { state, clock, runtime, inputs: 0, _folder: folder }
    }

    /// Plays one input. Earlier inputs do not matter: their bodies differ, and were purged from the ledger.
    fn play(&mut self, happenings: &[Happening]) {
        self.inputs += 1;
        self.clock.advance(200 * HOUR);
        let mut input = Input::new(self.inputs);
        for happening in happenings.iter().take(32) {
            match happening {
                Happening::TimePasses(fours) => self.clock.advance(i64::from(*fours) * 4),
                Happening::Purged => self.runtime.block_on(purge_step(&self.state)),
                Happening::Arrives { number, age } => {
                    let time = self.clock.now().0 - i64::from(*age) % (100 * HOUR);
                    let body = input.body(number % 4);
                    self.deliver(&mut input, signature(&time.to_string(), body.as_bytes()), body);
                }
                Happening::Replayed(which) if !input.deliveries.is_empty() => {
                    let (header, body) =
                        input.deliveries[usize::from(*which) % input.deliveries.len()].clone();
                    self.deliver(&mut input, header, body);
                }
                Happening::Replayed(_) => {}
            }
        }
    }

    /// A copy of a counted delivery never counts again; the same body with a new signature only after TikTok's
    /// last repetition.
    fn deliver(&self, input: &mut Input, header: String, body: String) {
        let result = self.runtime.block_on(events::receive(&self.state.events, &header, body.as_bytes()));
        input.deliveries.push((header.clone(), body.clone()));
        if matches!(result, Ok(Ingested::New)) {
            let now = self.clock.now();
            if let Some(at) = input.last.insert(body.clone(), now) {
                assert!(now.seconds_since(at) > 96 * HOUR, "{body} counts at {at:?} and at {now:?}");
            }
            assert!(input.counted.insert((header, body)), "a copy of a counted delivery counts again at {now:?}");
        }
    }
}

/// The deliveries of one input.
struct Input {
    number: u64,
    deliveries: Vec<(String, String)>,
    counted: HashSet<(String, String)>,
    /// The time at which each body last counted.
    last: HashMap<String, Timestamp>,
}

impl Input {
    fn new(number: u64) -> Self {
        Self { number, deliveries: Vec::new(), counted: HashSet::new(), last: HashMap::new() }
    }

    fn body(&self, event: u8) -> String {
        let input = self.number;
        format!(r#"{{"client_key":"{CLIENT_KEY}","event":"x","create_time":7,"content":"{input} {event}"}}"#)
    }
}

/// Settings with the longest EVENT_MAX_AGE that is allowed.
fn settings(folder: &Path) -> HashMap<&'static str, String> {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    HashMap::from([
        ("TIKTOK_CLIENT_KEY", CLIENT_KEY.to_owned()),
        ("TIKTOK_CLIENT_SECRET", SECRET.to_owned()),
        ("TIKTOK_REDIRECT_URI", "https://localhost:5000/webhook".to_owned()),
        ("STORE", "sqlite".to_owned()),
        ("SQLITE_PATH", path("app.db")),
        ("JOURNAL_DIR", path("journal")),
        ("ENCRYPTION_KEYS", "fuzz:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=".to_owned()),
        ("EVENT_MAX_AGE", "95h".to_owned()),
        ("LOG_DIR", path("logs")),
        ("SITE_ROOT", path("site")),
    ])
}
