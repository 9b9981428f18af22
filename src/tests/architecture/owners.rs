//! Rules on knowledge and effects that belong to one module.

use super::{rule::Rule, source::under};

#[test]
fn only_store_knows_sql() {
    Rule(|source| {
        let words =
            ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "CREATE TABLE", "PRAGMA ", "rpc/cc_"];
        let mut offences: Vec<_> = words.iter().flat_map(|word| source.quoted(word)).collect();
        offences.extend(source.at_paths(|path| under(path, &["rusqlite", "postgrest"])));
        if source.is_in(&["server/store"]) { Vec::new() } else { offences }
    })
    .catches("server/login.rs", "let q = \"SELECT * FROM creators\";")
    .catches("server/state.rs", "use rusqlite::Connection;")
    .allows("server/store/sqlite.rs", "rusqlite::Connection::open(path)")
    .holds();
}

#[test]
fn only_tiktok_knows_tiktoks_wire_format() {
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
        let knows = source.is_in(&["server/tiktok", "server/config/tiktok"]);
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
    .allows("server/config/environment.rs", "std::env::var(name)")
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
        let (clock, entropy) = (["server/clock"], ["server/entropy"]);
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
