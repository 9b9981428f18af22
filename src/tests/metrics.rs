//! `/metrics`: what is served, that its form is valid, and that no label grows with what clients send.

use std::{
    collections::BTreeSet,
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::json;

use crate::support::{App, Gateway, process::free_port, supabase::Hold, until};

/// An app whose metrics are served at a port of their own.
pub(crate) struct Station {
    app: App,
    address: String,
}

impl Station {
    pub(crate) async fn start(changes: &[(&str, &str)]) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let app = App::start_with(&[&[("METRICS_ADDR", address.as_str())], changes].concat()).await;
        let connects = async || std::net::TcpStream::connect(&address).is_ok();
        until("metrics are served", connects).await;
        Self { app, address }
    }

    pub(crate) async fn scrape(&self) -> String {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let response = client.get(format!("http://{}/metrics", self.address)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let media_type = response.headers()["content-type"].to_str().unwrap();
        assert_eq!(media_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
        response.text().await.unwrap()
    }

    /// Something of every kind: a login that connects, one that is cancelled, pages, an address that does not exist.
    pub(crate) async fn use_app(&self, creator: &str, path: &str) {
        let browser = self.app.signed_in(creator).await;
        for path in ["/", "/profile", "/account/export", path] {
            browser.get(path).await;
        }
        self.app.browser().get("/webhook?error=access_denied").await;
        self.app.both_later(84 * 60 + 1).await;
        self.app.state.refresher.step().await;
    }
}

/// The value of a sample, by its name and labels as they are written.
fn sample(answer: &str, series: &str) -> Option<f64> {
    let line = answer.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(line.parse().unwrap())
}

/// The names and labels of all samples.
fn series(answer: &str) -> BTreeSet<String> {
    let samples = answer.lines().filter(|line| !line.starts_with('#'));
    samples.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

#[tokio::test]
async fn activity_is_counted_by_part() {
    let station = Station::start(&[]).await;
    station.use_app("public", "/nowhere").await;
    let answer = station.scrape().await;
    for (series, least) in [
        ("build_info{version=\"0.1.0\",commit=\"unknown\",store=\"sqlite\"}", 1.0),
        ("creators{state=\"connected\"}", 1.0),
        ("creators{state=\"disconnected\"}", 0.0),
        ("part_up{part=\"store\"}", 1.0),
        ("part_up{part=\"loops\"}", 1.0),
        ("logins_total{end=\"connected\"}", 1.0),
        ("refresh_total{outcome=\"refreshed\",cause=\"none\"}", 1.0),
        ("refresh_delay_seconds_count", 1.0),
        ("refresh_breaker_open", 0.0),
        ("journal_entries", 0.0),
        ("store_call_seconds_count{verb=\"save_grant\",outcome=\"ok\"}", 1.0),
        ("tiktok_call_seconds_count{endpoint=\"code_exchange\",outcome=\"ok\"}", 1.0),
        ("tiktok_call_seconds_count{endpoint=\"refresh\",outcome=\"ok\"}", 1.0),
        ("http_request_seconds_count{route=\"/profile\",status_class=\"2xx\"}", 1.0),
        ("http_request_seconds_count{route=\"none\",status_class=\"4xx\"}", 1.0),
        ("loop_heartbeat_timestamp_seconds{loop=\"events\"}", 1.0),
        ("certificate_expires_timestamp_seconds", 1.0),
        ("disk_free_bytes{folder=\"journal\"}", 1.0),
        ("http_connections", 0.0),
        ("panics_total", 0.0),
    ] {
        let value = sample(&answer, &format!("creator_connect_{series}"));
        assert!(value.is_some_and(|value| value >= least), "{series}: {value:?} in\n{answer}");
    }
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
        assert!(sample(&answer, name).is_some_and(|value| value > 0.0), "{name} in\n{answer}");
    }
    assert_eq!(
        sample(&answer, "creator_connect_refresh_total{outcome=\"lost\",cause=\"refused\"}"),
        Some(0.0)
    );
}

/// What one creator and one address bring, others do not add to.
#[tokio::test]
async fn no_label_grows_with_creators_or_addresses() {
    let station = Station::start(&[]).await;
    station.use_app("public", "/nowhere/1").await;
    let before = series(&station.scrape().await);
    for creator in ["private", "minimal"] {
        station.use_app(creator, &format!("/nowhere/{creator}")).await;
    }
    for path in
        ["/avatar/none?x=1", "/pkg/none.js", "/%00", "/favicon.none", "/OAUTH", "/webhook?code=x&state=y"]
    {
        station.app.browser().get(path).await;
    }
    let after = series(&station.scrape().await);
    let grown: Vec<_> = after
        .difference(&before)
        .filter(|series| !series.contains("_request_seconds") && !series.contains("end=\"state_unknown\""))
        .collect();
    assert_eq!(grown, Vec::<&String>::new());
    for word in ["nowhere", "private", "minimal", "none.js", "favicon", "127.0.0.1"] {
        assert!(after.iter().all(|series| !series.contains(word)), "{word} in {after:?}");
    }
}

#[tokio::test]
async fn counts_are_left_out_while_the_store_is_away() {
    let _hold = Hold::alone().await;
    let gateway = Gateway::start();
    let settings = gateway.app_settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let station = Station::start(&settings).await;
    assert!(station.scrape().await.contains("creator_connect_creators{"));
    gateway.order(json!({ "fault": "status", "status": 503 })).await;
    station.app.later(60);
    let answer = station.scrape().await;
    assert_eq!(sample(&answer, "creator_connect_part_up{part=\"store\"}"), Some(0.0), "{answer}");
    assert!(!answer.contains("creator_connect_creators{"), "{answer}");
    assert!(answer.contains("outcome=\"unavailable\""), "{answer}");
    gateway.clear_faults().await;
}

#[tokio::test]
async fn address_in_use_stops_the_start_by_name() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut app = App::start_with(&[("METRICS_ADDR", &address)]).await;
    let error = app.ended().await.unwrap_err().to_string();
    assert!(error.contains(&address) && error.contains("METRICS_ADDR"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answer_is_valid_for_every_parser() {
    let station = Station::start(&[]).await;
    station.use_app("public", "/nowhere").await;
    let answer = station.scrape().await;
    // The reference parser of OpenMetrics, which is strict.
    let parse =
        "import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as f
print(len(list(f(sys.stdin.read()))))";
    let families = run("/usr/bin/python3", &["-c", parse], &answer);
    assert_eq!(families.trim().parse().ok(), Some(answer.matches("# TYPE ").count()), "{families}");
    assert_eq!(run("promtool", &["check", "metrics"], &in_older_format(&answer)), "");
}

/// promtool checks the older text format alone, in which a counter's family has the suffix of its sample.
fn in_older_format(answer: &str) -> String {
    let counters = answer.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"));
    counters.fold(answer.to_owned(), |text, name| {
        let rename = |text: String, kind| {
            text.replace(&format!("# {kind} {name} "), &format!("# {kind} {name}_total "))
        };
        rename(rename(text, "TYPE"), "HELP")
    })
}

/// Runs a tool that `scripts/setup.sh tests` installs, and returns all of its output.
fn run(tool: &str, words: &[&str], input: &str) -> String {
    let mut command = Command::new(tool);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("scripts/setup.sh tests installs it");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}
