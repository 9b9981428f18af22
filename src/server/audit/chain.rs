//! The chain: each row holds the digest of the one before.

use sha2::{Digest as _, Sha256};

use crate::server::store::{AuditEntry, AuditRow};

/// The end of a chain.
pub(super) struct Chain {
    id: String,
    next: i64,
    last: String,
}

impl Chain {
    /// A chain without rows.
    pub(super) fn new(id: String) -> Self {
        Self { id, next: 0, last: first_prev() }
    }

    /// The next row.
    pub(super) fn append(&mut self, entry: AuditEntry) -> AuditRow {
        let (seq, prev) = (self.next, self.last.clone());
        let digest = digest(&prev, &self.id, seq, &entry);
        self.next += 1;
        self.last.clone_from(&digest);
        AuditRow { chain: self.id.clone(), seq, prev, digest, entry }
    }
}

/// The digest before the first row.
pub(super) fn first_prev() -> String {
    "0".repeat(64)
}

/// SHA-256 of the digest before, the chain, the number and the entry. Each is written as JSON on a line of its own, so that
/// no two records have the same text.
pub(super) fn digest(prev: &str, chain: &str, seq: i64, entry: &AuditEntry) -> String {
    // It cannot fail: that would take a map with keys that are not text.
    let entry = serde_json::to_string(entry).unwrap_or_default();
    hex::encode(Sha256::digest(format!("{prev}\n{chain}\n{seq}\n{entry}")))
}
