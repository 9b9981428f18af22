mod values;

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

use super::*;

const SECRET: &str = "canary-client-secret";
const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const SUPABASE_KEY: &str = "sb_secret_canary";
const FORWARD_SECRET: &str = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";
const EXAMPLE: &str = include_str!("../../../env_example.txt");

/// Settings that forward events and send notices; the paths are secrets too.
const EVENTS: [(&str, &str); 4] = [
    ("TIKTOK_CLIENT_SECRET_PREVIOUS", SECRET),
    ("EVENT_FORWARD_URL", "https://hooks.example/canary"),
    ("EVENT_FORWARD_SECRET", FORWARD_SECRET),
    ("NOTIFY_URL", "https://hooks.example/canary?token=canary"),
];

type Map = HashMap<&'static str, String>;

/// Settings that are accepted, with `changes` on top.
fn settings(changes: &[(&'static str, &str)]) -> Map {
    let keys = format!("k1:{KEY}");
    let good = [
        ("TIKTOK_CLIENT_KEY", "awx7"),
        ("TIKTOK_CLIENT_SECRET", SECRET),
        ("TIKTOK_REDIRECT_URI", "https://studio.example/webhook"),
        ("STORE", "sqlite"),
        ("ENCRYPTION_KEYS", keys.as_str()),
    ];
    good.iter().chain(changes).map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn read(map: &Map) -> Result<Config, Faults> {
    Config::read(&|name| map.get(name).cloned())
}

fn faulty(changes: &[(&'static str, &str)]) -> Vec<&'static str> {
    read(&settings(changes)).unwrap_err().iter().map(|fault| fault.variable).collect()
}

#[test]
fn defaults_match_settings_table() {
    let config = read(&settings(&[])).unwrap();
    assert_eq!(config.tiktok.scopes.to_string(), "user.info.basic,video.publish");
    assert!(config.tiktok.pkce);
    assert_eq!(config.tiktok.authorize_url.as_str(), "https://www.tiktok.com/v2/auth/authorize/");
    assert_eq!(config.tiktok.api_url.as_str(), "https://open.tiktokapis.com/");
    assert!(matches!(&config.store, StoreConfig::Sqlite { path } if path.ends_with("creator-connect.db")));
    assert_eq!((config.host.as_str(), config.port), ("0.0.0.0", 5000));
    assert!(matches!(&config.tls, TlsConfig::SelfSigned { names, .. } if names.len() == 4));
    assert!(config.trusted_proxies.is_empty() && !config.debug);
    assert!(config.logs.dir.unwrap().ends_with("logs") && config.logs.console == ConsoleFormat::Text);
    assert!(config.journal_dir.ends_with("data/journal"));
    assert_eq!(config.site.app_name, "Creator Connect");
    assert_eq!((config.site.privacy_url.as_str(), config.site.terms_url.as_str()), ("/privacy", "/terms"));
    assert_eq!(config.site.scopes, config.tiktok.scopes);
    assert_eq!(config.site.origin, "https://studio.example");
    assert_eq!(config.site.embed_origins.len(), 0);
}

/// Each row: a change of good settings, and the one variable that is then faulty.
#[test]
fn invalid_value_is_one_fault_of_its_variable() {
    let long_name = "a".repeat(41);
    for (variable, value) in [
        ("TIKTOK_CLIENT_KEY", ""),
        ("TIKTOK_CLIENT_KEY", "your_client_key"),
        ("TIKTOK_CLIENT_KEY", "two words"),
        ("TIKTOK_CLIENT_SECRET", " "),
        ("TIKTOK_CLIENT_SECRET", "your_client_secret"),
        ("TIKTOK_REDIRECT_URI", ""),
        ("TIKTOK_REDIRECT_URI", "https://your-domain.example/webhook"),
        ("TIKTOK_REDIRECT_URI", "https://studio.example/callback"),
        ("TIKTOK_REDIRECT_URI", "http://studio.example/webhook"),
        ("TIKTOK_REDIRECT_URI", "http://localhost:5000/webhook"),
        ("TIKTOK_SCOPES", ","),
        ("TIKTOK_SCOPES", "user.info.basic video.publish"),
        ("TIKTOK_PKCE", "plain"),
        ("TIKTOK_AUTHORIZE_URL", "http://studio.example/authorize"),
        ("TIKTOK_API_URL", "studio.example"),
        ("STORE", "postgres"),
        ("ENCRYPTION_KEYS", ""),
        ("ENCRYPTION_KEYS", "your_line_from_keygen"),
        ("ENCRYPTION_KEYS", "k1:BwcH"),
        ("TIKTOK_CLIENT_SECRET_PREVIOUS", "two words"),
        ("EVENT_MAX_AGE", "80"),
        ("EVENT_FORWARD_SECRET", FORWARD_SECRET),
        ("EVENT_FORWARD_ALLOW_PRIVATE", "perhaps"),
        ("HOST", "https://studio.example"),
        ("PORT", "70000"),
        ("TLS_MODE", "on"),
        ("TLS_CERT", "cert.pem"),
        ("TLS_KEY", "key.pem"),
        ("TRUSTED_PROXIES", "proxy"),
        ("METRICS_ADDR", "9464"),
        ("METRICS_ADDR", "127.0.0.1:0"),
        ("NOTIFY_URL", "http://hooks.example/topic"),
        ("NOTIFY_URL", "ntfy.example/topic"),
        ("DEBUG", "maybe"),
        ("LOG_DIR", "lo\0gs"),
        ("LOG_FORMAT", "xml"),
        ("CERT_DIR", "ce\0rts"),
        ("SITE_ROOT", "si\0te"),
        ("APP_NAME", "TikTok Helper"),
        ("APP_NAME", &long_name),
        ("OPERATOR_NAME", "two\nlines"),
        ("OPERATOR_URL", "studio.example"),
        ("OPERATOR_CONTACT", "help"),
        ("PRIVACY_URL", "privacy.html"),
        ("TERMS_URL", "http://studio.example/terms"),
        ("EMBED_ORIGINS", "*"),
        ("EMBED_ORIGINS", "https://studio.example,http://studio.example"),
    ] {
        assert_eq!(faulty(&[(variable, value)]), [variable], "{variable}={value}");
    }
}

#[test]
fn faults_are_reported_together_in_table_order() {
    let nothing = Config::read(&|_| None).unwrap_err();
    let names: Vec<_> = nothing.iter().map(|fault| fault.variable).collect();
    let required = ["TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET", "TIKTOK_REDIRECT_URI"];
    let store = ["SUPABASE_URL", "SUPABASE_KEY", "ENCRYPTION_KEYS"];
    assert_eq!(names, [required, store].concat());
    assert_eq!(faulty(&[("TLS_MODE", "files"), ("PORT", "x")]), ["PORT", "TLS_CERT", "TLS_KEY"]);
}

#[test]
fn supabase_is_the_default_and_wants_its_own_settings() {
    let mut map = settings(&[("SUPABASE_URL", "https://p.supabase.co"), ("SUPABASE_KEY", SUPABASE_KEY)]);
    map.remove("STORE");
    let config = read(&map).unwrap();
    let StoreConfig::Supabase { rest_url, .. } = &config.store else { panic!("{:?}", config.store) };
    assert_eq!(rest_url.as_str(), "https://p.supabase.co/rest/v1");
    map.insert("SUPABASE_REST_URL", "http://127.0.0.1:3000".to_owned());
    let config = read(&map).unwrap();
    assert!(matches!(&config.store, StoreConfig::Supabase { rest_url, .. } if rest_url.port() == Some(3000)));
    map.insert("SUPABASE_URL", "http://p.supabase.co".to_owned());
    map.insert("SUPABASE_KEY", "sb_publishable_x".to_owned());
    let names: Vec<_> = read(&map).unwrap_err().iter().map(|fault| fault.variable).collect();
    assert_eq!(names, ["SUPABASE_URL", "SUPABASE_KEY"]);
}

/// Every path of the settings, so that each message about it says which file is meant.
#[test]
fn paths_in_summary_are_absolute() {
    let files = [("TLS_MODE", "files"), ("TLS_CERT", "a.pem"), ("TLS_KEY", "b.pem")];
    let summaries = [read(&settings(&[])).unwrap().summary(), read(&settings(&files)).unwrap().summary()];
    let paths = ["SQLITE_PATH", "JOURNAL_DIR", "LOG_DIR", "CERT_DIR", "SITE_ROOT", "TLS_CERT", "TLS_KEY"];
    let shown: Vec<_> = summaries.iter().flatten().filter(|(name, _)| paths.contains(name)).collect();
    assert_eq!(shown.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), paths.into());
    assert!(shown.iter().all(|(_, path)| path.starts_with('/')), "{shown:?}");
}

#[test]
fn logs_may_go_to_the_console_alone() {
    let config = read(&settings(&[("LOG_DIR", "off"), ("LOG_FORMAT", "json")])).unwrap();
    assert_eq!(config.logs, LogsConfig { dir: None, console: ConsoleFormat::Json });
}

#[test]
fn own_supabase_by_http_requires_permission() {
    let own = [
        ("STORE", "supabase"),
        ("SUPABASE_URL", "http://kong:8000"),
        ("SUPABASE_KEY", SUPABASE_KEY),
        ("SUPABASE_REST_URL", "http://rest:3000"),
    ];
    let faults = read(&settings(&own)).unwrap_err();
    assert_eq!(faults.len(), 2, "{faults}");
    assert!(faults.iter().all(|fault| fault.remedy.contains("SUPABASE_ALLOW_HTTP=true")), "{faults}");
    let allowed = [&own[..], &[("SUPABASE_ALLOW_HTTP", "true")]].concat();
    assert!(read(&settings(&allowed)).is_ok());
    let public = [&allowed[..], &[("SUPABASE_URL", "http://db.studio.example")]].concat();
    assert_eq!(faulty(&public), ["SUPABASE_URL"]);
    assert_eq!(faulty(&[&own[..], &[("SUPABASE_ALLOW_HTTP", "perhaps")]].concat()), ["SUPABASE_ALLOW_HTTP"]);
}

#[test]
fn certificate_covers_host_of_redirect_uri() {
    let config = read(&settings(&[("HOST", "studio.local"), ("CERT_DIR", "/var/certs")])).unwrap();
    let TlsConfig::SelfSigned { dir, names } = config.tls else { panic!("{:?}", config.tls) };
    assert_eq!(names, ["localhost", "127.0.0.1", "::1", "studio.local", "studio.example"]);
    assert_eq!(dir.to_str(), Some("/var/certs"));
}

#[test]
fn https_settings_are_those_that_are_requested() {
    assert_eq!(read(&settings(&[])).unwrap().https_settings(), ["TIKTOK_API_URL"]);
    let supabase =
        [("STORE", "supabase"), ("SUPABASE_URL", "https://p.supabase.co"), ("SUPABASE_KEY", SUPABASE_KEY)];
    let everything = read(&settings(&[&supabase[..], &EVENTS].concat())).unwrap();
    assert_eq!(
        everything.https_settings(),
        ["TIKTOK_API_URL", "SUPABASE_URL", "EVENT_FORWARD_URL", "NOTIFY_URL"]
    );
    let simulated = [("TIKTOK_API_URL", "http://127.0.0.1:5001")];
    assert_eq!(read(&settings(&simulated)).unwrap().https_settings().len(), 0);
}

#[test]
fn every_redirect_uri_gets_pkce_unless_it_is_off() {
    for redirect_uri in ["https://studio.example/webhook", "https://localhost:5000/webhook"] {
        let uri = ("TIKTOK_REDIRECT_URI", redirect_uri);
        assert!(read(&settings(&[uri])).unwrap().tiktok.pkce, "{redirect_uri}");
        assert!(!read(&settings(&[uri, ("TIKTOK_PKCE", "none")])).unwrap().tiktok.pkce, "{redirect_uri}");
    }
}

#[test]
fn http_loopback_redirect_requires_tls_off() {
    let local = [("TIKTOK_REDIRECT_URI", "http://127.0.0.1:5000/webhook"), ("TLS_MODE", "off")];
    let config = read(&settings(&local)).unwrap();
    assert!(config.tiktok.redirect_uri.is_loopback());
}

#[test]
fn forwarding_requires_secret_and_private_permission() {
    let public =
        [("EVENT_FORWARD_URL", "https://hooks.example/canary"), ("EVENT_FORWARD_SECRET", FORWARD_SECRET)];
    let config = read(&settings(&public)).unwrap();
    assert_eq!(config.events.forward.unwrap().reach, Reach::Public);
    assert_eq!(faulty(&public[..1]), ["EVENT_FORWARD_SECRET"]);
    let inside = [("EVENT_FORWARD_URL", "http://n8n:5678/hook"), ("EVENT_FORWARD_SECRET", FORWARD_SECRET)];
    assert_eq!(faulty(&inside), ["EVENT_FORWARD_URL"]);
    let allowed = [inside[0], inside[1], ("EVENT_FORWARD_ALLOW_PRIVATE", "true")];
    assert_eq!(read(&settings(&allowed)).unwrap().events.forward.unwrap().reach, Reach::Private);
}

#[test]
fn boolean_spellings_are_accepted() {
    for (value, expected) in
        [("true", true), ("1", true), ("Yes", true), ("FALSE", false), ("0", false), ("no", false)]
    {
        assert_eq!(read(&settings(&[("DEBUG", value)])).unwrap().debug, expected, "{value}");
    }
}

#[test]
fn faults_summary_and_debug_show_no_secret() {
    let supabase =
        [("STORE", "supabase"), ("SUPABASE_URL", "https://p.supabase.co"), ("SUPABASE_KEY", SUPABASE_KEY)];
    let config = read(&settings(&[&supabase[..], &EVENTS].concat())).unwrap();
    let shown = format!("{config:?} {:?}", config.summary());
    for secret in [SECRET, KEY, SUPABASE_KEY, FORWARD_SECRET, "canary", "7, 7", "99, 97"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    // No fault shows any part of a value.
    let everywhere = Config::read(&|_| Some("canary :\u{1}".to_owned())).unwrap_err();
    assert!(everywhere.len() > 12);
    assert!(!format!("{everywhere} {everywhere:?}").contains("canary"));
}

#[test]
fn summary_shows_secrets_as_set() {
    let summary = read(&settings(&[])).unwrap().summary();
    let value = |name: &str| summary.iter().find(|(variable, _)| *variable == name).unwrap().1.clone();
    assert_eq!(value("TIKTOK_CLIENT_SECRET"), "set");
    assert_eq!(value("ENCRYPTION_KEYS"), "set (1 in all, k1 seals)");
}

/// Settings with which every variable is read by one or the other.
fn both_kinds() -> [Map; 2] {
    [("sqlite", "off"), ("supabase", "files")].map(|(store, mode)| {
        settings(&[
            ("STORE", store),
            ("TLS_MODE", mode),
            ("SUPABASE_URL", "https://p.supabase.co"),
            ("SUPABASE_KEY", SUPABASE_KEY),
        ])
    })
}

/// The names that the configuration reads with any of these settings.
fn read_variables() -> BTreeSet<String> {
    let names = RefCell::new(BTreeSet::new());
    for map in both_kinds() {
        let _read = Config::read(&|name| {
            names.borrow_mut().insert(name.to_owned());
            map.get(name).cloned()
        });
    }
    names.into_inner()
}

/// `NAME=value` lines of the example, with and without a comment sign before them.
fn example_lines() -> Vec<(bool, String, String)> {
    let pair = |line: &str| {
        let set = !line.starts_with('#');
        let (name, value) = line.trim_start_matches("# ").split_once('=')?;
        let shaped = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        shaped.then(|| (set, name.to_owned(), value.to_owned()))
    };
    EXAMPLE.lines().filter_map(pair).collect()
}

#[test]
fn example_and_table_list_exactly_the_read_variables() {
    let table: BTreeSet<String> = VARIABLES.map(str::to_owned).into();
    let files = SECRETS.map(|secret| format!("{secret}_FILE"));
    let read: BTreeSet<_> = read_variables().into_iter().filter(|name| !files.contains(name)).collect();
    assert_eq!(read, table);
    let example: Vec<String> = example_lines().into_iter().map(|(_, name, _)| name).collect();
    assert_eq!(example.iter().cloned().collect::<BTreeSet<_>>(), table);
    assert_eq!(example.len(), table.len(), "each variable is explained once");
}

#[test]
fn example_lacks_only_operator_values() {
    let set: HashMap<_, _> =
        example_lines().into_iter().filter(|(set, ..)| *set).map(|(_, name, value)| (name, value)).collect();
    let faults = Config::read(&|name| set.get(name).cloned()).unwrap_err();
    assert_eq!(faults.len(), set.len(), "{faults}");
    assert!(faults.iter().all(|fault| fault.problem == "still has the example's value"), "{faults}");
}

/// A commented line shows the default: removing the comment sign changes nothing.
#[test]
fn example_shows_defaults() {
    let defaults: HashMap<_, _> =
        example_lines().into_iter().filter(|(set, ..)| !set).map(|(_, name, value)| (name, value)).collect();
    let supabase = settings(&[("SUPABASE_URL", "https://p.supabase.co"), ("SUPABASE_KEY", SUPABASE_KEY)]);
    let plain = |name: &str| (name != "STORE").then(|| supabase.get(name).cloned()).flatten();
    let spelled =
        |name: &str| defaults.get(name).filter(|value| !value.is_empty()).cloned().or_else(|| plain(name));
    let unset_site = |config: Config| {
        let lines = config.summary().into_iter().filter(|(name, _)| *name != "SITE_ROOT");
        lines.collect::<Vec<_>>()
    };
    assert_eq!(unset_site(Config::read(&spelled).unwrap()), unset_site(Config::read(&plain).unwrap()));
}
