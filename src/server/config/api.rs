//! Settings of the API for programs.

use std::path::{Path, PathBuf};

use super::{Problem, parse_bool, path, reader::Reader};
use crate::server::api_keys::{FileKey, parse_key_file};

/// The API for programs.
#[derive(Debug, Default)]
pub struct ApiConfig {
    /// The file with keys, if there is one.
    pub keys_file: Option<PathBuf>,
    /// The keys in it.
    pub file_keys: Vec<FileKey>,
    /// Whether programs may post directly through the proxy.
    pub direct_posts: bool,
    /// Whether the keys are those of a demo.
    pub is_demo: bool,
}

/// Reads the section; `None` if a fault was recorded.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<ApiConfig> {
    let direct_posts = reader.with_default("TIKTOK_PROXY_DIRECT_POST", "false", parse_bool);
    let file = reader.with_default("API_KEYS_FILE", "", |value| match value {
        "" => Ok((None, Vec::new())),
        value => {
            let file = path(value)?;
            let keys = read_keys(&file)?;
            Ok((Some(file), keys))
        }
    });
    let (keys_file, file_keys) = file?;
    Some(ApiConfig { keys_file, file_keys, direct_posts: direct_posts?, is_demo: false })
}

fn read_keys(file: &Path) -> Result<Vec<FileKey>, Problem> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        let remedy = "Make it readable for the user of this process, or leave the variable out.";
        Problem::new(format!("names {shown}, which cannot be read: {error}"), remedy)
    })?;
    parse_key_file(&text).map_err(|(line, why)| {
        let remedy =
            "Write KEY NAME PERMISSIONS on each line; `creator-connect keys generate` prints keys for it.";
        Problem::new(format!("names {shown}, whose line {line} is wrong: {why}"), remedy)
    })
}
