//! The tokens' outer form: JWTs, signed with a secret of the sandbox (HS256; to clients they are opaque). What a token is
//! worth today is not in it: `links.rs` knows that.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

/// `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    #[serde(rename = "Bearer")]
    Access,
    Refresh,
    #[serde(rename = "ID")]
    Id,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) jti: Uuid,
    pub(super) typ: Kind,
    pub(super) sub: String,
    /// The `client_id` it was made for.
    pub(super) azp: String,
    pub(super) scope: String,
    /// Unix seconds of virtual time.
    pub(super) iat: i64,
    pub(super) exp: i64,
}

/// What is wrong with a text that should be a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Not three parts of which two are JSON.
    NotJwt,
    /// Signed by somebody else, or about something else.
    Foreign,
}

/// Signs and reads tokens.
#[derive(Debug)]
pub(super) struct Signer {
    secret: [u8; 8],
}

impl Signer {
    /// One whose secret is drawn from the seed.
    pub(super) fn new(secret: u64) -> Self {
        Self { secret: secret.to_be_bytes() }
    }

    /// The token.
    pub(super) fn sign(&self, claims: &Claims) -> String {
        let body = serde_json::to_vec(claims).expect("claims are plain JSON");
        let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(body));
        let mark = URL_SAFE_NO_PAD.encode(self.mac(&signed).finalize().into_bytes());
        format!("{signed}.{mark}")
    }

    /// What a token of ours says, however old it is.
    pub(super) fn read(&self, token: &str) -> Result<Claims, Flaw> {
        let parts: Vec<_> = token.split('.').collect();
        let [header, body, mark] = parts[..] else { return Err(Flaw::NotJwt) };
        let (_, body) = (json_of(header)?, json_of(body)?);
        let mark = URL_SAFE_NO_PAD.decode(mark).map_err(|_| Flaw::Foreign)?;
        let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
        self.mac(signed).verify_slice(&mark).map_err(|_| Flaw::Foreign)?;
        serde_json::from_value(body).map_err(|_| Flaw::Foreign)
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("an HMAC takes a key of any length");
        mac.update(text.as_bytes());
        mac
    }
}

fn json_of(part: &str) -> Result<serde_json::Value, Flaw> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Flaw::NotJwt)?;
    serde_json::from_slice(&bytes).map_err(|_| Flaw::NotJwt)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Claims, Flaw, Kind, Signer};

    #[test]
    fn what_was_signed_here_is_read_and_nothing_else() {
        let (ours, theirs) = (Signer::new(1), Signer::new(2));
        let claims = Claims {
            jti: Uuid::nil(),
            typ: Kind::Access,
            sub: "f:1".to_owned(),
            azp: "shop".to_owned(),
            scope: "profile".to_owned(),
            iat: 1,
            exp: 2,
        };
        assert_eq!(ours.read(&ours.sign(&claims)), Ok(claims.clone()));
        assert_eq!(ours.read(&theirs.sign(&claims)), Err(Flaw::Foreign));
        assert_eq!(ours.read("eyJhbGciOiJSUzI1NiJ9.e30.sig"), Err(Flaw::Foreign));
        for text in ["", "token", "a.b.c", "eyJhbGciOiJSUzI1NiJ9.e30"] {
            assert_eq!(ours.read(text), Err(Flaw::NotJwt), "{text}");
        }
    }
}
