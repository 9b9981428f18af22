//! Logging: readable lines on the console, JSON lines in files of limited size.
//!
//! Every line carries the fields of the spans around it, so that all lines of a request have its
//! `request_id`. Requests to TikTok and to the database are never logged by their libraries,
//! also not with `DEBUG=true`: those lines could hold tokens.

mod files;
mod lines;
mod reopening;
pub mod throttle;

use std::{
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
};

use tracing::{Level, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_subscriber::{
    Layer, filter::Targets, fmt, fmt::MakeWriter, layer::SubscriberExt as _, registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use self::lines::Lines;
pub use self::reopening::Reopener;
use super::config::{ConsoleFormat, LogsConfig};

/// The error of starting the logs.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The folder of the log files cannot be used.
    #[error("cannot write logs into {} (LOG_DIR): {source}. Make it writable for this user, name another, or set \
        LOG_DIR=off for a file system that is read-only.", path.display())]
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
    /// Opens the log files again.
    pub reopener: Reopener,
    _console: WorkerGuard,
    _files: Option<WorkerGuard>,
}

/// Starts the logs of this process: the console and, unless they are off, the files in the folder of `logs`.
///
/// # Errors
///
/// When the folder cannot be written, or logs were started before.
pub fn init(debug: bool, logs: &LogsConfig) -> Result<Guard, TelemetryError> {
    let reopener = Reopener::default();
    let files = logs.dir.as_deref().map(|folder| open_files(folder, &reopener));
    let (files, files_guard) = files.transpose()?.unzip();
    let (console, console_guard) = tracing_appender::non_blocking(io::stderr());
    let subscriber = tracing_subscriber::registry()
        .with(console_layer(debug, logs.console, console))
        .with(files.map(|files| json(debug, files)));
    subscriber.try_init().map_err(|_| TelemetryError::AlreadyStarted)?;
    Ok(Guard { reopener, _console: console_guard, _files: files_guard })
}

fn open_files(folder: &Path, reopener: &Reopener) -> Result<(NonBlocking, WorkerGuard), TelemetryError> {
    let unusable = |source| TelemetryError::Folder { path: folder.to_owned(), source };
    let path = folder.to_owned();
    let files = reopener.writer(move || files::appender(&path, files::MAX_BYTES));
    files.map(tracing_appender::non_blocking).map_err(unusable)
}

/// Starts logs on the console only, for commands.
///
/// # Errors
///
/// When logs were started before.
pub fn init_console() -> Result<(), TelemetryError> {
    let subscriber = tracing_subscriber::registry().with(text(false, io::stderr));
    subscriber.try_init().map_err(|_| TelemetryError::AlreadyStarted)
}

fn console_layer<S>(
    debug: bool,
    format: ConsoleFormat,
    console: NonBlocking,
) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    match format {
        ConsoleFormat::Text => Box::new(text(debug, console)),
        ConsoleFormat::Json => Box::new(json(debug, console)),
    }
}

/// Readable lines, in colours on a terminal.
fn text<S, W>(debug: bool, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_ansi(io::stderr().is_terminal()).with_target(debug);
    layer.with_writer(Lines { format: ConsoleFormat::Text, writer }).with_filter(filter(debug))
}

/// One JSON object a line: the event's fields at the top, those of its spans under `spans`.
fn json<S, W>(debug: bool, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(true);
    layer.with_writer(Lines { format: ConsoleFormat::Json, writer }).with_filter(filter(debug))
}

/// The log levels by target. The listed libraries log requests, statements or session ids below these levels, so
/// they stay there with any setting; of two of them even warnings are such as any stranger can cause.
fn filter(debug: bool) -> Targets {
    const WARN: [&str; 5] = ["axum_server", "h2", "hyper", "hyper_util", "reqwest"];
    const ERROR: [&str; 2] = ["rustls", "tower_sessions"];
    let own = if debug { Level::DEBUG } else { Level::INFO };
    Targets::new()
        .with_default(Level::INFO)
        .with_target("creator_connect", own)
        .with_targets(WARN.map(|library| (library, Level::WARN)))
        .with_targets(ERROR.map(|library| (library, Level::ERROR)))
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
            tracing::info!(target: "h2::codec", "canary");
            tracing::debug!(target: "tower_http::trace", "canary");
            tracing::info!(target: "tower_sessions_core::session", "canary");
            tracing::warn!(target: "tower_sessions_core::session", "strange cookie");
            tracing::warn!(target: "rustls::conn", "strange alert");
            tracing::warn!(target: "h2::codec", "slow");
            tracing::error!(target: "tower_sessions::service", "broken");
        });
        assert_eq!(lines.len(), 2, "{lines:?}");
    }

    #[test]
    fn long_value_is_cut_in_its_line() {
        let lines = logged(false, || tracing::warn!(site = "x".repeat(2_000_000), "refused"));
        assert!(lines.len() == 1 && lines[0].to_string().len() < lines::MAX_LINE_BYTES, "{}", lines.len());
        assert_eq!(lines[0]["message"], "refused");
    }

    #[test]
    fn unwritable_log_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taken");
        fs::write(&file, "").unwrap();
        let logs = LogsConfig { dir: Some(file), console: ConsoleFormat::Text };
        let Err(error) = init(false, &logs) else { panic!("a file was taken for a folder") };
        let message = error.to_string();
        assert!(message.contains("taken (LOG_DIR)") && message.contains("writable"), "{message}");
    }
}
