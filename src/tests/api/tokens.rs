//! Access tokens: handed out fresh, refreshed once for all who wait, and recorded.

use creator_connect::domain::Permission;
use serde_json::json;

use super::{Program, connected};
use crate::support::App;

#[tokio::test]
async fn token_that_is_handed_out_works() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::with(&app, |key| key.permissions = vec![Permission::TokensRead]).await;
    let answer = program.post(&format!("/creators/{creator}/access-token"), json!({})).await;
    let token = answer.json();
    assert_eq!((answer.status, &token["token_type"]), (200, &"Bearer".into()));
    assert!(token["expires_in"].as_i64().unwrap() >= 300);
    assert!(token["scopes"].as_array().unwrap().contains(&"video.publish".into()));
    assert_eq!(answer.header("cache-control"), "no-store");
    let info = program
        .client
        .get(format!("{}/v2/user/info/?fields=open_id", app.tiktok.origin))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let info: serde_json::Value = serde_json::from_str(&info.text().await.unwrap()).unwrap();
    assert_eq!(info["data"]["user"]["open_id"], token["open_id"]);
    assert_eq!(app.tiktok.count("refresh").await, 0);
}

#[tokio::test]
async fn callers_who_wait_share_one_refresh() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/access-token");
    let before = program.post(&path, json!({})).await.json();
    app.both_later(2 * 3600 - 100).await;
    let calls = (0..100).map(|_| program.post(&path, json!({ "min_valid_for": 300 })));
    let mut tokens = std::collections::BTreeSet::new();
    for answer in futures(calls).await {
        assert_eq!(answer.status, 200, "{}", answer.text);
        tokens.insert(answer.json()["access_token"].as_str().unwrap().to_owned());
        assert!(answer.json()["generation"].as_i64() > before["generation"].as_i64());
    }
    assert_eq!((tokens.len(), app.tiktok.count("refresh").await), (1, 1));
}

/// Waits for all, side by side.
async fn futures<T>(calls: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut calls: Vec<_> = calls.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        calls.retain_mut(|call| match call.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if calls.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}

#[tokio::test]
async fn token_requests_are_checked() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/access-token");
    for (body, expected) in [
        (json!({ "min_valid_for": 3601 }), (422, "min_valid_for_too_long")),
        (json!({ "min_valid_for": -1 }), (422, "unprocessable")),
        (json!({ "min_valid_for": "x" }), (422, "unprocessable")),
        (json!({ "valid": 1 }), (400, "unknown_field")),
        (json!({ "scopes": ["video.list"] }), (403, "scope_missing")),
        (json!([]), (400, "malformed_json")),
    ] {
        let answer = program.post(&path, body.clone()).await;
        let (status, code) = answer.problem();
        assert_eq!((status, code.as_str()), expected, "{body}");
        assert!(!answer.text.contains("access_token\":"), "{}", answer.text);
    }
    assert!(
        program.post(&path, json!({ "scopes": ["video.list"] })).await.json()["reconnect_url"].is_string()
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = program.send(reqwest::Method::POST, &path, &form, Some("a=b")).await;
    assert_eq!(answer.problem().0, 415);
}

#[tokio::test]
async fn creator_without_a_connection_has_no_token() {
    let app = App::start().await;
    let (left, dead) = (connected(&app, "public").await, connected(&app, "private").await);
    let program = Program::new(&app).await;
    assert_eq!(program.delete(&format!("/creators/{left}/connection")).await.status, 202);
    let answer = program.post(&format!("/creators/{left}/access-token"), json!({})).await;
    assert_eq!(answer.problem(), (409, "disconnected".to_owned()));
    assert_eq!(answer.json()["cause"], "here");
    app.tiktok.set(json!({ "announce": false })).await;
    app.tiktok.remove_app("private").await;
    app.both_later(3 * 3600).await;
    let path = format!("/creators/{dead}/access-token");
    let answer = program.post(&path, json!({})).await;
    assert_eq!(answer.problem(), (409, "needs_reconnect".to_owned()));
    assert!(
        answer.json()["reconnect_url"].is_string() && answer.json()["cause"] == "refused",
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn living_token_is_handed_out_while_tiktok_is_down() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/access-token");
    app.tiktok.order_times("refresh", json!({ "status": 503 }), 99).await;
    app.both_later(2 * 3600 - 100).await;
    let answer = program.post(&path, json!({ "min_valid_for": 300 })).await;
    assert_eq!(answer.problem(), (503, "temporarily_unavailable".to_owned()));
    assert!(answer.json()["stored_token_expires_at"].is_string(), "{}", answer.text);
    assert!(answer.json()["cause"].is_string());
    let short = program.post(&path, json!({ "min_valid_for": 30 })).await;
    assert_eq!(short.status, 200, "{}", short.text);
}

#[tokio::test]
async fn rejected_token_is_verified_once() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/access-token");
    let generation = program.post(&path, json!({})).await.json()["generation"].clone();
    let report = json!({ "generation": generation });
    let rejected = format!("{path}/rejected");
    let reports = (0..20).map(|_| program.post(&rejected, report.clone()));
    for answer in futures(reports).await {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(["refreshed", "valid"].contains(&answer.json()["state"].as_str().unwrap()));
        assert!(answer.json()["generation"].as_i64() > generation.as_i64());
    }
    let late = program.post(&rejected, report).await.json();
    assert_eq!(late["state"], "valid");
    assert_eq!(app.tiktok.count("refresh").await, 1);
}

#[tokio::test]
async fn tokens_have_a_rate_of_their_own() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::with(&app, |key| key.tokens_per_minute = 1).await;
    let path = format!("/creators/{creator}/access-token");
    assert_eq!(program.post(&path, json!({})).await.status, 200);
    assert_eq!(program.post(&path, json!({})).await.problem(), (429, "rate_limited".to_owned()));
    assert_eq!(program.get(&format!("/creators/{creator}")).await.status, 200);
}

#[tokio::test]
async fn generation_counts_on_after_a_reconnect() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/access-token");
    let first = program.post(&path, json!({})).await.json()["generation"].as_i64();
    connected(&app, "public").await;
    assert!(program.post(&path, json!({})).await.json()["generation"].as_i64() > first);
}
