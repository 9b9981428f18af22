//! Known secrets go in; no page, header, log line or stored byte may hold one of them, with every
//! detail of `DEBUG=true` switched on.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::support::{Browser, CLIENT_SECRET, Page, Tiktok, settings};

/// In every token and code that the simulator gives.
const MARKER: &str = "CANARYtoken";
/// The middle of the encryption key's base64.
const KEY: &str = "BwcHBwcHBwcHBwcH";

/// The file that holds what the process printed.
const PRINTED: &str = "printed.txt";

/// The real binary, with a TikTok that marks its tokens.
struct Process {
    child: Child,
    origin: String,
    port: u16,
    tiktok: Tiktok,
    folder: TempDir,
}

impl Process {
    async fn start() -> Self {
        creator_connect::server::tls::install_crypto_provider();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let origin = format!("https://localhost:{port}");
        let tiktok = Tiktok::start(&format!("{origin}/webhook"), Some(MARKER)).await;
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_creator-connect"))
            .arg("serve")
            .current_dir(folder.path())
            .env_clear()
            .envs(settings(&origin, &tiktok.origin, &folder))
            .env("PORT", port.to_string())
            .env("DEBUG", "true")
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join(PRINTED)).unwrap())
            .spawn()
            .unwrap();
        let mut process = Self { child, origin, port, tiktok, folder };
        process.ready();
        process
    }

    /// Waits for the line that tells the operator where the app is.
    fn ready(&mut self) {
        let mut told = String::new();
        let mut stdout = BufReader::new(self.child.stdout.take().unwrap());
        while !told.contains(&self.origin) {
            assert_ne!(stdout.read_line(&mut told).unwrap(), 0, "the app did not start: {told}");
        }
        self.child.stdout = Some(stdout.into_inner());
    }

    /// Asks it to stop as an operator does, and answers its exit code and what it printed.
    fn stop(mut self) -> (Option<i32>, String, TempDir) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let printed = std::fs::read_to_string(self.folder.path().join(PRINTED)).unwrap();
        (code, printed, self.folder)
    }
}

fn assert_clean(what: &str, bytes: &[u8], canaries: &[&str]) {
    for canary in canaries {
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{what} holds {canary}");
    }
}

fn assert_clean_page(path: &str, page: &Page, canaries: &[&str]) {
    assert_clean(path, &page.bytes, canaries);
    for (name, value) in &page.headers {
        assert_clean(&format!("{path}: {name}"), value.as_bytes(), canaries);
    }
}

fn assert_clean_files(folder: &Path, canaries: &[&str]) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += assert_clean_files(&path, canaries);
        } else {
            assert_clean(&path.display().to_string(), &std::fs::read(&path).unwrap(), canaries);
            files += 1;
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_the_vault() {
    let process = Process::start().await;
    let browser = Browser::new(&process.origin, process.port, &[]);
    let secrets = [MARKER, CLIENT_SECRET, KEY];

    let begun = browser.get("/oauth").await;
    assert_clean_page("/oauth", &begun, &secrets);
    let granted = ["user.info.basic", "video.publish"];
    let callback = process.tiktok.approve(begun.location(), "public", &granted).await;
    assert!(callback.contains(MARKER), "the code is marked, so the test can fail: {callback}");
    let done = browser.get(&callback).await;
    assert_eq!(done.location(), "/profile");
    assert_clean_page("the callback", &done, &secrets);
    // A replay, a refusal by TikTok, a posted callback and an event: each is logged in its own way.
    assert_clean_page("a replay", &browser.get(&callback).await, &secrets);
    process.tiktok.order("token", serde_json::json!({ "code": "invalid_grant" })).await;
    let refused = browser.log_in(&process.tiktok, "private").await;
    assert_clean_page("a refusal", &refused, &secrets);
    let json = [("content-type", "application/json")];
    assert_clean_page("an event", &browser.post_body("/webhook", &json, "{}").await, &secrets);
    for path in ["/", "/profile", "/account/export", "/health", "/privacy", "/nothing-here"] {
        assert_clean_page(path, &browser.get(path).await, &secrets);
    }
    let cookie = done.cookie("__Host-session");
    let session = cookie.split(['=', ';']).nth(1).unwrap();
    let state = callback.split("state=").nth(1).unwrap();
    let personal = ["lodie Marchand", "elodie.cuisine"];

    let (code, printed, folder) = process.stop();
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("DEBUG"), "the details are on");
    let everything = [&secrets[..], &[session, state]].concat();
    assert_clean("what was printed", printed.as_bytes(), &[&everything[..], &personal].concat());
    assert!(assert_clean_files(folder.path(), &everything) >= 3, "database, certificate and log were read");
    assert!(assert_clean_files(&folder.path().join("logs"), &personal) >= 1);
}
