//! Forwarding of events to the operator's receiver.

use std::sync::Arc;

use creator_connect::server::{
    forward::{self, Forwarded},
    heartbeats::{Heartbeat, Heartbeats, Loop},
    store::EventStatus,
};
use serde_json::json;

use crate::support::{
    App, CLIENT_KEY,
    delivery::body,
    receiver::{Answer, Receiver, SECRET},
    station::Station,
    until,
};

const HOUR: i64 = 3600;

fn refusal(status: u16) -> Answer {
    Answer { status, ..Answer::default() }
}

/// A delivery about a creator, in TikTok's form.
fn event_about(open_id: &str, number: u64) -> String {
    json!({ "client_key": CLIENT_KEY, "event": "post.publish.complete", "create_time": 7,
        "user_openid": open_id, "content": format!(r#"{{"publish_id":{number},"post_id":9007199254740993}}"#) })
    .to_string()
}

async fn station(receiver: &Receiver) -> Station {
    Station::start(&receiver.settings()).await
}

/// The `publish_id` of each received message.
fn publish_ids(receiver: &Receiver) -> Vec<u64> {
    let number = |message: serde_json::Value| message["data"]["content"]["publish_id"].as_u64();
    receiver.messages().iter().filter_map(|message| number(message.json())).collect()
}

#[tokio::test]
async fn every_event_of_a_creator_is_forwarded() {
    let receiver = Receiver::start().await;
    let app = App::start_with(&receiver.settings()).await;
    let browser = app.signed_in("public").await;
    app.deliver_signed(0, &event_about("unknown-creator", 1)).await;
    app.tiktok.event(json!({ "creator": "public", "event": "post.publish.complete", "content": { "post_id": 9_007_199_254_740_993_u64 } })).await;
    app.tiktok.remove_app("public").await;
    let mut types = receiver.has(5).await;
    types.sort();
    assert_eq!(
        types,
        [
            "authorization.removed",
            "creator.connected",
            "creator.disconnected",
            "post.publish.complete",
            "post.publish.complete"
        ]
    );
    let id = browser.get("/profile").await.text;
    for message in receiver.messages() {
        let json = message.json();
        assert!(!message.text.contains("CANARY") && !message.text.contains("act."), "{}", message.text);
        assert!(json["timestamp"].as_str().unwrap().ends_with('Z'));
        match json["data"]["creator"].as_str() {
            Some(creator) => assert!(id.contains(creator)),
            None => assert_eq!(json["data"]["user_openid"], json!("unknown-creator")),
        }
    }
    assert!(receiver.messages().iter().any(|message| message.text.contains("\"post_id\":9007199254740993")));
}

#[tokio::test]
async fn creator_events_stay_in_order_despite_refusals() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.connect("someone", 1).await;
    station.connect("another", 2).await;
    station.run_until_idle().await;
    for number in 1..=3 {
        station.receive(&event_about("someone", number)).await;
    }
    station.receive(&event_about("another", 9)).await;
    let refuse_first = |status| Answer { about: "\"publish_id\":1,", status, ..Answer::default() };
    receiver.answers(&[refuse_first(500)]);
    station.run_until_idle().await;
    let mut ids = publish_ids(&receiver);
    ids.sort_unstable();
    assert_eq!(ids, [1, 9]);
    receiver.answers(&[refuse_first(404)]);
    station.clock.advance(10);
    station.run_until_idle().await;
    assert_eq!(publish_ids(&receiver)[2..], [1]);
    station.clock.advance(400);
    station.run_until_idle().await;
    assert_eq!(publish_ids(&receiver)[2..], [1, 1, 2, 3]);
    let ids: Vec<_> = receiver
        .messages()
        .iter()
        .filter(|message| message.text.contains("\"publish_id\":1,"))
        .map(|message| message.id.clone())
        .collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "a repetition has the id of the first");
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
}

#[tokio::test]
async fn slow_response_delays_no_other_creator() {
    let receiver = Receiver::start().await;
    let app = App::start_with(&receiver.settings()).await;
    receiver.answers(&[Answer { about: "\"publish_id\":1,", hangs: true, ..Answer::default() }]);
    app.deliver_signed(0, &event_about("slow", 1)).await;
    receiver.has(1).await;
    // More rounds than one: each event is claimed when the one before it is delivered.
    for number in 2..=6 {
        app.deliver_signed(0, &event_about("other", number)).await;
    }
    receiver.has(6).await;
    assert_eq!((publish_ids(&receiver), receiver.hanging()), (vec![1, 2, 3, 4, 5, 6], 1));
}

#[tokio::test]
async fn event_is_undelivered_after_ten_attempts_and_replayed() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.receive(&event_about("someone", 1)).await;
    station.handle().await;
    receiver.answers(&[refusal(503); 10]);
    let (began, mut last) = (station.now(), station.now());
    for _ in 0..200 {
        if station.forward().await.failed > 0 {
            last = station.now();
        }
        station.clock.advance(HOUR);
    }
    assert_eq!(receiver.messages().len(), 10);
    assert!(last.seconds_since(began) > 24 * HOUR);
    let [event] = &station.events().await[..] else { panic!("there is one event") };
    assert_eq!((event.status, event.forward_attempts), (EventStatus::Undelivered, 10));
    assert_eq!(event.error.as_deref(), Some("the receiver responded with 503"));
    assert!(station.state.store.replay_event(event.row).await.unwrap());
    station.run_until_idle().await;
    assert_eq!(station.events().await[0].status, EventStatus::Done);
    assert_eq!(receiver.messages().len(), 11);
}

#[tokio::test]
async fn retry_after_header_delays_the_retry() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.receive(&event_about("someone", 1)).await;
    station.handle().await;
    receiver.answers(&[Answer { status: 429, retry_after: 1000, ..Answer::default() }]);
    assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 });
    station.clock.advance(999);
    assert_eq!(station.forward().await, Forwarded::default());
    station.clock.advance(1);
    assert_eq!(station.forward().await, Forwarded { delivered: 1, failed: 0 });
}

#[tokio::test]
async fn gone_receiver_stops_forwarding() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.receive(&event_about("someone", 1)).await;
    station.handle().await;
    receiver.answers(&[refusal(410)]);
    station.forward().await;
    assert_eq!(station.events().await[0].status, EventStatus::Undelivered);
    station.receive(&event_about("someone", 2)).await;
    station.handle().await;
    let heartbeats = Arc::<Heartbeats>::default();
    let heartbeat = Heartbeat::new(Arc::clone(&heartbeats), Loop::Forward);
    let forwarder = station.state.forwarder.clone().unwrap();
    tokio::select! {
        () = forward::run(station.state.forward.clone(), forwarder, heartbeat) => {}
        () = until("a turn", || async { heartbeats.age_seconds(Loop::Forward).is_some() }) => {}
    }
    assert_eq!(receiver.messages().len(), 1);
}

#[tokio::test]
async fn redirect_is_refused_and_long_response_accepted() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    for status in [301, 302, 303, 307, 308] {
        station.receive(&event_about("someone", status.into())).await;
        station.handle().await;
        receiver.answers(&[refusal(status)]);
        assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 }, "{status}");
    }
    assert_eq!(receiver.messages().len(), 5, "no redirect was followed");
    station.receive(&event_about("someone", 200)).await;
    station.handle().await;
    receiver.answers(&[Answer { bytes: 1_000_000, ..Answer::default() }]);
    assert_eq!(station.forward().await, Forwarded { delivered: 1, failed: 0 });
}

#[tokio::test]
async fn receiver_name_with_private_address_is_refused() {
    let receiver = Receiver::start().await;
    let private_url = receiver.url.replace("http://127.0.0.1", "https://localhost");
    let settings = [("EVENT_FORWARD_URL", private_url.as_str()), ("EVENT_FORWARD_SECRET", SECRET)];
    let station = Station::start(&settings).await;
    station.receive(&event_about("someone", 1)).await;
    station.handle().await;
    assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 });
    let error = station.events().await[0].error.clone().unwrap();
    assert!(error.contains("no address that EVENT_FORWARD_ALLOW_PRIVATE admits"), "{error}");
    assert!(!error.contains("CANARY"), "{error}");
}

#[tokio::test]
async fn unreachable_receiver_is_reported_without_its_url() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    drop(receiver);
    station.receive(&event_about("someone", 1)).await;
    station.handle().await;
    assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 });
    let error = station.events().await[0].error.clone().unwrap();
    assert!(error.starts_with("the receiver could not be reached"), "{error}");
}

#[tokio::test]
async fn no_event_waits_without_a_receiver() {
    let station = Station::start(&[]).await;
    station.connect("someone", 1).await;
    station.receive(&body("x", 7, &json!({}))).await;
    while station.handle().await > 0 {}
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
}
