//! The ledger, by property: whatever comes when, no delivery counts twice.

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

/// Whatever the setting, none counts twice: the default, and the oldest that is allowed.
const AGES: [&str; 2] = ["80h", "95h"];

/// What happens to an app.
#[derive(Clone, Debug)]
enum Happening {
    /// An event of this number arrives, signed so many seconds ago.
    Arrives { number: u8, age: i64 },
    /// A delivery that came before is played back to the letter, signature and all.
    IsPlayedBack(prop::sample::Index),
    /// Time goes on.
    Passes(i64),
    /// What has expired is forgotten.
    IsPurged,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (0_u8..4, prop_oneof![Just(0), 0..97 * HOUR, -400_i64..0])
            .prop_map(|(number, age)| Happening::Arrives { number, age }),
        4 => any::<prop::sample::Index>().prop_map(Happening::IsPlayedBack),
        3 => prop_oneof![1..HOUR, HOUR..30 * HOUR].prop_map(Happening::Passes),
        2 => Just(Happening::IsPurged),
    ]
}

/// A delivery that counted, and when.
type Counted = (String, String, i64);

/// Plays it through, and answers what counted: header, body and moment.
async fn play(age: &str, happenings: &[Happening]) -> Vec<Counted> {
    let station = Station::start(&[("EVENT_MAX_AGE", age)]).await;
    let (state, clock) = (&station.state, &station.clock);
    let mut deliveries: Vec<(String, String)> = Vec::new();
    let mut stored = Vec::new();
    for happening in happenings {
        let delivery = match happening {
            Happening::Arrives { number, age } => {
                let event = body("x", 7, &json!({ "number": number }));
                let header = signature(CLIENT_SECRET, station.now().plus_seconds(-age).0, &event);
                deliveries.push((header, event));
                deliveries.last()
            }
            Happening::IsPlayedBack(which) if !deliveries.is_empty() => Some(which.get(&deliveries)),
            Happening::IsPlayedBack(_) => None,
            Happening::Passes(seconds) => {
                clock.advance(*seconds);
                None
            }
            Happening::IsPurged => {
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

    /// The same body counts again only when its ledger entry is gone, and by then TikTok has long given up:
    /// a copy of a delivery never does.
    #[test]
    fn no_delivery_counts_twice(
        age in prop::sample::select(&AGES[..]),
        happenings in proptest::collection::vec(happening(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let counted = runtime.block_on(play(age, &happenings));
        for (place, (header, event, at)) in counted.iter().enumerate() {
            for (its_header, other, later) in &counted[place + 1..] {
                prop_assert!(other != event || later - at > 96 * HOUR, "{event} at {at} and {later}");
                prop_assert!(other != event || its_header != header, "a copy of {event} counts at {later}");
            }
        }
    }
}

/// A copy of a delivery, signature and all, is too old before the ledger forgets it, though it was stored as early
/// as clocks allow.
#[tokio::test]
async fn a_delivery_that_is_played_back_counts_once_for_ever() {
    for age in AGES {
        let station = Station::start(&[("EVENT_MAX_AGE", age)]).await;
        let (state, clock, began) = (&station.state, &station.clock, station.now());
        let event = body("x", 7, &json!({}));
        let header = signature(CLIENT_SECRET, began.plus_seconds(300).0, &event);
        let mut stored = 0;
        let when_it_is_forgotten = (-10..=10).map(|minutes| 96 * HOUR + minutes * 60 + 1);
        for seconds in (0..96).map(|hours| hours * HOUR).chain(when_it_is_forgotten) {
            clock.set(began.plus_seconds(seconds));
            purge_step(state).await;
            let receipt = events::receive(&state.events, &header, event.as_bytes()).await;
            stored += u32::from(matches!(receipt, Ok(Ingested::New)));
        }
        assert_eq!(stored, 1, "{age}");
    }
}
