//! The life of a key: made, used, limited, expired, rotated, revoked.

use creator_connect::{
    domain::Permission,
    server::{
        api_keys::{KeyKind, NewKey, PresentedKey},
        entropy::SystemEntropy,
        store::KeyEnd,
    },
};
use reqwest::Method;
use secrecy::ExposeSecret as _;

use super::Program;
use crate::support::{App, until};

#[tokio::test]
async fn key_says_what_it_is_and_may_do() {
    let app = App::start().await;
    let program = Program::with(&app, |key| {
        key.permissions = vec![Permission::CreatorsRead];
        key.requests_per_minute = 600;
        key.tokens_per_minute = 60;
    })
    .await;
    let answer = program.get("/key").await;
    let json = answer.json();
    assert_eq!((answer.status, &json["id"]), (200, &program.id.as_str().into()));
    assert_eq!(json["permissions"], serde_json::json!(["creators:read"]));
    assert_eq!(json["creators"], "all");
    assert_eq!(
        (&json["rate"]["requests_per_minute"], &json["app"]["mode"]),
        (&600.into(), &"simulator".into())
    );
    assert!(json["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("ratelimit-policy"), "\"key\";q=600;w=60");
    assert!(answer.header("ratelimit").starts_with("\"key\";r=599;t="), "{}", answer.header("ratelimit"));
}

#[tokio::test]
async fn wrong_keys_are_refused_each_for_its_reason() {
    let app = App::start().await;
    let good = Program::new(&app).await;
    let other = NewKey::draw(KeyKind::Real, &SystemEntropy);
    let demo = NewKey::draw(KeyKind::Demo, &SystemEntropy);
    let typo = format!("{}x", &good.key[..65]);
    // The id of a real key with the secret of another.
    for (key, code) in [
        ("", "key_missing"),
        ("secret", "key_malformed"),
        (if typo == good.key { "cck_" } else { &typo }, "key_malformed"),
        (other.text.expose_secret(), "key_unknown"),
        (demo.text.expose_secret(), "key_unknown"),
    ] {
        let answer = Program::of(&app, "", key).get("/key").await;
        assert_eq!(answer.problem(), (401, code.to_owned()), "{key}");
        let challenge = answer.header("www-authenticate");
        assert_eq!(challenge.contains("error=\"invalid_token\""), code != "key_missing", "{challenge}");
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    }
    for scheme in ["Basic", "Token"] {
        let header = format!("{scheme} {}", good.key);
        let answer = good.send(Method::GET, "/key", &[("authorization", &header)], None).await;
        assert_eq!(answer.problem().1, "key_missing");
    }
    let answer =
        good.send(Method::GET, "/key", &[("authorization", &format!("bearer {}", good.key))], None).await;
    assert_eq!(answer.status, 200, "a scheme has any case");
}

#[tokio::test]
async fn expired_and_revoked_keys_are_refused() {
    let app = App::start().await;
    let (expiring, revoked) = (Program::new(&app).await, Program::new(&app).await);
    assert_eq!((expiring.get("/key").await.status, revoked.get("/key").await.status), (200, 200));
    app.later(91 * 86_400);
    assert_eq!(expiring.get("/key").await.problem(), (401, "key_expired".to_owned()));
    let spent = PresentedKey::parse(&revoked.key).unwrap();
    assert!(app.state.api_keys.revoke_spent(&spent).await.unwrap());
    assert_eq!(revoked.get("/key").await.problem(), (401, "key_revoked".to_owned()));
}

#[tokio::test]
async fn key_that_another_process_revoked_is_refused_soon() {
    let app = App::start().await;
    let program = Program::new(&app).await;
    assert_eq!(program.get("/key").await.status, 200);
    app.state.store.end_api_key(&program.id, KeyEnd::Revoked(app.later(0))).await.unwrap();
    // Ten seconds by the machine's own clock.
    until("the key is refused", || async { program.get("/key").await.status == 401 }).await;
}

#[tokio::test]
async fn key_in_an_address_is_revoked() {
    let app = App::start().await;
    let (spent, other) = (Program::new(&app).await, Program::new(&app).await);
    let answer = other.get(&format!("/key?api_key={}", spent.key)).await;
    assert_eq!(answer.problem(), (400, "key_in_url".to_owned()));
    assert_eq!(spent.get("/key").await.problem().1, "key_revoked");
    assert_eq!(other.get("/key").await.status, 200);
}

#[tokio::test]
async fn id_of_a_key_is_not_enough_to_revoke_it() {
    let app = App::start().await;
    let program = Program::new(&app).await;
    // The id of a real key, with a secret and a checksum of its own.
    let forged = NewKey::draw_with_id(KeyKind::Real, &program.id, &SystemEntropy);
    let stranger = Program::of(&app, "", "");
    let answer = stranger.get(&format!("/key?key={}", forged.text.expose_secret())).await;
    assert_eq!(answer.problem(), (400, "key_in_url".to_owned()));
    assert_eq!(program.get("/key").await.status, 200);
}

#[tokio::test]
async fn key_of_a_network_is_refused_elsewhere() {
    let app = App::start().await;
    let here = Program::with(&app, |key| key.addresses = vec!["127.0.0.0/8".to_owned()]).await;
    let elsewhere = Program::with(&app, |key| key.addresses = vec!["192.0.2.0/24".to_owned()]).await;
    let broken = Program::with(&app, |key| key.addresses = vec!["nonsense".to_owned()]).await;
    assert_eq!(here.get("/key").await.status, 200);
    for program in [elsewhere, broken] {
        assert_eq!(program.get("/key").await.problem(), (403, "address_not_allowed".to_owned()));
    }
}

#[tokio::test]
async fn requests_over_the_rate_are_refused_by_key() {
    let app = App::start().await;
    let busy = Program::with(&app, |key| key.requests_per_minute = 2).await;
    let other = Program::new(&app).await;
    assert_eq!((busy.get("/key").await.status, busy.get("/key").await.status), (200, 200));
    let answer = busy.get("/key").await;
    assert_eq!(answer.problem(), (429, "rate_limited".to_owned()));
    let seconds: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&seconds));
    assert!(answer.header("ratelimit").starts_with("\"key\";r=0;t="));
    assert_eq!(other.get("/key").await.status, 200);
}

#[tokio::test]
async fn wrong_keys_never_slow_a_right_one() {
    let app = App::start().await;
    let right = Program::new(&app).await;
    let wrong = Program::of(&app, "", "cck_wrong");
    let mut codes = Vec::new();
    for _ in 0..25 {
        codes.push(wrong.get("/key").await.problem().1);
    }
    assert_eq!(codes.first().map(String::as_str), Some("key_malformed"));
    assert_eq!(codes.last().map(String::as_str), Some("rate_limited"));
    assert_eq!(right.get("/key").await.status, 200);
}

#[tokio::test]
async fn use_of_a_key_is_noted_by_the_minute() {
    let app = App::start().await;
    let program = Program::new(&app).await;
    program.get("/key").await;
    let used = || async { app.state.store.api_key(&program.id).await.unwrap().unwrap().last_used_at };
    until("the use is noted", || async { used().await.is_some() }).await;
    let first = used().await;
    program.get("/key").await;
    assert_eq!(used().await, first);
    app.later(60);
    program.get("/key").await;
    until("the later use is noted", || async { used().await > first }).await;
}

#[tokio::test]
async fn keys_of_the_file_are_good_until_they_leave_it() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, digest) =
        (NewKey::draw(KeyKind::Real, &SystemEntropy), NewKey::draw(KeyKind::Real, &SystemEntropy));
    let file = folder.path().join("keys");
    let text =
        format!("{} n8n reader\ncck_{}:{} bot token\n", whole.text.expose_secret(), digest.id, digest.digest);
    std::fs::write(&file, text).unwrap();
    let mut app = App::start_with(&[("API_KEYS_FILE", file.to_str().unwrap())]).await;
    for (key, name) in [(&whole, "n8n"), (&digest, "bot")] {
        let answer = Program::of(&app, &key.id, key.text.expose_secret()).get("/key").await;
        assert_eq!((answer.status, &answer.json()["name"]), (200, &name.into()));
    }
    app.restart().await;
    let gone = Program::of(&app, &whole.id, whole.text.expose_secret()).get("/key").await;
    assert_eq!(gone.problem().1, "key_unknown");
}
