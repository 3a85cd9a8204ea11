//! What the server's key makes: client secrets, fingerprints, the callback's path; and ids from randomness.
//!
//! Nothing here is stored: each value can be made again from the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use umclique_wire::{AttemptId, EventId, RefundId, SessionId};

/// The server's own key, and the one before it.
#[derive(Clone, Debug)]
pub struct ServerKey {
    current: SecretString,
    previous: Option<SecretString>,
}

impl ServerKey {
    /// `previous` still opens what it made: client secrets and callbacks under way.
    #[must_use]
    pub fn new(current: SecretString, previous: Option<SecretString>) -> Self {
        Self { current, previous }
    }

    /// The buyer's key to one session.
    #[must_use]
    pub fn client_secret(&self, session: &SessionId) -> String {
        client_secret(&self.current, session)
    }

    /// Compares in constant time, with both keys.
    #[must_use]
    pub fn is_client_secret(&self, session: &SessionId, offered: &str) -> bool {
        self.keys().any(|key| same(&client_secret(key, session), offered))
    }

    /// What stands for a request's body: the same for the same body, telling nothing about it.
    #[must_use]
    pub fn fingerprint(&self, body: &serde_json::Value) -> String {
        URL_SAFE_NO_PAD.encode(mac(&self.current, "fingerprint", &canonical(body).to_string()))
    }

    /// The unguessable end of a provider's callback path.
    #[must_use]
    pub fn callback_mac(&self, attempt: &AttemptId) -> String {
        callback_mac(&self.current, attempt)
    }

    /// Compares in constant time, with both keys.
    #[must_use]
    pub fn is_callback_mac(&self, attempt: &AttemptId, offered: &str) -> bool {
        self.keys().any(|key| same(&callback_mac(key, attempt), offered))
    }

    fn keys(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// The same value with every object's keys sorted, however `serde_json` was built.
fn canonical(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(object) => {
            let sorted: std::collections::BTreeMap<_, _> = object.iter().collect();
            sorted.into_iter().map(|(key, value)| (key.clone(), canonical(value))).collect()
        }
        serde_json::Value::Array(list) => list.iter().map(canonical).collect(),
        scalar => scalar.clone(),
    }
}

fn client_secret(key: &SecretString, session: &SessionId) -> String {
    format!("{session}_secret_{}", URL_SAFE_NO_PAD.encode(mac(key, "client-secret", session.as_str())))
}

fn callback_mac(key: &SecretString, attempt: &AttemptId) -> String {
    URL_SAFE_NO_PAD.encode(&mac(key, "callback", attempt.as_str())[..16])
}

fn mac(key: &SecretString, purpose: &str, text: &str) -> [u8; 32] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(purpose.as_bytes());
    mac.update(b"|");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// Constant in time for texts of one length.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        hex
    })
}

/// A row's id, in the order of its making.
fn row_id(prefix: &str) -> String {
    format!("{prefix}{}", uuid::Uuid::now_v7().simple())
}

macro_rules! new_id {
    ($($name:ident: $kind:ty;)*) => {$(
        /// A new id.
        #[must_use]
        pub fn $name() -> $kind {
            <$kind>::parse(&row_id(<$kind>::PREFIX)).expect("a prefix and a UUID are an id")
        }
    )*};
}

new_id! {
    new_session_id: SessionId;
    new_attempt_id: AttemptId;
    new_refund_id: RefundId;
    new_event_id: EventId;
}

/// An id for rows that nobody outside sees.
#[must_use]
pub fn new_row_id() -> String {
    row_id("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_secret_opens_only_its_session() {
        let key = ServerKey::new("k".repeat(32).into(), None);
        let (one, other) = (new_session_id(), new_session_id());
        assert!(key.is_client_secret(&one, &key.client_secret(&one)));
        assert!(!key.is_client_secret(&other, &key.client_secret(&one)));
        assert!(!key.is_client_secret(&one, ""));
    }

    #[test]
    fn the_previous_key_still_opens_what_it_made() {
        let old = ServerKey::new("o".repeat(32).into(), None);
        let rotated = ServerKey::new("n".repeat(32).into(), Some("o".repeat(32).into()));
        let attempt = new_attempt_id();
        assert!(rotated.is_callback_mac(&attempt, &old.callback_mac(&attempt)));
        assert_ne!(rotated.callback_mac(&attempt), old.callback_mac(&attempt));
    }

    #[test]
    fn fingerprints_do_not_depend_on_the_order_of_keys() {
        let key = ServerKey::new("k".repeat(32).into(), None);
        let a = serde_json::json!({"a": 1, "b": {"c": 2, "d": 3}});
        let b = serde_json::from_str(r#"{"b":{"d":3,"c":2},"a":1}"#).expect("JSON");
        assert_eq!(key.fingerprint(&a), key.fingerprint(&b));
        assert_ne!(key.fingerprint(&a), key.fingerprint(&serde_json::json!({"a": 2})));
    }
}
