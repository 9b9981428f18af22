//! The real binary, as an operator starts it.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use tempfile::TempDir;

use super::{Browser, Tiktok, lock, settings};

/// The file with the output of the process.
const PRINTED: &str = "printed.txt";

/// The folder where a disk is mounted.
const SMALL_DISK: &str = "small-disk";

const BINARY: &str = env!("CARGO_BIN_EXE_creator-connect");

/// A port on which nothing listens. No other test gets it while this process runs, and Linux gives connections
/// ports from 32768 on.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(21_000);
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        assert!(port < 32_768, "no port is free");
        if lock::try_keep(&format!("port-{port}")) && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// One running app.
pub(crate) struct Process {
    /// Where it is, as `https://localhost:40123`.
    pub(crate) origin: String,
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Process {
    /// Starts an app on `port`; TikTok redirects browsers to `public_port`, which is another replica's behind
    /// one name. `changes` replace settings of the tests.
    pub(crate) fn start(port: u16, public_port: u16, tiktok: &Tiktok, changes: &[(&str, &str)]) -> Self {
        Self::launch(&[], Path::new("."), port, public_port, tiktok, changes)
    }

    /// [`Self::start`] with another working folder than the process's own.
    pub(crate) fn start_in(
        working_folder: &Path,
        port: u16,
        tiktok: &Tiktok,
        changes: &[(&str, &str)],
    ) -> Self {
        Self::launch(&[], working_folder, port, port, tiktok, changes)
    }

    /// Starts an app that may open no more than `files` files.
    pub(crate) fn start_with_files(files: u32, port: u16, tiktok: &Tiktok) -> Self {
        let script = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
        Self::launch(&["sh", "-c", &script], Path::new("."), port, port, tiktok, &[])
    }

    /// Starts an app whose database and journal are on a disk of its own, of so many megabytes.
    pub(crate) fn start_on_small_disk(megabytes: u32, port: u16, tiktok: &Tiktok) -> Self {
        let script = format!(
            "mkdir {SMALL_DISK} && mount -t tmpfs -o size={megabytes}m tmpfs {SMALL_DISK} && exec \"$0\" \"$@\""
        );
        let launcher = ["unshare", "--mount", "sh", "-c", &script];
        let (database, journal) = (format!("{SMALL_DISK}/app.db"), format!("{SMALL_DISK}/journal"));
        let changes = [("SQLITE_PATH", database.as_str()), ("JOURNAL_DIR", &journal)];
        Self::launch(&launcher, Path::new("."), port, port, tiktok, &changes)
    }

    /// The disk of [`Self::start_on_small_disk`], which the process alone has mounted, as others reach it.
    pub(crate) fn small_disk(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.child.id()));
        root.join(self.folder.path().strip_prefix("/").unwrap()).join(SMALL_DISK)
    }

    fn launch(
        launcher: &[&str],
        working_folder: &Path,
        port: u16,
        public_port: u16,
        tiktok: &Tiktok,
        changes: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(&format!("https://localhost:{public_port}"), &tiktok.origin, &folder);
        settings.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut process = Self::spawn_in(launcher, working_folder, port, folder, &settings);
        process.wait_until_ready();
        process
    }

    /// Starts an app by `launcher`, a command in front of its own, and does not wait for it.
    pub(crate) fn spawn(
        launcher: &[&str],
        port: u16,
        folder: TempDir,
        settings: &HashMap<String, String>,
    ) -> Self {
        Self::spawn_in(launcher, Path::new("."), port, folder, settings)
    }

    fn spawn_in(
        launcher: &[&str],
        working_folder: &Path,
        port: u16,
        folder: TempDir,
        settings: &HashMap<String, String>,
    ) -> Self {
        let app = [BINARY, "serve"];
        let words = [launcher, &app].concat();
        let child = Command::new(words[0])
            .args(&words[1..])
            .current_dir(folder.path().join(working_folder))
            .env_clear()
            .envs(settings)
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join(PRINTED)).unwrap())
            .spawn()
            .unwrap();
        Self { origin: format!("https://localhost:{port}"), child, port, folder }
    }

    /// Waits for the line with the address of the app.
    fn wait_until_ready(&mut self) {
        let mut output = String::new();
        let mut stdout = BufReader::new(self.child.stdout.take().unwrap());
        while !output.contains(&format!("://localhost:{}", self.port)) {
            assert_ne!(
                stdout.read_line(&mut output).unwrap(),
                0,
                "the app did not start: {output}{}",
                self.printed()
            );
        }
        self.child.stdout = Some(stdout.into_inner());
    }

    /// A new browser.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.origin, self.port, &[])
    }

    /// A new browser that sends these headers with each request.
    pub(crate) fn browser_with(&self, headers: &[(&'static str, &str)]) -> Browser {
        Browser::new(&self.origin, self.port, headers)
    }

    /// The number of files that it has open.
    pub(crate) fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Its folder.
    pub(crate) const fn folder(&self) -> &TempDir {
        &self.folder
    }

    /// Its id, or that of the process that its launcher started.
    fn pid(&self) -> u32 {
        let pid = self.child.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        children.split_whitespace().next().map_or(pid, |child| child.parse().unwrap())
    }

    /// Sends it a signal, as an operator does.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for its end; returns its exit code and its output.
    pub(crate) fn wait(&mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        (code, self.printed())
    }

    /// Its log so far.
    pub(crate) fn printed(&self) -> String {
        fs::read_to_string(self.folder.path().join(PRINTED)).unwrap()
    }

    /// Sends SIGTERM as an operator does; returns its exit code, its output and its folder.
    pub(crate) fn stop(mut self) -> (Option<i32>, String, TempDir) {
        self.signal("TERM");
        let (code, printed) = self.wait();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (code, printed, folder)
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
