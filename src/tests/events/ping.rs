//! The test button of TikTok's portal, and times in every form.

use creator_connect::{
    domain::{EndCause, RemovalReason},
    server::store::{EventQuery, EventStatus},
};
use serde_json::{Value, json};

use crate::support::{
    App, CLIENT_KEY, CLIENT_SECRET, delivery::signature, receiver::Receiver, station::Station,
};

#[tokio::test]
async fn test_button_is_answered_stored_and_forwarded() {
    let receiver = Receiver::start().await;
    let app = App::start_with(&receiver.settings()).await;
    for _ in 0..2 {
        assert_eq!(app.tiktok.ping(true).await, json!([{ "status": 200 }]));
    }
    let types = receiver.has(1).await;
    assert!(types.iter().all(|kind| kind == "tiktok.ping"), "{types:?}");
    let message = receiver.messages()[0].json();
    assert_eq!(message["data"]["creator"], Value::Null);
    assert_eq!(message["data"]["content"]["reason"], "testing Webhook");
    let seconds = message["data"]["create_time"].as_i64().unwrap();
    assert!((app.later(0).0 - seconds).abs() < 3600, "{seconds} is in seconds");
    let events = app.state.store.events(&EventQuery::newest(10)).await.unwrap();
    assert!(!events.is_empty() && events.iter().all(|event| event.name == "tiktok.ping"));
    assert_eq!(app.grants().await, 0);
}

#[tokio::test]
async fn unsigned_test_event_is_refused() {
    let app = App::start().await;
    assert_eq!(app.tiktok.ping(false).await, json!([{ "status": 401 }]));
}

#[tokio::test]
async fn ping_about_a_creator_touches_nobody() {
    let station = Station::start(&[]).await;
    let creator = station.connect("someone", 1).await;
    station.clock.advance(60);
    let now = station.now().0;
    let content = json!({ "reason": 1 }).to_string();
    let body = json!({ "client_key": CLIENT_KEY, "event": "tiktok.ping", "create_time": now * 1000,
        "user_openid": "someone", "content": content });
    station.receive(&body.to_string()).await;
    station.handle().await;
    assert!(station.state.store.active_grant(&creator).await.unwrap().is_some());
    let profile = station.state.profiles.load(&creator).await.unwrap().unwrap();
    assert!(profile.activity.iter().all(|activity| activity.at.0 < now), "{:?}", profile.activity);
    assert!(station.events().await.iter().all(|event| event.status == EventStatus::Done));
}

#[tokio::test]
async fn removal_with_time_in_any_form_ends_older_grants_alone() {
    let station = Station::start(&[]).await;
    for (number, milliseconds, is_text) in
        [(1, false, false), (2, true, false), (3, false, true), (4, true, true)]
    {
        let creator = station.connect("someone", 1).await;
        station.clock.advance(60);
        let time = station.now();
        let written = if milliseconds { time.0 * 1000 + 999 } else { time.0 };
        let written = if is_text { json!(written.to_string()) } else { json!(written) };
        let body = json!({ "client_key": CLIENT_KEY, "event": "authorization.removed", "create_time": written,
            "user_openid": "someone", "content": json!({ "reason": 1, "number": number }).to_string() });
        station.receive(&body.to_string()).await;
        station.handle().await;
        let ended = station.state.store.creator(&creator).await.unwrap().unwrap().ended;
        assert_eq!(ended, Some((time, EndCause::Removed(RemovalReason::ByCreator))), "{body}");
        // The same event, late: a millisecond time is no time in the future, which would end a newer grant.
        station.clock.advance(60);
        station.connect("someone", 1).await;
        station.receive(&body.to_string().replace("number", "again")).await;
        station.handle().await;
        assert!(station.state.store.active_grant(&creator).await.unwrap().is_some(), "{body}");
        station.clock.advance(60);
    }
}

#[tokio::test]
async fn simulated_removal_with_any_time_form_ends_the_grant() {
    for form in ["seconds", "milliseconds", "seconds_text", "milliseconds_text"] {
        let app = App::start().await;
        let creator = app.creator(&app.signed_in("public").await).await;
        let order = json!({ "creator": "public", "event": "authorization.removed", "content": { "reason": 1 },
            "time_form": form });
        assert_eq!(app.tiktok.event(order).await, [json!({ "status": 200 })], "{form}");
        let ended = || async { app.state.store.active_grant(&creator).await.unwrap().is_none() };
        crate::support::until("the connection ends", ended).await;
    }
}

#[tokio::test]
async fn signature_time_in_milliseconds_has_the_same_age() {
    let app = App::start().await;
    for (age, status) in [(0, 200), (3600, 200), (81 * 3600, 400), (-301, 400)] {
        let body =
            json!({ "client_key": CLIENT_KEY, "event": "x", "create_time": 7, "content": age.to_string() });
        let body = body.to_string();
        let time = app.later(0).plus_seconds(-age).0 * 1000;
        let page = app.browser().deliver(&signature(CLIENT_SECRET, time, &body), &body).await;
        assert_eq!(page.status, status, "{age}");
    }
}
