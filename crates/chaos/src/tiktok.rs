//! The simulated TikTok: a process of its own, and the way to it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use creator_connect::server::tls;
use reqwest::{Client, Method, redirect};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tiktok_simulator::{Lifetimes, PkceDemand, Settings};
use tokio::net::TcpListener;

/// The app's key there.
pub(crate) const CLIENT_KEY: &str = "chaos-client-key";
/// The app's secret there.
pub(crate) const CLIENT_SECRET: &str = "chaos-client-secret";
/// It is registered, and nobody is ever sent to it.
pub(crate) const REDIRECT_URI: &str = "http://localhost:5000/webhook";
/// What every creator allows.
pub(crate) const SCOPES: [&str; 2] = ["user.info.basic", "video.publish"];

/// Serves until standard input ends, which is when whoever started it is gone
#[derive(Args)]
pub(crate) struct Serve {
    /// How long an access token lives
    #[arg(long)]
    access_seconds: u64,
    /// How long a consent lasts
    #[arg(long)]
    consent_seconds: u64,
}

impl Serve {
    pub(crate) async fn run(self) -> Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let settings = self.settings(&origin)?;
        println!("{origin}");
        tiktok_simulator::run(listener, settings, end_of_input()).await?;
        Ok(())
    }

    fn settings(self, origin: &str) -> Result<Settings> {
        Ok(Settings {
            client_key: CLIENT_KEY.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            redirect_uris: vec![REDIRECT_URI.to_owned()],
            webhook_url: None,
            base_url: origin.parse()?,
            lifetimes: Lifetimes::Custom {
                access_seconds: self.access_seconds,
                refresh_seconds: self.consent_seconds,
            },
            enabled_scopes: SCOPES.map(str::to_owned).to_vec(),
            pkce: PkceDemand::Never,
            token_marker: None,
        })
    }
}

/// Ready when nobody holds the other end of standard input any more.
pub(crate) async fn end_of_input() {
    let (gone, end) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        std::io::stdin().lines().for_each(drop);
        drop(gone);
    });
    end.await.ok();
}

/// A running simulator.
pub(crate) struct Tiktok {
    /// Where it is, as `http://127.0.0.1:40124`.
    pub(crate) origin: String,
    client: Client,
    child: Child,
    _input: ChildStdin,
}

/// Tokens of a made-up creator, as the simulator gave them: a JSON object that nothing prints.
pub(crate) struct Consent(Value);

/// How a grant stands at TikTok.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ProviderGrant {
    pub(crate) generation: u32,
    /// SHA-256 of the live refresh token, hex.
    pub(crate) digest: String,
    pub(crate) late_refreshes: u32,
    pub(crate) spent_calls: u32,
    pub(crate) overlaps: u32,
    pub(crate) asked: Vec<Asked>,
}

/// One refresh that had its effect.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asked {
    pub(crate) at_ms: u64,
    pub(crate) generation: u32,
    pub(crate) outcome: Outcome,
    pub(crate) answer: ResponseFate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Renewed,
    Spent,
    Ended,
}

/// What an ordered fault made of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResponseFate {
    Sent,
    Late,
    Dropped,
}

impl Tiktok {
    pub(crate) fn start(access_seconds: u64, consent_seconds: u64) -> Result<Self> {
        tls::install_crypto_provider();
        let mut child = Command::new(std::env::current_exe()?)
            .arg("tiktok")
            .args(["--access-seconds", &access_seconds.to_string()])
            .args(["--consent-seconds", &consent_seconds.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the simulator does not start")?;
        let input = child.stdin.take().context("the simulator has no input")?;
        let mut origin = String::new();
        BufReader::new(child.stdout.take().context("the simulator is silent")?).read_line(&mut origin)?;
        let origin = origin.trim().to_owned();
        ensure!(origin.starts_with("http://"), "the simulator did not start: {origin}");
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_mins(2))
            .build()?;
        Ok(Self { origin, client, child, _input: input })
    }

    /// Made-up creators consent: `count` of them, beginning with number `first`.
    pub(crate) async fn consents(&self, order: Value) -> Result<Vec<Consent>> {
        let given: Vec<Value> = self.control(Method::POST, "grants", &order).await?;
        Ok(given.into_iter().map(Consent).collect())
    }

    /// How `count` grants stand, in order of their numbers, from the number `from` on.
    pub(crate) async fn grants(&self, from: u64, count: u64) -> Result<Vec<ProviderGrant>> {
        self.control(Method::GET, &format!("grants?from={from}&count={count}"), &Value::Null).await
    }

    /// How all of them stand.
    pub(crate) async fn all_grants(&self) -> Result<Vec<ProviderGrant>> {
        self.control(Method::GET, "grants", &Value::Null).await
    }

    /// How often a refresh has come.
    pub(crate) async fn refreshes(&self) -> Result<u64> {
        let counts: Value = self.control(Method::GET, "counts", &Value::Null).await?;
        Ok(counts.pointer("/calls/refresh").and_then(Value::as_u64).unwrap_or_default())
    }

    /// Replaces every order by these, each for refreshes: a fault, its chance, and what decides.
    pub(crate) async fn misbehave(&self, seed: u64, faults: &[(f64, Value)]) -> Result<()> {
        self.send(Method::DELETE, "orders", &Value::Null).await?;
        for (number, (chance, fault)) in (0..).zip(faults) {
            let seed = seed.wrapping_add(number);
            let order = json!({"endpoint": "refresh", "chance": chance, "seed": seed, "fault": fault});
            self.send(Method::POST, "orders", &order).await?;
        }
        Ok(())
    }

    async fn control<T: DeserializeOwned>(&self, method: Method, what: &str, body: &Value) -> Result<T> {
        let answer = self.send(method, what, body).await?;
        serde_json::from_slice(&answer).with_context(|| format!("the simulator's answer to {what}"))
    }

    async fn send(&self, method: Method, what: &str, body: &Value) -> Result<Vec<u8>> {
        let mut request = self.client.request(method, format!("{}/simulator/{what}", self.origin));
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.with_context(|| format!("the simulator is asked for {what}"))?;
        let status = response.status();
        let answer = response.bytes().await?;
        ensure!(status.is_success(), "the simulator says {status}: {}", String::from_utf8_lossy(&answer));
        Ok(answer.to_vec())
    }
}

impl Drop for Tiktok {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Consent {
    /// Which of the simulator's grants it is.
    pub(crate) fn grant(&self) -> Option<usize> {
        usize::try_from(self.0.get("grant")?.as_u64()?).ok()
    }

    /// A field that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A field that is a number of seconds.
    pub(crate) fn seconds(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }
}
