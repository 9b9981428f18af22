//! The Supabase of the tests: the stand-in of `scripts/supabase.sh`, which is started if it does not run,
//! or the project that `SUPABASE_TEST_URL` and `SUPABASE_TEST_KEY` name.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};

use creator_connect::server::{
    clock::{Clock, SystemClock},
    config::process_variable,
    entropy::SystemEntropy,
    store::supabase::SupabaseStore,
    tls,
};
use reqwest::Client;
use serde_json::{Value, json};

use super::{lock, process::free_port};

/// The stand-in's folder; `scripts/test.sh` starts and stops the same one.
const FOLDER: &str = "target/supabase-test";

/// A share of the database that all tests use, or all of it, for as long as a test lasts.
pub(crate) struct Hold(#[allow(dead_code, reason = "dropping it releases the lock")] File);

impl Hold {
    /// With other tests, which keep to rows of their own.
    pub(crate) async fn shared() -> Self {
        Self(lock::take("database", false).await)
    }

    /// Without other tests: for one that counts or purges rows.
    pub(crate) async fn alone() -> Self {
        Self(lock::take("database", true).await)
    }
}

/// A project, by an operator's settings.
pub(crate) struct Project {
    pub(crate) url: String,
    pub(crate) key: String,
}

/// The project against which the store's contract is tested.
pub(crate) fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| {
        match (process_variable("SUPABASE_TEST_URL"), process_variable("SUPABASE_TEST_KEY")) {
            (Some(url), Some(key)) => Project { url, key },
            _ => Project { url: format!("http://127.0.0.1:{}", setting("GATEWAY_PORT")), key: key() },
        }
    })
}

/// The stand-in's secret key.
pub(crate) fn key() -> String {
    setting("SECRET_KEY")
}

/// One of the stand-in's settings.
pub(crate) fn setting(name: &str) -> String {
    settings().get(name).unwrap_or_else(|| panic!("the stand-in has no {name}")).clone()
}

/// The settings file of the stand-in, which is started first.
fn settings() -> &'static HashMap<String, String> {
    static SETTINGS: OnceLock<HashMap<String, String>> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
        running(&folder).unwrap_or_else(|| {
            let started = script("supabase.sh").args(["start", FOLDER]).output().unwrap();
            assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
            running(&folder).unwrap()
        })
    })
}

/// The settings of the stand-in in `folder`, if it is reachable. It outlives the processes of the tests, which need
/// not start it one by one then.
pub(crate) fn running(folder: &Path) -> Option<HashMap<String, String>> {
    let text = std::fs::read_to_string(folder.join("settings")).ok()?;
    let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
    let settings: HashMap<_, _> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let port: u16 = settings.get("GATEWAY_PORT")?.parse().ok()?;
    TcpStream::connect(("127.0.0.1", port)).ok().map(|_| settings)
}

/// Empties the stand-in's tables; the caller has the database alone.
pub(crate) fn reset() {
    settings();
    let emptied = script("supabase.sh").args(["reset", FOLDER]).output().unwrap();
    assert!(emptied.status.success(), "{}", String::from_utf8_lossy(&emptied.stderr));
}

/// Every row of every table that the app writes, as text.
pub(crate) fn rows() -> String {
    let tables =
        ["creators", "tiktok_tokens", "revocations", "webhook_events", "pending_logins", "web_sessions"];
    query(&tables.map(|table| format!("SELECT to_jsonb(whole) FROM public.{table} AS whole;")).concat())
}

/// The result of SQL at the stand-in, a line for each row.
pub(crate) fn query(sql: &str) -> String {
    settings();
    let mut psql = script("supabase.sh");
    psql.args(["psql", FOLDER]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = psql.spawn().unwrap();
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn script(name: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(root.join("scripts").join(name));
    command.current_dir(root);
    command
}

/// The store of a project.
pub(crate) async fn store(url: &str, key: &str, clock: Arc<dyn Clock>) -> SupabaseStore {
    let rest_url = format!("{url}/rest/v1").parse().unwrap();
    let key = key.parse().unwrap();
    SupabaseStore::open(&rest_url, &key, Duration::ZERO, clock, Arc::new(SystemEntropy)).await.unwrap()
}

/// A test's own gateway to the stand-in: its faults affect no other test.
pub(crate) struct Gateway {
    /// Where it is, as an operator sets `SUPABASE_URL`.
    pub(crate) url: String,
    port: u16,
    child: Option<Child>,
}

impl Gateway {
    /// A gateway without faults.
    pub(crate) fn start() -> Self {
        tls::install_crypto_provider();
        let port = free_port();
        let mut gateway = Self { url: format!("http://127.0.0.1:{port}"), port, child: None };
        gateway.restart();
        gateway
    }

    /// Stops it: connections are refused.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it again at the same address, without the faults that were ordered.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let mut command = Command::new("node");
        command.arg("scripts/supabase-gateway.mjs").arg("serve").current_dir(env!("CARGO_MANIFEST_DIR"));
        for name in ["ANON_KEY", "SERVICE_KEY", "PUBLISHABLE_KEY", "SECRET_KEY", "REST_PORT"] {
            command.env(name, setting(name));
        }
        let port = self.port.to_string();
        let mut child = command.env("GATEWAY_PORT", port).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening"), "the gateway did not start: {line}");
        self.child = Some(child);
    }

    /// Orders a fault, as the gateway's own file lists them.
    pub(crate) async fn order(&self, fault: Value) {
        let client = Client::builder().build().unwrap();
        let response =
            client.post(format!("{}/__control", self.url)).body(fault.to_string()).send().await.unwrap();
        assert!(response.status().is_success(), "{fault}: {}", response.text().await.unwrap());
    }

    /// How often the ordered fault will still occur.
    pub(crate) async fn left(&self) -> u64 {
        let client = Client::builder().build().unwrap();
        let response = client.get(format!("{}/__control", self.url)).send().await.unwrap();
        let current: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        current["times"].as_u64().unwrap()
    }

    /// The functions that were called so far, in order.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let client = Client::builder().build().unwrap();
        let response = client.get(format!("{}/__control", self.url)).send().await.unwrap();
        let current: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        serde_json::from_value(current["calls"].clone()).unwrap()
    }

    /// Removes the fault and releases hanging requests.
    pub(crate) async fn clear_faults(&self) {
        self.order(json!({ "fault": "off" })).await;
    }

    /// The store behind it.
    pub(crate) async fn store(&self) -> SupabaseStore {
        store(&self.url, &key(), Arc::new(SystemClock)).await
    }

    /// The settings of an app whose store is behind it.
    pub(crate) fn app_settings(&self) -> [(&'static str, String); 3] {
        [("STORE", "supabase".to_owned()), ("SUPABASE_URL", self.url.clone()), ("SUPABASE_KEY", key())]
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop();
    }
}
