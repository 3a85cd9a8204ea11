//! What is sent to PicPay, exactly: amounts are decimal numbers with all digits, never floats. Pure.

use super::PicpayError;
use super::config::Edition;
use crate::methods::http_client;
use crate::store::Attempt;
use serde::Serialize;
use serde_json::value::RawValue;
use umclique_wire::Money;

#[derive(Serialize)]
struct Charge<'a> {
    value: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_capture: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_initiator: Option<&'a str>,
}

#[derive(Serialize)]
struct Movement<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<&'a str>,
}

/// A charge. The buyer presses pay each time: consumer-initiated. It follows from the attempt alone, so that every try under
/// its key has the same body.
pub(super) fn charge(attempt: &Attempt, edition: Edition, is_manual: bool) -> String {
    let is_current = edition == Edition::Current;
    json(&Charge {
        value: decimal(attempt.amount),
        reference_id: is_current.then_some(attempt.id.as_str()),
        auto_capture: is_current.then_some(!is_manual),
        transaction_initiator: is_current.then_some("CIT"),
    })
}

/// A capture, a cancel or a refund of a payment of the attempt's.
pub(super) fn movement(attempt: &Attempt, transaction: &str, value: Option<Money>) -> String {
    // Another payment under our reference may be meant: the transaction's own id says which one.
    json(&Movement {
        value: value.map(decimal),
        transaction_id: Some(transaction),
        reference_id: Some(attempt.id.as_str()),
    })
}

/// A refund of the legacy edition, which names the payment in its path.
pub(super) fn legacy_refund(value: Money) -> String {
    json(&Movement { value: Some(decimal(value)), transaction_id: None, reference_id: None })
}

/// The name of an operation, the same on every try: the UUID in its id, which is on disk before anything is sent. At most
/// 36 characters; PicPay says "usually 255".
pub(super) fn key(id: &str) -> Result<String, PicpayError> {
    let bare = id.split_once('_').map_or(id, |(_, bare)| bare);
    let uuid = uuid::Uuid::try_parse(bare).map_err(|_| PicpayError::Unsendable { what: "the id of the payment" })?;
    Ok(uuid.hyphenated().to_string())
}

/// An id that may stand in a path or a query.
pub(super) fn path_segment(id: &str) -> Result<&str, PicpayError> {
    Some(id)
        .filter(|id| http_client::is_path_segment(id))
        .ok_or(PicpayError::Unsendable { what: "the id of the payment" })
}

fn decimal(amount: Money) -> Box<RawValue> {
    RawValue::from_string(amount.to_decimal()).expect("digits with a point are a JSON number")
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("its keys are texts, so it is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use umclique_wire::Currency;

    #[test]
    fn amounts_are_written_exactly() {
        for (minor, text) in
            [(1, "0.01"), (10, "0.10"), (300, "3.00"), (12_345, "123.45"), (999_999_999_999, "9999999999.99")]
        {
            let amount = Money::from_minor(minor, Currency::Brl).expect("an amount");
            assert_eq!(legacy_refund(amount), format!(r#"{{"value":{text}}}"#));
        }
    }

    #[test]
    fn a_key_is_the_uuid_of_what_it_names() {
        let key = key("re_0193f0c47d5b7c3e9a1d2b3c4d5e6f70").expect("a key");
        assert_eq!(key, "0193f0c4-7d5b-7c3e-9a1d-2b3c4d5e6f70");
        assert!(super::key("re_1").is_err());
    }

    #[test]
    fn nothing_but_an_id_gets_into_a_path() {
        assert!(path_segment("246599282").is_ok() && path_segment("../x").is_err());
    }
}
