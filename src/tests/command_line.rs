//! The binary as an operator meets it.

use std::{
    collections::HashMap,
    path::Path,
    process::{Command, Output},
};

/// Runs the binary in a folder of its own with these variables and no others.
fn run(folder: &Path, variables: &HashMap<&str, &str>, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_creator-connect"))
        .args(words)
        .current_dir(folder)
        .env_clear()
        .envs(variables)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn complete<'a>() -> HashMap<&'a str, &'a str> {
    HashMap::from([
        ("TIKTOK_CLIENT_KEY", "awx0example0key0"),
        ("TIKTOK_CLIENT_SECRET", "CANARY-client-secret"),
        ("TIKTOK_REDIRECT_URI", "https://connect.example.test/webhook"),
        ("STORE", "sqlite"),
        ("ENCRYPTION_KEYS", crate::support::ENCRYPTION_KEY),
    ])
}

#[test]
fn a_start_without_settings_names_every_missing_one_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&[][..], &["serve"], &["check-config"]] {
        let output = run(folder.path(), &HashMap::new(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let told = text(&output.stderr) + &text(&output.stdout);
        for variable in [
            "TIKTOK_CLIENT_KEY",
            "TIKTOK_CLIENT_SECRET",
            "TIKTOK_REDIRECT_URI",
            "ENCRYPTION_KEYS",
            "SUPABASE_URL",
            "SUPABASE_KEY",
        ] {
            assert!(told.contains(variable), "{words:?}: {variable}");
        }
    }
}

#[test]
fn a_fault_never_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    variables.insert("ENCRYPTION_KEYS", "k:CANARYCANARYCANARY");
    variables.insert("PORT", "0x50");
    variables.insert("DEBUG", "perhaps");
    let output = run(folder.path(), &variables, &["check-config"]);
    let told = text(&output.stderr) + &text(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    for variable in ["ENCRYPTION_KEYS", "PORT", "DEBUG"] {
        assert!(told.contains(variable), "{variable}");
    }
    assert!(!told.contains("CANARY"));
}

#[test]
fn a_complete_configuration_is_summed_up_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &complete(), &["check-config"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(told.contains("https://connect.example.test/webhook"));
    for secret in ["CANARY", "BwcHBwcH"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[test]
fn settings_are_read_from_a_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<_> = complete().iter().map(|(name, value)| format!("{name}={value}")).collect();
    std::fs::write(folder.path().join(".env"), lines.join("\n")).unwrap();
    let output = run(folder.path(), &HashMap::new(), &["check-config"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn a_generated_key_is_taken_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &HashMap::new(), &["keygen"]);
    let line = text(&output.stdout);
    let key = line.lines().find(|line| line.contains(':')).unwrap().trim();
    let mut variables = complete();
    variables.insert("ENCRYPTION_KEYS", key.strip_prefix("ENCRYPTION_KEYS=").unwrap_or(key));
    assert_eq!(run(folder.path(), &variables, &["check-config"]).status.code(), Some(0));
}

#[test]
fn two_generated_keys_differ() {
    let folder = tempfile::tempdir().unwrap();
    let key = || text(&run(folder.path(), &HashMap::new(), &["keygen"]).stdout);
    assert_ne!(key(), key());
}

#[test]
fn help_names_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let help = text(&run(folder.path(), &HashMap::new(), &["--help"]).stdout);
    for command in ["serve", "demo", "simulate-tiktok", "cert", "keygen", "check-config"] {
        assert!(help.contains(command), "{command}");
    }
}

#[test]
fn a_certificate_is_made_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &complete(), &["cert"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("localhost"));
    let mode = std::fs::metadata(folder.path().join("certs/key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_demo_refuses_any_address_but_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &HashMap::new(), &["demo", "--host", "0.0.0.0"]);
    assert_ne!(output.status.code(), Some(0));
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_key_for_browsers_is_refused_by_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    variables.insert("STORE", "supabase");
    variables.insert("SUPABASE_URL", "https://abc.supabase.co");
    variables.insert("SUPABASE_KEY", "sb_publishable_CANARY");
    let output = run(folder.path(), &variables, &["serve"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    for words in ["SUPABASE_KEY", "the publishable key", "sb_secret_"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("CANARY"), "{told}");
}

#[test]
fn a_key_that_supabase_does_not_take_ends_the_start_with_what_to_do() {
    let gateway = crate::support::Gateway::start();
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    variables.insert("STORE", "supabase");
    variables.insert("SUPABASE_URL", &gateway.url);
    variables.insert("SUPABASE_KEY", "sb_secret_CANARY");
    let port = crate::support::process::free_port().to_string();
    variables.insert("PORT", &port);
    let output = run(folder.path(), &variables, &["serve"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("SUPABASE_KEY") && !told.contains("CANARY"), "{told}");
}
