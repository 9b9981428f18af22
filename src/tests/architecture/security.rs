//! Rules on tokens, login states and events.

use super::{
    rule::{Rule, read},
    source::{Source, matching, under},
};

#[test]
fn token_types_are_in_server_and_not_serialisable() {
    Rule(|source| {
        let mut offences = source.words("Serialize for");
        // The command prints a new key once.
        if !source.is_in(&["server", "cli/keys"]) {
            offences.extend(source.at_paths(|path| under(path, &["secrecy"])));
        }
        let items = ["struct", "enum"].iter().flat_map(|keyword| source.words(keyword));
        offences.extend(items.filter(|at| is_leaky_token(source, *at)));
        offences
    })
    .catches("domain/grant.rs", "pub struct AccessToken(u8);")
    .catches("domain/grant.rs", "use secrecy::SecretString;")
    .catches("server/a.rs", "#[derive(Debug, Serialize)]\npub struct A {\n    t: SecretString,\n}")
    .catches("server/a.rs", "#[derive(serde::Serialize)] struct RefreshToken(Vec<u8>);")
    .catches("server/a.rs", "struct A; impl serde::Serialize for A {}")
    .catches("server/a.rs", "#[derive(Debug)] struct A { refresh_token: Option<String> }")
    .allows("server/a.rs", "#[derive(Serialize)] struct Health { count: u64 }\nstruct Token(SecretString);")
    .holds();
    assert!(read("server/vault.rs").contains("f.write_str(\"[sealed]\")"), "a sealed token must not print");
}

/// Whether the type declared at `at` is or holds a token and stands outside the server, or derives
/// a trait that would reveal the token.
fn is_leaky_token(source: &Source, at: usize) -> bool {
    let attributes = &source.code[source.code[..at].rfind(['}', ';']).unwrap_or(0)..at];
    let opening = source.code[at..].find(['{', ';']).map_or(source.code.len(), |length| at + length);
    let item = &source.code[at..opening + matching(&source.code[opening..])];
    let name = item.split(|c: char| !c.is_alphanumeric()).nth(1).unwrap_or_default();
    let holds = |words: &[&str]| words.iter().any(|word| item.contains(word));
    let is_bare = holds(&["_token: String", "_token: Option<String>", "_token: &str"]);
    let is_token = name.contains("Token") || is_bare || holds(&["Sealed", "SecretString", "SecretBox"]);
    let prints = attributes.contains("Debug") && (is_bare || holds(&["_secret: String"]));
    let leaks = prints || is_token && attributes.contains("Serialize");
    leaks || is_token && !source.is_in(&["server"])
}

#[test]
fn login_state_is_consumed_before_it_is_compared() {
    const TAKES: &str = "server/store/sqlite/logins.rs";
    Rule(|source| {
        if source.path == TAKES {
            return Vec::new();
        }
        let statement =
            |at: &usize| source.text[..*at].rfind('"').map_or("", |quote| &source.text[quote + 1..]);
        let only_looks = |at: &usize| statement(at).trim_start().starts_with("SELECT");
        source.quoted("pending_logins").into_iter().filter(only_looks).collect()
    })
    .catches("server/store/sqlite.rs", "\"SELECT 1 FROM pending_logins WHERE state = ?\"")
    .allows("server/store/sqlite.rs", "\"DELETE FROM pending_logins WHERE state = ? RETURNING browser\"")
    .allows(TAKES, "\"SELECT * FROM pending_logins WHERE state = ?\"")
    .holds();
    let taken = read(TAKES).matches("SET taken_at = ?, code_verifier = NULL").count();
    assert_eq!(taken, 1, "a pending login is marked as taken in the transaction that reads it");
}

#[test]
fn event_is_parsed_after_its_signature_is_verified() {
    Rule(|source| {
        // A `SignedBody` is made by the verification alone, so a parser that takes one comes after it.
        let proofs = ["verify", "SignedBody"].into_iter().flat_map(|word| source.words(word));
        let verified = proofs.min().unwrap_or(source.code.len());
        let parsers =
            ["Json", "from_slice", "from_str", "from_reader"].into_iter().flat_map(|word| source.words(word));
        let is_handler =
            source.is_in(&["server"]) && (source.path.contains("webhook") || source.path.contains("event"));
        // Rows of the store were verified before they were stored; `WebhookEvent` reads a `SignedBody`. The API hands
        // out what is stored.
        let verified_before = ["server/store", "server/tiktok/webhook_event", "server/http/v1"];
        let is_handler = is_handler && !source.is_in(&verified_before);
        parsers.filter(|at| is_handler && *at < verified).collect()
    })
    .catches("server/http/webhook.rs", "async fn post(Json(event): Json<Event>) {}")
    .catches("server/http/webhook.rs", "let e = serde_json::from_slice(&body)?; signature.verify(&body)?;")
    .allows("server/http/webhook.rs", "signature.verify(&body)?; let e = serde_json::from_slice(&body)?;")
    .holds();
}
