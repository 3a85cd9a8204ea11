//! Addresses at PicPay, recognised by their host.
//!
//! Called by `payload::parse`. Only plain `https` addresses and the app's own scheme count: whoever reads the copied text
//! must land at PicPay and nowhere else.

use super::decimal;

/// An address that leads to PicPay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PicpayLink {
    /// The whole address.
    pub url: String,
    /// The host in lower case; empty for the app's own scheme `picpay:`.
    pub host: String,
    /// Centavos, where the address names them. Undocumented; we assume `picpay.me/<user>/<reais>`, and that no other
    /// address of PicPay's names an amount.
    pub amount_minor: Option<u64>,
}

/// Recognises `text` as an address at PicPay.
pub(super) fn parse(text: &str) -> Option<PicpayLink> {
    // A backslash, a space or a control character is read differently by different programs.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>'));
    let (scheme, rest) = text.split_once(':').filter(|_| is_plain)?;
    if scheme.eq_ignore_ascii_case("picpay") {
        return Some(PicpayLink { url: text.to_owned(), host: String::new(), amount_minor: None });
    }
    let address = rest.strip_prefix("//").filter(|_| scheme.eq_ignore_ascii_case("https"))?;
    let end = address.find(['/', '?', '#']).unwrap_or(address.len());
    let (host, path) = address.split_at(end);
    // A user or a port makes it another host than it looks, so both fail here.
    let host = host.to_ascii_lowercase();
    if !is_picpay(&host) {
        return None;
    }
    let amount_minor = if host.ends_with("picpay.me") { amount(path) } else { None };
    Some(PicpayLink { url: text.to_owned(), host, amount_minor })
}

fn is_picpay(host: &str) -> bool {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let is_below = |parent: &str| host.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    host.bytes().all(is_label) && !host.starts_with('.') && (is_below("picpay.com") || is_below("picpay.me"))
}

/// The second part of `/<user>/<reais>`.
fn amount(path: &str) -> Option<u64> {
    let path = path.split(['?', '#']).next()?;
    let mut parts = path.trim_matches('/').split('/');
    let (_user, amount) = (parts.next()?, parts.next()?);
    decimal::minor(amount).filter(|minor| *minor > 0 && parts.next().is_none())
}
