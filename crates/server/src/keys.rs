//! What the server's key makes: client secrets, fingerprints, the callback's path; and ids from randomness.
//!
//! Nothing here is stored: each value can be made again from the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use umclique_wire::{AttemptId, CredentialId, EventId, RefundId, SessionId};

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

    /// The buyer's key to one session as it was first told: made with the key that was the newest when `kept` was made, as
    /// far as `told`, today's fingerprint of the same body, still knows that key.
    #[must_use]
    pub fn client_secret_as_told(&self, session: &SessionId, kept: &str, told: &str) -> String {
        let newest_then = kept.split(PART).next();
        let then = self.keys().zip(told.split(PART)).find(|(_, part)| Some(*part) == newest_then);
        client_secret(then.map_or(&self.current, |(key, _)| key), session)
    }

    /// What stands for a request's body: the same for the same body, telling nothing about it. It has a part for each key,
    /// the newest first; [`is_same_body`] compares two of them.
    #[must_use]
    pub fn fingerprint(&self, body: &serde_json::Value) -> String {
        let text = canonical(body).to_string();
        let parts: Vec<_> = self.keys().map(|key| URL_SAFE_NO_PAD.encode(mac(key, "fingerprint", &text))).collect();
        parts.join(PART)
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

    /// What a browser takes to a provider's page and back: the attempt, its round, and a proof that we sent it.
    #[must_use]
    pub fn consent_state(&self, attempt: &AttemptId, round: u32) -> String {
        consent_state(&self.current, attempt, round)
    }

    /// Reads what [`ServerKey::consent_state`] made. Compares in constant time, with both keys.
    #[must_use]
    pub fn read_consent_state(&self, offered: &str) -> Option<(AttemptId, u32)> {
        let mut parts = offered.splitn(3, '.');
        let attempt = AttemptId::parse(parts.next()?).ok()?;
        let round: u32 = parts.next()?.parse().ok()?;
        let is_ours = self.keys().any(|key| same(&consent_state(key, &attempt, round), offered));
        is_ours.then_some((attempt, round))
    }

    fn keys(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// Stands between the parts of a fingerprint, and in none of them.
const PART: &str = ".";

/// Whether two fingerprints stand for the same body: they share the part of a key. So a retry is recognised after a change
/// of the key, and before it by a process that does not know the new key yet.
#[must_use]
pub fn is_same_body(kept: &str, told: &str) -> bool {
    told.split(PART).any(|part| kept.split(PART).any(|known| known == part))
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

/// 128 bits of it cannot be guessed.
fn consent_state(key: &SecretString, attempt: &AttemptId, round: u32) -> String {
    let text = format!("{attempt}.{round}");
    let proof = URL_SAFE_NO_PAD.encode(&mac(key, "consent", &text)[..16]);
    format!("{text}.{proof}")
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
    new_credential_id: CredentialId;
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
    fn a_consent_is_of_one_round_of_one_attempt_and_of_nobody_elses_making() {
        let old = ServerKey::new("o".repeat(32).into(), None);
        let rotated = ServerKey::new("n".repeat(32).into(), Some("o".repeat(32).into()));
        let attempt = new_attempt_id();
        let state = old.consent_state(&attempt, 2);
        assert_eq!(rotated.read_consent_state(&state), Some((attempt.clone(), 2)));
        let proof = state.rsplit('.').next().expect("a proof");
        let other = new_attempt_id();
        for forged in [
            format!("{attempt}.3.{proof}"),
            format!("{attempt}.02.{proof}"),
            format!("{other}.2.{proof}"),
            format!("{attempt}.2."),
            format!("{state}x"),
            String::new(),
        ] {
            assert_eq!(rotated.read_consent_state(&forged), None, "{forged}");
        }
    }

    #[test]
    fn a_body_is_recognised_across_one_change_of_the_key_and_not_across_two() {
        let [old, new, newest] = ["o", "n", "m"].map(|letter| letter.repeat(32));
        let before = ServerKey::new(old.clone().into(), None);
        let rotated = ServerKey::new(new.clone().into(), Some(old.into()));
        let again = ServerKey::new(newest.into(), Some(new.into()));
        let body = serde_json::json!({"a": 1});
        let [first, second, third] = [&before, &rotated, &again].map(|key| key.fingerprint(&body));
        assert!(is_same_body(&first, &second) && is_same_body(&second, &first) && is_same_body(&second, &third));
        assert!(!is_same_body(&first, &third));
        assert!(!is_same_body(&first, &rotated.fingerprint(&serde_json::json!({"a": 2}))));
        assert_ne!(first, second, "what is kept now is known to the next key too");
    }

    #[test]
    fn a_client_secret_is_told_again_as_it_was_told_first() {
        let (old, new) = ("o".repeat(32), "n".repeat(32));
        let before = ServerKey::new(old.clone().into(), None);
        let rotated = ServerKey::new(new.into(), Some(old.into()));
        let (session, body) = (new_session_id(), serde_json::json!({"a": 1}));
        let (kept, told) = (before.fingerprint(&body), rotated.fingerprint(&body));
        assert_eq!(rotated.client_secret_as_told(&session, &kept, &told), before.client_secret(&session));
        assert_eq!(rotated.client_secret_as_told(&session, &told, &told), rotated.client_secret(&session));
        // A process that does not know the new key yet tells one that both take.
        assert_eq!(before.client_secret_as_told(&session, &told, &kept), before.client_secret(&session));
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
