//! A working folder in which nothing can be written, as in a container with a read-only file system.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::support::{
    ENCRYPTION_KEY, Tiktok,
    process::{Process, free_port},
};

/// Nobody can create a file here, root included.
const READ_ONLY: &str = "/proc";

fn run(words: &[&str], settings: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creator-connect"));
    command.args(words).current_dir(READ_ONLY).env_clear().envs(settings.iter().copied()).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

/// Settings of an app that is not started; `volume` is where it may write.
fn settings(volume: &Path) -> Vec<(&'static str, String)> {
    let path = |name: &str| volume.join(name).to_string_lossy().into_owned();
    let unused = format!("http://127.0.0.1:{}", free_port());
    vec![
        ("TIKTOK_CLIENT_KEY", "awx0example0key0".to_owned()),
        ("TIKTOK_CLIENT_SECRET", "secret".to_owned()),
        ("TIKTOK_REDIRECT_URI", "https://localhost:5000/webhook".to_owned()),
        ("TIKTOK_AUTHORIZE_URL", format!("{unused}/v2/auth/authorize/")),
        ("TIKTOK_API_URL", unused),
        ("ENCRYPTION_KEYS", ENCRYPTION_KEY.to_owned()),
        ("STORE", "sqlite".to_owned()),
        ("SQLITE_PATH", path("app.db")),
        ("JOURNAL_DIR", path("journal")),
        ("CERT_DIR", path("certs")),
        ("LOG_DIR", "off".to_owned()),
    ]
}

#[test]
fn folder_of_these_tests_is_read_only() {
    assert!(fs::write(Path::new(READ_ONLY).join("creator-connect.test"), "").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn app_serves_without_a_writable_working_folder() {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    let volume = tempfile::tempdir().unwrap();
    let certificates = volume.path().join("certs");
    let changes = [("LOG_DIR", "off"), ("LOG_FORMAT", "json"), ("CERT_DIR", certificates.to_str().unwrap())];
    let process = Process::start_in(Path::new(READ_ONLY), port, &tiktok, &changes);
    let page = process.browser().log_in(&tiktok, "public").await;
    assert_eq!(page.location(), "/profile");
    let (code, printed, folder) = process.stop();
    assert_eq!(code, Some(0), "{printed}");
    assert!(certificates.join("key.pem").exists() && !folder.path().join("logs").exists());
    let lines: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["message"] == "creator connected"), "{printed}");
}

#[test]
fn commands_without_files_need_no_folder() {
    let volume = tempfile::tempdir().unwrap();
    let settings = settings(volume.path());
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for words in [&["schema"][..], &["keygen"], &["env"], &["--help"], &["check-config"], &["doctor"]] {
        let output = run(words, &settings);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", text(&output));
    }
    assert_eq!(fs::read_dir(volume.path()).unwrap().count(), 0);
}

/// Each folder that is not moved to the volume is named, with its whole path.
#[test]
fn unwritable_folder_is_named_by_absolute_path() {
    for variable in ["LOG_DIR", "SQLITE_PATH", "JOURNAL_DIR", "CERT_DIR"] {
        let volume = tempfile::tempdir().unwrap();
        let port = free_port().to_string();
        let mut settings = settings(volume.path());
        settings.retain(|(name, _)| *name != variable);
        settings.extend([("HOST", "127.0.0.1".to_owned()), ("PORT", port)]);
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let output = run(&["serve"], &settings);
        let printed = text(&output);
        assert_eq!(output.status.code(), Some(1), "{variable}: {printed}");
        assert!(
            printed.contains(&format!("{READ_ONLY}/")) && printed.contains(variable),
            "{variable}: {printed}"
        );
    }
}
