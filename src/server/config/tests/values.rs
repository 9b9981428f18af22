//! How a value reaches its setting: quotes, white space, sources, and secrets from files.

use std::{fs, path::Path};

use secrecy::ExposeSecret as _;

use super::*;

/// A value as a file of settings for another program would have it, for each variable.
#[test]
fn wrapped_value_of_any_variable_is_one_fault() {
    for variable in VARIABLES {
        for wrapped in ["\"1\"", "'sqlite'", " \"data\" ", "\"\""] {
            let mut times = 0;
            for mut map in both_kinds() {
                map.extend([("TLS_CERT", "a.pem".to_owned()), ("TLS_KEY", "b.pem".to_owned())]);
                if map["TLS_MODE"] == "off" {
                    map.retain(|name, _| !name.starts_with("TLS_"));
                }
                map.insert(variable, wrapped.to_owned());
                let Err(faults) = read(&map) else { continue };
                let named: Vec<_> = faults.iter().map(|fault| fault.variable).collect();
                assert_eq!(named, [variable], "{variable}={wrapped}: {faults}");
                assert!(faults.to_string().contains("quotes"), "{variable}={wrapped}: {faults}");
                times += 1;
            }
            assert!(times > 0, "{variable}={wrapped} is accepted");
        }
    }
}

#[test]
fn white_space_around_any_value_is_removed() {
    for map in both_kinds() {
        let files = [("TLS_CERT", "a.pem"), ("TLS_KEY", "b.pem"), ("DEBUG", "true"), ("PORT", "5001")];
        let files: Map = files.map(|(name, value)| (name, value.to_owned())).into();
        let tls = map["TLS_MODE"] == "files";
        let map: Map = map
            .into_iter()
            .chain(files.into_iter().filter(|(name, _)| tls || !name.starts_with("TLS")))
            .collect();
        let spaced: Map = map.iter().map(|(name, value)| (*name, format!(" \t{value}\r\n"))).collect();
        assert_eq!(read(&spaced).unwrap().summary(), read(&map).unwrap().summary());
    }
}

/// A fault says where the value is to be changed.
#[test]
fn fault_names_source_of_its_value() {
    let good = settings(&[]);
    let found = |name: &str| {
        let (text, source) = match name {
            "PORT" => ("x".to_owned(), Source::Dotenv),
            "DEBUG" => ("\"true\"".to_owned(), Source::Environment),
            _ => (good.get(name)?.clone(), Source::Environment),
        };
        Some(Found { text, source: Some(source) })
    };
    let faults = Config::read_found(&found).unwrap_err().to_string();
    assert!(faults.contains("PORT is not a port (from .env)."), "{faults}");
    assert!(faults.contains("DEBUG has its value in quotes (from the environment)."), "{faults}");
}

/// Settings in which every secret is read, with those of `changes`.
fn with_secrets(changes: &[(&'static str, &str)]) -> Map {
    let supabase =
        [("STORE", "supabase"), ("SUPABASE_URL", "https://p.supabase.co"), ("SUPABASE_KEY", SUPABASE_KEY)];
    settings(&[&supabase[..], &EVENTS, changes].concat())
}

/// The secrets of these settings, and the variables of their files.
fn secrets() -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = [
        "TIKTOK_CLIENT_SECRET_FILE",
        "TIKTOK_CLIENT_SECRET_PREVIOUS_FILE",
        "SUPABASE_KEY_FILE",
        "ENCRYPTION_KEYS_FILE",
        "EVENT_FORWARD_URL_FILE",
        "EVENT_FORWARD_SECRET_FILE",
    ];
    SECRETS.into_iter().filter(|secret| *secret != PUBLIC_KEY).zip(files)
}

/// The settings with `content` in a file at `path`, in place of the value of `secret`.
fn from_file(secret: &str, file: &'static str, path: &Path, content: Option<&str>) -> Result<Config, Faults> {
    if let Some(content) = content {
        fs::write(path, content).unwrap();
    }
    let mut map = with_secrets(&[(file, path.to_str().unwrap())]);
    map.remove(secret);
    read(&map)
}

#[test]
fn every_secret_may_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for (secret, file) in secrets() {
        let value = with_secrets(&[]).remove(secret).unwrap();
        for end in ["", "\n", "\r\n"] {
            let path = folder.path().join(secret);
            let config = from_file(secret, file, &path, Some(&format!("{value}{end}"))).unwrap();
            assert_eq!(config.summary(), read(&with_secrets(&[])).unwrap().summary(), "{secret}");
            assert_eq!(config.tiktok.client_secret.expose_secret(), SECRET, "{secret}");
        }
    }
}

#[test]
fn secret_and_its_file_together_are_a_fault() {
    for (secret, file) in secrets() {
        let faults = read(&with_secrets(&[(file, "/run/secrets/canary")])).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults}");
        assert!(faults.to_string().contains(&format!("{secret} is set, and so is {file}")), "{faults}");
    }
}

/// Each row: the content of the file, and what is said besides its path.
#[test]
fn unusable_secret_file_is_named_by_path() {
    let folder = tempfile::tempdir().unwrap();
    let large = "x".repeat(70_000);
    for (secret, file) in secrets() {
        for (content, expected) in [
            (None, "No such file"),
            (Some(""), "it is empty"),
            (Some(" \n"), "it is empty"),
            (Some(large.as_str()), "more than 64 kB"),
        ] {
            let path = folder.path().join(secret);
            drop(fs::remove_file(&path));
            let faults = from_file(secret, file, &path, content).unwrap_err();
            let text = faults.to_string();
            assert_eq!(faults.len(), 1, "{text}");
            assert!(text.contains(expected) && text.contains(path.to_str().unwrap()), "{secret}: {text}");
        }
        let faults = from_file(secret, file, folder.path(), None).unwrap_err().to_string();
        assert!(faults.contains("it is no file"), "{faults}");
    }
}

/// The secret itself in the variable of its file, and one in quotes.
#[test]
fn misplaced_secret_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    for (secret, file) in secrets() {
        let mut map = with_secrets(&[(file, "canary/canary=")]);
        map.remove(secret);
        let faults = read(&map).unwrap_err().to_string();
        assert!(faults.contains(file) && !faults.contains("canary"), "{faults}");
        let path = folder.path().join(secret);
        let faults = from_file(secret, file, &path, Some("\"canary\"\n")).unwrap_err().to_string();
        assert!(faults.contains(&format!("quotes (from the file of {file})")), "{faults}");
        assert!(!faults.contains("canary"), "{faults}");
    }
}
