//! Tests of the command line: the binary, its exit codes and its output.

use std::{
    collections::HashMap,
    path::Path,
    process::{Command, Output},
};

/// Runs the binary in `folder` with only these variables.
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
fn missing_settings_are_all_named() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&[][..], &["serve"], &["check-config"]] {
        let output = run(folder.path(), &HashMap::new(), words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let output_text = text(&output.stderr) + &text(&output.stdout);
        for variable in [
            "TIKTOK_CLIENT_KEY",
            "TIKTOK_CLIENT_SECRET",
            "TIKTOK_REDIRECT_URI",
            "ENCRYPTION_KEYS",
            "SUPABASE_URL",
            "SUPABASE_KEY",
        ] {
            assert!(output_text.contains(variable), "{words:?}: {variable}");
        }
    }
}

#[test]
fn settings_fault_shows_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    variables.insert("ENCRYPTION_KEYS", "k:CANARYCANARYCANARY");
    variables.insert("PORT", "0x50");
    variables.insert("DEBUG", "perhaps");
    let output = run(folder.path(), &variables, &["check-config"]);
    let output_text = text(&output.stderr) + &text(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    for variable in ["ENCRYPTION_KEYS", "PORT", "DEBUG"] {
        assert!(output_text.contains(variable), "{variable}");
    }
    assert!(!output_text.contains("CANARY"));
}

#[test]
fn check_config_summary_shows_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &complete(), &["check-config"]);
    let output_text = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output_text.contains("https://connect.example.test/webhook"));
    for secret in ["CANARY", "BwcHBwcH"] {
        assert!(!output_text.contains(secret), "{secret}");
    }
}

#[test]
fn settings_are_read_from_dotenv_file() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<_> = complete().iter().map(|(name, value)| format!("{name}={value}")).collect();
    std::fs::write(folder.path().join(".env"), lines.join("\n")).unwrap();
    let output = run(folder.path(), &HashMap::new(), &["check-config"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

/// Docker's `--env-file` passes quotes on; `.env` takes one pair away.
#[test]
fn quoted_value_is_refused_by_name_and_source() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    variables.insert("TIKTOK_CLIENT_SECRET", "\"CANARY-client-secret\"");
    variables.insert("LOG_DIR", "'logs'");
    std::fs::write(folder.path().join(".env"), "PORT='\"5000\"'\nAPP_NAME=\"My app\"\n").unwrap();
    for words in [&["serve"][..], &["check-config"], &["doctor"]] {
        let output = run(folder.path(), &variables, words);
        let printed = text(&output.stderr) + &text(&output.stdout);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {printed}");
        for fault in [
            "TIKTOK_CLIENT_SECRET has its value in quotes (from the environment)",
            "LOG_DIR has its value in quotes (from the environment)",
            "PORT has its value in quotes (from .env)",
        ] {
            assert!(printed.contains(fault), "{words:?}: {fault}: {printed}");
        }
        assert!(!printed.contains("CANARY") && !printed.contains("APP_NAME has"), "{printed}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn secret_is_read_from_file_in_environment_or_dotenv() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    std::fs::write(folder.path().join("secret"), "CANARY-client-secret\n").unwrap();
    std::fs::write(folder.path().join("keys"), crate::support::ENCRYPTION_KEY).unwrap();
    std::fs::write(folder.path().join(".env"), "ENCRYPTION_KEYS_FILE=keys\n").unwrap();
    variables.remove("TIKTOK_CLIENT_SECRET");
    variables.remove("ENCRYPTION_KEYS");
    let path = folder.path().join("secret").to_string_lossy().into_owned();
    variables.insert("TIKTOK_CLIENT_SECRET_FILE", &path);
    let output = run(folder.path(), &variables, &["check-config"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains("CANARY"));
    variables.insert("TIKTOK_CLIENT_SECRET", "another");
    let output = run(folder.path(), &variables, &["check-config"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("and so is TIKTOK_CLIENT_SECRET_FILE"), "{}", text(&output.stderr));
}

#[test]
fn generated_line_is_accepted_as_dotenv_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &HashMap::new(), &["keygen"]);
    std::fs::write(folder.path().join(".env"), &output.stdout).unwrap();
    let mut variables = complete();
    variables.remove("ENCRYPTION_KEYS");
    assert_eq!(run(folder.path(), &variables, &["check-config"]).status.code(), Some(0));
    assert_eq!(text(&output.stdout).lines().count(), 1);
}

#[test]
fn generated_keys_differ() {
    let folder = tempfile::tempdir().unwrap();
    let key = || text(&run(folder.path(), &HashMap::new(), &["keygen"]).stdout);
    assert_ne!(key(), key());
}

#[test]
fn help_lists_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let help = text(&run(folder.path(), &HashMap::new(), &["--help"]).stdout);
    for command in
        ["serve", "demo", "simulate-tiktok", "cert", "keygen", "check-config", "health", "init", "env"]
    {
        assert!(help.contains(command), "{command}");
    }
}

#[test]
fn generated_certificate_key_is_private_to_owner() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &complete(), &["cert"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("localhost"));
    assert!(text(&output.stdout).contains("connect.example.test"), "the host of the redirect URI");
    let mode = std::fs::metadata(folder.path().join("certs/key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn demo_refuses_non_loopback_host() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &HashMap::new(), &["demo", "--host", "0.0.0.0"]);
    assert_ne!(output.status.code(), Some(0));
    assert!(!folder.path().join("data").exists());
}

#[test]
fn publishable_supabase_key_is_refused_by_kind() {
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    variables.insert("STORE", "supabase");
    variables.insert("SUPABASE_URL", "https://abc.supabase.co");
    variables.insert("SUPABASE_KEY", "sb_publishable_CANARY");
    let output = run(folder.path(), &variables, &["serve"]);
    let output_text = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{output_text}");
    for words in ["SUPABASE_KEY", "the publishable key", "sb_secret_"] {
        assert!(output_text.contains(words), "{words}: {output_text}");
    }
    assert!(!output_text.contains("CANARY"), "{output_text}");
}

#[test]
fn rejected_supabase_key_stops_start_with_remedy() {
    let gateway = crate::support::Gateway::start();
    let folder = tempfile::tempdir().unwrap();
    let mut variables = complete();
    variables.insert("STORE", "supabase");
    variables.insert("SUPABASE_URL", &gateway.url);
    variables.insert("SUPABASE_KEY", "sb_secret_CANARY");
    let port = crate::support::process::free_port().to_string();
    variables.insert("PORT", &port);
    let output = run(folder.path(), &variables, &["serve"]);
    let output_text = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{output_text}");
    assert!(output_text.contains("SUPABASE_KEY") && !output_text.contains("CANARY"), "{output_text}");
}

/// Each fault is reported although other lines cannot be read; so are names and scopes that are mistyped.
#[test]
fn check_config_reports_every_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = "TIKTOK_CLIENT_SECRET=CANARY two words\nPORT=70000\nTIKTOK_REDIRECT_URL=x\nTIKTOK_SCOPES=\"\n";
    std::fs::write(folder.path().join(".env"), file).unwrap();
    let variables = HashMap::from([("LOG_FORMT", "json")]);
    let output = run(folder.path(), &variables, &["check-config"]);
    let printed = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    for words in [
        ".env has a mistake in line 1",
        ".env has a mistake in line 4",
        "PORT is not a port (from .env)",
        "TIKTOK_CLIENT_KEY is not set",
        "TIKTOK_REDIRECT_URL is not a setting (from .env)",
        "Did you mean TIKTOK_REDIRECT_URI?",
        "LOG_FORMT is not a setting (from the environment)",
    ] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    assert!(!printed.contains("CANARY"), "{printed}");
}

#[test]
fn check_config_json_has_settings_faults_and_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let report = |variables: &HashMap<&str, &str>| {
        let output = run(folder.path(), variables, &["check-config", "--json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(!report.to_string().contains("CANARY"), "{report}");
        (output.status.code(), report)
    };
    let mut variables = complete();
    variables.insert("TIKTOK_SCOPES", "user.info.basic,video.pubilsh");
    let (code, accepted) = report(&variables);
    assert_eq!((code, &accepted["accepted"]), (Some(0), &true.into()), "{accepted}");
    assert_eq!(accepted["settings"]["TIKTOK_CLIENT_SECRET"], "set");
    assert_eq!(accepted["warnings"][0]["variable"], "TIKTOK_SCOPES");
    assert!(accepted["warnings"][0]["remedy"].to_string().contains("video.publish"), "{accepted}");
    variables.insert("PORT", "70000");
    let (code, refused) = report(&variables);
    assert_eq!((code, &refused["accepted"]), (Some(2), &false.into()), "{refused}");
    assert_eq!(refused["faults"][0]["variable"], "PORT");
    variables.extend([
        ("PORT", "5000"),
        ("TLS_MODE", "files"),
        ("TLS_CERT", "no.pem"),
        ("TLS_KEY", "no.pem"),
    ]);
    let (code, refused) = report(&variables);
    assert_eq!((code, &refused["faults"][0]["variable"]), (Some(1), &"TLS_CERT".into()), "{refused}");
}

#[test]
fn env_prints_the_example_of_all_settings() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &HashMap::new(), &["env"]);
    assert_eq!(text(&output.stdout), include_str!("../../env_example.txt"));
}
