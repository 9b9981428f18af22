//! A simulator on a port of its own, an app's view of it, and an inbox for its webhooks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest::{Client, RequestBuilder, Response, redirect};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use url::Url;

use crate::fields::Fields;
use crate::{Lifetimes, PkceDemand, Settings, router};

pub(super) const KEY: &str = "sbaw-test-key";
pub(super) const SECRET: &str = "test-secret";
pub(super) const REDIRECT: &str = "https://app.example.test/webhook";
pub(super) const LOOPBACK: &str = "http://localhost:5000/webhook";
pub(super) const BOTH: &str = "user.info.basic,video.publish";

pub(super) struct Tiktok {
    pub(super) base: String,
    pub(super) http: Client,
    pub(super) inbox: UnboundedReceiver<Received>,
    /// Where the inbox listens.
    pub(super) hook: Url,
    answer: Arc<AtomicU16>,
}

pub(super) struct Received {
    pub(super) signature: Option<String>,
    pub(super) body: String,
}

pub(super) async fn start() -> Tiktok {
    start_with(|_| {}).await
}

pub(super) async fn start_with(change: impl FnOnce(&mut Settings)) -> Tiktok {
    // Another test of this process may have been first.
    rustls::crypto::ring::default_provider().install_default().ok();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (hook, inbox, answer) = receiver().await;
    let mut settings = settings(&base, hook.clone());
    change(&mut settings);
    tokio::spawn(axum::serve(listener, router(settings)).into_future());
    let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
    Tiktok { base, http, inbox, hook, answer }
}

pub(super) fn settings(base: &str, webhook_url: Url) -> Settings {
    let scopes = ["user.info.basic", "user.info.profile", "user.info.stats", "video.publish"];
    Settings {
        client_key: KEY.to_owned(),
        client_secret: SECRET.to_owned(),
        redirect_uris: vec![REDIRECT.to_owned(), LOOPBACK.to_owned()],
        webhook_url: Some(webhook_url),
        base_url: base.parse().unwrap(),
        lifetimes: Lifetimes::Short,
        enabled_scopes: scopes.map(str::to_owned).to_vec(),
        pkce: PkceDemand::LoopbackRedirect,
        token_marker: None,
    }
}

impl Tiktok {
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The authorize URL of a valid request with some parameters changed; an empty value removes one.
    pub(super) fn authorize_url(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("client_key", KEY),
            ("response_type", "code"),
            ("scope", BOTH),
            ("redirect_uri", REDIRECT),
            ("state", "s t&te"),
        ];
        pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        Url::parse_with_params(&self.url("/v2/auth/authorize/"), pairs).unwrap().into()
    }

    pub(super) async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// Submits a decision on the consent page.
    pub(super) async fn decide(&self, changes: &[(&str, &str)], form: &[(&str, &str)]) -> Response {
        self.http.post(self.authorize_url(changes)).form(form).send().await.unwrap()
    }

    pub(super) async fn approve(&self, creator: &str) -> Fields {
        let form = [("creator", creator), ("scope", "video.publish"), ("decision", "approve")];
        callback(&self.decide(&[], &form).await)
    }

    /// A code for every enabled scope that is named.
    pub(super) async fn code(&self, creator: &str, scope: &str) -> String {
        let mut form = vec![("creator", creator), ("decision", "approve")];
        form.extend(scope.split(',').map(|scope| ("scope", scope)));
        let back = callback(&self.decide(&[("scope", scope)], &form).await);
        back.get("code").unwrap().to_owned()
    }

    /// `POST /v2/oauth/token/` with the app's credentials; later fields win over them.
    pub(super) async fn token(&self, fields: &[(&str, &str)]) -> Value {
        self.oauth("token", fields).await
    }

    pub(super) async fn oauth(&self, call: &str, fields: &[(&str, &str)]) -> Value {
        let response = self.oauth_request(call, fields).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    pub(super) fn oauth_request(&self, call: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut form = vec![("client_key", KEY), ("client_secret", SECRET)];
        form.retain(|(name, _)| !fields.iter().any(|(changed, _)| changed == name));
        form.extend(fields.iter().filter(|(_, value)| !value.is_empty()));
        self.http.post(self.url(&format!("/v2/oauth/{call}/"))).form(&form)
    }

    pub(super) async fn exchange(&self, code: &str) -> Value {
        self.token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)]).await
    }

    pub(super) async fn refresh(&self, tokens: &Value) -> Value {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(super) async fn login(&self, creator: &str) -> Value {
        self.login_with(creator, BOTH).await
    }

    pub(super) async fn login_with(&self, creator: &str, scope: &str) -> Value {
        self.exchange(&self.code(creator, scope).await).await
    }

    pub(super) async fn user_info(&self, tokens: &Value, fields: &str) -> (u16, Value) {
        let request = self.http.get(self.url("/v2/user/info/")).query(&[("fields", fields)]);
        answer(request.bearer_auth(tokens["access_token"].as_str().unwrap())).await
    }

    pub(super) async fn creator_info(&self, tokens: &Value) -> (u16, Value) {
        let request = self.http.post(self.url("/v2/post/publish/creator_info/query/"));
        answer(request.bearer_auth(tokens["access_token"].as_str().unwrap())).await
    }

    pub(super) async fn post_json(&self, tokens: &Value, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(self.url(path)).json(&body);
        answer(request.bearer_auth(tokens["access_token"].as_str().unwrap())).await
    }

    pub(super) async fn order(&self, path: &str, order: Value) -> Value {
        let url = self.url(&format!("/simulator/{path}"));
        let response = self.http.post(url).json(&order).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.text().await.unwrap());
        response.json().await.unwrap_or_default()
    }

    pub(super) async fn fault(&self, endpoint: &str, fault: Value) {
        self.order("orders", json!({"endpoint": endpoint, "fault": fault})).await;
    }

    pub(super) async fn advance(&self, seconds: u64) -> Value {
        self.order("clock", json!({"advance_seconds": seconds})).await
    }

    pub(super) async fn state(&self) -> Value {
        self.get("/simulator/state").await.json().await.unwrap()
    }

    /// The report of each grant.
    pub(super) async fn grants(&self) -> Vec<Value> {
        self.get("/simulator/grants").await.json().await.unwrap()
    }

    /// Sets the status of the app's responses to webhooks.
    pub(super) fn app_answers(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    pub(super) async fn webhook(&mut self) -> Value {
        serde_json::from_str(&self.inbox.recv().await.unwrap().body).unwrap()
    }
}

/// The fields of the redirect to the app.
pub(super) fn callback(response: &Response) -> Fields {
    let location = location(response);
    let (target, query) = location.split_once('?').unwrap();
    assert!([REDIRECT, LOOPBACK].contains(&target), "{target}");
    Fields::parse(query.as_bytes())
}

pub(super) fn location(response: &Response) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert!(response.headers().contains_key("x-tt-logid"));
    (status, response.json().await.unwrap())
}

type Inbox = (UnboundedSender<Received>, Arc<AtomicU16>);

async fn receiver() -> (Url, UnboundedReceiver<Received>, Arc<AtomicU16>) {
    let (sender, inbox) = unbounded_channel();
    let answer = Arc::new(AtomicU16::new(200));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new().route("/hook", post(receive)).with_state((sender, answer.clone()));
    tokio::spawn(axum::serve(listener, app).into_future());
    (url.parse().unwrap(), inbox, answer)
}

async fn receive(State((sender, answer)): State<Inbox>, headers: HeaderMap, body: String) -> StatusCode {
    let signature = headers.get("tiktok-signature").map(|value| value.to_str().unwrap().to_owned());
    sender.send(Received { signature, body }).ok();
    StatusCode::from_u16(answer.load(Ordering::SeqCst)).unwrap()
}
