//! Random faults and late responses.

use std::time::Duration;

use serde_json::{Value, json};

use super::harness::{Tiktok, start};

/// Which of the next refreshes of one creator fail when chance decides by `seed`.
async fn failed(tiktok: &Tiktok, seed: u64, first: u64) -> Vec<bool> {
    let order =
        json!({"endpoint": "refresh", "chance": 0.5, "seed": seed, "fault": {"code": "server_error"}});
    tiktok.order("orders", order).await;
    let mut tokens = tiktok.order("grants", json!({"count": 1, "first": first})).await[0].clone();
    let mut failed = Vec::new();
    for _ in 0..20 {
        let answer = tiktok.refresh(&tokens).await;
        failed.push(answer["error"] == json!("server_error"));
        if answer.get("error").is_none() {
            tokens = answer;
        }
    }
    tiktok.http.delete(tiktok.url("/simulator/orders")).send().await.unwrap();
    failed
}

#[tokio::test]
async fn same_seed_affects_the_same_calls_of_a_creator() {
    let tiktok = start().await;
    let first = failed(&tiktok, 7, 1).await;
    assert_eq!(failed(&tiktok, 7, 1).await, first);
    assert_ne!(failed(&tiktok, 8, 1).await, first, "another seed, other calls");
    assert_ne!(failed(&tiktok, 7, 2).await, first, "another creator, other calls");
    assert!((3..18).contains(&first.iter().filter(|failed| **failed).count()), "{first:?}");
}

#[tokio::test]
async fn random_fault_ends_after_its_times() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    let always =
        |times, code| json!({"endpoint": "refresh", "times": times, "chance": 1, "fault": {"code": code}});
    tiktok.order("orders", always(2, "server_error")).await;
    tiktok.order("orders", always(1, "rate_limit_exceeded")).await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(tiktok.refresh(&tokens).await["error"].clone());
    }
    let expected = [json!("server_error"), json!("server_error"), json!("rate_limit_exceeded"), Value::Null];
    assert_eq!(codes, expected);
}

#[tokio::test]
async fn late_response_has_had_its_effect() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    tiktok.fault("refresh", json!({"late_ms": 60_000})).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    let request = tiktok.oauth_request("token", &fields).timeout(Duration::from_millis(200));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(tiktok.refresh(&tokens).await["error"], json!("invalid_grant"));
    let grant = &tiktok.grants().await[0];
    assert_eq!(grant["asked"][0]["answer"], json!("late"));
}

#[tokio::test]
async fn chance_above_1_is_refused() {
    let tiktok = start().await;
    let order = json!({"endpoint": "token", "chance": 1.5, "fault": {"status": 500}});
    let request = tiktok.http.post(tiktok.url("/simulator/orders")).json(&order);
    assert_eq!(request.send().await.unwrap().status(), 400);
}
