//! `grant_type=refresh_token` and revocation.

use serde_json::{Value, json};

use super::harness::{BOTH, Tiktok, start};

async fn works(tiktok: &Tiktok, tokens: &Value) -> bool {
    tiktok.user_info(tokens, "open_id").await.0 == 200
}

async fn revoke(tiktok: &Tiktok, tokens: &Value) -> Value {
    tiktok.oauth("revoke", &[("token", tokens["access_token"].as_str().unwrap())]).await
}

#[tokio::test]
async fn refresh_returns_new_tokens_of_the_same_grant() {
    let tiktok = start().await;
    let old = tiktok.login("public").await;
    let new = tiktok.refresh(&old).await;
    assert_ne!(new["access_token"], old["access_token"]);
    assert_ne!(new["refresh_token"], old["refresh_token"]);
    assert_eq!(new["open_id"], old["open_id"]);
    assert_eq!(new["scope"], json!(BOTH));
    assert!(works(&tiktok, &new).await);
}

#[tokio::test]
async fn rotated_refresh_token_is_invalid_at_once() {
    let tiktok = start().await;
    let old = tiktok.login("public").await;
    let new = tiktok.refresh(&old).await;
    let again = tiktok.refresh(&old).await;
    assert_eq!(again["error"], json!("invalid_grant"));
    assert_eq!(again["error_description"], json!("Refresh token is invalid or expired."));
    assert!(tiktok.refresh(&new).await.get("error").is_none(), "and the new one is not hurt");
}

#[tokio::test]
async fn refresh_token_without_rotation_stays_valid() {
    let tiktok = start().await;
    tiktok.order("settings", json!({"rotate": false})).await;
    let old = tiktok.login("public").await;
    assert_eq!(tiktok.refresh(&old).await["refresh_token"], old["refresh_token"]);
    assert!(tiktok.refresh(&old).await.get("error").is_none());
}

#[tokio::test]
async fn refresh_token_lifetime_is_absolute() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    tiktok.advance(1000).await;
    let tokens = tiktok.refresh(&tokens).await;
    let left = tokens["refresh_expires_in"].as_u64().unwrap();
    assert!((180 * 86_400 - 1005..=180 * 86_400 - 1000).contains(&left), "{left}");
    assert_eq!(tokens["expires_in"], json!(7200));
    tiktok.advance(left).await;
    assert_eq!(tiktok.refresh(&tokens).await["error"], json!("invalid_grant"));
}

#[tokio::test]
async fn changed_lifetimes_apply_to_later_tokens() {
    let tiktok = start().await;
    let before = tiktok.login("public").await;
    tiktok.order("settings", json!({"access_seconds": 60, "refresh_seconds": 600})).await;
    let after = tiktok.login("public").await;
    assert_eq!((&after["expires_in"], &after["refresh_expires_in"]), (&json!(60), &json!(600)));
    let renewed = tiktok.refresh(&before).await;
    assert_eq!(renewed["expires_in"], json!(60));
    assert!(renewed["refresh_expires_in"].as_u64().unwrap() > 600, "a consent that is given keeps its end");
}

#[tokio::test]
async fn access_token_is_valid_until_expiry_despite_refresh() {
    let tiktok = start().await;
    let old = tiktok.login("public").await;
    tiktok.advance(3600).await;
    let new = tiktok.refresh(&old).await;
    assert!(works(&tiktok, &old).await);
    tiktok.advance(3600).await;
    assert!(!works(&tiktok, &old).await);
    assert!(works(&tiktok, &new).await);
}

#[tokio::test]
async fn refresh_adds_no_scopes() {
    let tiktok = start().await;
    let narrow = tiktok.login_with("public", "user.info.basic").await;
    tiktok.login("public").await;
    assert_eq!(tiktok.refresh(&narrow).await["scope"], json!("user.info.basic"));
}

#[tokio::test]
async fn revoke_ends_every_token_of_the_creator() {
    let mut tiktok = start().await;
    let (first, second) = (tiktok.login("public").await, tiktok.login("public").await);
    let other = tiktok.login("private").await;
    assert_eq!(revoke(&tiktok, &first).await, json!({}));
    assert!(!works(&tiktok, &first).await);
    assert!(!works(&tiktok, &second).await);
    assert_eq!(tiktok.refresh(&second).await["error"], json!("invalid_grant"));
    assert!(works(&tiktok, &other).await);
    let event = tiktok.webhook().await;
    assert_eq!(event["event"], json!("authorization.removed"));
    assert_eq!(event["content"], json!(r#"{"reason":5}"#));
    assert_eq!(event["user_openid"], first["open_id"]);
}

#[tokio::test]
async fn revoke_of_invalid_or_refresh_token_is_refused() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(tiktok.oauth("revoke", &[("token", refresh_token)]).await["error"], json!("invalid_grant"));
    assert_eq!(tiktok.oauth("revoke", &[]).await["error"], json!("invalid_request"));
    revoke(&tiktok, &tokens).await;
    assert_eq!(revoke(&tiktok, &tokens).await["error"], json!("invalid_grant"));
}

#[tokio::test]
async fn login_after_revocation_works() {
    let tiktok = start().await;
    revoke(&tiktok, &tiktok.login("public").await).await;
    assert!(works(&tiktok, &tiktok.login("public").await).await);
}
