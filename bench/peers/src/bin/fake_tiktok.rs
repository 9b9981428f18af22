//! The least TikTok that a login needs: it grants every code, and answers at once.

use axum::{
    Form, Json, Router,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct TokenRequest {
    #[serde(default)]
    code: String,
}

/// The creator is part of the code, and so of the tokens.
async fn token(Form(request): Form<TokenRequest>) -> Json<Value> {
    let creator = request.code.trim_start_matches("code-").to_owned();
    Json(json!({
        "open_id": format!("creator-{creator}"),
        "scope": "user.info.basic,video.publish",
        "access_token": format!("act.{creator}"),
        "expires_in": 86_400,
        "refresh_token": format!("rft.{creator}"),
        "refresh_expires_in": 31_536_000,
        "token_type": "Bearer",
    }))
}

fn creator(headers: &axum::http::HeaderMap) -> String {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    token.trim_start_matches("Bearer act.").to_owned()
}

async fn user_info(headers: axum::http::HeaderMap) -> Json<Value> {
    let number = creator(&headers);
    let user = json!({ "open_id": format!("creator-{number}"), "display_name": format!("Creator Number {number}") });
    Json(json!({ "data": { "user": user }, "error": { "code": "ok", "message": "", "log_id": "bench" } }))
}

async fn creator_info(headers: axum::http::HeaderMap) -> Json<Value> {
    let number = creator(&headers);
    let info = json!({
        "creator_username": format!("creator{number}"),
        "creator_nickname": format!("Creator Number {number}"),
        "privacy_level_options": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
        "comment_disabled": false,
        "duet_disabled": false,
        "stitch_disabled": true,
        "max_video_post_duration_sec": 300,
    });
    Json(json!({ "data": info, "error": { "code": "ok", "message": "", "log_id": "bench" } }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::var("PORT").expect("PORT is set");
    let routes = Router::new()
        .route("/v2/oauth/token/", post(token))
        .route("/v2/oauth/revoke/", post(|| async { Json(json!({})) }))
        .route("/v2/user/info/", get(user_info))
        .route("/v2/post/publish/creator_info/query/", post(creator_info));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    axum::serve(listener, routes).await.expect("it serves");
}
