//! The house rules, held against the sources: the crate's docs name them.
//!
//! A rule sees every file under `src/` without comments and test modules. Each test first shows that
//! its rule catches an offender, so that none passes by looking at nothing.

mod rule;
mod source;

use std::fs;

use rule::{Rule, files, read, root};
use source::{Source, matching, under};

/// Whether `path` begins with a dependency that is not among `except`.
fn names_a_crate(path: &str, except: &[&str]) -> bool {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml can be read");
    let (_, dependencies) = manifest.split_once("\n[dependencies]\n").expect("there are dependencies");
    let lines = dependencies.lines().take_while(|line| !line.starts_with('['));
    let mut names = lines.filter_map(|line| Some(line.split_once(" = ")?.0.replace('-', "_")));
    let first = path.split("::").next().unwrap_or_default();
    names.any(|name| name == first) && !except.contains(&first)
}

#[test]
fn domain_does_no_io_and_names_no_web_crate() {
    Rule(|source| {
        let io = ["env", "fs", "io", "net", "os", "process", "thread", "time"]
            .map(|module| format!("std::{module}"));
        let io: Vec<_> = io.iter().map(String::as_str).collect();
        let dependencies = |path: &str| path.starts_with("crate::") && !under(path, &["crate::domain"]);
        let forbidden = |path: &str| {
            under(path, &io) || dependencies(path) || names_a_crate(path, &["serde", "thiserror"])
        };
        if source.is_in(&["domain"]) { source.at_paths(forbidden) } else { Vec::new() }
    })
    .catches("domain/creator.rs", "use std::{fmt, fs::File};")
    .catches("domain/creator.rs", "use crate::{domain::Scopes, server::clock::Clock};")
    .catches("domain.rs", "fn f() -> axum::Json<u8> {}")
    .allows("domain/creator.rs", "use serde::Serialize; use super::Malformed; use std::{fmt, str::FromStr};")
    .holds();
}

#[test]
fn app_reaches_the_server_through_api_alone() {
    Rule(|source| {
        let forbidden = |path: &str| under(path, &["crate::server", "crate::simulator"]);
        if source.is_in(&["app"]) { source.at_paths(forbidden) } else { Vec::new() }
    })
    .catches("app/pages/login.rs", "use super::super::super::server::store::Store;")
    .catches("app.rs", "fn f() { crate::server::login::begin() }")
    .allows("app/pages/login.rs", "use crate::{api::signed_in, domain::Profile}; // crate::server")
    .holds();
}

#[test]
fn nothing_points_back() {
    Rule(|source| {
        let leaves =
            ["clock", "config", "entropy", "session", "store", "telemetry", "tiktok", "tls", "vault"];
        let is_leaf = leaves.iter().any(|leaf| source.is_in(&[&format!("server/{leaf}")]));
        let users = ["disconnect", "events", "http", "login", "profile", "refresh", "startup", "state"];
        let is_user = |path: &str| users.iter().any(|user| under(path, &[&format!("crate::server::{user}")]));
        let is_view = |path: &str| under(path, &["crate::api", "crate::app", "crate::simulator"]);
        let speaks_http = source.is_in(&["server/http", "server/startup"]);
        let forbidden = |path: &str| is_leaf && is_user(path) || is_view(path) && !speaks_http;
        if source.is_in(&["server"]) { source.at_paths(forbidden) } else { Vec::new() }
    })
    .catches("server/store/sqlite.rs", "use crate::server::{login::begin, vault::Sealed};")
    .catches("server/vault.rs", "use super::http::router;")
    .catches("server/login.rs", "use crate::app::shell;")
    .allows("server/login.rs", "use super::{session::WebSession, state::AppState};")
    .allows("server/startup.rs", "use crate::app::shell;")
    .holds();
}

#[test]
fn the_simulator_shares_no_code_with_the_app() {
    Rule(|source| {
        let forbidden = |path: &str| path.starts_with("crate::") && !under(path, &["crate::simulator"]);
        if source.is_in(&["simulator"]) { source.at_paths(forbidden) } else { Vec::new() }
    })
    .catches("simulator/token.rs", "use crate::{domain::Scopes, simulator::state::State};")
    .catches("simulator.rs", "use creator_connect::server::clock;")
    .allows("simulator/token.rs", "use super::{state::State, wire}; use crate::simulator::clock;")
    .holds();
}

#[test]
fn the_two_builds_part_in_lib_alone() {
    Rule(|source| {
        let parts = matches!(source.path.as_str(), "lib.rs" | "app/status.rs");
        let features = source.text.match_indices("feature = \"").map(|(at, _)| at);
        features.filter(|_| !parts).collect()
    })
    .catches("app/pages/login.rs", "#[cfg(feature = \"ssr\")] fn f() {}")
    .allows("lib.rs", "#[cfg(feature = \"ssr\")] mod server;")
    .holds();
}

#[test]
fn token_types_live_in_server_and_cannot_be_serialised() {
    Rule(|source| {
        if source.is_in(&["simulator"]) {
            return Vec::new();
        }
        let mut offences = source.words("Serialize for");
        if !source.is_in(&["server"]) {
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
/// what would let the token out.
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
fn only_store_knows_sql() {
    Rule(|source| {
        let words =
            ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE", "PRAGMA ", "rpc/cc_"];
        let mut offences: Vec<_> = words.iter().flat_map(|word| source.quoted(word)).collect();
        offences.extend(source.at_paths(|path| under(path, &["sqlx", "postgrest"])));
        if source.is_in(&["server/store"]) { Vec::new() } else { offences }
    })
    .catches("server/login.rs", "let q = \"SELECT * FROM creators\";")
    .catches("server/state.rs", "use sqlx::SqlitePool;")
    .allows("server/store/sqlite.rs", "sqlx::query(\"SELECT 1\")")
    .holds();
}

#[test]
fn only_tiktok_knows_the_wire_of_tiktok() {
    Rule(|source| {
        let words = [
            "open.tiktokapis.com",
            "/v2/oauth",
            "/v2/user",
            "/v2/post",
            "disable_auto_auth",
            "grant_type",
            "error_type",
            "refresh_expires_in",
            "code_challenge",
            "x-tt-logid",
        ];
        let knows = source.is_in(&["server/tiktok", "server/config/tiktok", "simulator"]);
        if knows { Vec::new() } else { words.iter().flat_map(|word| source.quoted(word)).collect() }
    })
    .catches("server/refresh.rs", "form.push((\"grant_type\", \"refresh_token\"))")
    .catches("app/pages/login.rs", "let a = \"https://open.tiktokapis.com\";")
    .allows("server/tiktok/token.rs", "url.set_path(\"/v2/oauth/token/\")")
    .holds();
}

#[test]
fn only_config_reads_the_environment() {
    Rule(|source| {
        let readers =
            ["env::var", "env::var_os", "env::vars", "env::vars_os", "env::set_var", "env::remove_var"];
        let reads =
            |path: &str| readers.iter().any(|reader| path.ends_with(reader)) || under(path, &["dotenvy"]);
        if source.is_in(&["server/config"]) { Vec::new() } else { source.at_paths(reads) }
    })
    .catches("main.rs", "use std::env::{args, var};")
    .catches("server/tls.rs", "dotenvy::dotenv()")
    .allows("server/config/reader.rs", "std::env::var(name)")
    .holds();
}

#[test]
fn only_clock_reads_the_time_and_only_entropy_draws() {
    Rule(|source| {
        let time =
            ["SystemTime::now", "Instant::now", "::now_utc", "::now_local", "Utc::now", "UtcDateTime::now"];
        let chance =
            ["rand::rng", "rand::random", "SysRng", "Uuid::new_v4", "Uuid::now_v7", "getrandom::fill"];
        let reads = |path: &str| time.iter().any(|reader| path.ends_with(reader));
        let draws = |path: &str| chance.iter().any(|source| path.ends_with(source));
        let (clock, entropy) = (["server/clock", "simulator/clock"], ["server/entropy", "simulator/mint"]);
        source.at_paths(|path| reads(path) && !source.is_in(&clock) || draws(path) && !source.is_in(&entropy))
    })
    .catches("server/refresh.rs", "let now = std::time::Instant::now();")
    .catches("server/login.rs", "use uuid::Uuid; fn f() { Uuid::new_v4() }")
    .allows("server/clock.rs", "SystemTime::now()")
    .holds();
}

#[test]
fn only_main_exits() {
    Rule(|source| {
        let exits = |path: &str| ["process::exit", "process::abort"].iter().any(|exit| path.ends_with(exit));
        if source.path == "main.rs" { Vec::new() } else { source.at_paths(exits) }
    })
    .catches("server/startup.rs", "std::process::exit(2)")
    .allows("main.rs", "std::process::exit(2)")
    .holds();
}

#[test]
fn a_state_is_consumed_before_it_is_compared() {
    Rule(|source| {
        let statement =
            |at: &usize| source.text[..*at].rfind('"').map_or("", |quote| &source.text[quote + 1..]);
        let only_looks = |at: &usize| statement(at).trim_start().starts_with("SELECT");
        source.quoted("pending_logins").into_iter().filter(only_looks).collect()
    })
    .catches("server/store/sqlite.rs", "\"SELECT 1 FROM pending_logins WHERE state = ?\"")
    .allows("server/store/sqlite.rs", "\"DELETE FROM pending_logins WHERE state = ? RETURNING browser\"")
    .holds();
    let taken = read("server/store/sqlite/logins.rs").matches("RETURNING state_digest").count();
    assert_eq!(taken, 2, "a pending login is answered by the statement that removes it");
}

#[test]
fn an_event_is_parsed_after_its_signature_holds() {
    Rule(|source| {
        let verified = source.words("verify").into_iter().min().unwrap_or(source.code.len());
        let parsers =
            ["Json", "from_slice", "from_str", "from_reader"].into_iter().flat_map(|word| source.words(word));
        let is_handler =
            source.is_in(&["server"]) && (source.path.contains("webhook") || source.path.contains("event"));
        // What is in the store was verified before it was stored.
        let is_handler = is_handler && !source.is_in(&["server/store"]);
        parsers.filter(|at| is_handler && *at < verified).collect()
    })
    .catches("server/http/webhook.rs", "async fn post(Json(event): Json<Event>) {}")
    .catches("server/http/webhook.rs", "let e = serde_json::from_slice(&body)?; signature.verify(&body)?;")
    .allows("server/http/webhook.rs", "signature.verify(&body)?; let e = serde_json::from_slice(&body)?;")
    .holds();
}

#[test]
fn the_backend_is_chosen_once() {
    Rule(|source| {
        let stores = ["crate::server::store::sqlite", "crate::server::store::supabase"];
        let names = ["SqliteStore", "SupabaseStore"].into_iter().flat_map(|name| source.words(name));
        let choices = source.at_paths(|path| under(path, &stores)).into_iter().chain(names);
        let chooses = source.is_in(&["server/store", "server/startup"]);
        choices.filter(|_| !chooses).collect()
    })
    .catches("server/login.rs", "use super::store::sqlite::SqliteStore;")
    .allows("server/startup.rs", "use super::store::sqlite::SqliteStore;")
    .holds();
}

/// One alone would bring the reader of JSON back into the WASM.
#[test]
fn islands_have_no_properties() {
    Rule(|source| {
        let attributes = source.code.match_indices("#[").map(|(at, _)| at);
        let has_properties = |at: &usize| {
            let (attribute, item) = source.code[*at..].split_once(']').unwrap_or_default();
            if !attribute.split(|c: char| !c.is_alphanumeric()).any(|word| word == "island") {
                return false;
            }
            let list = item.split('(').nth(1).and_then(|rest| rest.split(')').next()).unwrap_or_default();
            let list = list.trim_matches(|c: char| c == ',' || c.is_whitespace());
            !matches!(list, "" | "children: Children")
        };
        attributes.filter(has_properties).collect()
    })
    .catches("app/islands/a.rs", "#[island] pub fn A(label: String) -> impl IntoView {}")
    .catches("app/islands/a.rs", "#[leptos::island(lazy)] pub fn A(label: String) {}")
    .catches("app/islands/a.rs", "#[island] pub fn A(\n    children: Children,\n    id: u64,\n) {}")
    .allows("app/islands/a.rs", "#[island] pub fn A() -> impl IntoView { f(1) }")
    .allows("app/islands/a.rs", "#[island] pub fn A(\n    /// What is said.\n    children: Children,\n) {}")
    .holds();
}

#[test]
fn nothing_is_left_half_done() {
    Rule(|source| {
        let words = ["todo!", "unimplemented!", "dbg!", "#[ignore"];
        words.iter().flat_map(|word| source.words(word)).collect()
    })
    .catches("app.rs", "fn f() { todo!() }")
    .catches("app.rs", "#[ignore = \"slow\"] fn f() {}")
    .allows("app.rs", "// todo!() is for later")
    .holds();
}

/// Texts are tables: one file a language, however long.
#[test]
fn no_file_is_longer_than_a_reader_likes() {
    let is_table = |path: &str| matches!(path, "app/i18n/en.rs" | "app/i18n/fr.rs");
    let long: Vec<_> =
        files().into_iter().filter(|path| !is_table(path) && read(path).lines().count() > 350).collect();
    assert!(long.is_empty(), "over 350 lines: {long:?}");
}

#[test]
fn every_file_is_a_module_of_the_tree() {
    let mut strays = Vec::new();
    let is_root = |path: &str| matches!(path, "lib.rs" | "main.rs" | "tests/main.rs" | "chaos/main.rs");
    for path in files().iter().filter(|path| !is_root(path)) {
        let (folder, name) =
            path.trim_end_matches(".rs").rsplit_once('/').unwrap_or(("", path.trim_end_matches(".rs")));
        let parents = match folder {
            "" => vec!["lib.rs".to_owned(), "main.rs".to_owned()],
            "tests" | "chaos" => vec![format!("{folder}/main.rs")],
            _ => vec![format!("{folder}.rs")],
        };
        let declares = |parent: &String| {
            let source = fs::read_to_string(root().join("src").join(parent)).unwrap_or_default();
            source.lines().any(|line| line.trim_end().ends_with(&format!("mod {name};")))
        };
        if name == "mod" || !parents.iter().any(declares) {
            strays.push(path.clone());
        }
    }
    assert!(strays.is_empty(), "no module declares {strays:?}");
}

#[test]
fn tests_wait_for_conditions_not_for_time() {
    let sleeps = |path: &String| !Source::new(path, &read(path)).words("sleep").is_empty();
    let sleepers: Vec<_> =
        files().into_iter().filter(|path| path.starts_with("tests/")).filter(sleeps).collect();
    assert_eq!(sleepers, ["tests/house.rs"; 0], "these sleep");
}
