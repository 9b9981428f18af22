//! The command `init`: what it asks, writes and keeps.

use std::{
    collections::HashMap,
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output, Stdio},
};

use creator_connect::server::config;
use tempfile::TempDir;

use crate::support::process::free_port;

/// Runs `init` in `folder` with these answers on its input; TikTok is unreachable.
fn init(folder: &TempDir, words: &[&str], answers: &str) -> Output {
    let api = format!("http://127.0.0.1:{}", free_port());
    let mut command = Command::new(env!("CARGO_BIN_EXE_creator-connect"));
    command.arg("init").args(words).current_dir(folder.path()).env_clear().env("TIKTOK_API_URL", api);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may have ended before it reads.
    child.stdin.take().unwrap().write_all(answers.as_bytes()).ok();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

fn written(folder: &TempDir) -> HashMap<String, String> {
    let read = config::dotenv(fs::read_to_string(folder.path().join(".env")));
    assert_eq!(read.problems, []);
    read.variables
}

const SQLITE: [&str; 6] =
    ["--client-key", "awx7", "--redirect-uri", "https://studio.example/webhook", "--store", "sqlite"];

#[test]
fn file_has_answers_and_keys_for_this_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let output = init(&folder, &[], "awx7\nCANARY-secret\nhttps://studio.example/webhook\nsqlite\n");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("All checks passed") || text(&output).contains("Nothing failed"));
    assert!(!text(&output).contains("CANARY"), "{}", text(&output));
    let settings = written(&folder);
    assert_eq!(settings["TIKTOK_CLIENT_SECRET"], "CANARY-secret");
    assert_eq!(settings["STORE"], "sqlite");
    assert!(config::Config::read(&|name| settings.get(name).cloned()).is_ok());
    let mode = fs::metadata(folder.path().join(".env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn flags_are_not_asked_and_secrets_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret"), "CANARY-secret\n").unwrap();
    let words = [&SQLITE[..], &["--client-secret-file", "secret"]].concat();
    let output = init(&folder, &words, "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(written(&folder)["TIKTOK_CLIENT_SECRET"], "CANARY-secret");
}

#[test]
fn supabase_project_is_asked_for_its_key_too() {
    let folder = tempfile::tempdir().unwrap();
    let answers = "awx7\nsecret\nhttps://studio.example/webhook\nsupabase\nhttp://127.0.0.1:9\nsb_secret_x\n";
    let output = init(&folder, &[], answers);
    // The doctor finds no project there.
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let settings = written(&folder);
    assert_eq!((settings["STORE"].as_str(), settings["SUPABASE_KEY"].as_str()), ("supabase", "sb_secret_x"));
}

#[test]
fn refused_or_missing_answer_writes_nothing() {
    for (answers, words) in [
        ("awx7\nsecret\nhttp://studio.example/webhook\n", "TIKTOK_REDIRECT_URI"),
        ("awx7\n", "--client-secret-file"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let output = init(&folder, &[], answers);
        assert_ne!(output.status.code(), Some(0));
        assert!(text(&output).contains(words), "{}", text(&output));
        assert!(!folder.path().join(".env").exists());
    }
}

#[test]
fn existing_file_is_kept_and_replaced_only_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let former = format!("ENCRYPTION_KEYS={}\n", crate::support::ENCRYPTION_KEY);
    fs::write(folder.path().join(".env"), &former).unwrap();
    let output = init(&folder, &SQLITE, "secret\n");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_eq!(fs::read_to_string(folder.path().join(".env")).unwrap(), former);
    let output = init(&folder, &[&SQLITE[..], &["--overwrite"]].concat(), "secret\n");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(written(&folder)["ENCRYPTION_KEYS"], crate::support::ENCRYPTION_KEY, "its keys seal tokens");
}

#[test]
fn keys_in_an_unreadable_line_are_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let former = "ENCRYPTION_KEYS='CANARY\n";
    fs::write(folder.path().join(".env"), former).unwrap();
    let output = init(&folder, &[&SQLITE[..], &["--overwrite"]].concat(), "secret\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("line 1") && !text(&output).contains("CANARY"), "{}", text(&output));
    assert_eq!(fs::read_to_string(folder.path().join(".env")).unwrap(), former);
}
