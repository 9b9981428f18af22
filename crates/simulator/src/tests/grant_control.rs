//! Consents without pages, and the report of each grant.

use serde_json::{Value, json};

use super::harness::{KEY, Tiktok, start};
use crate::refresh_history::digest;

async fn one(tiktok: &Tiktok, order: Value) -> Value {
    tiktok.order("grants", order).await[0].clone()
}

fn hex_digest(tokens: &Value) -> Value {
    json!(hex::encode(digest(tokens["refresh_token"].as_str().unwrap())))
}

#[tokio::test]
async fn generated_creators_consent_without_pages() {
    let tiktok = start().await;
    let given = tiktok.order("grants", json!({"count": 3, "first": 5, "scopes": ["user.info.basic"]})).await;
    let given = given.as_array().unwrap();
    assert_eq!(given.len(), 3);
    for tokens in given {
        assert_eq!(tokens["scope"], json!("user.info.basic"));
        assert_eq!(tokens["access_seconds"], json!(7200));
        let (status, user) = tiktok.user_info(tokens, "open_id").await;
        assert_eq!((status, &user["data"]["user"]["open_id"]), (200, &tokens["open_id"]));
        assert!(tiktok.refresh(tokens).await.get("error").is_none());
    }
    assert_ne!(given[0]["open_id"], given[1]["open_id"]);
}

#[tokio::test]
async fn second_consent_adds_a_grant_of_the_same_creator() {
    let tiktok = start().await;
    let first = one(&tiktok, json!({"count": 1, "first": 7})).await;
    let again = one(&tiktok, json!({"count": 1, "first": 7, "access_seconds": 60})).await;
    assert_eq!(first["open_id"], again["open_id"]);
    assert_eq!((&again["grant"], &again["access_seconds"]), (&json!(1), &json!(60)));
    assert!(tiktok.refresh(&first).await.get("error").is_none());
    assert_eq!(tiktok.refresh(&again).await["expires_in"], json!(7200));
}

#[tokio::test]
async fn generated_creator_differs_from_its_profile() {
    let mut tiktok = start().await;
    let generated = one(&tiktok, json!({"count": 1})).await;
    let cast = tiktok.login("public").await;
    assert_ne!(generated["open_id"], cast["open_id"]);
    let token = generated["access_token"].as_str().unwrap();
    assert_eq!(tiktok.oauth("revoke", &[("token", token)]).await, json!({}));
    assert_eq!(tiktok.webhook().await["user_openid"], generated["open_id"]);
    assert_eq!(tiktok.user_info(&generated, "open_id").await.0, 401);
    assert_eq!(tiktok.user_info(&cast, "open_id").await.0, 200);
}

#[tokio::test]
async fn more_than_100000_consents_are_refused() {
    let tiktok = start().await;
    let request = tiktok.http.post(tiktok.url("/simulator/grants"));
    assert_eq!(request.json(&json!({"count": 100_001})).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn grant_report_has_token_digest_and_refresh_attempts() {
    let tiktok = start().await;
    let first = one(&tiktok, json!({"count": 2, "first": 0})).await;
    assert_eq!(tiktok.grants().await[0]["digest"], hex_digest(&first));
    let second = tiktok.refresh(&first).await;
    assert_eq!(tiktok.refresh(&first).await["error"], json!("invalid_grant"));
    tiktok.fault("refresh", json!({"drop": "after"})).await;
    let fields =
        [("grant_type", "refresh_token"), ("refresh_token", second["refresh_token"].as_str().unwrap())];
    assert!(tiktok.oauth_request("token", &fields).send().await.is_err());

    let grants = tiktok.grants().await;
    let (grant, other) = (&grants[0], &grants[1]);
    assert_eq!(grant["open_id"], first["open_id"]);
    assert_eq!((&grant["generation"], &grant["spent_calls"]), (&json!(2), &json!(1)));
    assert_ne!(grant["digest"], hex_digest(&second));
    let summary = |attempt: &Value| ["generation", "outcome", "answer"].map(|name| attempt[name].clone());
    let attempts: Vec<_> = grant["asked"].as_array().unwrap().iter().map(summary).collect();
    let expected = [(0, "renewed", "sent"), (0, "spent", "sent"), (1, "renewed", "dropped")];
    assert_eq!(
        attempts,
        expected.map(|(generation, outcome, answer)| [json!(generation), json!(outcome), json!(answer)])
    );
    assert_eq!((&other["generation"], &other["asked"]), (&json!(0), &json!([])));
    assert!(!json!(grants).to_string().contains("rft."), "no token is shown");
}

#[tokio::test]
async fn refresh_after_access_token_expiry_is_late() {
    let tiktok = start().await;
    let tokens = one(&tiktok, json!({"count": 1, "access_seconds": 60})).await;
    tiktok.advance(61).await;
    let tokens = tiktok.refresh(&tokens).await;
    tiktok.refresh(&tokens).await;
    let grant = &tiktok.grants().await[0];
    assert_eq!(grant["late_refreshes"], json!(1));
    assert_eq!((&grant["asked"][0]["late"], &grant["asked"][1]["late"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn concurrent_refreshes_of_a_token_are_counted() {
    let tiktok = start().await;
    let tokens = one(&tiktok, json!({"count": 1})).await;
    let order = json!({"endpoint": "refresh", "times": 2, "fault": {"delay_ms": 3000}});
    tiktok.order("orders", order).await;
    tokio::join!(tiktok.refresh(&tokens), tiktok.refresh(&tokens));
    tiktok.refresh(&tokens).await;
    assert_eq!(tiktok.grants().await[0]["overlaps"], json!(1));
}

#[tokio::test]
async fn refresh_with_unknown_token_changes_no_grant() {
    let tiktok = start().await;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "rft.EXAMPLE")];
    assert_eq!(tiktok.token(&fields).await["error"], json!("invalid_grant"));
    assert_eq!(tiktok.grants().await, [Value::Null; 0]);
    assert_eq!(tiktok.state().await["calls"], json!({"refresh": 1}));
    let other = [("client_key", KEY), ("grant_type", "refresh_token")];
    assert_eq!(tiktok.token(&other).await["error"], json!("invalid_request"));
}

#[tokio::test]
async fn counts_and_pages_of_grants_are_listed() {
    let tiktok = start().await;
    tiktok.order("grants", json!({"count": 5})).await;
    let counts: Value = tiktok.get("/simulator/counts").await.json().await.unwrap();
    assert_eq!(counts, json!({"calls": {}, "grants": 5}));
    let part: Vec<Value> = tiktok.get("/simulator/grants?from=3&count=1").await.json().await.unwrap();
    assert_eq!((part.len(), &part[0]["grant"]), (1, &json!(3)));
}
