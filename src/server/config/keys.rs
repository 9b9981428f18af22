//! The keys that seal tokens: `id:base64(32 bytes)`, comma-separated.

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use secrecy::{SecretBox, zeroize::Zeroizing};

use super::Problem;

/// A key that seals or opens tokens.
#[derive(Debug)]
pub struct EncryptionKey {
    /// The name that a sealed token carries: 1 to 32 lower-case letters, digits or dashes.
    pub id: String,
    /// The key itself.
    pub key: SecretBox<[u8; 32]>,
}

/// Padding may be there or not; both forms are handed around.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Reads the whole list. The first key seals, all open.
///
/// An entry is named by its place only: a mistyped list can have a secret anywhere.
pub(super) fn parse(list: &str) -> Result<Vec<EncryptionKey>, Problem> {
    let mut keys: Vec<EncryptionKey> = Vec::new();
    for (index, entry) in list.split(',').map(str::trim).enumerate() {
        let place = index + 1;
        let key = parse_entry(entry).map_err(|why| problem(place, why))?;
        if keys.iter().any(|earlier| earlier.id == key.id) {
            return Err(problem(place, "has the id of an earlier entry"));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn problem(place: usize, why: &str) -> Problem {
    let remedy =
        "Run `creator-connect keygen` for a good entry; keep old entries behind it, comma-separated.";
    Problem::new(format!("is not a list of keys: entry {place} {why}"), remedy)
}

fn parse_entry(entry: &str) -> Result<EncryptionKey, &'static str> {
    let (id, encoded) = entry.split_once(':').ok_or("has no id and colon before the key")?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 32 || !id.chars().all(allowed) {
        return Err("has an id that is not 1 to 32 lower-case letters, digits or dashes");
    }
    let bytes = decode(encoded).ok_or("has a key that is not base64")?;
    if bytes.len() != 32 {
        return Err("has a key that is not 32 bytes long");
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Err("has a key of nothing but zeros");
    }
    let mut key = Box::new([0; 32]);
    key.copy_from_slice(&bytes);
    Ok(EncryptionKey { id: id.to_owned(), key: SecretBox::new(key) })
}

fn decode(encoded: &str) -> Option<Zeroizing<Vec<u8>>> {
    let decode_with = |alphabet| GeneralPurpose::new(alphabet, LENIENT).decode(encoded);
    let bytes = decode_with(&STANDARD).or_else(|_| decode_with(&URL_SAFE)).ok()?;
    Some(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const SEVENS: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

    #[test]
    fn the_order_is_kept_and_both_alphabets_are_read() {
        let list = format!("k2:{}, k1:{SEVENS}", "-_".repeat(21) + "8");
        let keys = parse(&list).unwrap();
        assert_eq!(keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["k2", "k1"]);
        assert_eq!(keys[1].key.expose_secret(), &[7; 32]);
    }

    #[test]
    fn padding_may_be_missing() {
        assert!(parse(&format!("k1:{}", SEVENS.trim_end_matches('='))).is_ok());
    }

    #[test]
    fn every_fault_has_its_sentence_and_shows_nothing_of_the_key() {
        let zeros = format!("k1:{}", "A".repeat(43));
        let twice = format!("k1:{SEVENS},k1:{SEVENS}");
        let upper = format!("K1:{SEVENS}");
        for (list, expected) in [
            (SEVENS, "entry 1 has no id"),
            ("k1:BwcH", "entry 1 has a key that is not 32 bytes long"),
            ("k1:BwcH!", "entry 1 has a key that is not base64"),
            (zeros.as_str(), "entry 1 has a key of nothing but zeros"),
            (twice.as_str(), "entry 2 has the id of an earlier entry"),
            (upper.as_str(), "entry 1 has an id"),
        ] {
            let told = parse(list).unwrap_err();
            assert!(told.problem.contains(expected), "{told:?}");
            assert!(!format!("{told:?}").contains("BwcH"), "{told:?}");
        }
    }

    #[test]
    fn a_key_does_not_print_itself() {
        let keys = parse(&format!("k1:{SEVENS}")).unwrap();
        let printed = format!("{keys:?}");
        assert!(printed.contains("REDACTED") && !printed.contains('7'), "{printed}");
    }
}
