//! The `env` command: prints the example of all settings.

use std::io::{self, Write as _};

use anyhow::Result;

/// The file that explains every setting.
pub(super) const EXAMPLE: &str = include_str!("../../env_example.txt");

/// Prints it and nothing else, so that the output can be saved as `.env`.
pub(crate) fn run() -> Result<()> {
    Ok(io::stdout().write_all(EXAMPLE.as_bytes())?)
}
