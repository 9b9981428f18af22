//! The API for programs, from outside.

mod audit;
mod audit_writing;
mod creators;
mod documents;
mod events;
mod keys;
mod permissions;
mod proxy;
mod tokens;

use std::net::SocketAddr;

use creator_connect::{
    domain::{CreatorId, CreatorLimit, Permission},
    server::{
        api_keys::{KeyKind, NewKey},
        clock::Clock as _,
        store::{Annotations, StoredApiKey},
    },
};
use reqwest::{Client, Method, header::HeaderMap};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::support::App;

/// A program with a key.
pub(crate) struct Program {
    client: Client,
    origin: String,
    /// The key's id.
    pub(crate) id: String,
    key: String,
}

/// An answer of the API.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The status, and the code of the problem.
    pub(crate) fn problem(&self) -> (u16, String) {
        let json = self.json();
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
        assert_eq!(json["status"], self.status);
        assert_eq!(json["request_id"], self.headers["x-request-id"].to_str().unwrap(), "{}", self.text);
        (self.status, json["code"].as_str().unwrap().to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A key that may do everything with every creator.
fn all_of_it(app: &App) -> StoredApiKey {
    StoredApiKey {
        id: String::new(),
        digest: String::new(),
        name: "scheduler".to_owned(),
        permissions: Permission::ALL.to_vec(),
        creators: CreatorLimit::All,
        addresses: Vec::new(),
        requests_per_minute: 60_000,
        tokens_per_minute: 60_000,
        created_at: app.clock.now(),
        expires_at: Some(app.clock.now().plus_seconds(90 * 86_400)),
        last_used_at: None,
        revoked_at: None,
    }
}

impl Program {
    /// A program whose key may do everything.
    pub(crate) async fn new(app: &App) -> Self {
        Self::with(app, |_| {}).await
    }

    /// A program whose key is changed.
    pub(crate) async fn with(app: &App, change: impl FnOnce(&mut StoredApiKey)) -> Self {
        let mut stored = all_of_it(app);
        change(&mut stored);
        let key = NewKey::draw(KeyKind::Real, &creator_connect::server::entropy::SystemEntropy);
        (stored.id, stored.digest) = (key.id.clone(), key.digest.clone());
        assert!(app.state.store.create_api_key(&stored).await.unwrap());
        Self::of(app, &key.id, key.text.expose_secret())
    }

    /// A program that sends this as its key.
    pub(crate) fn of(app: &App, id: &str, key: &str) -> Self {
        let client = Client::builder()
            .danger_accept_invalid_certs(true)
            .resolve("localhost", SocketAddr::from(([127, 0, 0, 1], app.address().port())))
            .build()
            .unwrap();
        Self { client, origin: app.origin.clone(), id: id.to_owned(), key: key.to_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[], Some(&body.to_string())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// Sends a request to a path below the API's, with the key unless a header replaces it.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}/api/v1{path}", self.origin));
        if !headers.iter().any(|(name, _)| *name == "authorization") && !self.key.is_empty() {
            request = request.bearer_auth(&self.key);
        }
        if let Some(body) = body {
            request = request.body(body.to_owned());
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                request = request.header("content-type", "application/json");
            }
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

/// Notes something about a creator.
async fn annotate(app: &App, creator: &CreatorId, annotations: &Annotations) {
    let version = app.state.store.creator(creator).await.unwrap().unwrap().version;
    app.state.store.annotate_creator(creator, version, annotations).await.unwrap();
}

/// A creator who is connected.
async fn connected(app: &App, name: &str) -> CreatorId {
    let browser = app.signed_in(name).await;
    app.creator(&browser).await
}
