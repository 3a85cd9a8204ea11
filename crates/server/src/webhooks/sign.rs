//! Signatures of the Standard Webhooks specification. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The `webhook-signature` header: one `v1,` signature per key, so that the shop can rotate.
#[must_use]
pub fn signature(keys: &[Vec<u8>], id: &str, timestamp_s: i64, body: &str) -> String {
    let sign = |key: &Vec<u8>| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp_s}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    keys.iter().map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_implementation_agrees() {
        let (id, timestamp_s, body) = ("evt_0193f0c47d5b7c3e", 1_614_265_330, r#"{"test":2432232314}"#);
        let keys = [b"first key of the shop".to_vec(), b"second key of the shop".to_vec()];
        let header = signature(&keys, id, timestamp_s, body);
        for (key, ours) in keys.iter().zip(header.split(' ')) {
            let reference = standardwebhooks::Webhook::new(&STANDARD.encode(key)).expect("a key");
            assert_eq!(reference.sign(id, timestamp_s, body.as_bytes()).expect("signed"), ours);
        }
    }

    #[test]
    fn the_published_vector_holds() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let header = signature(&[key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(header, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
