//! Settings of the logs.

use std::path::PathBuf;

use super::{Problem, reader::Reader};

/// The value of `LOG_DIR` for no log files.
pub(super) const OFF: &str = "off";

/// Where logs are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogsConfig {
    /// The folder of the log files; `None` if logs go to the console alone.
    pub dir: Option<PathBuf>,
    /// The format on the console; files hold JSON.
    pub console: ConsoleFormat,
}

/// The format of log lines on the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsoleFormat {
    /// Readable lines, for a person.
    Text,
    /// One JSON object a line, for a program.
    Json,
}

impl ConsoleFormat {
    /// The value of `LOG_FORMAT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

/// Reads the section; `None` if a fault was recorded.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<LogsConfig> {
    let dir = reader.with_default("LOG_DIR", "logs", folder);
    let console = reader.with_default("LOG_FORMAT", "text", format);
    Some(LogsConfig { dir: dir?, console: console? })
}

fn folder(value: &str) -> Result<Option<PathBuf>, Problem> {
    if value == OFF { Ok(None) } else { super::path(value).map(Some) }
}

fn format(value: &str) -> Result<ConsoleFormat, Problem> {
    let formats = [ConsoleFormat::Text, ConsoleFormat::Json];
    let named = formats.into_iter().find(|format| format.as_str() == value);
    named.ok_or_else(|| Problem::new("is not a known format", "Use text or json."))
}
