//! Signed events, their retries, and the "manage apps" page.

use serde_json::{Value, json};

use super::harness::{BOTH, KEY, Received, SECRET, Tiktok, location, settings, start, start_with};
use crate::creators;
use crate::deliveries::send_event;
use crate::simulator::Simulator;
use crate::webhook::{Event, signature};

async fn event(tiktok: &Tiktok, more: Value) -> Value {
    let mut order =
        json!({"creator": "public", "event": "post.publish.complete", "content": {"publish_id": "v"}});
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    tiktok.order("events", order).await["deliveries"].clone()
}

fn parsed(received: &Received) -> Value {
    serde_json::from_str(&received.body).unwrap()
}

fn time(received: &Received) -> u64 {
    let header = received.signature.as_deref().unwrap();
    let time = header.split(',').next().unwrap().strip_prefix("t=").unwrap();
    time.parse().unwrap()
}

fn well_signed(received: &Received) -> bool {
    received.signature.as_deref() == Some(&signature(SECRET, time(received), &received.body))
}

async fn press(tiktok: &Tiktok, path: &str, form: &[(&str, &str)]) -> String {
    let response = tiktok.http.post(tiktok.url(path)).form(form).send().await.unwrap();
    assert_eq!(response.status(), 303);
    location(&response)
}

#[tokio::test]
async fn ordered_event_arrives_signed() {
    let mut tiktok = start().await;
    assert_eq!(event(&tiktok, json!({"create_time": 7})).await, json!([{"status": 200}]));
    let received = tiktok.inbox.recv().await.unwrap();
    assert!(well_signed(&received));
    let body = parsed(&received);
    assert_eq!(body["client_key"], json!(KEY));
    assert_eq!(body["event"], json!("post.publish.complete"));
    assert_eq!(body["create_time"], json!(7));
    assert_eq!(body["content"], json!(r#"{"publish_id":"v"}"#));
    assert_eq!(body["user_openid"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn ping_has_milliseconds_and_unknown_user() {
    let mut tiktok = start().await;
    tiktok.order("ping", json!({"signed": true})).await;
    let received = tiktok.inbox.recv().await.unwrap();
    assert!(well_signed(&received));
    let body = parsed(&received);
    assert_eq!((&body["event"], &body["client_key"]), (&json!("tiktok.ping"), &json!(KEY)));
    assert_eq!(body["create_time"].to_string().len(), 13);
    assert!(
        creators::all()
            .iter()
            .all(|creator| body["user_openid"] != creators::Person::from(creator).open_id(KEY))
    );
    tiktok.order("ping", json!({"signed": false})).await;
    assert!(tiktok.inbox.recv().await.unwrap().signature.is_none());
}

#[tokio::test]
async fn event_time_has_the_ordered_form() {
    let mut tiktok = start().await;
    for (form, expected) in [
        ("seconds", json!(7)),
        ("milliseconds", json!(7000)),
        ("seconds_text", json!("7")),
        ("milliseconds_text", json!("7000")),
    ] {
        event(&tiktok, json!({"create_time": 7, "time_form": form})).await;
        assert_eq!(tiktok.webhook().await["create_time"], expected, "{form}");
    }
}

#[tokio::test]
async fn event_without_creator_names_no_user() {
    let mut tiktok = start().await;
    tiktok
        .order("events", json!({"event": "portability.download.ready", "content": {"request_id": 1}}))
        .await;
    assert!(tiktok.webhook().await.get("user_openid").is_none());
}

#[tokio::test]
async fn duplicate_events_are_byte_identical() {
    let mut tiktok = start().await;
    assert_eq!(event(&tiktok, json!({"duplicates": 2})).await.as_array().unwrap().len(), 3);
    let first = tiktok.inbox.recv().await.unwrap();
    for _ in 0..2 {
        let next = tiktok.inbox.recv().await.unwrap();
        assert_eq!((&next.body, &next.signature), (&first.body, &first.signature));
    }
}

#[tokio::test]
async fn signature_can_be_bad_stale_or_missing() {
    let mut tiktok = start().await;
    event(&tiktok, json!({"signature": "bad"})).await;
    assert!(!well_signed(&tiktok.inbox.recv().await.unwrap()));
    event(&tiktok, json!({"signature": "none"})).await;
    assert!(tiktok.inbox.recv().await.unwrap().signature.is_none());
    event(&tiktok, json!({"signature": "stale"})).await;
    let stale = tiktok.inbox.recv().await.unwrap();
    assert!(well_signed(&stale));
    let now = tiktok.state().await["now"].as_u64().unwrap();
    assert!(now - time(&stale) >= 100 * 3600);
    event(&tiktok, json!({"age_seconds": 1000})).await;
    let late = tiktok.inbox.recv().await.unwrap();
    assert!((990..=1000).contains(&(now - time(&late))));
}

#[tokio::test]
async fn event_content_without_json_is_sent_unchanged() {
    let mut tiktok = start().await;
    event(&tiktok, json!({"content": "not { json"})).await;
    assert_eq!(tiktok.webhook().await["content"], json!("not { json"));
}

#[tokio::test]
async fn refused_event_is_retried_with_growing_backoff() {
    let mut tiktok = start().await;
    tiktok.app_answers(503);
    assert_eq!(event(&tiktok, json!({})).await, json!([{"status": 503}]));
    assert_eq!(tiktok.advance(60).await["deliveries"], json!([{"status": 503}]));
    assert_eq!(tiktok.advance(60).await["deliveries"], json!([]));
    tiktok.app_answers(200);
    assert_eq!(tiktok.advance(60).await["deliveries"], json!([{"status": 200}]));
    assert_eq!(tiktok.advance(4000).await["deliveries"], json!([]));
    let first = tiktok.inbox.recv().await.unwrap();
    let second = tiktok.inbox.recv().await.unwrap();
    assert_eq!(first.body, second.body);
    assert!(time(&second) >= time(&first) + 60 && well_signed(&second));
}

#[tokio::test]
async fn retry_can_keep_the_first_signature() {
    let mut tiktok = start().await;
    tiktok.order("settings", json!({"renew_signature": false})).await;
    tiktok.app_answers(500);
    event(&tiktok, json!({})).await;
    tiktok.advance(60).await;
    let first = tiktok.inbox.recv().await.unwrap();
    assert_eq!(tiktok.inbox.recv().await.unwrap().signature, first.signature);
}

#[tokio::test]
async fn retries_end_after_72_hours() {
    let tiktok = start().await;
    tiktok.app_answers(500);
    event(&tiktok, json!({})).await;
    assert_eq!(tiktok.state().await["waiting_webhooks"], json!(1));
    tiktok.advance(72 * 3600).await;
    assert_eq!(tiktok.state().await["waiting_webhooks"], json!(0));
}

#[tokio::test]
async fn retry_loop_runs_in_the_background() {
    let mut tiktok = start().await;
    tiktok.app_answers(500);
    let simulator = Simulator::new(settings(&tiktok.base, tiktok.hook.clone()).into());
    let event = Event::removed(creators::find("public").unwrap().into(), Event::BY_CREATOR, 1);
    send_event(simulator.clone(), event).await;
    tiktok.app_answers(200);
    simulator.clock.advance(60);
    let first = tiktok.inbox.recv().await.unwrap();
    assert_eq!(tiktok.inbox.recv().await.unwrap().body, first.body);
}

#[tokio::test]
async fn forged_and_stale_events_are_not_retried() {
    let tiktok = start().await;
    tiktok.app_answers(401);
    event(&tiktok, json!({"signature": "bad"})).await;
    event(&tiktok, json!({"signature": "stale"})).await;
    assert_eq!(tiktok.state().await["waiting_webhooks"], json!(0));
}

#[tokio::test]
async fn unreachable_app_is_reported() {
    let away = "http://127.0.0.1:1/hook".parse().unwrap();
    let tiktok = start_with(|settings| settings.webhook_url = Some(away)).await;
    let deliveries = event(&tiktok, json!({})).await;
    assert_eq!(deliveries[0]["status"], Value::Null);
    assert!(deliveries[0]["error"].is_string());
}

#[tokio::test]
async fn event_without_webhook_url_is_refused() {
    let tiktok = start_with(|settings| settings.webhook_url = None).await;
    let request = tiktok.http.post(tiktok.url("/simulator/events"));
    assert_eq!(request.json(&json!({"event": "x"})).send().await.unwrap().status(), 409);
    let tokens = tiktok.login("public").await;
    let fields = [("token", tokens["access_token"].as_str().unwrap())];
    assert_eq!(tiktok.oauth("revoke", &fields).await, json!({}));
}

#[tokio::test]
async fn removal_revokes_tokens_before_the_webhook() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    event(&tiktok, json!({"event": "authorization.removed", "content": {"reason": 4}})).await;
    assert_eq!(tiktok.user_info(&tokens, "open_id").await.0, 401);
}

#[tokio::test]
async fn forged_or_old_removal_keeps_the_tokens() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    event(&tiktok, json!({"event": "authorization.removed", "signature": "bad"})).await;
    event(&tiktok, json!({"event": "authorization.removed", "create_time": 1})).await;
    assert_eq!(tiktok.user_info(&tokens, "open_id").await.0, 200);
}

#[tokio::test]
async fn manage_apps_removes_the_app() {
    let mut tiktok = start().await;
    let tokens = tiktok.login("hostile").await;
    let waiting = tiktok.code("hostile", BOTH).await;
    let page = tiktok.get("/simulator/apps").await.text().await.unwrap();
    assert!(page.contains(r#"action="/simulator/apps/hostile/remove""#) && !page.contains("<script"));
    let after = press(&tiktok, "/simulator/apps/hostile/remove", &[]).await;
    assert_eq!(after, "/simulator/apps?event=authorization.removed&status=200");
    let event = tiktok.webhook().await;
    assert_eq!(event["content"], json!(r#"{"reason":1}"#));
    assert_eq!(event["user_openid"], tokens["open_id"]);
    assert_eq!(tiktok.refresh(&tokens).await["error"], json!("invalid_grant"));
    assert_eq!(tiktok.exchange(&waiting).await["error"], json!("invalid_grant"));
    let page = tiktok.get(&after).await.text().await.unwrap();
    assert!(page.contains("the app answered 200") && page.contains("Nobody has, so far."));
}

#[tokio::test]
async fn manage_apps_sends_any_other_event() {
    let mut tiktok = start().await;
    let names: Vec<_> = crate::apps::EVENTS.iter().map(|sample| sample.name).collect();
    for (place, name) in names.iter().enumerate() {
        press(&tiktok, "/simulator/apps/public/event", &[("event", &place.to_string())]).await;
        let event = tiktok.webhook().await;
        assert_eq!(event["event"], json!(name));
        assert_eq!(event.get("user_openid").is_none(), *name == "portability.download.ready");
        assert!(serde_json::from_str::<Value>(event["content"].as_str().unwrap()).is_ok());
    }
}
