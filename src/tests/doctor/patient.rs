//! A set-up to be examined, and what the doctor says of it.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::support::{CLIENT_KEY, CLIENT_SECRET, ENCRYPTION_KEY, process::free_port};

/// Settings in a folder of their own.
pub(super) struct Patient {
    folder: TempDir,
    settings: HashMap<String, String>,
}

/// What the doctor printed, and how it ended.
pub(super) struct Report {
    pub(super) code: Option<i32>,
    pub(super) text: String,
}

impl Patient {
    /// An app with SQLite, well but for a TikTok that cannot be reached.
    pub(super) fn new() -> Self {
        let nowhere = unused_address();
        let folder = tempfile::tempdir().unwrap();
        let settings = [
            ("TIKTOK_CLIENT_KEY", CLIENT_KEY),
            ("TIKTOK_CLIENT_SECRET", CLIENT_SECRET),
            ("TIKTOK_REDIRECT_URI", "https://localhost:5000/webhook"),
            ("TIKTOK_AUTHORIZE_URL", &format!("{nowhere}/v2/auth/authorize/")),
            ("TIKTOK_API_URL", &nowhere),
            ("STORE", "sqlite"),
            ("ENCRYPTION_KEYS", ENCRYPTION_KEY),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { folder, settings }
    }

    /// An app over the project at `url`.
    pub(super) fn with_supabase(url: &str, key: &str) -> Self {
        Self::new().with("STORE", "supabase").with("SUPABASE_URL", url).with("SUPABASE_KEY", key)
    }

    /// The same with another setting; an empty value takes it away.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A file in its folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into its folder.
    pub(super) fn put(&self, name: &str, content: &str) {
        fs::write(self.file(name), content).unwrap();
    }

    /// Runs the doctor. No secret of the settings is in what it prints, whatever is wrong.
    pub(super) async fn examined(&self) -> Report {
        let (folder, settings) = (self.folder.path().to_owned(), self.settings.clone());
        let output = tokio::task::spawn_blocking(move || run(&folder, &settings, &["doctor"])).await.unwrap();
        let secrets = ["TIKTOK_CLIENT_SECRET", "SUPABASE_KEY", "ENCRYPTION_KEYS", "SUPABASE_ANON_KEY"];
        for secret in secrets.iter().filter_map(|name| self.settings.get(*name)) {
            let bare = secret.rsplit(':').next().unwrap();
            assert!(bare.is_empty() || !output.text.contains(bare), "a secret is in {}", output.text);
        }
        output
    }
}

impl Report {
    /// The line of a check with its remedy.
    fn told(&self, subject: &str) -> String {
        let mut lines =
            self.text.lines().skip_while(|line| !line.get(6..).unwrap_or("").starts_with(subject));
        let line = lines.next().unwrap_or_else(|| panic!("{subject} is not in {}", self.text));
        let remedy = lines.next().filter(|line| line.starts_with("      "));
        format!("{line}\n{}", remedy.unwrap_or_default())
    }

    fn judged(&self, verdict: &str, subject: &str, words: &str) -> String {
        let told = self.told(subject);
        assert!(told.starts_with(verdict) && told.contains(words), "{verdict} {words}: {}", self.text);
        told
    }

    /// Whether a check is well.
    pub(super) fn is_ok(&self, subject: &str, words: &str) {
        self.judged("ok ", subject, words);
    }

    /// Whether a check warns with these words and says what to do, and the run does not fail for it.
    pub(super) fn warns(&self, subject: &str, words: &str) {
        let told = self.judged("warn", subject, words);
        assert!(told.lines().count() == 2, "no remedy: {told}");
        assert_eq!(self.code, Some(0), "{}", self.text);
    }

    /// Whether a check fails with these words and says what to do.
    pub(super) fn fails(&self, subject: &str, words: &str) {
        let told = self.judged("FAIL", subject, words);
        assert!(told.lines().count() == 2, "no remedy: {told}");
        assert_eq!(self.code, Some(1), "{}", self.text);
    }

    /// Whether a check could not be made, with these words about it.
    pub(super) fn leaves_out(&self, subject: &str, words: &str) {
        self.judged("- ", subject, words);
    }

    /// Whether nothing failed.
    pub(super) fn is_healthy(&self) {
        assert!(self.code == Some(0) && !self.text.contains("FAIL"), "{}", self.text);
    }
}

/// Runs the binary with these variables and no others; answers what it printed, errors last.
pub(super) fn run(folder: &Path, settings: &HashMap<String, String>, words: &[&str]) -> Report {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creator-connect"));
    let output = command.args(words).current_dir(folder).env_clear().envs(settings).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    Report { code: output.status.code(), text: String::from_utf8_lossy(&printed).into_owned() }
}

/// An address at which nothing listens.
pub(super) fn unused_address() -> String {
    format!("http://127.0.0.1:{}", free_port())
}
