//! `grant_type=authorization_code`, client credentials, and what every OAuth call refuses.

use serde_json::{Value, json};

use super::harness::{BOTH, KEY, LOOPBACK, REDIRECT, SECRET, Tiktok, callback, start, start_with};
use crate::Lifetimes;

// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const HEX: &str = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
const BASE64URL: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn refusal(answer: &Value) -> (&str, &str) {
    assert!(answer["log_id"].as_str().unwrap().len() > 20);
    assert!(answer.get("access_token").is_none());
    (answer["error"].as_str().unwrap(), answer["error_description"].as_str().unwrap())
}

async fn proven(tiktok: &Tiktok, challenge: &str, verifier: &str) -> Value {
    let changes = [("code_challenge", challenge), ("redirect_uri", LOOPBACK)];
    let back = callback(&tiktok.decide(&changes, &[("creator", "public"), ("decision", "approve")]).await);
    let code = back.get("code").unwrap();
    let grant = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", LOOPBACK)];
    tiktok.token(&[&grant[..], &[("code_verifier", verifier)]].concat()).await
}

#[tokio::test]
async fn code_exchange_returns_flat_tokens() {
    let tokens = start().await.login("public").await;
    assert!(tokens["access_token"].as_str().unwrap().starts_with("act."));
    assert!(tokens["access_token"].as_str().unwrap().ends_with("!1001.va"));
    assert!(tokens["refresh_token"].as_str().unwrap().starts_with("rft."));
    assert!(tokens["refresh_token"].as_str().unwrap().ends_with("!1002.va"));
    assert_eq!(tokens["expires_in"], json!(7200));
    assert_eq!(tokens["refresh_expires_in"], json!(180 * 86_400));
    assert_eq!(tokens["scope"], json!(BOTH));
    assert_eq!(tokens["token_type"], json!("Bearer"));
    assert_eq!(tokens["open_id"].as_str().unwrap().len(), 36);
    assert!(tokens.get("error").is_none());
}

#[tokio::test]
async fn tokens_have_the_configured_lifetimes() {
    let tokens = start_with(|settings| settings.lifetimes = Lifetimes::Long).await.login("public").await;
    assert_eq!((&tokens["expires_in"], &tokens["refresh_expires_in"]), (&json!(86_400), &json!(31_536_000)));
    let own = Lifetimes::Custom { access_seconds: 5, refresh_seconds: 9 };
    let tokens = start_with(|settings| settings.lifetimes = own).await.login("public").await;
    assert_eq!((&tokens["expires_in"], &tokens["refresh_expires_in"]), (&json!(5), &json!(9)));
}

#[tokio::test]
async fn open_id_is_stable_per_creator() {
    let tiktok = start().await;
    let (first, second) = (tiktok.login("public").await, tiktok.login("public").await);
    assert_eq!(first["open_id"], second["open_id"]);
    assert_ne!(first["access_token"], second["access_token"]);
    assert_ne!(first["open_id"], tiktok.login("private").await["open_id"]);
}

#[tokio::test]
async fn token_marker_is_in_every_secret() {
    let tiktok = start_with(|settings| settings.token_marker = Some("CANARY".to_owned())).await;
    let code = tiktok.code("public", BOTH).await;
    let tokens = tiktok.exchange(&code).await;
    for secret in [json!(code), tokens["access_token"].clone(), tokens["refresh_token"].clone()] {
        assert!(secret.as_str().unwrap().contains("CANARY"));
    }
}

#[tokio::test]
async fn code_is_valid_once() {
    let tiktok = start().await;
    let code = tiktok.code("public", BOTH).await;
    assert!(tiktok.exchange(&code).await.get("error").is_none());
    let again = tiktok.exchange(&code).await;
    assert_eq!(refusal(&again), ("invalid_grant", "Authorization code is expired."));
}

#[tokio::test]
async fn code_expires_after_a_minute() {
    let tiktok = start().await;
    let code = tiktok.code("public", BOTH).await;
    tiktok.advance(60).await;
    assert_eq!(refusal(&tiktok.exchange(&code).await).0, "invalid_grant");
}

#[tokio::test]
async fn truncated_or_twice_encoded_code_is_refused() {
    let tiktok = start().await;
    let code = tiktok.code("public", BOTH).await;
    for wrong in [code.replace("*1!6431.u1", ""), code.replace('*', "%2A")] {
        assert_eq!(refusal(&tiktok.exchange(&wrong).await).0, "invalid_grant");
    }
    assert!(tiktok.exchange(&code).await.get("error").is_none());
}

#[tokio::test]
async fn exchange_with_other_redirect_uri_is_refused() {
    let tiktok = start().await;
    let code = tiktok.code("public", BOTH).await;
    let grant = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", LOOPBACK)];
    let answer = tiktok.token(&grant).await;
    let text = "Redirect_uri is not matched with the uri when requesting code.";
    assert_eq!(refusal(&answer), ("invalid_request", text));
    assert_eq!(refusal(&tiktok.exchange(&code).await).0, "invalid_grant", "the attempt used the code up");
}

#[tokio::test]
async fn hex_challenge_with_its_verifier_is_accepted() {
    assert!(proven(&start().await, HEX, VERIFIER).await.get("error").is_none());
}

#[tokio::test]
async fn base64url_challenge_fails_at_the_exchange() {
    let answer = proven(&start().await, BASE64URL, VERIFIER).await;
    assert_eq!(refusal(&answer), ("invalid_request", "Code verifier or code challenge is invalid."));
}

#[tokio::test]
async fn wrong_or_missing_verifier_is_refused() {
    let tiktok = start().await;
    assert_eq!(refusal(&proven(&tiktok, HEX, &VERIFIER.replace('d', "e")).await).0, "invalid_request");
    assert_eq!(refusal(&proven(&tiktok, HEX, "").await).0, "invalid_request");
}

#[tokio::test]
async fn verifier_without_challenge_is_ignored() {
    let tiktok = start().await;
    let code = tiktok.code("public", BOTH).await;
    let grant = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", REDIRECT)];
    let answer = tiktok.token(&[&grant[..], &[("code_verifier", VERIFIER)]].concat()).await;
    assert!(answer.get("error").is_none());
}

#[tokio::test]
async fn json_body_is_invalid_request() {
    let tiktok = start().await;
    for call in ["token", "revoke"] {
        let request =
            tiktok.http.post(tiktok.url(&format!("/v2/oauth/{call}/"))).json(&json!({"client_key": KEY}));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let text = "Only `application/x-www-form-urlencoded` is accepted as Content-Type.";
        assert_eq!(refusal(&response.json().await.unwrap()), ("invalid_request", text));
    }
}

#[tokio::test]
async fn wrong_credentials_are_invalid_client() {
    let tiktok = start().await;
    for wrong in [("client_secret", "guess"), ("client_key", "other")] {
        let answer = tiktok.token(&[wrong, ("grant_type", "client_credentials")]).await;
        assert_eq!(refusal(&answer), ("invalid_client", "Client key or secret is incorrect."));
    }
}

#[tokio::test]
async fn missing_fields_are_invalid_request() {
    let tiktok = start().await;
    let answer = tiktok.token(&[("client_secret", "")]).await;
    assert_eq!(refusal(&answer), ("invalid_request", "Client secret is missed in request."));
    for fields in [
        &[("client_key", "")][..],
        &[("grant_type", "")],
        &[("grant_type", "authorization_code"), ("code", "x")],
        &[("grant_type", "authorization_code"), ("redirect_uri", REDIRECT)],
        &[("grant_type", "refresh_token")],
    ] {
        let answer = tiktok.token(fields).await;
        assert_eq!(
            refusal(&answer),
            ("invalid_request", "The request parameters are malformed."),
            "{fields:?}"
        );
    }
}

#[tokio::test]
async fn unknown_grant_type_is_unsupported() {
    let answer = start().await.token(&[("grant_type", "password")]).await;
    assert_eq!(refusal(&answer).0, "unsupported_grant_type");
}

#[tokio::test]
async fn client_credentials_return_a_client_token() {
    let answer = start().await.token(&[("grant_type", "client_credentials")]).await;
    assert!(answer["access_token"].as_str().unwrap().starts_with("clt."));
    assert_eq!(answer["expires_in"], json!(7200));
    assert!(answer.get("refresh_token").is_none());
}

#[tokio::test]
async fn credentials_in_header_are_ignored() {
    let tiktok = start().await;
    let request = tiktok.http.post(tiktok.url("/v2/oauth/token/")).basic_auth(KEY, Some(SECRET));
    let answer = request.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
    assert_eq!(refusal(&answer.json().await.unwrap()).0, "invalid_request");
}

#[tokio::test]
async fn path_without_trailing_slash_is_not_found() {
    let tiktok = start().await;
    let response = tiktok.http.post(tiktok.url("/v2/oauth/token")).send().await.unwrap();
    assert_eq!(response.status(), 404);
}
