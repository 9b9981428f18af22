//! Every use is on record: in the table, else on the disk.

use creator_connect::{
    domain::{CreatorLimit, Permission},
    server::{audit::Verifier, store::AuditQuery},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Program, connected};
use crate::support::App;

fn actions(page: &Value) -> Vec<(String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    page["rows"].as_array().unwrap().iter().map(|row| (text(row, "action"), text(row, "outcome"))).collect()
}

#[tokio::test]
async fn each_use_is_on_record_with_who_and_whose() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let reader = Program::with(&app, |key| key.permissions = vec![Permission::CreatorsRead]).await;
    let token = program.post(&format!("/creators/{creator}/access-token"), json!({})).await;
    program.get(&format!("/creators/{creator}/tiktok/v2/user/info/?fields=open_id")).await;
    reader.post(&format!("/creators/{creator}/access-token"), json!({})).await;
    program.post("/creators/nobody/access-token", json!({})).await;
    let page = program.get("/audit").await.json();
    let expected =
        [("token.read", "refused"), ("token.read", "refused"), ("proxy.call", "ok"), ("token.read", "ok")];
    assert_eq!(actions(&page), expected.map(|(action, outcome)| (action.to_owned(), outcome.to_owned())));
    let first = &page["rows"][3];
    assert_eq!((&first["actor_kind"], &first["actor_id"]), (&"key".into(), &program.id.as_str().into()));
    assert_eq!((&first["actor_name"], &first["creator"]), (&"scheduler".into(), &creator.as_str().into()));
    assert_eq!(first["generation"], token.json()["generation"]);
    assert_eq!(
        (&first["address"], &first["request_id"]),
        (&"127.0.0.0/24".into(), &token.header("x-request-id").into())
    );
    assert_eq!(page["rows"][2]["target"], "GET /v2/user/info/");
    assert_eq!(page["rows"][1]["code"], "permission_missing");
    assert_eq!(page["rows"][0]["code"], "not_found");
    assert!(!page.to_string().contains("act."), "no token is in it");
    let lines = program
        .send(Method::GET, "/audit?action=proxy.call", &[("accept", "application/x-ndjson")], None)
        .await;
    assert_eq!((lines.text.lines().count(), lines.header("content-type")), (1, "application/x-ndjson"));
    let next = program.get("/audit?limit=2").await.json();
    let next =
        program.get(&format!("/audit?limit=2&cursor={}", next["next_cursor"].as_str().unwrap())).await.json();
    assert_eq!(next["rows"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn limited_key_reads_the_log_of_its_creators_alone() {
    let app = App::start().await;
    let (own, other) = (connected(&app, "public").await, connected(&app, "private").await);
    let all = Program::new(&app).await;
    for creator in [&own, &other] {
        all.post(&format!("/creators/{creator}/access-token"), json!({})).await;
    }
    let limited = Program::with(&app, |key| key.creators = CreatorLimit::Ids(vec![own.clone()])).await;
    assert_eq!(limited.get("/audit").await.problem(), (422, "unprocessable".to_owned()));
    assert_eq!(limited.get(&format!("/audit?creator={other}")).await.problem().0, 404);
    assert_eq!(actions(&limited.get(&format!("/audit?creator={own}")).await.json()).len(), 1);
}

#[tokio::test]
async fn log_of_a_process_is_one_chain() {
    let mut app = App::start().await;
    let creator = connected(&app, "public").await;
    let path = format!("/creators/{creator}/access-token");
    for _ in 0..2 {
        let program = Program::new(&app).await;
        for _ in 0..3 {
            assert_eq!(program.post(&path, json!({})).await.status, 200);
        }
        app.restart().await;
    }
    let query = AuditQuery { after: Some(0), limit: 99, ..AuditQuery::default() };
    let rows = app.state.store.audit(&query).await.unwrap();
    let mut verifier = Verifier::default();
    for row in rows {
        verifier.add(row.row).unwrap();
    }
    assert_eq!(verifier.finish(false), Ok((6, 2)));
}

#[tokio::test]
async fn creators_page_lists_who_used_the_connection() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    program.post(&format!("/creators/{creator}/access-token"), json!({})).await;
    program.get(&format!("/creators/{creator}/tiktok/v2/user/info/?fields=open_id")).await;
    let session = app.session_of(&creator).await;
    let browser = app.browser_with(&[("cookie", &session)]);
    let page = browser.get("/profile").await.text;
    assert!(page.contains("<bdi>scheduler</bdi>") && page.contains("2 times"), "{page}");
    let file: Value = serde_json::from_str(&browser.get("/account/export").await.text).unwrap();
    assert_eq!(
        (&file["used_by"]["programs"][0]["name"], &file["used_by"]["programs"][0]["count"]),
        (&"scheduler".into(), &2.into())
    );
}

/// Runs a command over the app's own files.
async fn command(app: &App, arguments: &[&str]) -> (bool, String, String) {
    let binary = env!("CARGO_BIN_EXE_creator-connect");
    let settings = crate::support::settings(&app.origin, &app.tiktok.origin, app.folder());
    let mut command = tokio::process::Command::new(binary);
    command.args(arguments).env_clear().envs(settings).current_dir(app.folder().path());
    let output = command.output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[tokio::test]
async fn keys_made_by_the_command_are_good_and_on_record() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let make =
        ["keys", "create", "--name", "n8n", "--allow", "token", "--expires", "30d", "--address", "127.0.0.1"];
    let (done, key, note) = command(&app, &make).await;
    assert!(done, "{note}");
    let key = key.trim();
    let id = key.strip_prefix("cck_").unwrap().split('_').next().unwrap();
    assert!(note.contains(id), "{note}");
    let program = Program::of(&app, id, key);
    assert_eq!(program.post(&format!("/creators/{creator}/access-token"), json!({})).await.status, 200);
    let (_, listed, _) = command(&app, &["keys", "list"]).await;
    assert!(listed.contains(id) && listed.contains("n8n") && listed.contains("good"), "{listed}");
    assert!(!listed.contains(key));
    let (done, rotated, _) = command(&app, &["keys", "rotate", id, "--overlap", "1h"]).await;
    let rotated = Program::of(&app, "", rotated.lines().next().unwrap());
    assert!(done && rotated.get("/key").await.status == 200);
    assert_eq!(program.get("/key").await.status, 200, "the old key goes on for an hour");
    assert!(command(&app, &["keys", "revoke", id]).await.0);
    assert!(!command(&app, &["keys", "revoke", id]).await.0);
    let (_, log, _) = command(&app, &["audit"]).await;
    for action in ["key.created", "key.rotated", "key.revoked", "token.read"] {
        assert!(log.contains(action), "{action}: {log}");
    }
    let (whole, said, _) = command(&app, &["audit", "verify"]).await;
    assert!(whole && said.contains("4 rows in 4 chains"), "{said}");
}

#[tokio::test]
async fn wrong_arguments_of_the_command_are_explained() {
    let app = App::start().await;
    for (arguments, words) in [
        (&["keys", "create", "--name", "x", "--allow", "everything"][..], "tokens:read"),
        (&["keys", "create", "--name", "x", "--allow", "token", "--expires", "soon"], "30d"),
        (&["keys", "create", "--name", " ", "--allow", "token"], "--name"),
        (&["keys", "create", "--name", "x", "--allow", "token", "--address", "here"], "192.0.2.0/24"),
        (&["keys", "rotate", "nobody"], "keys list"),
    ] {
        let (done, _, error) = command(&app, arguments).await;
        assert!(!done && error.contains(words), "{arguments:?}: {error}");
    }
}

#[tokio::test]
async fn changed_row_is_found_by_the_command() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    for _ in 0..3 {
        program.post(&format!("/creators/{creator}/access-token"), json!({})).await;
    }
    let change = "UPDATE audit_log SET outcome = 'failed' WHERE seq = 1";
    let file = rusqlite::Connection::open(app.file("app.db")).unwrap();
    assert_eq!(file.execute(change, []).unwrap(), 1);
    let (whole, _, error) = command(&app, &["audit", "verify"]).await;
    assert!(!whole && error.contains("row 1 of chain"), "{error}");
}
