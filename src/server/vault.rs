//! The vault: seals secrets for storage and opens them again, each bound to its place.
//!
//! XChaCha20-Poly1305 with a random 24-byte nonce
//! (<https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha>). A sealed secret is text:
//! `v1.<key id>.<base64url(nonce and ciphertext)>`. The associated data names the place it was
//! sealed for, so that a sealed token moved to another creator, app or field does not open.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    config::EncryptionKey,
    entropy::{Entropy, random},
};
use crate::domain::OpenId;

const VERSION: &str = "v1";
const NONCE_BYTES: usize = 24;

/// Which of a grant's two tokens a sealed text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenField {
    /// The access token.
    Access,
    /// The refresh token.
    Refresh,
}

/// What a sealed secret is bound to: the associated data of its seal.
#[derive(Clone, PartialEq, Eq)]
pub struct Place(Vec<u8>);

impl Place {
    /// One token of one creator at one TikTok app.
    #[must_use]
    pub fn token(client_key: &str, open_id: &OpenId, field: TokenField) -> Self {
        let field = match field {
            TokenField::Access => "access_token",
            TokenField::Refresh => "refresh_token",
        };
        Self::of(&["token", client_key, open_id.as_str(), field])
    }

    /// The PKCE verifier of one pending login, known by the digest of its state.
    #[must_use]
    pub fn code_verifier(state_digest: &str) -> Self {
        Self::of(&["code_verifier", state_digest])
    }

    /// A cursor of the API, bound to the list that it is of.
    #[must_use]
    pub fn cursor(list: &str) -> Self {
        Self::of(&["cursor", list])
    }

    /// One answer in the refresh journal, bound to the clear part of its file: altered, it does not open.
    #[must_use]
    pub fn journal(entry: &str) -> Self {
        Self::of(&["journal", entry])
    }

    /// Every part is preceded by its length, so that no two places share their bytes.
    fn of(parts: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in [VERSION].iter().chain(parts) {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Self(bytes)
    }
}

/// A sealed secret, fit to be stored as text.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Sealed(String);

impl Sealed {
    /// A sealed secret as the store keeps it; whether it opens is seen when it is opened.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the key that sealed it; `None` when it is no envelope of ours.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        let mut parts = self.0.splitn(3, '.');
        (parts.next() == Some(VERSION)).then_some(parts.next()?).filter(|_| parts.next().is_some())
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed]")
    }
}

/// Why a secret could not be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The text is not an envelope of ours.
    #[error("a sealed value is not of the form v1.<key>.<data>")]
    Malformed,
    /// Its key is not in `ENCRYPTION_KEYS`.
    #[error("a sealed value needs the key {0:?}, which ENCRYPTION_KEYS lacks")]
    UnknownKey(String),
    /// It was changed, or moved from the place it was sealed for.
    #[error("a sealed value does not open at its place")]
    Refused,
    /// There is no key, or the cipher refused the input.
    #[error("the value could not be sealed")]
    NotSealed,
}

/// Seals with the first key of the ring, opens with any.
pub struct Vault {
    ring: Vec<(String, XChaCha20Poly1305)>,
    entropy: Arc<dyn Entropy>,
}

impl Vault {
    /// A vault over `keys`, the first of which seals.
    #[must_use]
    pub fn new(keys: &[EncryptionKey], entropy: Arc<dyn Entropy>) -> Self {
        let cipher = |key: &EncryptionKey| XChaCha20Poly1305::new(key.key.expose_secret().into());
        let ring = keys.iter().map(|key| (key.id.clone(), cipher(key))).collect();
        Self { ring, entropy }
    }

    /// Seals `secret` for `place`.
    ///
    /// # Errors
    /// [`VaultError::NotSealed`] when the ring is empty.
    pub fn seal(&self, secret: &SecretString, place: &Place) -> Result<Sealed, VaultError> {
        let (key_id, cipher) = self.ring.first().ok_or(VaultError::NotSealed)?;
        let nonce = random::<NONCE_BYTES>(&*self.entropy);
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: &place.0 };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::NotSealed)?;
        let envelope = URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        Ok(Sealed(format!("{VERSION}.{key_id}.{envelope}")))
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`VaultError`] says whether the text, the key or the place is wrong.
    pub fn open(&self, sealed: &Sealed, place: &Place) -> Result<SecretString, VaultError> {
        let (key_id, envelope) = parts(sealed)?;
        let cipher = self.cipher(key_id)?;
        let (nonce, ciphertext) = envelope.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Malformed)?;
        let (nonce, payload) = (XNonce::from(*nonce), Payload { msg: ciphertext, aad: &place.0 });
        let opened = cipher.decrypt(&nonce, payload).map_err(|_| VaultError::Refused)?;
        let text = String::from_utf8(opened).map_err(|_| VaultError::Malformed)?;
        Ok(SecretString::from(text))
    }

    /// Whether the current key sealed it.
    #[must_use]
    pub fn seals_with(&self, sealed: &Sealed) -> bool {
        let first = self.key_ids().next();
        first.is_some() && sealed.key_id() == first
    }

    /// Whether the ring has the key.
    #[must_use]
    pub fn has(&self, key_id: &str) -> bool {
        self.key_ids().any(|id| id == key_id)
    }

    /// The ids of the ring's keys; the first seals.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.ring.iter().map(|(id, _)| id.as_str())
    }

    fn cipher(&self, key_id: &str) -> Result<&XChaCha20Poly1305, VaultError> {
        let found = self.ring.iter().find(|(id, _)| id == key_id);
        found.map(|(_, cipher)| cipher).ok_or_else(|| VaultError::UnknownKey(key_id.to_owned()))
    }
}

fn parts(sealed: &Sealed) -> Result<(&str, Vec<u8>), VaultError> {
    let mut parts = sealed.0.splitn(3, '.');
    let (Some(VERSION), Some(key_id), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(VaultError::Malformed);
    };
    let envelope = URL_SAFE_NO_PAD.decode(data).map_err(|_| VaultError::Malformed)?;
    Ok((key_id, envelope))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::SecretBox;

    use super::*;
    use crate::server::entropy::SystemEntropy;

    fn vault(keys: &[(&str, u8)]) -> Vault {
        let key = |(id, byte): &(&str, u8)| EncryptionKey {
            id: (*id).to_owned(),
            key: SecretBox::new(Box::new([*byte; 32])),
        };
        let keys: Vec<_> = keys.iter().map(key).collect();
        Vault::new(&keys, Arc::new(SystemEntropy))
    }

    fn place(client_key: &str, open_id: &str, field: TokenField) -> Place {
        Place::token(client_key, &open_id.parse().unwrap(), field)
    }

    #[test]
    fn old_key_opens_after_rotation() {
        let here = place("key", "creator", TokenField::Access);
        let sealed = vault(&[("old", 1)]).seal(&"act.x".into(), &here).unwrap();
        let rotated = vault(&[("new", 2), ("old", 1)]);
        assert_eq!(rotated.open(&sealed, &here).unwrap().expose_secret(), "act.x");
    }

    #[test]
    fn missing_key_is_named() {
        let here = place("key", "creator", TokenField::Access);
        let sealed = vault(&[("old", 1)]).seal(&"act.x".into(), &here).unwrap();
        let error = vault(&[("new", 2)]).open(&sealed, &here).unwrap_err();
        assert_eq!(error, VaultError::UnknownKey("old".to_owned()));
    }

    #[test]
    fn wrong_key_of_the_same_id_does_not_open() {
        let here = place("key", "creator", TokenField::Access);
        let sealed = vault(&[("k", 1)]).seal(&"act.x".into(), &here).unwrap();
        assert_eq!(vault(&[("k", 2)]).open(&sealed, &here).unwrap_err(), VaultError::Refused);
    }

    #[test]
    fn same_secret_seals_to_different_texts() {
        let (vault, here) = (vault(&[("k", 1)]), place("key", "creator", TokenField::Access));
        let first = vault.seal(&"act.x".into(), &here).unwrap();
        assert_ne!(first, vault.seal(&"act.x".into(), &here).unwrap());
    }

    #[test]
    fn text_without_envelope_is_malformed() {
        let (vault, here) = (vault(&[("k", 1)]), place("key", "creator", TokenField::Access));
        for text in ["", "act.token", "v1.k", "v1.k.!!", "v1.k.AAAA", "v2.k.AAAA"] {
            let error = vault.open(&Sealed::from_stored(text.to_owned()), &here).unwrap_err();
            assert_eq!(error, VaultError::Malformed, "{text}");
        }
    }

    proptest! {
        #[test]
        fn sealed_secret_opens_at_its_place(secret in ".{0,300}", key in "[a-z0-9]{1,20}", id in "[!-~]{1,60}") {
            let vault = vault(&[("k", 7)]);
            let here = place(&key, &id, TokenField::Refresh);
            let sealed = vault.seal(&secret.clone().into(), &here).unwrap();
            let opened = vault.open(&sealed, &here).unwrap();
            prop_assert_eq!(opened.expose_secret(), &secret);
        }

        #[test]
        fn moved_secret_does_not_open(
            from in ("[a-z]{1,8}", "[a-z]{1,8}", any::<bool>()),
            to in ("[a-z]{1,8}", "[a-z]{1,8}", any::<bool>()),
        ) {
            prop_assume!(from != to);
            let field = |access| if access { TokenField::Access } else { TokenField::Refresh };
            let vault = vault(&[("k", 7)]);
            let sealed = vault.seal(&"act.x".into(), &place(&from.0, &from.1, field(from.2))).unwrap();
            let moved = vault.open(&sealed, &place(&to.0, &to.1, field(to.2)));
            prop_assert_eq!(moved.unwrap_err(), VaultError::Refused);
        }

        #[test]
        fn changed_character_does_not_open(at in 5_usize..60, with in "[A-Za-z0-9_-]") {
            let (vault, here) = (vault(&[("k", 7)]), place("key", "creator", TokenField::Access));
            let sealed = vault.seal(&"act.EXAMPLE!1001.va".into(), &here).unwrap();
            let mut text = sealed.as_str().to_owned();
            prop_assume!(!text.get(at..).unwrap().starts_with(&with));
            text.replace_range(at..=at, &with);
            prop_assert!(vault.open(&Sealed::from_stored(text), &here).is_err());
        }
    }
}
