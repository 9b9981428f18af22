//! Rules on imports between layers, builds and files.

use std::fs;

use super::{
    imports::Imports,
    rule::{Rule, root, sources},
    source::under,
};

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
fn app_reaches_the_server_only_through_api() {
    Rule(|source| {
        let forbidden = |path: &str| under(path, &["crate::server"]);
        if source.is_in(&["app"]) { source.at_paths(forbidden) } else { Vec::new() }
    })
    .catches("app/pages/login.rs", "use super::super::super::server::store::Store;")
    .catches("app.rs", "fn f() { crate::server::login::begin() }")
    .allows("app/pages/login.rs", "use crate::{api::signed_in, domain::Profile}; // crate::server")
    .holds();
}

#[test]
fn lower_layers_do_not_import_upper_ones() {
    Rule(|source| {
        let leaves =
            ["clock", "config", "entropy", "session", "store", "telemetry", "tiktok", "tls", "vault"];
        let is_leaf = leaves.iter().any(|leaf| source.is_in(&[&format!("server/{leaf}")]));
        let users = [
            "activity",
            "disconnect",
            "events",
            "export",
            "forward",
            "health",
            "http",
            "login",
            "profile",
            "refresh",
            "startup",
            "state",
        ];
        let knows_state = source.is_in(&["server/http", "server/startup", "server/state"]);
        let is_state = |path: &str| under(path, &["crate::server::state"]);
        let is_user = |path: &str| users.iter().any(|user| under(path, &[&format!("crate::server::{user}")]));
        let is_view = |path: &str| under(path, &["crate::api", "crate::app"]);
        let is_http = source.is_in(&["server/http", "server/startup"]);
        let forbidden = |path: &str| {
            let points_back = is_leaf && is_user(path) || is_view(path) && !is_http;
            points_back || is_state(path) && !knows_state
        };
        if source.is_in(&["server"]) { source.at_paths(forbidden) } else { Vec::new() }
    })
    .catches("server/store/sqlite.rs", "use crate::server::{login::begin, vault::Sealed};")
    .catches("server/vault.rs", "use super::http::router;")
    .catches("server/login.rs", "use crate::app::shell;")
    .catches("server/login.rs", "use super::{session::WebSession, state::AppState};")
    .allows("server/login.rs", "use super::{profile::ProfileUpdater, session::WebSession};")
    .allows("server/startup.rs", "use crate::app::shell;")
    .holds();
}

/// Modules within which circles are left.
const KNOWN_CIRCLES: [&str; 4] = ["server/config", "server/doctor", "server/refresh", "server/store"];

#[test]
fn imports_between_files_have_no_circles() {
    let sources = sources();
    let is_known = |circle: &Vec<&str>| {
        KNOWN_CIRCLES.iter().any(|module| circle.iter().all(|file| file.starts_with(module)))
    };
    let circles = Imports::new(&sources).circles().into_iter().filter(|circle| !is_known(circle));
    let circles: Vec<_> = circles.map(|circle| circle.join(" -> ")).collect();
    assert!(circles.is_empty(), "circles of imports:\n{}", circles.join("\n"));
}

#[test]
fn build_features_are_named_in_lib_alone() {
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
fn only_startup_chooses_the_backend() {
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
