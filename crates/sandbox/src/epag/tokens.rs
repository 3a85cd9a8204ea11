//! Access tokens: signed, so none has to be remembered. Each answer hands out the next one; older ones stay good until
//! they expire, unless control switched on that only the newest is valid.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha512;

use super::settings::Settings;

/// `{"alg":"HS512"}`.
const HEADER: &str = "eyJhbGciOiJIUzUxMiJ9";

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: String,
    /// Counts up; the highest is the newest.
    jti: u64,
    /// Unix milliseconds of virtual time.
    exp_ms: i64,
}

/// Makes and checks tokens.
#[derive(Debug)]
pub(super) struct Tokens {
    secret: [u8; 8],
    newest: AtomicU64,
}

impl Tokens {
    /// Tokens signed with a secret drawn from the seed.
    pub(super) fn new(secret: u64) -> Self {
        Self { secret: secret.to_be_bytes(), newest: AtomicU64::new(0) }
    }

    /// The next token of an API key.
    pub(super) fn issue(&self, api_key: &str, settings: &Settings, now_ms: i64) -> String {
        let claims = Claims {
            sub: api_key.to_owned(),
            jti: self.newest.fetch_add(1, Ordering::SeqCst) + 1,
            exp_ms: now_ms + i64::from(settings.token_life_s) * 1_000,
        };
        let body = serde_json::to_vec(&claims).expect("claims are plain JSON");
        let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(body));
        let mark = URL_SAFE_NO_PAD.encode(self.sign(&signed).finalize().into_bytes());
        format!("{signed}.{mark}")
    }

    /// The API key a token was made for, when it is good now.
    pub(super) fn check(&self, token: &str, settings: &Settings, now_ms: i64) -> Option<String> {
        let (signed, mark) = token.rsplit_once('.')?;
        let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
        self.sign(signed).verify_slice(&mark).ok()?;
        let body = URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
        let claims: Claims = serde_json::from_slice(&body).ok()?;
        let is_newest = claims.jti == self.newest.load(Ordering::SeqCst);
        (now_ms < claims.exp_ms && (is_newest || !settings.strict_tokens)).then_some(claims.sub)
    }

    fn sign(&self, text: &str) -> Hmac<Sha512> {
        let mut mac = Hmac::<Sha512>::new_from_slice(&self.secret).expect("an HMAC takes a key of any length");
        mac.update(text.as_bytes());
        mac
    }
}
