//! The simulated TikTok of a test, and a person's actions on its pages.

use creator_connect::server::tls;
use reqwest::{Client, Method, redirect};
use serde_json::{Value, json};
use tiktok_simulator::{Lifetimes, PkceDemand, Settings};
use tokio::{net::TcpListener, task::JoinHandle};

/// The app's key at the simulator.
pub(crate) const CLIENT_KEY: &str = "test-client-key";
/// The app's secret at the simulator.
pub(crate) const CLIENT_SECRET: &str = "test-client-secret-CANARY";

/// A running simulator.
pub(crate) struct Tiktok {
    /// Where it is, as `http://127.0.0.1:40124`.
    pub(crate) origin: String,
    client: Client,
    served: JoinHandle<()>,
}

impl Tiktok {
    /// Starts a TikTok at which `redirect_uri` is registered. `marker` goes into every token.
    pub(crate) async fn start(redirect_uri: &str, marker: Option<&str>) -> Self {
        tls::install_crypto_provider();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings {
            client_key: CLIENT_KEY.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            redirect_uris: vec![redirect_uri.to_owned()],
            webhook_url: Some(redirect_uri.parse().unwrap()),
            base_url: origin.parse().unwrap(),
            lifetimes: Lifetimes::Short,
            enabled_scopes: vec![
                "user.info.basic".to_owned(),
                "user.info.profile".to_owned(),
                "video.publish".to_owned(),
            ],
            pkce: PkceDemand::Never,
            token_marker: marker.map(str::to_owned),
        };
        let served = tokio::spawn(async move {
            tiktok_simulator::run(listener, settings, std::future::pending()).await.unwrap();
        });
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { origin, client, served }
    }

    /// Orders a fault for the next call of an endpoint.
    pub(crate) async fn order(&self, endpoint: &str, fault: Value) {
        self.order_times(endpoint, fault, 1).await;
    }

    /// Orders a fault for the next calls of an endpoint.
    pub(crate) async fn order_times(&self, endpoint: &str, fault: Value, times: u32) {
        let order = json!({ "endpoint": endpoint, "fault": fault, "times": times });
        self.control(Method::POST, "orders", &order).await;
    }

    /// Changes the simulator's settings.
    pub(crate) async fn set(&self, settings: Value) {
        self.control(Method::POST, "settings", &settings).await;
    }

    /// Removes the ordered faults that have not occurred yet.
    pub(crate) async fn clear_faults(&self) {
        self.control(Method::DELETE, "orders", &Value::Null).await;
    }

    /// Advances TikTok's clock.
    pub(crate) async fn advance(&self, seconds: i64) {
        self.control(Method::POST, "clock", &json!({ "advance_seconds": seconds })).await;
    }

    /// The calls that reached TikTok's API so far, in order.
    pub(crate) async fn calls(&self) -> Vec<Value> {
        let response = self.control(Method::GET, "calls", &Value::Null).await;
        let calls: Vec<Value> = serde_json::from_str(&response).unwrap();
        calls.into_iter().filter(|call| call["endpoint"] != "authorize").collect()
    }

    /// How often an endpoint was called.
    pub(crate) async fn count(&self, endpoint: &str) -> usize {
        self.calls().await.iter().filter(|call| call["endpoint"] == endpoint).count()
    }

    /// The creators whose list of connected apps has the app.
    pub(crate) async fn authorised(&self) -> Vec<String> {
        let state: Value =
            serde_json::from_str(&self.control(Method::GET, "state", &Value::Null).await).unwrap();
        state["authorised"].as_array().unwrap().iter().map(|slug| slug.as_str().unwrap().to_owned()).collect()
    }

    /// Orders an event, as the simulator's own page lists them; returns the results of its deliveries.
    pub(crate) async fn event(&self, order: Value) -> Vec<Value> {
        let response = self.control(Method::POST, "events", &order).await;
        let response: Value = serde_json::from_str(&response).unwrap();
        response["deliveries"].as_array().unwrap().clone()
    }

    /// Presses the test button of TikTok's portal; returns the results of its deliveries.
    pub(crate) async fn ping(&self, signed: bool) -> Value {
        let response = self.control(Method::POST, "ping", &json!({ "signed": signed })).await;
        let response: Value = serde_json::from_str(&response).unwrap();
        response["deliveries"].clone()
    }

    /// Opens the authorize page; returns the redirect, if it leads elsewhere at once.
    pub(crate) async fn open(&self, authorize: &str) -> Option<String> {
        let response = self.client.get(authorize).send().await.unwrap();
        response.headers().get("location").map(|to| to.to_str().unwrap().to_owned())
    }

    /// Advances TikTok's clock, which repeats due deliveries; returns their results.
    pub(crate) async fn later(&self, seconds: u32) -> Vec<Value> {
        let response = self.control(Method::POST, "clock", &json!({ "advance_seconds": seconds })).await;
        let response: Value = serde_json::from_str(&response).unwrap();
        response["deliveries"].as_array().unwrap().clone()
    }

    /// Removes the app on TikTok's own page, as a creator does; returns the address of the next page.
    pub(crate) async fn remove_app(&self, creator: &str) -> String {
        let url = format!("{}/simulator/apps/{creator}/remove", self.origin);
        let response = self.client.post(url).send().await.unwrap();
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn control(&self, method: Method, what: &str, body: &Value) -> String {
        let url = format!("{}/simulator/{what}", self.origin);
        let mut request = self.client.request(method, url);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{status} {text}");
        text
    }

    /// Consents as a creator with these scopes; returns the redirect.
    pub(crate) async fn approve(&self, authorize: &str, creator: &str, scopes: &[&str]) -> String {
        let mut form = vec![("creator", creator), ("decision", "approve")];
        form.extend(scopes.iter().map(|scope| ("scope", *scope)));
        self.decide(authorize, &form).await
    }

    /// Refuses consent; returns the redirect.
    pub(crate) async fn deny(&self, authorize: &str) -> String {
        self.decide(authorize, &[("creator", "public"), ("decision", "deny")]).await
    }

    async fn decide(&self, authorize: &str, form: &[(&str, &str)]) -> String {
        assert!(authorize.starts_with(&self.origin), "not TikTok: {authorize}");
        let response = self.client.post(authorize).form(form).send().await.unwrap();
        let location = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        match location {
            Some(location) => location,
            None => panic!("{}", response.text().await.unwrap()),
        }
    }
}

impl Drop for Tiktok {
    fn drop(&mut self) {
        self.served.abort();
    }
}
