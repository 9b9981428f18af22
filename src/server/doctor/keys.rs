//! The keys that seal tokens: whether every stored token still has the one that opens it.

use super::{Finding, files::Look};
use crate::server::{config::EncryptionKey, store::probe::sqlite::Contents};

const SUBJECT: &str = "encryption keys";

/// The tokens of the database file against the keys of the settings.
pub(super) fn in_file(keys: &[EncryptionKey], look: &Look) -> Finding {
    match look {
        Err(_) => Finding::not_checked(SUBJECT, "the database file cannot be read"),
        Ok(None) => Finding::ok(SUBJECT, format!("{}; nothing is stored yet", own(keys))),
        Ok(Some(contents)) => judge(keys, contents),
    }
}

/// No function tells by which keys the rows of Supabase are sealed.
pub(super) fn in_supabase(keys: &[EncryptionKey]) -> Finding {
    let text = format!("{}; whether they open every row in Supabase cannot be asked there", own(keys));
    Finding::not_checked(SUBJECT, text)
}

fn judge(keys: &[EncryptionKey], contents: &Contents) -> Finding {
    let is_missing = |id: &str| keys.iter().all(|key| key.id != id);
    let missing = contents.sealed_by.iter().filter(|(id, _)| is_missing(id));
    let missing: Vec<_> = missing.map(|(id, tokens)| format!("{id} ({tokens} tokens)")).collect();
    if missing.is_empty() {
        return Finding::ok(SUBJECT, format!("{}; every stored token has its key", own(keys)));
    }
    let text = format!("stored tokens need keys that are missing: {}", missing.join(", "));
    let remedy = "Put them back into ENCRYPTION_KEYS, behind the first; without them these creators must connect again.";
    Finding::fail(SUBJECT, text, remedy)
}

fn own(keys: &[EncryptionKey]) -> String {
    let seals = keys.first().map_or("", |key| key.id.as_str());
    format!("{} in all, {seals} seals", keys.len())
}
