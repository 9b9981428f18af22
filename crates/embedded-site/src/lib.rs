//! The pages' files, within the binary: `target/site` as it was at the build, if the feature `embed` is on.
//!
//! A crate of its own, so that the switch is in one place and the app asks for files alike with and without it.

use std::borrow::Cow;

#[cfg(feature = "embed")]
use rust_embed::RustEmbed;

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its content.
    pub content: Cow<'static, [u8]>,
    /// SHA-256 of the content.
    pub digest: [u8; 32],
}

/// Whether this build has the files within it.
pub const IS_EMBEDDED: bool = cfg!(feature = "embed");

/// The folder that the build fills.
#[cfg(feature = "embed")]
#[derive(RustEmbed)]
#[folder = "../../target/site"]
struct Site;

/// The file of a path such as `pkg/creator-connect.js`; `None` if there is none, or nothing is embedded.
#[cfg(feature = "embed")]
#[must_use]
pub fn file(path: &str) -> Option<File> {
    let file = Site::get(path)?;
    Some(File { digest: file.metadata.sha256_hash(), content: file.data })
}

/// The file of a path such as `pkg/creator-connect.js`; `None` if there is none, or nothing is embedded.
#[cfg(not(feature = "embed"))]
#[must_use]
pub const fn file(_path: &str) -> Option<File> {
    None
}

/// The paths of all files, in order.
#[must_use]
pub fn paths() -> Vec<Cow<'static, str>> {
    #[cfg(feature = "embed")]
    let mut paths: Vec<_> = Site::iter().collect();
    #[cfg(not(feature = "embed"))]
    let mut paths: Vec<Cow<'static, str>> = Vec::new();
    paths.sort_unstable();
    paths
}
