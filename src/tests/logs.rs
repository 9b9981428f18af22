//! Logs of a real process: strangers can neither fill nor forge them, and other users cannot read them.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use tempfile::TempDir;

use crate::support::{
    Tiktok,
    process::{Process, free_port},
};

const LOG: &str = "creator-connect.log";

async fn start(changes: &[(&str, &str)]) -> Process {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    Process::start(port, port, &tiktok, changes)
}

/// The lines of both logs after the process has stopped.
fn stop(process: Process) -> (Vec<String>, TempDir) {
    let (code, printed, folder) = process.stop();
    assert_eq!(code, Some(0), "{printed}");
    let file = fs::read_to_string(folder.path().join("logs").join(LOG)).unwrap();
    (printed.lines().chain(file.lines()).map(str::to_owned).collect(), folder)
}

/// Each request is refused, or not even read to its end, which is as good.
#[tokio::test(flavor = "multi_thread")]
async fn huge_request_writes_a_few_kilobytes() {
    for debug in ["false", "true"] {
        let process = start(&[("DEBUG", debug)]).await;
        let browser = process.browser();
        let long = "x".repeat(60_000);
        let names: Vec<String> = (0..2_000).map(|number| format!("x-{number:03}-{}", &long[..900])).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        browser.try_post("/api/log_out", &[("sec-fetch-site", &long)]).await;
        browser.try_post("/api/log_out", &[("user-agent", &long), ("cookie", &long)]).await;
        browser.try_post("/webhook", &[("tiktok-signature", &long), ("content-type", &long)]).await;
        browser.try_post("/api/log_out", &many).await;
        browser.try_post(&format!("/{long}"), &[]).await;
        let (lines, _folder) = stop(process);
        let written: usize = lines.iter().map(String::len).sum();
        assert!(written < 40_000, "DEBUG={debug}: {written} bytes in both logs");
        assert!(lines.iter().all(|line| line.len() < 5_000));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_strangers_are_summed_up() {
    let process = start(&[]).await;
    let browser = process.browser();
    for number in 0..250 {
        browser.try_post("/api/log_out", &[("sec-fetch-site", "cross-site")]).await;
        browser.try_post("/webhook", &[("content-type", "application/json")]).await;
        browser.get(&format!("/nothing-{number}")).await;
        browser.get(&format!("/webhook?code=c&state={number}")).await;
    }
    let (lines, _folder) = stop(process);
    // Two lines a second for each kind at most, however long this takes; without the limit there are 3,500.
    assert!(lines.len() < 1_000, "{}", lines.len());
    let sums = lines.iter().filter(|line| line.contains("more refusals of this kind"));
    assert!(sums.count() >= 1, "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_values_are_logged_as_known_names() {
    let process = start(&[("DEBUG", "true")]).await;
    let browser = process.browser();
    let foreign = "cross-site\u{9b}31m\u{202e}canary";
    browser.try_post("/api/log_out", &[("sec-fetch-site", foreign), ("x-canary-header", "1")]).await;
    browser.try_request("CANARY", "/").await;
    let (lines, _folder) = stop(process);
    let text = lines.join("\n");
    assert!(!text.to_lowercase().contains("canary"), "{text}");
    for known in ["\"site\":\"unknown\"", "\"method\":\"unknown\"", "sec-fetch-site"] {
        assert!(text.contains(known), "{known}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn log_folder_and_files_are_private() {
    let process = start(&[]).await;
    process.browser().get("/").await;
    let (_lines, folder) = stop(process);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("logs")), 0o700);
    assert_eq!(mode(&folder.path().join("logs").join(LOG)), 0o600);
    assert_eq!(mode(&folder.path().join("app.db")), 0o600);
}
