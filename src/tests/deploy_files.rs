//! The files of `deploy/`, checked by the tools that read them, and against what the app serves.

use std::{
    collections::BTreeSet,
    fs,
    process::{Command, Output},
};

use serde_json::Value;

use crate::metrics::Station;

fn file(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Runs a tool that `scripts/setup.sh tests` installs, in the repository's folder.
fn run(tool: &str, words: &[&str]) -> (bool, String) {
    let mut command = Command::new(tool);
    let Output { status, stdout, stderr } =
        command.args(words).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("setup.sh installs it");
    (status.success(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// The names of metrics in a text; `_bucket` and `_count` are samples of a histogram.
fn metric_names(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':');
    let words = text.split(is_part).filter(|word| word.starts_with("creator_connect_"));
    let family = |word: &str| word.trim_end_matches("_bucket").trim_end_matches("_count").to_owned();
    words.map(family).collect()
}

/// The names that the app serves, as alerts and panels write them.
async fn served() -> BTreeSet<String> {
    let station = Station::start(&[]).await;
    station.use_app("info-down", "/nowhere").await;
    let answer = station.scrape().await;
    let family = |line: &str| {
        let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
        Some(if kind == "counter" { format!("{name}_total") } else { name.to_owned() })
    };
    answer.lines().filter_map(family).filter(|name| name.starts_with("creator_connect_")).collect()
}

#[tokio::test]
async fn alerts_dashboard_and_docs_name_served_metrics() {
    let served = served().await;
    for path in ["deploy/alerts.yaml", "deploy/alerts.test.yaml", "deploy/grafana.json"] {
        let named = metric_names(&file(path));
        let unknown: Vec<_> = named.difference(&served).collect();
        assert!(named.len() > 5 && unknown.is_empty(), "{path} names metrics that do not exist: {unknown:?}");
    }
    let dashboard = metric_names(&file("deploy/grafana.json"));
    assert_eq!(
        served.difference(&dashboard).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "no panel shows these"
    );
    let operations = file("docs/operations.md");
    let documented = |name: &&String| !operations.contains(name.trim_start_matches("creator_connect_"));
    assert_eq!(served.iter().filter(documented).collect::<Vec<_>>(), Vec::<&String>::new(), "undocumented");
}

#[test]
fn alert_rules_pass_their_tests() {
    let (passes, printed) = run("promtool", &["test", "rules", "deploy/alerts.test.yaml"]);
    assert!(passes, "{printed}");
}

#[test]
fn every_alert_has_a_test_and_a_runbook() {
    let (rules, tests, runbooks) =
        (file("deploy/alerts.yaml"), file("deploy/alerts.test.yaml"), file("docs/troubleshooting.md"));
    let alerts: Vec<_> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() > 10);
    for alert in alerts {
        assert!(tests.contains(&format!("{{alertname=\"{alert}\"}}")), "{alert} is not tested");
        assert!(tests.contains(&format!("alertname: {alert} ")), "{alert} is not tested while all is well");
        assert!(runbooks.contains(&format!("\n### {alert}\n")), "{alert} has no runbook");
        assert!(rules.contains(&format!("troubleshooting.md#{}", alert.to_lowercase())), "{alert}");
    }
}

#[test]
fn dashboard_is_json_with_a_query_in_each_panel() {
    let dashboard: Value = serde_json::from_str(&file("deploy/grafana.json")).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(panel["targets"][0]["expr"].as_str().is_some_and(|query| !query.is_empty()), "{panel}");
    }
}

/// The unit with the program of this test run: the one that it names is not installed.
#[test]
fn systemd_unit_is_valid_and_hardened() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("creator-connect.service");
    let program = env!("CARGO_BIN_EXE_creator-connect");
    fs::write(&unit, file("deploy/creator-connect.service").replace("/usr/bin/creator-connect", program))
        .unwrap();
    let unit = unit.to_str().unwrap();
    let (valid, printed) = run("systemd-analyze", &["verify", "--man=no", unit]);
    assert!(valid && printed.is_empty(), "{printed}");
    let (hardened, printed) =
        run("systemd-analyze", &["security", "--offline=true", "--threshold=20", "--no-pager", unit]);
    assert!(hardened, "{printed}");
}

/// A stop waits for refreshes in progress for as long as a lease lasts: nobody may kill the process before.
#[test]
fn every_supervisor_waits_for_refreshes() {
    for (path, words) in [
        ("deploy/creator-connect.service", "\nTimeoutStopSec=150\n"),
        ("deploy/compose.yaml", "stop_grace_period: 150s"),
        ("deploy/k8s.yaml", "terminationGracePeriodSeconds: 150"),
    ] {
        assert!(file(path).contains(words), "{path}");
    }
}

#[test]
fn files_in_yaml_can_be_read() {
    let read = "import sys, yaml
for path in sys.argv[1:]:
    documents = list(yaml.safe_load_all(open(path)))
    assert documents and all(isinstance(document, dict) for document in documents), path";
    let files = ["deploy/compose.yaml", "deploy/k8s.yaml", "deploy/traefik.yaml", "deploy/alerts.yaml"];
    let (valid, printed) = run("/usr/bin/python3", &[&["-c", read][..], &files].concat());
    assert!(valid, "{printed}");
}

/// The settings that the files name exist.
#[test]
fn named_settings_exist() {
    let example = file("env_example.txt");
    for path in ["deploy/creator-connect.service", "deploy/compose.yaml", "deploy/k8s.yaml", "Dockerfile"] {
        let text = file(path);
        let is_part = |c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let prefixes = ["TIKTOK_", "SUPABASE_", "SQLITE_", "JOURNAL_", "CERT_", "LOG_", "TLS_", "METRICS_"];
        let names = text.split(is_part).filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix)));
        for name in names {
            assert!(example.contains(&format!("{}=", name.trim_end_matches("_FILE"))), "{path}: {name}");
        }
    }
}
