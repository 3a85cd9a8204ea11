//! What is sent to ePag, exactly: names, types, and amounts as decimals that no float has touched.
//!
//! Called by the calls of this method; sends nothing itself.

use super::EpagError;
use super::details::Details;
use crate::methods::http_client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;
use umclique_wire::Money;

/// Body of `POST /picpay/simple`.
#[derive(Serialize)]
pub(super) struct Create<'a> {
    pub(super) contract_id: &'a str,
    pub(super) reference_id: &'a str,
    pub(super) notification_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ip_address: Option<std::net::IpAddr>,
    pub(super) payment: Payment<'a>,
    pub(super) person: Person<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) extra_data: Option<&'a serde_json::Value>,
}

#[derive(Serialize)]
pub(super) struct Payment<'a> {
    amount: Box<RawValue>,
    currency: &'static str,
    country: &'static str,
    delay_capture: bool,
    picpay: Picpay<'a>,
}

#[derive(Serialize)]
struct Picpay<'a> {
    expiration_date: &'a str,
}

#[derive(Serialize)]
pub(super) struct Person<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    tax_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<&'a str>,
}

impl<'a> Payment<'a> {
    /// `asset` is left out: its default is the currency that we charge in.
    pub(super) fn new(amount: Money, is_manual: bool, expires_on: &'a str) -> Result<Self, EpagError> {
        Ok(Self {
            amount: decimal(amount)?,
            currency: "BRL",
            country: "BR",
            delay_capture: is_manual,
            picpay: Picpay { expiration_date: expires_on },
        })
    }
}

impl<'a> Person<'a> {
    pub(super) fn of(details: &'a Details) -> Self {
        Self {
            full_name: details.name.as_deref(),
            email: details.email.as_deref(),
            tax_id: &details.tax_id,
            birth_date: details.birth_date.as_deref(),
        }
    }
}

/// Body of a capture: `{"amount":50.00}`.
pub(super) fn capture(amount: Money) -> Result<String, EpagError> {
    #[derive(Serialize)]
    struct Capture {
        amount: Box<RawValue>,
    }
    json(&Capture { amount: decimal(amount)? })
}

/// Body of a refund.
pub(super) fn refund(payment_token: &str, amount: Money, notification_url: &str) -> Result<String, EpagError> {
    #[derive(Serialize)]
    struct Refund<'a> {
        payment_token: &'a str,
        amount: Box<RawValue>,
        notification_url: &'a str,
    }
    json(&Refund { payment_token, amount: decimal(amount)?, notification_url })
}

/// The JSON text of a body.
pub(super) fn json(body: &impl Serialize) -> Result<String, EpagError> {
    serde_json::to_string(body).map_err(|_| EpagError::Unsendable { what: "the request" })
}

/// An id that may stand in a path. What ePag gave us passes; what a person typed may not.
pub(super) fn path_segment(id: &str) -> Result<&str, EpagError> {
    if http_client::is_path_segment(id) { Ok(id) } else { Err(EpagError::Unsendable { what: "the payment's id" }) }
}

/// The login as form data: content type and body.
pub(super) fn form_data(api_key: &SecretString, api_secret: &SecretString) -> (String, String) {
    let boundary = format!("umclique-{}", uuid::Uuid::new_v4().simple());
    let mut body = String::new();
    for (name, value) in [("apiKey", api_key), ("apiSecret", api_secret)] {
        let value = value.expose_secret();
        body.push_str(&format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// The login urlencoded: content type and body.
pub(super) fn form_urlencoded(api_key: &SecretString, api_secret: &SecretString) -> (String, String) {
    let mut body = String::new();
    for (name, value) in [("apiKey", api_key), ("apiSecret", api_secret)] {
        body.push_str(if body.is_empty() { "" } else { "&" });
        body.push_str(&format!("{name}="));
        for byte in value.expose_secret().bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => body.push(char::from(byte)),
                _ => body.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    ("application/x-www-form-urlencoded".to_owned(), body)
}

fn decimal(amount: Money) -> Result<Box<RawValue>, EpagError> {
    RawValue::from_string(amount.to_decimal()).map_err(|_| EpagError::Unsendable { what: "the amount" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use umclique_wire::Currency;

    fn brl(minor: u64) -> Money {
        Money::from_minor(minor, Currency::Brl).expect("within the limit")
    }

    #[test]
    fn amounts_are_written_with_both_decimals() {
        for (minor, expected) in [(1, "0.01"), (10, "0.10"), (5_990, "59.90"), (1_000_000, "10000.00")] {
            assert_eq!(capture(brl(minor)).expect("JSON"), format!("{{\"amount\":{expected}}}"));
        }
        let body = refund("t-1", brl(5_990), "https://shop.example/n").expect("JSON");
        assert_eq!(body, r#"{"payment_token":"t-1","amount":59.90,"notification_url":"https://shop.example/n"}"#);
    }

    #[test]
    fn nothing_but_an_id_gets_into_a_path() {
        for id in ["", "../auth", "a/b", "a?b", "a#b", "a%2fb", "a b", "é", &"x".repeat(65)] {
            assert!(path_segment(id).is_err(), "{id:?}");
        }
        assert!(path_segment("3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10").is_ok());
    }

    #[test]
    fn a_secret_with_any_character_survives_urlencoding() {
        let (_, body) = form_urlencoded(&"a&b=c".into(), &"ü %+".into());
        assert_eq!(body, "apiKey=a%26b%3Dc&apiSecret=%C3%BC%20%25%2B");
    }
}
