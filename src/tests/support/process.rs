//! The real binary, as an operator starts it.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use tempfile::TempDir;

use super::{Browser, Tiktok, lock, settings};

/// The file with the output of the process.
const PRINTED: &str = "printed.txt";

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
        Self::start_in(Path::new("."), port, public_port, tiktok, changes)
    }

    /// [`Self::start`] with another working folder than the process's own.
    pub(crate) fn start_in(
        working_folder: &Path,
        port: u16,
        public_port: u16,
        tiktok: &Tiktok,
        changes: &[(&str, &str)],
    ) -> Self {
        Self::spawn(Command::new(BINARY).arg("serve"), working_folder, port, public_port, tiktok, changes)
    }

    /// Starts an app that may open no more than `files` files.
    pub(crate) fn start_with_files(files: u32, port: u16, tiktok: &Tiktok) -> Self {
        let script = format!("ulimit -n {files} && exec \"$0\" serve");
        let mut command = Command::new("sh");
        Self::spawn(command.args(["-c", &script, BINARY]), Path::new("."), port, port, tiktok, &[])
    }

    fn spawn(
        command: &mut Command,
        working_folder: &Path,
        port: u16,
        public_port: u16,
        tiktok: &Tiktok,
        changes: &[(&str, &str)],
    ) -> Self {
        let origin = format!("https://localhost:{port}");
        let folder = tempfile::tempdir().unwrap();
        let public = format!("https://localhost:{public_port}");
        let child = command
            .current_dir(folder.path().join(working_folder))
            .env_clear()
            .envs(settings(&public, &tiktok.origin, &folder))
            .env("PORT", port.to_string())
            .envs(changes.iter().copied())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join(PRINTED)).unwrap())
            .spawn()
            .unwrap();
        let mut process = Self { origin, child, port, folder };
        process.wait_until_ready();
        process
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

    fn printed(&self) -> String {
        fs::read_to_string(self.folder.path().join(PRINTED)).unwrap()
    }

    /// Sends SIGTERM as an operator does; returns its exit code, its output and its folder.
    pub(crate) fn stop(mut self) -> (Option<i32>, String, TempDir) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let printed = self.printed();
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
