//! An installation to be checked, and the report of `creator-connect doctor` about it.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::support::{CLIENT_KEY, CLIENT_SECRET, ENCRYPTION_KEY, process::free_port};

/// Settings and files of an installation, in a folder of its own.
pub(super) struct Installation {
    folder: TempDir,
    settings: HashMap<String, String>,
}

/// The output and exit code of the doctor.
pub(super) struct Report {
    pub(super) code: Option<i32>,
    pub(super) text: String,
}

impl Installation {
    /// A healthy app with SQLite whose TikTok is unreachable.
    pub(super) fn new() -> Self {
        let unused = unused_address();
        let folder = tempfile::tempdir().unwrap();
        let settings = [
            ("TIKTOK_CLIENT_KEY", CLIENT_KEY),
            ("TIKTOK_CLIENT_SECRET", CLIENT_SECRET),
            ("TIKTOK_REDIRECT_URI", "https://localhost:5000/webhook"),
            ("TIKTOK_AUTHORIZE_URL", &format!("{unused}/v2/auth/authorize/")),
            ("TIKTOK_API_URL", &unused),
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

    /// Changes a setting; an empty value removes it.
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

    /// Runs the doctor and asserts that its output contains no secret of the settings.
    pub(super) async fn run_doctor(&self) -> Report {
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
    fn finding(&self, subject: &str) -> String {
        let mut lines =
            self.text.lines().skip_while(|line| !line.get(6..).unwrap_or("").starts_with(subject));
        let line = lines.next().unwrap_or_else(|| panic!("{subject} is not in {}", self.text));
        let remedy = lines.next().filter(|line| line.starts_with("      "));
        format!("{line}\n{}", remedy.unwrap_or_default())
    }

    fn expect(&self, verdict: &str, subject: &str, words: &str) -> String {
        let finding = self.finding(subject);
        assert!(finding.starts_with(verdict) && finding.contains(words), "{verdict} {words}: {}", self.text);
        finding
    }

    /// Asserts that a check passed.
    pub(super) fn is_ok(&self, subject: &str, words: &str) {
        self.expect("ok ", subject, words);
    }

    /// Asserts that a check warns with these words and a remedy, and that the run succeeds.
    pub(super) fn warns(&self, subject: &str, words: &str) {
        let finding = self.expect("warn", subject, words);
        assert!(finding.lines().count() == 2, "no remedy: {finding}");
        assert_eq!(self.code, Some(0), "{}", self.text);
    }

    /// Asserts that a check fails with these words and a remedy.
    pub(super) fn fails(&self, subject: &str, words: &str) {
        let finding = self.expect("FAIL", subject, words);
        assert!(finding.lines().count() == 2, "no remedy: {finding}");
        assert_eq!(self.code, Some(1), "{}", self.text);
    }

    /// Asserts that a check could not be made, with these words.
    pub(super) fn is_not_checked(&self, subject: &str, words: &str) {
        self.expect("- ", subject, words);
    }

    /// Asserts that nothing failed.
    pub(super) fn is_healthy(&self) {
        assert!(self.code == Some(0) && !self.text.contains("FAIL"), "{}", self.text);
    }
}

/// Runs the binary with only these variables; returns its output, stderr last.
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
