//! A Supabase stand-in for the doctor's tests, which break and repair its schema.

use std::{
    collections::HashMap,
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

use creator_connect::server::{store::probe::SCHEMA_VERSION, tls};

use super::installation::Installation;
use crate::support::{lock, supabase::running, until};

/// The lock of the test that uses it.
const LOCK: &str = "doctor-supabase";

/// Its input closes when this process is gone.
static WAITER: OnceLock<Child> = OnceLock::new();
static SETTINGS: OnceLock<HashMap<String, String>> = OnceLock::new();

/// The stand-in for the duration of one test; dropping it repairs the schema.
pub(super) struct StandIn {
    settings: &'static HashMap<String, String>,
    is_broken: bool,
    /// A test that has it, has it alone.
    _lock: File,
}

impl StandIn {
    /// Waits until no other test uses the stand-in; the first call starts it.
    pub(super) async fn get() -> Self {
        let lock = lock::take(LOCK, true).await;
        let settings = tokio::task::spawn_blocking(|| SETTINGS.get_or_init(start)).await.unwrap();
        let stand_in = Self { settings, is_broken: false, _lock: lock };
        stand_in.wait_for_schema_cache().await;
        stand_in
    }

    /// After the schema was repaired the REST server reloads it with a delay.
    async fn wait_for_schema_cache(&self) {
        tls::install_crypto_provider();
        let client = reqwest::Client::builder().build().unwrap();
        let url = format!("{}/rest/v1/rpc/cc_schema_version", self.setting("SUPABASE_URL"));
        until("the stand-in knows its schema", || async {
            let request = client.post(&url).header("apikey", self.setting("SUPABASE_KEY"));
            let body = serde_json::json!({ "request": {} });
            request.json(&body).send().await.is_ok_and(|response| response.status().is_success())
        })
        .await;
    }

    /// One of the lines that `scripts/supabase.sh env` prints.
    pub(super) fn setting(&self, name: &str) -> &'static str {
        self.settings[name].as_str()
    }

    /// An app that uses it, and a public key to try.
    pub(super) fn installation(&self) -> Installation {
        Installation::with_supabase(self.setting("SUPABASE_URL"), self.setting("SUPABASE_KEY"))
            .with("SUPABASE_ANON_KEY", self.setting("SUPABASE_PUBLISHABLE_KEY"))
    }

    /// Runs SQL as the project's owner.
    pub(super) async fn run(&mut self, sql: &'static str) {
        self.is_broken = true;
        tokio::task::spawn_blocking(move || psql(sql)).await.unwrap();
    }

    /// Runs SQL that is refused, and returns what is printed.
    pub(super) async fn refuses(&mut self, sql: String) -> String {
        self.is_broken = true;
        let output = tokio::task::spawn_blocking(move || run_script("psql", &sql)).await.unwrap();
        assert!(!output.status.success(), "the SQL was accepted");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if self.is_broken {
            psql(&format!("DELETE FROM cc_schema_versions WHERE version > {SCHEMA_VERSION}"));
            psql(&schema());
        }
    }
}

/// The output of `creator-connect schema`, which repairs the schema after any test.
pub(super) fn schema() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_creator-connect")).arg("schema").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn start() -> HashMap<String, String> {
    if running(&folder()).is_none() {
        script("start", "");
        stop_at_the_end();
    }
    let lines = script("env", "");
    lines.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn psql(sql: &str) {
    script("psql", sql);
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("doctor-supabase")
}

fn command(word: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(root.join("scripts/supabase.sh"));
    command.arg(word).arg(folder()).current_dir(root).env("PGOPTIONS", "-c client_min_messages=warning");
    command
}

/// Runs the script with `input` and returns its output.
fn script(word: &str, input: &str) -> String {
    let output = run_script(word, input);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "scripts/supabase.sh {word} failed: {told}");
    String::from_utf8(output.stdout).unwrap()
}

fn run_script(word: &str, input: &str) -> Output {
    let mut command = command(word);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that ends at an error leaves the rest unread.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

/// Starts a shell that waits for the end of this process, however it ends, and then stops the stand-in, once no test
/// of another process uses it.
fn stop_at_the_end() {
    let stop = command("stop");
    let mut waiter = Command::new("setsid");
    waiter.args(["sh", "-c", "read -r _; exec flock \"$@\" >/dev/null 2>&1", "sh"]).arg(lock::path(LOCK));
    waiter.arg(stop.get_program()).args(stop.get_args()).current_dir(env!("CARGO_MANIFEST_DIR"));
    WAITER.get_or_init(|| waiter.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap());
}
