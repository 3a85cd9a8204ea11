//! Verifies that a webhook comes from our merchant server: the Standard Webhooks specification, written out.
//!
//! Used by `POST /shop/webhooks`. Reads headers and raw bytes; never parses the body, because JSON that was parsed and written
//! again has another signature.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Why a webhook was refused, so that its developer knows where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A header is missing or unreadable.
    #[error("the header {0} is missing or unreadable")]
    Header(&'static str),
    /// None of the signatures fits one of our secrets.
    #[error("no signature fits: the secret is another one, or the body was changed on its way")]
    Signature,
}

/// What the headers of a genuine webhook say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// `webhook-id`: the same for every delivery of one event.
    pub id: String,
    /// `webhook-timestamp`, Unix seconds: when this delivery was sent. Its age is the caller's to judge.
    pub timestamp_s: i64,
}

/// The secrets that are in force.
pub struct Verifier {
    keys: Vec<Vec<u8>>,
}

impl Verifier {
    /// Reads secrets, `whsec_` and base64 each. The error is the position of the first one that is not, from one.
    pub fn new(secrets: &[String]) -> Result<Self, usize> {
        let keys = secrets.iter().zip(1_usize..).map(|(secret, position)| key(secret).ok_or(position));
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }

    /// Checks the signature of `body`, the raw bytes of the request.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Verified, Refusal> {
        let id = text(headers, "webhook-id")?;
        let timestamp = text(headers, "webhook-timestamp")?;
        let signatures = text(headers, "webhook-signature")?;
        let timestamp_s = timestamp.parse().map_err(|_| Refusal::Header("webhook-timestamp"))?;
        let candidates = signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
        for signature in candidates.filter_map(|signature| STANDARD.decode(signature).ok()) {
            for key in &self.keys {
                let signed = signed(key, id, timestamp, body);
                // Takes the same time wherever the first wrong byte is.
                if signed.verify_slice(&signature).is_ok() {
                    return Ok(Verified { id: id.to_owned(), timestamp_s });
                }
            }
        }
        Err(Refusal::Signature)
    }
}

fn key(secret: &str) -> Option<Vec<u8>> {
    STANDARD.decode(secret.strip_prefix("whsec_")?).ok().filter(|key| !key.is_empty())
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Refusal> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.filter(|value| !value.is_empty()).ok_or(Refusal::Header(name))
}

/// The HMAC over `{id}.{timestamp}.{body}`.
fn signed(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_dW1jbGlxdWUtZGVtby13ZWJob29rLXNlY3JldA==";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn verifier(secrets: &[&str]) -> Verifier {
        let secrets: Vec<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        Verifier::new(&secrets).expect("well-formed secrets")
    }

    fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)] {
            headers.insert(name, value.parse().expect("visible ASCII"));
        }
        headers
    }

    /// The vector of the specification's own libraries.
    fn genuine() -> HeaderMap {
        headers("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", SIGNATURE)
    }

    #[test]
    fn the_specifications_vector_is_genuine() {
        let verified = Verified { id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(), timestamp_s: 1_614_265_330 };
        assert_eq!(verifier(&[SECRET]).verify(&genuine(), BODY), Ok(verified));
    }

    #[test]
    fn during_a_rotation_either_secret_and_any_listed_signature_will_do() {
        assert!(verifier(&[OTHER, SECRET]).verify(&genuine(), BODY).is_ok());
        let several = format!("v1a,AAAA v1,AAAA {SIGNATURE} v1,not-base64");
        let headers = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", &several);
        assert!(verifier(&[SECRET]).verify(&headers, BODY).is_ok());
    }

    #[test]
    fn our_reading_agrees_with_the_published_library() {
        let library = standardwebhooks::Webhook::new(OTHER).expect("well-formed");
        for (id, timestamp, body) in [
            ("evt_1", 0, ""),
            ("evt_0193f0c47d5b", 1_735_689_600, r#"{"type":"payment.succeeded"}"#),
            ("evt_2", -1, "ç"),
        ] {
            let signature = library.sign(id, timestamp, body.as_bytes()).expect("UTF-8");
            let headers = headers(id, &timestamp.to_string(), &signature);
            assert!(verifier(&[OTHER]).verify(&headers, body.as_bytes()).is_ok(), "{id}");
        }
    }

    #[test]
    fn what_was_changed_is_refused() {
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        for (case, headers, body, expected) in [
            ("body", genuine(), &br#"{"test":2432232314}"#[..], Refusal::Signature),
            ("id", headers("msg_other", "1614265330", SIGNATURE), BODY, Refusal::Signature),
            ("timestamp", headers(id, "1614265331", SIGNATURE), BODY, Refusal::Signature),
            ("not a number", headers(id, "soon", SIGNATURE), BODY, Refusal::Header("webhook-timestamp")),
            ("no signature", headers(id, "1614265330", ""), BODY, Refusal::Header("webhook-signature")),
            ("shorter", headers(id, "1614265330", "v1,g0hM9SsE"), BODY, Refusal::Signature),
            ("other scheme", headers(id, "1614265330", &SIGNATURE.replace("v1,", "v2,")), BODY, Refusal::Signature),
            ("no headers", HeaderMap::new(), BODY, Refusal::Header("webhook-id")),
        ] {
            assert_eq!(verifier(&[SECRET]).verify(&headers, body), Err(expected), "{case}");
        }
        assert_eq!(verifier(&[OTHER]).verify(&genuine(), BODY), Err(Refusal::Signature), "another secret");
        assert_eq!(verifier(&[]).verify(&genuine(), BODY), Err(Refusal::Signature), "no secret at all");
    }

    #[test]
    fn a_secret_is_read_or_its_position_named() {
        for (secrets, expected) in [
            (vec![SECRET], None),
            (vec![SECRET, "whsec_"], Some(2)),
            (vec!["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], Some(1)),
            (vec!["whsec_***"], Some(1)),
        ] {
            let secrets: Vec<String> = secrets.into_iter().map(str::to_owned).collect();
            assert_eq!(Verifier::new(&secrets).err(), expected, "{secrets:?}");
        }
    }
}
