//! Fault injection, recorded calls and the state.

use serde_json::{Value, json};

use super::harness::{BOTH, REDIRECT, Tiktok, callback, start};

async fn calls(tiktok: &Tiktok) -> Vec<Value> {
    tiktok.get("/simulator/calls").await.json().await.unwrap()
}

async fn client_token(tiktok: &Tiktok) -> Result<reqwest::Response, reqwest::Error> {
    tiktok.oauth_request("token", &[("grant_type", "client_credentials")]).send().await
}

#[tokio::test]
async fn status_fault_answers_once_with_its_text() {
    let tiktok = start().await;
    tiktok.fault("token", json!({"status": 503, "body": "busy"})).await;
    let response = client_token(&tiktok).await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.text().await.unwrap(), "busy");
    assert_eq!(client_token(&tiktok).await.unwrap().status(), 200, "one order, one call");
}

#[tokio::test]
async fn body_fault_answers_with_its_json() {
    let tiktok = start().await;
    let body = json!({"access_token": "", "error": "x"});
    tiktok.fault("token", json!({"body": body, "status": 400})).await;
    let response = client_token(&tiktok).await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.json::<Value>().await.unwrap(), body);
}

#[tokio::test]
async fn patch_changes_the_response_and_not_the_effect() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    tiktok
        .fault("refresh", json!({"patch": {"open_id": null, "expires_in": "86400", "more": {"a": 1}}}))
        .await;
    let renewed = tiktok.refresh(&tokens).await;
    assert!(renewed.get("open_id").is_none());
    assert_eq!((&renewed["expires_in"], &renewed["more"]), (&json!("86400"), &json!({"a": 1})));
    assert!(tiktok.refresh(&renewed).await.get("error").is_none(), "the new token lives");
}

#[tokio::test]
async fn callback_fault_redirects_with_its_parameters() {
    let tiktok = start().await;
    tiktok.fault("authorize", json!({"callback": {"errCode": "10008"}})).await;
    let back = callback(&tiktok.http.get(tiktok.authorize_url(&[])).send().await.unwrap());
    assert_eq!(back.names().collect::<Vec<_>>(), ["errCode", "state"]);
    assert_eq!((back.get("errCode"), back.get("state")), (Some("10008"), Some("s t&te")));
}

#[tokio::test]
async fn garbage_fault_answers_with_invalid_json() {
    let tiktok = start().await;
    tiktok.fault("token", json!({"garbage": true})).await;
    let response = client_token(&tiktok).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.json::<Value>().await.is_err());
}

#[tokio::test]
async fn connection_dropped_before_has_no_effect() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    tiktok.fault("refresh", json!({"drop": "before"})).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    assert!(tiktok.oauth_request("token", &fields).send().await.is_err());
    assert!(tiktok.refresh(&tokens).await.get("error").is_none());
}

#[tokio::test]
async fn connection_dropped_after_has_rotated_the_token() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    tiktok.fault("refresh", json!({"drop": "after"})).await;
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
    assert!(tiktok.oauth_request("token", &fields).send().await.is_err());
    assert_eq!(tiktok.refresh(&tokens).await["error"], json!("invalid_grant"));
    assert_eq!(tiktok.state().await["grants"][0]["generation"], json!(1));
}

#[tokio::test]
async fn hang_fault_never_answers() {
    let tiktok = start().await;
    tiktok.fault("token", json!({"hang": true})).await;
    let request = tiktok.oauth_request("token", &[]).timeout(std::time::Duration::from_millis(200));
    assert!(request.send().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn delay_fault_makes_calls_concurrent() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    for endpoint in ["user_info", "creator_info"] {
        tiktok.fault(endpoint, json!({"delay_ms": 3000})).await;
    }
    let (user, creator) = tokio::join!(tiktok.user_info(&tokens, "open_id"), tiktok.creator_info(&tokens));
    assert_eq!((user.0, creator.0), (200, 200));
    let calls = calls(&tiktok).await;
    let in_flight: Vec<_> = calls.iter().map(|call| call["in_flight"].clone()).collect();
    assert_eq!(in_flight, [json!(0), json!(0), json!(1)]);
}

#[tokio::test]
async fn code_fault_has_the_error_format_of_the_endpoint() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    tiktok.fault("refresh", json!({"code": "server_error"})).await;
    assert_eq!(tiktok.refresh(&tokens).await["error"], json!("server_error"));
    tiktok.fault("user_info", json!({"code": "rate_limit_exceeded"})).await;
    let answer = tiktok.user_info(&tokens, "open_id").await;
    assert_eq!((answer.0, &answer.1["error"]["code"]), (429, &json!("rate_limit_exceeded")));
    tiktok.fault("creator_info", json!({"code": "scope_permission_missed"})).await;
    assert_eq!(tiktok.creator_info(&tokens).await.0, 400);
    tiktok.fault("revoke", json!({"code": "temporarily_unavailable", "status": 503})).await;
    let fields = [("token", tokens["access_token"].as_str().unwrap())];
    assert_eq!(tiktok.oauth_request("revoke", &fields).send().await.unwrap().status(), 503);
    assert_eq!(tiktok.user_info(&tokens, "open_id").await.0, 200, "nothing was revoked");
}

#[tokio::test]
async fn code_fault_of_authorize_redirects_to_the_app() {
    let tiktok = start().await;
    tiktok.fault("authorize", json!({"code": "temporarily_unavailable"})).await;
    let response = tiktok.http.get(tiktok.authorize_url(&[])).send().await.unwrap();
    let back = callback(&response);
    assert_eq!(back.get("error"), Some("temporarily_unavailable"));
    assert_eq!(back.get("state"), Some("s t&te"));
}

#[tokio::test]
async fn status_fault_of_avatar_occurs() {
    let tiktok = start().await;
    tiktok.fault("avatar", json!({"status": 500})).await;
    assert_eq!(tiktok.get("/avatars/public.png").await.status(), 500);
}

#[tokio::test]
async fn order_lasts_its_times_and_can_be_cleared() {
    let tiktok = start().await;
    let order = json!({"endpoint": "token", "times": 3, "fault": {"status": 500}});
    tiktok.order("orders", order).await;
    for _ in 0..2 {
        assert_eq!(client_token(&tiktok).await.unwrap().status(), 500);
    }
    tiktok.http.delete(tiktok.url("/simulator/orders")).send().await.unwrap();
    assert_eq!(client_token(&tiktok).await.unwrap().status(), 200);
}

#[tokio::test]
async fn refresh_fault_does_not_affect_token() {
    let tiktok = start().await;
    let tokens = tiktok.login("public").await;
    tiktok.fault("refresh", json!({"status": 500})).await;
    assert_eq!(client_token(&tiktok).await.unwrap().status(), 200);
    let fields =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    assert_eq!(tiktok.oauth_request("token", &fields).send().await.unwrap().status(), 500);
}

#[tokio::test]
async fn contradictory_orders_are_refused() {
    let tiktok = start().await;
    for fault in [
        json!({}),
        json!({"hang": true, "garbage": true}),
        json!({"code": "x", "body": "y"}),
        json!({"status": 99}),
        json!({"stauts": 500}),
    ] {
        let request = tiktok.http.post(tiktok.url("/simulator/orders"));
        let response = request.json(&json!({"endpoint": "token", "fault": fault})).send().await.unwrap();
        assert!(response.status().is_client_error(), "{fault}");
    }
}

#[tokio::test]
async fn calls_are_listed_with_field_names() {
    let tiktok = start().await;
    tiktok.http.get(tiktok.authorize_url(&[])).send().await.unwrap();
    let tokens = tiktok.login_with("public", BOTH).await;
    tiktok.refresh(&tokens).await;
    let calls = calls(&tiktok).await;
    let endpoints: Vec<_> = calls.iter().map(|call| call["endpoint"].as_str().unwrap()).collect();
    assert_eq!(endpoints, ["authorize", "token", "refresh"]);
    let fields = json!(["client_key", "client_secret", "grant_type", "code", "redirect_uri"]);
    assert_eq!(calls[1]["fields"], fields);
    assert!(calls[1]["arrived_ms"].as_u64() <= calls[2]["arrived_ms"].as_u64());
    assert_eq!(tiktok.state().await["calls"], json!({"authorize": 1, "token": 1, "refresh": 1}));
}

#[tokio::test]
async fn own_pages_are_not_counted_as_calls() {
    let tiktok = start().await;
    tiktok.get("/simulator/avatars/public.png").await;
    tiktok.get("/v2/auth/authorize/?error=e").await;
    tiktok.approve("public").await;
    assert_eq!(tiktok.state().await["calls"], json!({}));
}

#[tokio::test]
async fn state_describes_grants_without_secrets() {
    let tiktok = start().await;
    let code = tiktok.code("public", BOTH).await;
    let waiting = tiktok.state().await.to_string();
    let tokens = tiktok.exchange(&code).await;
    tiktok.refresh(&tokens).await;
    let state = tiktok.state().await;
    let grant = &state["grants"][0];
    assert_eq!(grant["creator"], json!("public"));
    assert_eq!(grant["scopes"], json!(["user.info.basic", "video.publish"]));
    assert_eq!((&grant["alive"], &grant["revoked"]), (&json!(true), &json!(false)));
    assert_eq!(grant["generation"], json!(1));
    assert_eq!(state["authorised"], json!(["public"]));
    for secret in [code.as_str(), tokens["access_token"].as_str().unwrap(), "rft.", "act."] {
        assert!(!waiting.contains(secret) && !state.to_string().contains(secret));
    }
    assert!(!state.to_string().contains(REDIRECT));
}
