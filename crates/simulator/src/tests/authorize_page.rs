//! What the authorize page refuses, and how.

use serde_json::json;

use super::harness::{LOOPBACK, Tiktok, location, start, start_with};
use crate::PkceDemand;

const HEX: &str = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
const BASE64URL: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The simulator's own URL that the browser ends up at; empty if consent is shown.
async fn outcome(tiktok: &Tiktok, changes: &[(&str, &str)]) -> String {
    let response = tiktok.http.get(tiktok.authorize_url(changes)).send().await.unwrap();
    if response.status() == 200 {
        assert!(response.text().await.unwrap().contains(r#"name="creator""#));
        return String::new();
    }
    location(&response).strip_prefix("/v2/auth/authorize/?").unwrap().to_owned()
}

macro_rules! refused {
    ($($name:ident: $changes:expr => $expected:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            assert_eq!(outcome(&start().await, &$changes).await, $expected);
        }
    )*};
}

const CLIENT_KEY: &str = "error=unauthorized_client&error_type=client_key&errCode=10003";
const REDIRECT_URI: &str = "error=invalid_request&error_type=redirect_uri&errCode=10006";
const SCOPE: &str = "error=invalid_scope&error_type=scope";
const CHALLENGE: &str = "error=param_error&error_type=code_challenge&errCode=10007";
const METHOD: &str = "error=param_error&error_type=code_challenge_method&errCode=10008";

refused! {
    valid_request_shows_consent: [] => "";
    missing_client_key_is_refused: [("client_key", "")] => CLIENT_KEY;
    foreign_client_key_is_refused: [("client_key", "other")] => CLIENT_KEY;
    client_id_instead_of_client_key_is_refused: [("client_key", ""), ("client_id", "sbaw-test-key")] => CLIENT_KEY;
    missing_response_type_is_refused: [("response_type", "")] => "error=unsupported_response_type&error_type=response_type";
    other_response_type_is_refused: [("response_type", "token")] => "error=unsupported_response_type&error_type=response_type";
    missing_redirect_uri_is_refused: [("redirect_uri", "")] => REDIRECT_URI;
    redirect_uri_with_extra_slash_is_refused: [("redirect_uri", "https://app.example.test/webhook/")] => REDIRECT_URI;
    redirect_uri_in_capitals_is_refused: [("redirect_uri", "https://APP.example.test/webhook")] => REDIRECT_URI;
    redirect_uri_with_query_is_refused: [("redirect_uri", "https://app.example.test/webhook?a=1")] => REDIRECT_URI;
    missing_scope_is_refused: [("scope", "")] => SCOPE;
    scopes_joined_by_spaces_are_refused: [("scope", "user.info.basic video.publish")] => SCOPE;
    scopes_joined_by_comma_and_space_are_refused: [("scope", "user.info.basic, video.publish")] => SCOPE;
    scopes_joined_by_plus_are_refused: [("scope", "user.info.basic+video.publish")] => SCOPE;
    unknown_scope_is_refused: [("scope", "user.info.basic,video.create")] => SCOPE;
    scope_that_is_not_enabled_is_refused: [("scope", "user.info.basic,video.list")] => SCOPE;
    missing_state_is_refused: [("state", "")] => "error=param_error&error_type=state";
    odd_disable_auto_auth_is_refused: [("disable_auto_auth", "yes")] => "error=param_error&error_type=disable_auto_auth";
    challenge_method_plain_is_refused: [("code_challenge", HEX), ("code_challenge_method", "plain")] => METHOD;
    malformed_challenge_is_refused: [("code_challenge", "abc"), ("code_challenge_method", "S256")] => CHALLENGE;
    loopback_redirect_without_challenge_is_refused: [("redirect_uri", LOOPBACK)] => CHALLENGE;
    hex_challenge_shows_consent: [("redirect_uri", LOOPBACK), ("code_challenge", HEX), ("code_challenge_method", "S256")] => "";
    challenge_without_method_shows_consent: [("redirect_uri", LOOPBACK), ("code_challenge", HEX)] => "";
    base64url_challenge_shows_consent: [("code_challenge", BASE64URL), ("code_challenge_method", "S256")] => "";
}

#[tokio::test]
async fn pkce_can_be_required_always_or_never() {
    let tiktok = start_with(|settings| settings.pkce = PkceDemand::Always).await;
    assert_eq!(outcome(&tiktok, &[]).await, CHALLENGE);
    tiktok.order("settings", json!({"pkce": "never"})).await;
    assert_eq!(outcome(&tiktok, &[("redirect_uri", LOOPBACK)]).await, "");
}

#[tokio::test]
async fn pkce_can_be_ignored_or_refused() {
    let tiktok = start_with(|settings| settings.pkce = PkceDemand::Refuse).await;
    let challenge = [("redirect_uri", LOOPBACK), ("code_challenge", HEX), ("code_challenge_method", "S256")];
    assert_eq!(outcome(&tiktok, &challenge).await, METHOD);
    assert_eq!(outcome(&tiktok, &challenge[..1]).await, "");
    tiktok.order("settings", json!({"pkce": "ignore"})).await;
    for changes in [&challenge[..], &challenge[..1], &[("code_challenge", "abc")]] {
        assert_eq!(outcome(&tiktok, changes).await, "");
    }
}

#[tokio::test]
async fn scopes_can_be_enabled_at_run_time() {
    let tiktok = start().await;
    tiktok.order("settings", json!({"enabled_scopes": ["video.list"]})).await;
    assert_eq!(outcome(&tiktok, &[("scope", "video.list")]).await, "");
    assert_eq!(outcome(&tiktok, &[("scope", "user.info.basic")]).await, SCOPE);
}

#[tokio::test]
async fn error_page_names_the_parameter_escaped() {
    let tiktok = start().await;
    let page = tiktok.get("/v2/auth/authorize/?error=e&error_type=<b>&errCode=10006").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(page.contains("We couldn’t log in with TikTok"));
    assert!(page.contains("correct the following"));
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"));
    assert!(page.contains("10006"));
}

#[tokio::test]
async fn error_page_is_translated_to_french() {
    let tiktok = start().await;
    let page = tiktok.get("/v2/auth/authorize/?error=e&error_type=scope&lang=fr").await.text().await.unwrap();
    assert!(page.contains(r#"<html lang="fr">"#));
    assert!(page.contains("corrigez"));
}

#[tokio::test]
async fn decision_with_wrong_redirect_uri_is_refused() {
    let tiktok = start().await;
    let response = tiktok.decide(&[("redirect_uri", "https://evil.example")], &[("decision", "deny")]).await;
    assert!(location(&response).ends_with(REDIRECT_URI));
}
