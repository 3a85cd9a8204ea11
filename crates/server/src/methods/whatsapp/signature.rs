//! Whether a post is WhatsApp's own, and whether it is our address that WhatsApp asks about. Pure but for the secrets that it is
//! given. Source: WhatsApp Cloud API "Create a webhook endpoint".

use super::WhatsappConfig;
use crate::keys::same;
use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// The header of the signature: `sha256=` and 64 hex digits.
const HEADER: &str = "x-hub-signature-256";

/// Whether one of our app's secrets signed these very bytes. Never of what they mean: written again, they are other bytes.
pub(super) fn is_signed(config: &WhatsappConfig, headers: &HeaderMap, body: &[u8]) -> bool {
    let mut told = headers.get_all(HEADER).iter();
    // Two signatures are nobody's.
    let (Some(told), None) = (told.next(), told.next()) else { return false };
    let Some(told) = told.to_str().ok().and_then(|told| told.strip_prefix("sha256=")) else { return false };
    let Some(told) = unhex(told) else { return false };
    let is_of = |secret: &SecretString| mac(secret, &[body]).verify_slice(&told).is_ok();
    let is_of_previous = config.app_secret_previous.as_ref().is_some_and(is_of);
    is_of(&config.app_secret) | is_of_previous
}

/// HMAC-SHA256 of the parts, one after the other.
pub(super) fn mac(secret: &SecretString, parts: &[&[u8]]) -> Hmac<Sha256> {
    let key = secret.expose_secret().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac
}

/// The 32 bytes of 64 lower-case hex digits.
pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 64 || !text.bytes().all(is_hex) {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// The bare challenge, if the query proves that it is WhatsApp's. Some frameworks write its names with `_` for `.`.
pub(super) fn challenge(config: &WhatsappConfig, query: &str) -> Option<String> {
    let address = reqwest::Url::parse(&format!("http://webhook/?{query}")).ok()?;
    // A name that stands twice is somebody's trick, and means nothing.
    let only = |name: &str| {
        let is_named = |known: &str| known == name || known == name.replacen('.', "_", 1);
        let mut found = address.query_pairs().filter(|(known, _)| is_named(known)).map(|(_, value)| value.into_owned());
        found.next().filter(|_| found.next().is_none())
    };
    let is_ours = same(&only("hub.verify_token")?, config.verify_token.expose_secret());
    let is_bare = |text: &String| {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=256).contains(&text.len()) && text.bytes().all(is_word)
    };
    (only("hub.mode")? == "subscribe" && is_ours).then(|| only("hub.challenge"))?.filter(is_bare)
}
