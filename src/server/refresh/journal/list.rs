//! The list of the journal's files for the operator, without secrets.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::{
    Entry, entry,
    file::{self, Name, UNREADABLE},
};
use crate::server::store::KeyUse;

/// One file of the journal.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its clear text; `None` when it cannot be read.
    pub entry: Option<Entry>,
    /// The id of the key that sealed it.
    pub key_id: Option<String>,
}

impl Listed {
    /// Whether the file was set aside because it cannot be read.
    #[must_use]
    pub fn is_set_aside(&self) -> bool {
        self.file.ends_with(UNREADABLE)
    }
}

/// Lists the entries of a folder, and the files that were set aside; a missing folder is empty.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path) -> io::Result<Vec<Listed>> {
    let mut names = match file::listed(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        names => names?,
    };
    names.retain(|name| name.parse::<Name>().is_ok() || name.ends_with(UNREADABLE));
    names.sort();
    let listed = names.into_iter().filter_map(|name| read_listed(folder, name).transpose());
    listed.collect()
}

/// How many responses each key sealed, by the key's id.
#[must_use]
pub fn key_use(listed: &[Listed]) -> Vec<KeyUse> {
    let mut responses = BTreeMap::<&str, u64>::new();
    for key_id in listed.iter().filter_map(|listed| listed.key_id.as_deref()) {
        *responses.entry(key_id).or_default() += 1;
    }
    responses.into_iter().map(|(key_id, rows)| KeyUse { key_id: key_id.to_owned(), rows }).collect()
}

/// Reads one file; `None` when it was removed meanwhile.
fn read_listed(folder: &Path, name: String) -> io::Result<Option<Listed>> {
    let bytes = match fs::read(folder.join(&name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    let (entry, sealed) = entry::clear(&bytes).unzip();
    let key_id = sealed.and_then(|sealed| sealed.key_id().map(str::to_owned));
    Ok(Some(Listed { file: name, bytes: bytes.len() as u64, entry, key_id }))
}
