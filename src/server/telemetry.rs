//! Logging: readable lines on the console, JSON lines in files of limited size.
//!
//! Every line carries the fields of the spans around it, so that all lines of a request have its
//! `request_id`. Requests to TikTok and to the database are never logged by their libraries,
//! also not with `DEBUG=true`: those lines could hold tokens.

mod files;

use std::{
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
};

use tracing::{Level, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_subscriber::{
    Layer, filter::Targets, fmt, fmt::MakeWriter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// The error of starting the logs.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The folder of the log files cannot be used.
    #[error("cannot write logs into {} (LOG_DIR): {source}. Make it writable for this user or name another.",
        path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The logs of this process are already started.
    #[error("the logs were started twice")]
    AlreadyStarted,
}

/// Flushes buffered log lines when dropped: keep it until the end of the process.
#[must_use = "logs stop when it is dropped"]
pub struct Guard {
    _console: WorkerGuard,
    _files: WorkerGuard,
}

/// Starts the logs of this process: the console and `creator-connect.log` in `log_dir`.
///
/// # Errors
///
/// When `log_dir` cannot be written, or logs were started before.
pub fn init(debug: bool, log_dir: &Path) -> Result<Guard, TelemetryError> {
    let unusable = |source| TelemetryError::Folder { path: log_dir.to_owned(), source };
    let files = files::appender(log_dir, files::MAX_BYTES).map_err(unusable)?;
    let (files, files_guard) = tracing_appender::non_blocking(files);
    let (console, console_guard) = tracing_appender::non_blocking(io::stderr());
    subscriber(debug, console, files).try_init().map_err(|_| TelemetryError::AlreadyStarted)?;
    Ok(Guard { _console: console_guard, _files: files_guard })
}

/// Starts logs on the console only, for commands.
///
/// # Errors
///
/// When logs were started before.
pub fn init_console() -> Result<(), TelemetryError> {
    let readable =
        fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal()).with_target(false);
    let subscriber = tracing_subscriber::registry().with(readable.with_filter(filter(false)));
    subscriber.try_init().map_err(|_| TelemetryError::AlreadyStarted)
}

fn subscriber(debug: bool, console: NonBlocking, files: NonBlocking) -> impl Subscriber + Send + Sync {
    let readable = fmt::layer().with_writer(console).with_ansi(io::stderr().is_terminal()).with_target(debug);
    tracing_subscriber::registry().with(readable.with_filter(filter(debug))).with(json(debug, files))
}

/// One JSON object a line: the event's fields at the top, those of its spans under `spans`.
fn json<S, W>(debug: bool, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(true);
    layer.with_writer(writer).with_filter(filter(debug))
}

/// The log levels by target. The listed libraries log requests, statements or session ids below warnings, so
/// they stay at warnings with any setting.
fn filter(debug: bool) -> Targets {
    const QUIET: [&str; 8] =
        ["axum_server", "h2", "hyper", "hyper_util", "reqwest", "rustls", "sqlx", "tower_sessions"];
    let own = if debug { Level::DEBUG } else { Level::INFO };
    let quiet = QUIET.map(|library| (library, Level::WARN));
    Targets::new().with_default(Level::INFO).with_target("creator_connect", own).with_targets(quiet)
}

/// Lets every log line reach the subscriber of its own test: tracing caches per callsite whether any subscriber
/// was interested when a thread first reached it.
#[cfg(test)]
pub(crate) fn listen_everywhere() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let set = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        assert!(set.is_ok(), "no test sets another subscriber for all");
    });
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;

    /// The JSON lines that `work` leaves in the file.
    fn logged(debug: bool, work: impl FnOnce()) -> Vec<Value> {
        listen_everywhere();
        let folder = tempfile::tempdir().unwrap();
        let (writer, guard) =
            tracing_appender::non_blocking(files::appender(folder.path(), 1 << 20).unwrap());
        let subscriber = tracing_subscriber::registry().with(json(debug, writer));
        tracing::subscriber::with_default(subscriber, work);
        drop(guard);
        let text = fs::read_to_string(folder.path().join(files::NAME)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn log_line_is_json_with_request_id() {
        let lines = logged(false, || {
            let request = tracing::info_span!("request", request_id = "r-1").entered();
            let _inner = tracing::info_span!("inner").entered();
            tracing::info!(status = 200, "answered \"it\"\nover two lines");
            drop(request);
        });
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["spans"][0]["request_id"], "r-1");
        assert_eq!(lines[0]["status"], 200);
        assert_eq!(lines[0]["message"], "answered \"it\"\nover two lines");
        assert!(lines[0]["timestamp"].is_string());
    }

    #[test]
    fn debug_lines_require_debug_setting() {
        let work = || tracing::debug!(target: "creator_connect::server", "a detail");
        assert_eq!(logged(false, work).len(), 0);
        assert_eq!(logged(true, work).len(), 1);
    }

    /// Their finer lines hold bodies, headers, statements or session ids.
    #[test]
    fn library_lines_below_warn_are_suppressed() {
        let lines = logged(true, || {
            tracing::info!(target: "hyper::proto", "canary");
            tracing::debug!(target: "reqwest::connect", "canary");
            tracing::info!(target: "sqlx::query", "canary");
            tracing::debug!(target: "tower_http::trace", "canary");
            tracing::info!(target: "tower_sessions_core::session", "canary");
            tracing::warn!(target: "sqlx::query", "slow");
        });
        assert_eq!(lines.len(), 1, "{lines:?}");
    }

    #[test]
    fn unwritable_log_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taken");
        fs::write(&file, "").unwrap();
        let Err(error) = init(false, &file) else { panic!("a file was taken for a folder") };
        let message = error.to_string();
        assert!(message.contains("taken (LOG_DIR)") && message.contains("writable"), "{message}");
    }
}
