//! Checks of the encryption keys: whether the settings have the key of every stored token.

use super::{Finding, files::Inspected};
use crate::server::{config::EncryptionKey, store::KeyUse};

const SUBJECT: &str = "encryption keys";

/// Compares the keys that the tokens in the database file need with those of the settings.
pub(super) fn check_keys_in_file(keys: &[EncryptionKey], inspected: &Inspected) -> Finding {
    match inspected {
        Err(_) => Finding::not_checked(SUBJECT, "the database file cannot be read"),
        Ok(None) => Finding::ok(SUBJECT, format!("{}; nothing is stored yet", describe_keys(keys))),
        Ok(Some(contents)) => {
            let used = contents.sealed_by.iter();
            evaluate(keys, used.map(|(id, tokens)| (id.as_str(), format!("{tokens} tokens"))))
        }
    }
}

/// Compares the keys that the rows in Supabase need, if known, with those of the settings.
pub(super) fn check_keys_in_supabase(keys: &[EncryptionKey], used: Option<&[KeyUse]>) -> Finding {
    match used {
        None => Finding::not_checked(
            SUBJECT,
            format!("{}; Supabase did not report which keys its rows need", describe_keys(keys)),
        ),
        Some([]) => Finding::ok(SUBJECT, format!("{}; nothing is stored yet", describe_keys(keys))),
        Some(used) => {
            evaluate(keys, used.iter().map(|key| (key.key_id.as_str(), format!("{} rows", key.rows))))
        }
    }
}

/// Evaluates `used`: each needed key with a count of what needs it.
fn evaluate<'a>(keys: &[EncryptionKey], used: impl Iterator<Item = (&'a str, String)>) -> Finding {
    let is_missing = |id: &str| keys.iter().all(|key| key.id != id);
    let missing: Vec<_> =
        used.filter(|(id, _)| is_missing(id)).map(|(id, rows)| format!("{id} ({rows})")).collect();
    if missing.is_empty() {
        return Finding::ok(SUBJECT, format!("{}; every stored token has its key", describe_keys(keys)));
    }
    let text = format!("stored tokens need keys that are missing: {}", missing.join(", "));
    let remedy = "Put them back into ENCRYPTION_KEYS, behind the first; without them these creators must connect again.";
    Finding::fail(SUBJECT, text, remedy)
}

fn describe_keys(keys: &[EncryptionKey]) -> String {
    let seals = keys.first().map_or("", |key| key.id.as_str());
    format!("{} in all, {seals} seals", keys.len())
}
