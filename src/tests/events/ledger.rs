//! Property tests of the event ledger: no delivery counts twice, in any order and at any time.

use creator_connect::server::{
    events::{self, Ingested},
    startup::purge_step,
};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{
    CLIENT_SECRET,
    delivery::{body, signature},
    station::Station,
};

const HOUR: i64 = 3600;

/// Values of `EVENT_MAX_AGE`: the default, and the longest that is allowed.
const AGES: [&str; 2] = ["80h", "95h"];

/// A step of a test run.
#[derive(Clone, Debug)]
enum Action {
    /// An event of this number arrives, signed `age` seconds ago.
    Arrives { number: u8, age: i64 },
    /// An earlier delivery is replayed byte for byte, with its signature.
    Replayed(prop::sample::Index),
    /// Time passes, in seconds.
    TimePasses(i64),
    /// Expired rows are purged.
    Purged,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => (0_u8..4, prop_oneof![Just(0), 0..97 * HOUR, -400_i64..0])
            .prop_map(|(number, age)| Action::Arrives { number, age }),
        4 => any::<prop::sample::Index>().prop_map(Action::Replayed),
        3 => prop_oneof![1..HOUR, HOUR..30 * HOUR].prop_map(Action::TimePasses),
        2 => Just(Action::Purged),
    ]
}

/// A delivery that counted: header, body and time.
type Counted = (String, String, i64);

/// Runs the actions and returns the deliveries that counted.
async fn run_actions(age: &str, actions: &[Action]) -> Vec<Counted> {
    let station = Station::start(&[("EVENT_MAX_AGE", age)]).await;
    let (state, clock) = (&station.state, &station.clock);
    let mut deliveries: Vec<(String, String)> = Vec::new();
    let mut stored = Vec::new();
    for action in actions {
        let delivery = match action {
            Action::Arrives { number, age } => {
                let event = body("x", 7, &json!({ "number": number }));
                let header = signature(CLIENT_SECRET, station.now().plus_seconds(-age).0, &event);
                deliveries.push((header, event));
                deliveries.last()
            }
            Action::Replayed(which) if !deliveries.is_empty() => Some(which.get(&deliveries)),
            Action::Replayed(_) => None,
            Action::TimePasses(seconds) => {
                clock.advance(*seconds);
                None
            }
            Action::Purged => {
                purge_step(state).await;
                None
            }
        };
        if let Some((header, event)) = delivery
            && matches!(events::receive(&state.events, header, event.as_bytes()).await, Ok(Ingested::New))
        {
            stored.push((header.clone(), event.clone(), station.now().0));
        }
    }
    state.store.close().await;
    stored
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// The same body counts again only when its ledger entry is purged, long after TikTok's last repetition; a
    /// copy of a delivery never counts again.
    #[test]
    fn no_delivery_counts_twice(
        age in prop::sample::select(&AGES[..]),
        actions in proptest::collection::vec(action(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let counted = runtime.block_on(run_actions(age, &actions));
        for (place, (header, event, at)) in counted.iter().enumerate() {
            for (its_header, other, later) in &counted[place + 1..] {
                prop_assert!(other != event || later - at > 96 * HOUR, "{event} at {at} and {later}");
                prop_assert!(other != event || its_header != header, "a copy of {event} counts at {later}");
            }
        }
    }
}

/// A copy of a delivery with its signature is too old before the ledger entry is purged, even if it was stored as
/// early as clock skew allows.
#[tokio::test]
async fn replayed_delivery_counts_once() {
    for age in AGES {
        let station = Station::start(&[("EVENT_MAX_AGE", age)]).await;
        let (state, clock, began) = (&station.state, &station.clock, station.now());
        let event = body("x", 7, &json!({}));
        let header = signature(CLIENT_SECRET, began.plus_seconds(300).0, &event);
        let mut stored = 0;
        let around_the_purge = (-10..=10).map(|minutes| 96 * HOUR + minutes * 60 + 1);
        for seconds in (0..96).map(|hours| hours * HOUR).chain(around_the_purge) {
            clock.set(began.plus_seconds(seconds));
            purge_step(state).await;
            let result = events::receive(&state.events, &header, event.as_bytes()).await;
            stored += u32::from(matches!(result, Ok(Ingested::New)));
        }
        assert_eq!(stored, 1, "{age}");
    }
}
