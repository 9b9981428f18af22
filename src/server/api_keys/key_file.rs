//! Keys in a file, for machines without a shell: `API_KEYS_FILE`.
//!
//! Each line is a key, its name, and its permissions or presets, comma-separated:
//!
//! ```text
//! cck_k3yMB2vPq0Zc_… scheduler token
//! cck_Zb81xQm4tR7e:9f86d081884c7d65… n8n creators:read,tiktok:call
//! ```
//!
//! The key is written whole or, where the file shall hold no secret, as its beginning with the SHA-256 of its secret:
//! `creator-connect keys generate` prints both. Such a key is good as long as its line is there when the app starts.

use super::key_text::PresentedKey;
use crate::domain::Permission;

/// A key in the file.
#[derive(Clone, Debug)]
pub struct FileKey {
    /// Its id.
    pub id: String,
    /// SHA-256 of its secret, hex.
    pub digest: String,
    /// The operator's name for it.
    pub name: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
}

/// Parses the file.
///
/// # Errors
/// The number of the first line that is wrong, and why; never its content.
pub fn parse_key_file(text: &str) -> Result<Vec<FileKey>, (usize, &'static str)> {
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| key(line).map_err(|why| (number + 1, why))).collect()
}

fn key(line: &str) -> Result<FileKey, &'static str> {
    let mut words = line.split_whitespace();
    let (Some(key), Some(name), Some(permissions), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("it is not KEY NAME PERMISSIONS");
    };
    let (id, digest) = id_and_digest(key).ok_or("its first word is no key")?;
    let permissions = Permission::parse_list(permissions).map_err(|error| error.why)?;
    Ok(FileKey { id, digest, name: name.to_owned(), permissions })
}

fn id_and_digest(key: &str) -> Option<(String, String)> {
    if let Some(key) = PresentedKey::parse(key) {
        return Some((key.id, hex::encode(key.digest)));
    }
    let (id, digest) = key.strip_prefix("cck_")?.split_once(':')?;
    let is_id = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_digest = hex::decode(digest).is_ok_and(|bytes| bytes.len() == 32);
    (is_id && is_digest).then(|| (id.to_owned(), digest.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::server::{
        api_keys::key_text::{KeyKind, NewKey},
        entropy::SystemEntropy,
    };

    #[test]
    fn keys_are_read_whole_and_as_digests() {
        let key = NewKey::draw(KeyKind::Real, &SystemEntropy);
        let text = format!(
            "# our programs\n\n{} n8n token\n cck_{}:{} other audit:read",
            key.text.expose_secret(),
            key.id,
            key.digest
        );
        let keys = parse_key_file(&text).unwrap();
        assert_eq!((&keys[0].id, &keys[0].digest), (&key.id, &key.digest));
        assert_eq!((&keys[1].id, &keys[1].digest), (&key.id, &key.digest));
        assert_eq!((keys[0].name.as_str(), keys[0].permissions.len()), ("n8n", 2));
        assert_eq!(keys[1].permissions, [Permission::AuditRead]);
    }

    #[test]
    fn wrong_line_is_named_by_its_number() {
        assert_eq!(parse_key_file("#\nx y token").unwrap_err(), (2, "its first word is no key"));
        assert_eq!(parse_key_file("x").unwrap_err().0, 1);
        let key = NewKey::draw(KeyKind::Real, &SystemEntropy);
        assert_eq!(parse_key_file(&format!("{} n8n everything", key.text.expose_secret())).unwrap_err().0, 1);
    }
}
