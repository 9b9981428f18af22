//! Creators: lists, one of them, notes, posting options, and their end.

use creator_connect::{
    domain::{CreatorLimit, Permission},
    server::store::Annotations,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Program, annotate, connected};
use crate::support::App;

fn labelled(label: &str, reference: Option<&str>) -> Annotations {
    Annotations { labels: vec![label.parse().unwrap()], reference: reference.map(str::to_owned), note: None }
}

/// The handles in a list.
fn handles(answer: &Answer) -> Vec<String> {
    let creators = answer.json()["creators"].as_array().unwrap().clone();
    creators.iter().map(|creator| creator["handle"].as_str().unwrap_or("-").to_owned()).collect()
}

#[tokio::test]
async fn creator_has_all_that_the_profile_shows_and_no_token() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let answer = program.get(&format!("/creators/{creator}")).await;
    let json = answer.json();
    assert_eq!((answer.status, &json["id"]), (200, &creator.as_str().into()));
    assert_eq!((&json["state"], &json["posting"]["possible"]), (&"connected".into(), &true.into()));
    assert!(json["scopes"].as_array().unwrap().contains(&"video.publish".into()));
    for time in ["connected_at", "access_token_expires_at", "consent_expires_at", "last_refreshed_at"] {
        assert!(json[time].as_str().unwrap().ends_with('Z'), "{time}: {json}");
    }
    assert!(!answer.text.contains("_token\""), "{}", answer.text);
    let open_id = json["open_id"].as_str().unwrap();
    let by_open_id = program.get(&format!("/creators/open_id:{open_id}")).await;
    assert_eq!(by_open_id.json()["id"], json["id"]);
    let avatar = program.get(&format!("/creators/{creator}/avatar")).await;
    assert_eq!(avatar.status, 200);
    assert!(avatar.header("content-type").starts_with("image/"));
}

#[tokio::test]
async fn unknown_creators_are_not_found() {
    let app = App::start().await;
    let program = Program::new(&app).await;
    for name in
        ["00000000-0000-4000-8000-00000000000f", "nobody", "open_id:nobody", "reference:x", "card:7", "%00"]
    {
        let answer = program.get(&format!("/creators/{name}")).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{name}");
    }
}

#[tokio::test]
async fn known_version_of_a_creator_is_not_sent_again() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}");
    let etag = program.get(&path).await.header("etag").to_owned();
    let again = program.send(Method::GET, &path, &[("if-none-match", &etag)], None).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    annotate(&app, &creator, &labelled("vip", None)).await;
    assert_eq!(program.send(Method::GET, &path, &[("if-none-match", &etag)], None).await.status, 200);
}

#[tokio::test]
async fn notes_are_changed_by_version() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}");
    let change = |etag: String, body: Value| {
        let (program, path) = (&program, &path);
        async move { program.send(Method::PATCH, path, &[("if-match", &etag)], Some(&body.to_string())).await }
    };
    let etag = program.get(&path).await.header("etag").to_owned();
    let body =
        json!({ "reference": "customer 7", "labels": ["client:acme", "vip", "vip"], "note": "two\nlines" });
    let changed = change(etag.clone(), body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let json = changed.json();
    assert_eq!((&json["reference"], &json["labels"]), (&"customer 7".into(), &json!(["client:acme", "vip"])));
    assert_eq!(
        change(etag, json!({ "note": null })).await.problem(),
        (412, "precondition_failed".to_owned())
    );
    let kept = change("*".to_owned(), json!({ "note": null })).await.json();
    assert_eq!((&kept["note"], &kept["reference"]), (&Value::Null, &"customer 7".into()));
    assert_eq!(program.get("/creators/reference:customer%207").await.json()["id"], creator.as_str());
    let missing = program.send(Method::PATCH, &path, &[], Some("{}")).await;
    assert_eq!(missing.problem(), (428, "precondition_required".to_owned()));
    for (body, code, pointer) in [
        (json!({ "labels": ["a b"] }), "unprocessable", "#/labels"),
        (json!({ "reference": "x".repeat(129) }), "unprocessable", "#/reference"),
        (json!({ "note": "a\u{1b}b" }), "unprocessable", "#/note"),
        (json!({ "handle": "mine" }), "unknown_field", "#/handle"),
    ] {
        let refused = change("*".to_owned(), body).await;
        assert_eq!(refused.problem().1, code, "{}", refused.text);
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
    }
    let malformed = program.send(Method::PATCH, &path, &[("if-match", "*")], Some("{")).await;
    assert_eq!(malformed.problem(), (400, "malformed_json".to_owned()));
}

#[tokio::test]
async fn reference_of_another_creator_is_refused() {
    let app = App::start().await;
    let (first, second) = (connected(&app, "public").await, connected(&app, "private").await);
    annotate(&app, &first, &labelled("a", Some("7"))).await;
    let program = Program::new(&app).await;
    let body = json!({ "reference": "7" }).to_string();
    let answer =
        program.send(Method::PATCH, &format!("/creators/{second}"), &[("if-match", "*")], Some(&body)).await;
    assert_eq!(answer.problem(), (409, "reference_taken".to_owned()));
}

#[tokio::test]
async fn list_is_complete_while_creators_come_and_go() {
    let app = App::start().await;
    for name in ["public", "private", "banned"] {
        connected(&app, name).await;
        app.later(10);
    }
    let program = Program::new(&app).await;
    let all = handles(&program.get("/creators?sort=newest").await);
    assert_eq!(all.len(), 3);
    let first = program.get("/creators?sort=newest&limit=1").await;
    assert_eq!(handles(&first), all[..1]);
    connected(&app, "posted-out").await;
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let second = program.get(&format!("/creators?sort=newest&limit=2&cursor={cursor}")).await;
    assert_eq!(handles(&second), all[1..], "a newcomer is on no later page");
    assert_eq!(second.json()["next_cursor"], Value::Null);
    for wrong in [format!("/creators?sort=handle&cursor={cursor}"), "/creators?cursor=abc".to_owned()] {
        assert_eq!(program.get(&wrong).await.problem(), (400, "bad_cursor".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn list_parameters_are_checked() {
    let app = App::start().await;
    let program = Program::new(&app).await;
    for (query, code) in [
        ("limit=0", "unprocessable"),
        ("limit=201", "unprocessable"),
        ("limit=x", "unprocessable"),
        ("state=lost", "unprocessable"),
        ("sort=age", "unprocessable"),
        ("label=a%20b", "unprocessable"),
        ("updated_since=yesterday", "unprocessable"),
        ("colour=red", "unknown_field"),
    ] {
        let answer = program.get(&format!("/creators?{query}")).await;
        assert_eq!(answer.problem().1, code, "{query}: {}", answer.text);
    }
    let good =
        "state=connected&q=a&label=x&due_within=3&updated_since=2020-01-01T00:00:00Z&sort=risk&reference=r";
    assert_eq!(program.get(&format!("/creators?{good}")).await.status, 200);
}

#[tokio::test]
async fn key_for_some_creators_knows_no_others() {
    let app = App::start().await;
    let (acme, other) = (connected(&app, "public").await, connected(&app, "private").await);
    annotate(&app, &acme, &labelled("client:acme", Some("a"))).await;
    annotate(&app, &other, &labelled("client:other", Some("o"))).await;
    let by_label = Program::with(&app, |key| {
        key.creators = CreatorLimit::Labels(vec!["client:acme".parse().unwrap()]);
    })
    .await;
    let by_id = Program::with(&app, |key| key.creators = CreatorLimit::Ids(vec![acme.clone()])).await;
    for program in [&by_label, &by_id] {
        let ids: Vec<_> = program.get("/creators").await.json()["creators"]
            .as_array()
            .unwrap()
            .iter()
            .map(|creator| creator["id"].clone())
            .collect();
        assert_eq!(ids, [acme.as_str()]);
        assert_eq!(program.get(&format!("/creators/{acme}")).await.status, 200);
        for name in [other.as_str().to_owned(), "reference:o".to_owned()] {
            assert_eq!(program.get(&format!("/creators/{name}")).await.problem().0, 404, "{name}");
        }
    }
    annotate(&app, &acme, &labelled("client:left", None)).await;
    assert_eq!(
        by_label.get(&format!("/creators/{acme}")).await.status,
        404,
        "labels count at the time of the call"
    );
}

#[tokio::test]
async fn posting_options_are_asked_anew() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let path = format!("/creators/{creator}/posting-options");
    let before = app.tiktok.count("creator_info").await;
    let options = program.get(&path).await.json();
    assert!(options["privacy_level_options"].as_array().unwrap().contains(&"SELF_ONLY".into()), "{options}");
    assert_eq!(options["posting"]["possible"], true);
    assert_eq!(app.tiktok.count("creator_info").await, before, "they were asked at the login, just now");
    app.both_later(120).await;
    assert_eq!(program.get(&path).await.status, 200);
    assert_eq!(app.tiktok.count("creator_info").await, before + 1);
}

#[tokio::test]
async fn disconnect_ends_the_connection_and_keeps_the_profile() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::new(&app).await;
    let ended = program.delete(&format!("/creators/{creator}/connection")).await;
    assert_eq!((ended.status, &ended.json()["tiktok"]), (202, &"confirmed".into()));
    assert!(ended.json()["receipt"].as_str().unwrap().len() > 8);
    let json = program.get(&format!("/creators/{creator}")).await.json();
    assert_eq!((&json["state"], &json["cause"]), (&"disconnected".into(), &"here".into()));
    assert_eq!(app.tiktok.authorised().await, [""; 0]);
}

#[tokio::test]
async fn deletion_leaves_nothing() {
    let app = App::start().await;
    let creator = connected(&app, "public").await;
    let program = Program::with(&app, |key| {
        key.permissions = vec![Permission::CreatorsDisconnect, Permission::CreatorsRead];
    })
    .await;
    assert_eq!(program.delete(&format!("/creators/{creator}")).await.status, 202);
    assert_eq!(program.get(&format!("/creators/{creator}")).await.status, 404);
    assert_eq!(program.delete(&format!("/creators/{creator}")).await.problem().1, "not_found");
}
