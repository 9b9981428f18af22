//! The app itself: its binary, serving, as an operator starts it.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use crate::app::Settings;

/// One running app.
pub(crate) struct Server {
    /// Where it is, as `http://127.0.0.1:40125`.
    pub(crate) origin: String,
    child: Child,
}

impl Server {
    /// Starts it with a folder of its own and waits until it serves.
    pub(crate) fn start(settings: &Settings, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let binary = std::env::current_exe()?.with_file_name("creator-connect");
        let mut child = Command::new(&binary)
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .envs(settings)
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("printed.txt"))?)
            .spawn()
            .with_context(|| format!("{} does not start: build it first", binary.display()))?;
        let mut told = String::new();
        BufReader::new(child.stdout.as_mut().context("the app is silent")?).read_line(&mut told)?;
        let server = Self { origin: format!("http://127.0.0.1:{port}"), child };
        ensure!(told.contains(" is at "), "the app did not start: {told}");
        Ok(server)
    }

    /// The most memory that it had so far.
    pub(crate) fn peak_mb(&self) -> Result<u64> {
        peak_mb(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The most memory that a process had so far.
pub(crate) fn peak_mb(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak is told")?;
    let peak_kb: u64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(peak_kb / 1024)
}
