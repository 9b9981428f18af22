//! The ledger: whatever comes when, no delivery counts twice.

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
        events::{self, Receipt},
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
/// After so many inputs a new app begins: its time goes on with each of them.
const INPUTS: u64 = 1000;

/// What happens to an app.
#[derive(Arbitrary, Debug)]
enum Happening {
    /// An event of this number arrives, signed so many seconds ago.
    Arrives { number: u8, age: i32 },
    /// A delivery that came before is played back to the letter, signature and all.
    IsPlayedBack(u8),
    /// So many times four seconds pass.
    Passes(u16),
    /// What has expired is forgotten.
    IsPurged,
}

/// One app over a file in memory.
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
        let folder = folder.expect("there is room for a folder");
        let settings = settings(folder.path());
        let config = Config::read(&|name| settings.get(name).cloned()).expect("the settings are good");
        let clock = Arc::new(ManualClock::new(Timestamp(1_893_456_000)));
        let outside = Dependencies { clock: Arc::clone(&clock) as _, ..Dependencies::default() };
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
        let state = runtime.block_on(startup::build_with(config, outside)).expect("the app is built");
        Self { state, clock, runtime, inputs: 0, _folder: folder }
    }

    /// Plays it through. The inputs before are over: their bodies are others, and long out of the ledger.
    fn play(&mut self, happenings: &[Happening]) {
        self.inputs += 1;
        self.clock.advance(200 * HOUR);
        let mut input = Input::new(self.inputs);
        for happening in happenings.iter().take(32) {
            match happening {
                Happening::Passes(fours) => self.clock.advance(i64::from(*fours) * 4),
                Happening::IsPurged => self.runtime.block_on(purge_step(&self.state)),
                Happening::Arrives { number, age } => {
                    let time = self.clock.now().0 - i64::from(*age) % (100 * HOUR);
                    let body = input.body(number % 4);
                    self.deliver(&mut input, signature(&time.to_string(), body.as_bytes()), body);
                }
                Happening::IsPlayedBack(which) if !input.deliveries.is_empty() => {
                    let (header, body) =
                        input.deliveries[usize::from(*which) % input.deliveries.len()].clone();
                    self.deliver(&mut input, header, body);
                }
                Happening::IsPlayedBack(_) => {}
            }
        }
    }

    /// A copy of what counted never counts again; the same body, signed anew, not before TikTok has given up.
    fn deliver(&self, input: &mut Input, header: String, body: String) {
        let taken = self.runtime.block_on(events::receive(&self.state, &header, body.as_bytes()));
        input.deliveries.push((header.clone(), body.clone()));
        if matches!(taken, Ok(Receipt::Stored)) {
            let now = self.clock.now();
            if let Some(at) = input.last.insert(body.clone(), now) {
                assert!(now.seconds_since(at) > 96 * HOUR, "{body} counts at {at:?} and at {now:?}");
            }
            assert!(input.counted.insert((header, body)), "a copy of what counted counts again at {now:?}");
        }
    }
}

/// What came so far: headers and bodies.
struct Input {
    number: u64,
    deliveries: Vec<(String, String)>,
    counted: HashSet<(String, String)>,
    /// When each body counted last.
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

/// An app that takes the oldest deliveries that a setting allows.
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
