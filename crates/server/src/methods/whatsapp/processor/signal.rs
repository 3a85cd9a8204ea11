//! The processor's signal that a charge changed. Pure but for the secret that it is given. Whoever sends it again only makes us
//! ask again, so its time is not compared.

use super::super::signature::{mac, unhex};
use super::contract::Signal;
use crate::methods::Taken;
use axum::http::HeaderMap;
use hmac::Mac as _;
use secrecy::SecretString;
use umclique_wire::AttemptId;

/// The header of the signature: `t=<Unix seconds>,v1=<hex of HMAC-SHA256 over "{t}.{body}">`.
const HEADER: &str = "psp-signature";

/// What a post of the processor's is.
pub(super) fn take(secret: Option<&SecretString>, headers: &HeaderMap, body: &[u8]) -> Taken {
    if secret.is_some_and(|secret| !is_signed(secret, headers, body)) {
        return Taken::Forged;
    }
    let signal: Option<Signal> = serde_json::from_slice(body).ok();
    signal.and_then(|signal| AttemptId::parse(&signal.reference).ok()).into()
}

/// Several `v1` may stand there while the processor changes its secret.
fn is_signed(secret: &SecretString, headers: &HeaderMap, body: &[u8]) -> bool {
    let Some(told) = headers.get(HEADER).and_then(|told| told.to_str().ok()) else { return false };
    let parts = || told.split(',').filter_map(|part| part.trim().split_once('='));
    let Some((_, at)) = parts().find(|(name, _)| *name == "t") else { return false };
    let fits = |told: &str| {
        unhex(told).is_some_and(|told| mac(secret, &[at.as_bytes(), b".", body]).verify_slice(&told).is_ok())
    };
    parts().take(8).filter(|(name, _)| *name == "v1").any(|(_, told)| fits(told))
}
