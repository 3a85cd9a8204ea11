//! How providers sign what they send: HMAC-SHA256 in hexadecimal, over the bytes that go out.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How a message is signed.
#[derive(Clone, Debug)]
pub(crate) enum Seal {
    /// With this text, whatever it is over.
    Fixed(String),
    /// `sha256=<hex>` over the body.
    Body { secret: String },
    /// `t=<unix seconds>,v1=<hex>` over `<t>.<body>`, so that an old message shows its age.
    Timed { secret: String },
}

impl Seal {
    /// The header's value over a body that is sent at this moment.
    pub(crate) fn over(&self, body: &[u8], at_ms: i64) -> String {
        match self {
            Self::Fixed(text) => text.clone(),
            Self::Body { secret } => format!("sha256={}", hmac_hex(secret, &[body])),
            Self::Timed { secret } => {
                let at_s = at_ms.div_euclid(1_000).to_string();
                format!("t={at_s},v1={}", hmac_hex(secret, &[at_s.as_bytes(), b".", body]))
            }
        }
    }
}

/// The signature over these parts, one behind the other: 64 lower-case digits.
fn hmac_hex(secret: &str, parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("an HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::hmac_hex;

    #[test]
    fn the_signature_is_that_of_rfc_4231() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hmac_hex("Jefe", &[b"what do ya want ", b"for nothing?"]), expected);
    }
}
