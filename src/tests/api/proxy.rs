//! Calls of TikTok for a program that never sees a token.

use creator_connect::domain::Permission;
use reqwest::Method;
use serde_json::json;

use super::{Program, connected};
use crate::support::App;

#[tokio::test]
async fn call_is_made_with_the_creators_token() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::with(&app, |key| key.permissions = vec![Permission::TiktokCall]).await;
    let path = format!("/creators/{creator}/tiktok/v2/user/info/?fields=open_id,display_name");
    let answer = program.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.json()["data"]["user"]["display_name"].is_string());
    let stored = app.state.store.creator(&creator).await.unwrap().unwrap();
    assert_eq!(answer.json()["data"]["user"]["open_id"], stored.open_id.as_str());
    let query = format!("/creators/{creator}/tiktok/v2/post/publish/creator_info/query/");
    let info = program.send(Method::POST, &query, &[], None).await;
    assert!(info.json()["data"]["privacy_level_options"].is_array(), "{}", info.text);
    for answer in [answer, info] {
        assert!(!answer.text.contains("act."), "{}", answer.text);
    }
}

#[tokio::test]
async fn tiktoks_own_error_is_passed_on() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let answer = program.get(&format!("/creators/{creator}/tiktok/v2/user/info/?fields=nonsense")).await;
    assert!(answer.status >= 400, "{}", answer.text);
    assert!(answer.json()["error"]["code"].is_string());
    assert_ne!(answer.header("x-tiktok-log-id"), "");
}

#[tokio::test]
async fn refused_token_is_refreshed_and_the_call_repeated() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    app.tiktok.order("user_info", json!({ "code": "access_token_invalid", "status": 401 })).await;
    let path = format!("/creators/{creator}/tiktok/v2/user/info/?fields=open_id");
    let answer = program.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(app.tiktok.count("refresh").await, 1);
}

#[tokio::test]
async fn only_listed_endpoints_are_called() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let before = app.tiktok.calls().await.len();
    for path in [
        "v2/oauth/token/",
        "v2/oauth/revoke/",
        "v2/user/info/..%2f..%2foauth%2ftoken/",
        "v2/user/%69nfo/",
        "/evil.example/",
        "https://evil.example/v2/user/info/",
        "v2/user/info%0d%0aHost:%20evil/",
        "v2/post/publish/video/init/",
        "simulator/state",
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = program
                .send(method.clone(), &format!("/creators/{creator}/tiktok/{path}"), &[], Some("{}"))
                .await;
            assert_eq!(answer.problem(), (403, "proxy_route_not_allowed".to_owned()), "{method} {path}");
        }
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer =
            program.send(method, &format!("/creators/{creator}/tiktok/v2/user/info/"), &[], None).await;
        assert_eq!(answer.problem().0, 405);
    }
    assert_eq!(app.tiktok.calls().await.len(), before, "TikTok was not asked");
}

#[tokio::test]
async fn callers_headers_are_not_passed_on() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/tiktok/v2/user/info/?fields=open_id");
    let headers = [("x-forwarded-host", "evil.example"), ("cookie", "a=b"), ("x-tt-something", "1")];
    let answer = program.send(Method::GET, &path, &headers, None).await;
    assert_eq!(answer.status, 200);
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn missing_scope_is_told_before_tiktok_is_asked() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/tiktok/v2/post/publish/inbox/video/init/");
    let answer = program.post(&path, json!({})).await;
    assert_eq!(answer.problem(), (403, "scope_missing".to_owned()));
    assert_eq!(answer.json()["scopes"], json!(["video.upload"]));
}

#[tokio::test]
async fn tiktoks_rate_is_kept_for_each_creator() {
    let app = App::start().await;
    let (creator, other) = (connected(&app, "public").await, connected(&app, "private").await);
    let program = Program::new(&app).await;
    let path = |creator| format!("/creators/{creator}/tiktok/v2/post/publish/creator_info/query/");
    let mut last = program.post(&path(&creator), json!({})).await;
    for _ in 0..20 {
        last = program.post(&path(&creator), json!({})).await;
    }
    assert_eq!(last.problem(), (429, "tiktok_rate_limited".to_owned()));
    assert!(last.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(program.post(&path(&other), json!({})).await.status, 200);
}

#[tokio::test]
async fn unusable_responses_say_whether_to_call_again() {
    let app = App::start_from(&[], crate::support::with_short_timeouts).await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/tiktok/v2/user/info/?fields=open_id");
    app.tiktok.order("user_info", json!({ "status": 502, "body": "<html>" })).await;
    let answer = program.get(&path).await;
    assert_eq!(
        (answer.problem().1.as_str(), &answer.json()["tiktok"]["http_status"]),
        ("tiktok_error", &502.into())
    );
    app.tiktok.order("user_info", json!({ "hang": true })).await;
    let answer = program.get(&path).await;
    assert_eq!(answer.problem(), (504, "tiktok_timeout".to_owned()));
    assert_eq!(answer.json()["retry_safe"], true);
}

#[tokio::test]
async fn bodies_up_to_one_megabyte_are_sent() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/tiktok/v2/post/publish/creator_info/query/");
    let large = json!({ "padding": "x".repeat(900_000) });
    assert_ne!(program.post(&path, large).await.status, 413);
    let too_large = json!({ "padding": "x".repeat(1_100_000) });
    assert_eq!(program.post(&path, too_large).await.problem(), (413, "too_large".to_owned()));
    assert_eq!(program.send(Method::POST, &path, &[], Some("{")).await.problem().1, "malformed_json");
}
