//! The text of a key: `cck_`, 12 characters of id, `_`, 43 of secret, 6 of checksum.
//!
//! Letters and digits alone, so that one double-click selects it and no setting needs quotes. The fixed beginning lets
//! secret scanners find it: `\bcck_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\b`. The checksum (CRC-32/ISO-HDLC in base 62, over all
//! before it) finds a mistyped key without asking the store.

use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use crate::server::entropy::{Entropy, random};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const ID_CHARS: usize = 12;
/// 62^43 is a little more than 2^256.
const SECRET_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;

/// Where a key is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// At an installation.
    Real,
    /// In a demo alone: one that leaks out of a tutorial is no alarm.
    Demo,
}

impl KeyKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Real => "cck_",
            Self::Demo => "cct_",
        }
    }
}

/// A well-formed key as a program sent it.
pub struct PresentedKey {
    /// Where it is good.
    pub kind: KeyKind,
    /// Its id.
    pub id: String,
    /// SHA-256 of its secret.
    pub digest: [u8; 32],
}

/// A new key. Its text is shown once.
pub struct NewKey {
    /// Its id.
    pub id: String,
    /// SHA-256 of its secret, hex.
    pub digest: String,
    /// The whole key.
    pub text: SecretString,
}

impl PresentedKey {
    /// Parses a key; `None` for a text that no key has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let kind = [KeyKind::Real, KeyKind::Demo].into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let (id, rest) = text.strip_prefix(kind.prefix())?.split_once('_')?;
        let secret = rest.get(..SECRET_CHARS)?;
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_whole = id.len() == ID_CHARS && rest.len() == SECRET_CHARS + CHECKSUM_CHARS;
        let body = text.get(..text.len().checked_sub(CHECKSUM_CHARS)?)?;
        if !is_whole || !is_plain(id) || !is_plain(rest) || text.get(body.len()..)? != checksum(body) {
            return None;
        }
        Some(Self { kind, id: id.to_owned(), digest: Sha256::digest(secret).into() })
    }

    /// The first key in a text, as in a query; a program must not put it there.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let length = KeyKind::Real.prefix().len() + ID_CHARS + 1 + SECRET_CHARS + CHECKSUM_CHARS;
        let starts = ["cck_", "cct_"].into_iter().flat_map(|prefix| text.match_indices(prefix));
        starts.filter_map(|(at, _)| text.get(at..at + length)).find_map(Self::parse)
    }
}

impl NewKey {
    /// Draws a key.
    #[must_use]
    pub fn draw(kind: KeyKind, entropy: &dyn Entropy) -> Self {
        Self::draw_with_id(kind, &draw_text(ID_CHARS, entropy), entropy)
    }

    /// Draws the secret of a key with this id.
    #[must_use]
    pub fn draw_with_id(kind: KeyKind, id: &str, entropy: &dyn Entropy) -> Self {
        let secret = draw_text(SECRET_CHARS, entropy);
        let body = format!("{}{id}_{secret}", kind.prefix());
        let text = SecretString::from(format!("{body}{}", checksum(&body)));
        Self { id: id.to_owned(), digest: hex::encode(Sha256::digest(secret)), text }
    }
}

/// Random digits of base 62. Bytes that would make some digits likelier are passed over.
fn draw_text(length: usize, entropy: &dyn Entropy) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let bytes: [u8; 64] = random(entropy);
        let digits = bytes.iter().filter(|byte| **byte < 248).map(|byte| digit(u32::from(byte % 62)));
        let missing = length - text.len();
        text.extend(digits.take(missing));
    }
    text
}

fn checksum(body: &str) -> String {
    let mut number = crc32fast::hash(body.as_bytes());
    let mut digits = [0; CHECKSUM_CHARS].map(|_: u8| {
        let last = digit(number % 62);
        number /= 62;
        last
    });
    digits.reverse();
    digits.iter().collect()
}

fn digit(value: u32) -> char {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).map_or('0', |digit| char::from(*digit))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::server::entropy::SystemEntropy;

    #[test]
    fn new_key_is_parsed_with_its_id_and_digest() {
        for kind in [KeyKind::Real, KeyKind::Demo] {
            let key = NewKey::draw(kind, &SystemEntropy);
            let text = key.text.expose_secret();
            assert_eq!(text.len(), 66);
            let parsed = PresentedKey::parse(text).unwrap();
            assert_eq!((parsed.kind, &parsed.id, hex::encode(parsed.digest)), (kind, &key.id, key.digest));
        }
    }

    #[test]
    fn mistyped_key_is_refused() {
        let key = NewKey::draw(KeyKind::Real, &SystemEntropy);
        let text = key.text.expose_secret();
        for (at, _) in text.char_indices() {
            let other = if text.as_bytes()[at] == b'x' { "y" } else { "x" };
            let mut typo = text.to_owned();
            typo.replace_range(at..=at, other);
            assert!(PresentedKey::parse(&typo).is_none(), "{at}");
        }
        for wrong in ["", "cck_", "cck__", &format!("{text}0"), &format!(" {text}"), "cck_é"] {
            assert!(PresentedKey::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn checksum_is_that_of_the_standard() {
        // CRC-32/ISO-HDLC of "123456789" is 0xCBF43926, in base 62 3jRPS2.
        let number = u32::from_str_radix("CBF43926", 16).unwrap();
        let value = checksum("123456789").chars().fold(0_u64, |value, c| {
            value * 62 + DIGITS.iter().position(|digit| char::from(*digit) == c).unwrap() as u64
        });
        assert_eq!(value, u64::from(number));
    }

    #[test]
    fn key_is_found_in_a_query() {
        let key = NewKey::draw(KeyKind::Real, &SystemEntropy);
        let query = format!("a=cck_1&key={}&b=2", key.text.expose_secret());
        assert_eq!(PresentedKey::find(&query).unwrap().id, key.id);
        assert!(PresentedKey::find("key=cck_nothing").is_none());
    }
}
