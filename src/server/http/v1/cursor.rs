//! Cursors: sealed, and bound to the list that they are of.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use super::problem::{Code, Problem};
use crate::server::vault::{Place, Sealed, Vault};

/// A list of one filter: its cursors are good for no other.
pub(super) struct List<'a> {
    vault: &'a Vault,
    place: Place,
}

impl<'a> List<'a> {
    /// The list that these filters narrow.
    pub(super) fn new(vault: &'a Vault, filters: &impl Serialize) -> Self {
        // It cannot fail: that would take a map with keys that are not text.
        let filters = serde_json::to_vec(filters).unwrap_or_default();
        Self { vault, place: Place::cursor(&hex::encode(Sha256::digest(filters))) }
    }

    /// The cursor of a place.
    pub(super) fn cursor(&self, place: &impl Serialize) -> Result<String, Problem> {
        let text = SecretString::from(serde_json::to_string(place).unwrap_or_default());
        let sealed = self.vault.seal(&text, &self.place);
        let sealed = sealed.map_err(|error| Problem::new(Code::Internal, error.to_string()))?;
        Ok(sealed.as_str().to_owned())
    }

    /// The place of a cursor.
    pub(super) fn place<T: DeserializeOwned>(&self, cursor: &str) -> Result<T, Problem> {
        let bad = || Problem::new(Code::BadCursor, "Take next_cursor of a page with the same parameters.");
        let text =
            self.vault.open(&Sealed::from_stored(cursor.to_owned()), &self.place).map_err(|_| bad())?;
        serde_json::from_str(text.expose_secret()).map_err(|_| bad())
    }
}
