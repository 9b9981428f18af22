//! Events on their way to the operator's own program.

use creator_connect::server::{forward::Forwarded, store::EventStatus};
use serde_json::json;

use crate::support::{
    App, CLIENT_KEY,
    delivery::body,
    receiver::{Answer, Receiver, SECRET},
    station::Station,
};

const HOUR: i64 = 3600;

fn refusal(status: u16) -> Answer {
    Answer { status, ..Answer::default() }
}

/// An event about somebody, as TikTok writes it.
fn about(open_id: &str, number: u64) -> String {
    json!({ "client_key": CLIENT_KEY, "event": "post.publish.complete", "create_time": 7,
        "user_openid": open_id, "content": format!(r#"{{"publish_id":{number},"post_id":9007199254740993}}"#) })
    .to_string()
}

async fn station(receiver: &Receiver) -> Station {
    Station::start(&receiver.settings()).await
}

fn numbers(receiver: &Receiver) -> Vec<u64> {
    let number = |message: serde_json::Value| message["data"]["content"]["publish_id"].as_u64();
    receiver.messages().iter().filter_map(|message| number(message.json())).collect()
}

#[tokio::test]
async fn an_app_passes_on_all_that_happens_to_a_creator() {
    let receiver = Receiver::start().await;
    let app = App::start_with(&receiver.settings()).await;
    let browser = app.signed_in("public").await;
    app.deliver_signed(0, &about("a stranger", 1).replace("a stranger", "a-stranger")).await;
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
            None => assert_eq!(json["data"]["user_openid"], json!("a-stranger")),
        }
    }
    assert!(receiver.messages().iter().any(|message| message.text.contains("\"post_id\":9007199254740993")));
}

#[tokio::test]
async fn a_creators_events_come_in_order_though_some_are_refused() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.connect("someone", 1).await;
    station.connect("another", 2).await;
    station.run_until_idle().await;
    for number in 1..=3 {
        station.receive(&about("someone", number)).await;
    }
    station.receive(&about("another", 9)).await;
    let first = |status| Answer { about: "\"publish_id\":1,", status, ..Answer::default() };
    receiver.answers(&[first(500)]);
    station.run_until_idle().await;
    let mut came = numbers(&receiver);
    came.sort_unstable();
    assert_eq!(came, [1, 9]);
    receiver.answers(&[first(404)]);
    station.clock.advance(10);
    station.run_until_idle().await;
    assert_eq!(numbers(&receiver)[2..], [1]);
    station.clock.advance(400);
    station.run_until_idle().await;
    assert_eq!(numbers(&receiver)[2..], [1, 1, 2, 3]);
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
async fn ten_tries_go_over_more_than_a_day_and_then_it_is_listed_and_replayed() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.receive(&about("someone", 1)).await;
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
    assert_eq!(event.error.as_deref(), Some("the receiver answered 503"));
    assert!(station.state.store.replay_event(event.row).await.unwrap());
    station.run_until_idle().await;
    assert_eq!(station.events().await[0].status, EventStatus::Done);
    assert_eq!(receiver.messages().len(), 11);
}

#[tokio::test]
async fn a_receiver_that_asks_for_patience_gets_it() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.receive(&about("someone", 1)).await;
    station.handle().await;
    receiver.answers(&[Answer { status: 429, retry_after: 1000, ..Answer::default() }]);
    assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 });
    station.clock.advance(999);
    assert_eq!(station.forward().await, Forwarded::default());
    station.clock.advance(1);
    assert_eq!(station.forward().await, Forwarded { delivered: 1, failed: 0 });
}

#[tokio::test]
async fn a_receiver_that_is_gone_gets_no_more() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    station.receive(&about("someone", 1)).await;
    station.handle().await;
    receiver.answers(&[refusal(410)]);
    station.forward().await;
    assert_eq!(station.events().await[0].status, EventStatus::Undelivered);
    // The loop ends at once instead of going on for ever.
    creator_connect::server::forward::forever(station.state.forward.clone(), station.state.forwarder.clone())
        .await;
    assert_eq!(receiver.messages().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_a_refusal_and_a_long_answer_is_none() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    for status in [301, 302, 303, 307, 308] {
        station.receive(&about("someone", status.into())).await;
        station.handle().await;
        receiver.answers(&[refusal(status)]);
        assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 }, "{status}");
    }
    assert_eq!(receiver.messages().len(), 5, "nobody went elsewhere");
    station.receive(&about("someone", 200)).await;
    station.handle().await;
    receiver.answers(&[Answer { bytes: 1_000_000, ..Answer::default() }]);
    assert_eq!(station.forward().await, Forwarded { delivered: 1, failed: 0 });
}

#[tokio::test]
async fn a_name_that_leads_inwards_is_not_followed() {
    let receiver = Receiver::start().await;
    let inwards = receiver.url.replace("http://127.0.0.1", "https://localhost");
    let settings = [("EVENT_FORWARD_URL", inwards.as_str()), ("EVENT_FORWARD_SECRET", SECRET)];
    let station = Station::start(&settings).await;
    station.receive(&about("someone", 1)).await;
    station.handle().await;
    assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 });
    let error = station.events().await[0].error.clone().unwrap();
    assert!(error.contains("no address that EVENT_FORWARD_ALLOW_PRIVATE admits"), "{error}");
    assert!(!error.contains("CANARY"), "{error}");
}

#[tokio::test]
async fn a_receiver_that_is_away_is_told_without_its_address() {
    let receiver = Receiver::start().await;
    let station = station(&receiver).await;
    drop(receiver);
    station.receive(&about("someone", 1)).await;
    station.handle().await;
    assert_eq!(station.forward().await, Forwarded { delivered: 0, failed: 1 });
    let error = station.events().await[0].error.clone().unwrap();
    assert!(error.starts_with("the receiver could not be reached"), "{error}");
}

#[tokio::test]
async fn without_an_address_nothing_waits_to_be_passed_on() {
    let station = Station::start(&[]).await;
    station.connect("someone", 1).await;
    station.receive(&body("x", 7, &json!({}))).await;
    while station.handle().await > 0 {}
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
    // There is nothing to do for ever.
    creator_connect::server::forward::forever(station.state.forward.clone(), station.state.forwarder.clone())
        .await;
}
