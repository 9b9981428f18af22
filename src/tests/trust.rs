//! The certificate authorities that the process trusts: the machine's, or those of `SSL_CERT_FILE`.

use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::{
    App, ENCRYPTION_KEY, Tiktok,
    process::{Process, free_port},
};

/// Settings of an app over a Supabase at `url`.
fn settings(url: &str) -> Vec<(&'static str, String)> {
    let unused = format!("http://127.0.0.1:{}", free_port());
    vec![
        ("TIKTOK_CLIENT_KEY", "awx0example0key0".to_owned()),
        ("TIKTOK_CLIENT_SECRET", "secret".to_owned()),
        ("TIKTOK_REDIRECT_URI", "https://localhost:5000/webhook".to_owned()),
        ("TIKTOK_API_URL", unused),
        ("ENCRYPTION_KEYS", ENCRYPTION_KEY.to_owned()),
        ("SUPABASE_URL", url.to_owned()),
        ("SUPABASE_KEY", "sb_secret_canary".to_owned()),
        ("HOST", "127.0.0.1".to_owned()),
        ("PORT", free_port().to_string()),
    ]
}

async fn run(word: &'static str, settings: Vec<(&'static str, String)>) -> Output {
    let run = move || {
        let folder: TempDir = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_creator-connect"));
        command.arg(word).current_dir(folder.path()).env_clear().envs(settings).stdin(Stdio::null());
        command.output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

/// The server is no Supabase project and refuses the requests; that is reported once its certificate is trusted.
#[tokio::test(flavor = "multi_thread")]
async fn ssl_cert_file_is_trusted_by_every_client() {
    let app = App::start().await;
    app.browser().get("/").await;
    let certificate = app.file("certs/cert.pem").to_string_lossy().into_owned();
    let mut trusting = settings(&app.origin);
    trusting.push(("SSL_CERT_FILE", certificate));
    let served = run("serve", trusting.clone()).await;
    assert_eq!(served.status.code(), Some(1), "{}", text(&served));
    assert!(text(&served).contains("leads to no REST API of a Supabase project"), "{}", text(&served));
    let checked = text(&run("doctor", trusting).await);
    assert!(checked.contains("is no Supabase project"), "{checked}");
    assert!(checked.contains("1 certificate authorities"), "{checked}");
    let checked = text(&run("doctor", settings(&app.origin)).await);
    assert!(checked.contains("TLS with it fails"), "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_authorities_are_reported_with_remedy() {
    let mut without = settings("https://project.invalid");
    without.push(("SSL_CERT_FILE", "/nowhere/certificates.pem".to_owned()));
    for word in ["serve", "doctor"] {
        let output = run(word, without.clone()).await;
        let printed = text(&output);
        assert_eq!(output.status.code(), Some(1), "{word}: {printed}");
        for words in ["SUPABASE_URL", "ca-certificates", "SSL_CERT_FILE", "/nowhere/certificates.pem"] {
            assert!(printed.contains(words), "{word}: {words}: {printed}");
        }
    }
}

/// Nothing that it calls needs to be verified.
#[tokio::test(flavor = "multi_thread")]
async fn app_of_http_addresses_needs_no_authorities() {
    let port = free_port();
    let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
    let process = Process::start(port, port, &tiktok, &[("SSL_CERT_FILE", "/nowhere/certificates.pem")]);
    let page = process.browser().log_in(&tiktok, "public").await;
    assert_eq!(page.location(), "/profile");
}
