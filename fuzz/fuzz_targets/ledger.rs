//! Fuzzes the event ledger: no delivery counts twice, in any order and at any time.

#![no_main]

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use creator_connect::{
    domain::Timestamp,
    server::{
        clock::Clock as _,
        events::{self, Ingested},
        startup::purge_step,
    },
};
use creator_connect_fuzz::{App, CLIENT_KEY, signature};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

const HOUR: i64 = 3600;
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

/// An app, and how many inputs it has had.
struct Scene {
    app: App,
    inputs: u64,
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
        Self { app: App::start(), inputs: 0 }
    }

    /// Plays one input. Earlier inputs do not matter: their bodies differ, and were purged from the ledger.
    fn play(&mut self, happenings: &[Happening]) {
        self.inputs += 1;
        let App { state, clock, runtime, .. } = &self.app;
        clock.advance(200 * HOUR);
        let mut input = Input::new(self.inputs);
        for happening in happenings.iter().take(32) {
            match happening {
                Happening::TimePasses(fours) => clock.advance(i64::from(*fours) * 4),
                Happening::Purged => runtime.block_on(purge_step(state)),
                Happening::Arrives { number, age } => {
                    let time = clock.now().0 - i64::from(*age) % (100 * HOUR);
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
        let App { state, clock, runtime, .. } = &self.app;
        let result = runtime.block_on(events::receive(&state.events, &header, body.as_bytes()));
        input.deliveries.push((header.clone(), body.clone()));
        if matches!(result, Ok(Ingested::New)) {
            let now = clock.now();
            if let Some(at) = input.last.insert(body.clone(), now) {
                assert!(now.seconds_since(at) > 96 * HOUR, "{body} counts at {at:?} and at {now:?}");
            }
            assert!(
                input.counted.insert((header, body)),
                "a copy of a counted delivery counts again at {now:?}"
            );
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
