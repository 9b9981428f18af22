//! The command `health`, beside a running app.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::json;

use crate::support::{
    App, Gateway, Tiktok,
    process::{Process, free_port},
    supabase::Hold,
};

/// Runs `health` with these settings alone, in a folder in which nobody can write.
fn ask(settings: &[(&str, &str)], words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creator-connect"));
    command.arg("health").args(words).current_dir("/proc").env_clear().envs(settings.iter().copied());
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

/// The app's port alone: with a self-signed certificate, and with none.
#[tokio::test(flavor = "multi_thread")]
async fn ready_app_is_healthy_with_and_without_tls() {
    for mode in ["self-signed", "off"] {
        let app = App::start_with(&[("TLS_MODE", mode)]).await;
        let port = app.address().port().to_string();
        let settings = [("PORT", port.as_str()), ("TLS_MODE", mode)];
        for (words, verdict) in [(&[][..], "ready\n"), (&["--live"], "alive\n")] {
            let output = tokio::task::block_in_place(|| ask(&settings, words));
            assert_eq!((output.status.code(), text(&output).as_str()), (Some(0), verdict), "{mode}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unready_app_is_named_and_alive() {
    let _hold = Hold::alone().await;
    let gateway = Gateway::start();
    let app = App::start_over(&gateway).await;
    gateway.order(json!({ "fault": "status", "status": 503 })).await;
    app.later(60);
    let port = app.address().port().to_string();
    let output = tokio::task::block_in_place(|| ask(&[("PORT", &port)], &[]));
    assert_eq!((output.status.code(), text(&output).as_str()), (Some(1), "not ready: store\n"));
    let output = tokio::task::block_in_place(|| ask(&[("PORT", &port)], &["--live"]));
    assert_eq!(output.status.code(), Some(0));
    gateway.clear_faults().await;
}

/// Each row: settings, and what the one line names.
#[test]
fn fault_is_one_line_and_exit_code_1() {
    let unused = free_port().to_string();
    for (settings, words) in [
        (&[("PORT", unused.as_str())][..], "nothing listens there"),
        (&[("HOST", "192.0.2.1")], "HOST is not an address of this machine"),
        (&[("PORT", "x"), ("TLS_MODE", "on")], "PORT is not a port; TLS_MODE is not a known mode"),
    ] {
        let output = ask(settings, &[]);
        let printed = text(&output);
        assert_eq!(output.status.code(), Some(1), "{printed}");
        assert!(printed.lines().count() == 1 && printed.contains(words), "{printed}");
    }
}

/// A folder whose settings are no use to `serve`: secrets are missing, and a line cannot be read.
#[tokio::test(flavor = "multi_thread")]
async fn port_is_read_from_a_dotenv_file_with_mistakes() {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    let _process = Process::start_in(Path::new("."), port, &tiktok, &[]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), format!("no setting\nPORT={port}\n")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_creator-connect"));
    let none: HashMap<&str, &str> = HashMap::new();
    let output = command.arg("health").current_dir(folder.path()).env_clear().envs(none).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "it wrote");
}
