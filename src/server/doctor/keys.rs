//! The keys that seal tokens: whether every stored token still has the one that opens it.

use super::{Finding, files::Look};
use crate::server::{config::EncryptionKey, store::KeyUse};

const SUBJECT: &str = "encryption keys";

/// The tokens of the database file against the keys of the settings.
pub(super) fn in_file(keys: &[EncryptionKey], look: &Look) -> Finding {
    match look {
        Err(_) => Finding::not_checked(SUBJECT, "the database file cannot be read"),
        Ok(None) => Finding::ok(SUBJECT, format!("{}; nothing is stored yet", own(keys))),
        Ok(Some(contents)) => {
            let used = contents.sealed_by.iter();
            judge(keys, used.map(|(id, tokens)| (id.as_str(), format!("{tokens} tokens"))))
        }
    }
}

/// The keys that the rows in Supabase need against those of the settings; `None` when it did not tell.
pub(super) fn in_supabase(keys: &[EncryptionKey], used: Option<&[KeyUse]>) -> Finding {
    match used {
        None => {
            Finding::not_checked(SUBJECT, format!("{}; Supabase does not tell what they open", own(keys)))
        }
        Some([]) => Finding::ok(SUBJECT, format!("{}; nothing is stored yet", own(keys))),
        Some(used) => judge(keys, used.iter().map(|key| (key.key_id.as_str(), format!("{} rows", key.rows)))),
    }
}

/// `used` are the keys that are needed, each with how much needs it.
fn judge<'a>(keys: &[EncryptionKey], used: impl Iterator<Item = (&'a str, String)>) -> Finding {
    let is_missing = |id: &str| keys.iter().all(|key| key.id != id);
    let missing: Vec<_> =
        used.filter(|(id, _)| is_missing(id)).map(|(id, rows)| format!("{id} ({rows})")).collect();
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
