//! Secrets of buyers that must be kept: sealed before they reach the database, opened when a provider is called.
//!
//! XChaCha20-Poly1305: authenticated, and its nonce of 192 bits may be drawn at random for ever. What is sealed is bound to
//! its place (table, row, column) and to its key, so that nobody who can write rows can move a token to another buyer.
//!
//! Called by [`grants`], which keeps logins at providers and what they tell. Never logs, and shows neither keys nor what it holds.

pub mod grants;
pub mod profile;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use secrecy::SecretString;
use std::fmt;
use std::sync::Arc;

/// What every sealed text begins with: how it was sealed.
const FORM: &str = "x1";
/// Bytes of a nonce.
const NONCE_BYTES: usize = 24;
/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// Why a key ring cannot be used, or a text cannot be opened. Never says what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Not a list of `id:base64`.
    #[error("a vault key must be id:base64, an id of 1 to 16 letters or digits and base64 of 32 random bytes")]
    Key,
    /// Two keys of one name.
    #[error("two vault keys have the same id")]
    SameId,
    /// No key.
    #[error("at least one vault key is needed")]
    NoKey,
    /// It was sealed with a key that is not here.
    #[error("a stored secret was sealed with a vault key that is not configured; bring that key back")]
    UnknownKey,
    /// It is not what we sealed, or not in its place.
    #[error("a stored secret cannot be opened: it was changed or moved")]
    Broken,
}

/// The place that a secret belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The row's id.
    pub row: &'a str,
    /// The column.
    pub column: &'static str,
}

/// The keys. The first one seals, all of them open.
#[derive(Clone)]
pub struct Vault {
    keys: Arc<Vec<Key>>,
}

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// Never shows a key.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

impl Vault {
    /// Reads `id:base64,id:base64`.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let mut keys: Vec<Key> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let key = Key::parse(part).ok_or(VaultError::Key)?;
            if keys.iter().any(|known| known.id == key.id) {
                return Err(VaultError::SameId);
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(VaultError::NoKey);
        }
        Ok(Self { keys: Arc::new(keys) })
    }

    /// Seals a secret for its place, with the newest key.
    #[must_use]
    pub fn seal(&self, place: Place<'_>, secret: &str) -> String {
        let key = &self.keys[0];
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let bound = place.bound_to(&key.id);
        let payload = Payload { msg: secret.as_bytes(), aad: bound.as_bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).expect("a token is far shorter than 256 GiB");
        let bytes = [&nonce[..], &sealed].concat();
        format!("{FORM}.{}.{}", key.id, URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<SecretString, VaultError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(FORM), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VaultError::Broken);
        };
        let key = self.keys.iter().find(|key| key.id == id).ok_or(VaultError::UnknownKey)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::Broken)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Broken)?;
        let bound = place.bound_to(id);
        let payload = Payload { msg: sealed, aad: bound.as_bytes() };
        let opened = key.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Broken)?;
        String::from_utf8(opened).map(Into::into).map_err(|_| VaultError::Broken)
    }
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_once(':')?;
        let is_id = (1..=16).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let bytes = STANDARD.decode(secret).or_else(|_| STANDARD_NO_PAD.decode(secret)).ok()?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().ok().filter(|_| is_id)?;
        Some(Self { id: id.to_owned(), cipher: XChaCha20Poly1305::new(&bytes.into()) })
    }
}

impl Place<'_> {
    fn bound_to(&self, key: &str) -> String {
        format!("{}|{}|{}|{key}", self.table, self.row, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    const PLACE: Place<'static> = Place { table: "grants", row: "1", column: "access_token" };

    fn vault(ids: &[(&str, u8)]) -> Vault {
        let keys: Vec<_> = ids.iter().map(|(id, byte)| format!("{id}:{}", STANDARD.encode([*byte; 32]))).collect();
        Vault::parse(&keys.join(", ")).expect("good keys")
    }

    #[test]
    fn what_is_sealed_is_opened_in_its_place_only() {
        let vault = vault(&[("a", 1)]);
        let sealed = vault.seal(PLACE, "token é");
        assert!(!sealed.contains("token"), "{sealed}");
        assert_eq!(vault.open(PLACE, &sealed).expect("opened").expose_secret(), "token é");
        for place in
            [Place { table: "other", ..PLACE }, Place { row: "2", ..PLACE }, Place { column: "refresh_token", ..PLACE }]
        {
            assert_eq!(vault.open(place, &sealed).map(|_| ()), Err(VaultError::Broken), "{place:?}");
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let vault = vault(&[("a", 1)]);
        assert_ne!(vault.seal(PLACE, "token"), vault.seal(PLACE, "token"));
    }

    #[test]
    fn keys_rotate_and_an_old_one_opens_until_it_is_taken_away() {
        let (old, both, new) = (vault(&[("a", 1)]), vault(&[("b", 2), ("a", 1)]), vault(&[("b", 2)]));
        let sealed = old.seal(PLACE, "token");
        assert_eq!(both.open(PLACE, &sealed).expect("opened").expose_secret(), "token");
        assert_eq!(new.open(PLACE, &sealed).map(|_| ()), Err(VaultError::UnknownKey));
        let again = both.seal(PLACE, "token");
        assert_eq!(new.open(PLACE, &again).expect("opened").expose_secret(), "token");
        // A key of the same name and other bytes is another key.
        assert_eq!(vault(&[("a", 9)]).open(PLACE, &sealed).map(|_| ()), Err(VaultError::Broken));
    }

    #[test]
    fn whatever_was_changed_is_not_opened() {
        let vault = vault(&[("a", 1), ("b", 2)]);
        let sealed = vault.seal(PLACE, "token");
        let renamed = sealed.replacen(".a.", ".b.", 1);
        let shortened = &sealed[..sealed.len() - 4];
        for text in ["", "x1", "x1.a", "x1.a.", "x1.a.AAAA", "token", "x2.a.AAAA", shortened, renamed.as_str()] {
            assert_eq!(vault.open(PLACE, text).map(|_| ()), Err(VaultError::Broken), "{text}");
        }
    }

    #[test]
    fn a_bad_ring_is_refused_and_none_is_shown() {
        let key = STANDARD.encode([7; 32]);
        for (text, error) in [
            (String::new(), VaultError::NoKey),
            (" , ".to_owned(), VaultError::NoKey),
            (key.clone(), VaultError::Key),
            (format!("a:{}", STANDARD.encode([7; 31])), VaultError::Key),
            (format!(":{key}"), VaultError::Key),
            (format!("a.b:{key}"), VaultError::Key),
            (format!("a:{key},a:{key}"), VaultError::SameId),
        ] {
            assert_eq!(Vault::parse(&text).map(|_| ()), Err(error), "{text}");
        }
        assert_eq!(format!("{:?}", vault(&[("a", 7)])), r#"["a"]"#);
    }
}
