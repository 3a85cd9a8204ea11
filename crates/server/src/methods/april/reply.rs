//! What April answers to a pay. Its documents know four forms of success, and two of "the bank asks the buyer first"; all
//! are taken, and only the transaction's id and status are relied on. Pure.

use super::{AprilError, json};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use umclique_wire::Money;

/// Longest challenge that is kept, in bytes.
const ACTION_BYTES_MAX: usize = 16 * 1024;

/// An answer to a pay.
pub(super) enum Reply {
    /// The bank asks the buyer: April's object for its script, as JSON text.
    Challenge(String),
    /// There is a transaction.
    Transaction(Told),
}

/// A transaction as the answer tells it.
pub(super) struct Told {
    pub(super) id: String,
    pub(super) status: String,
    /// What the payer is charged, where it is told.
    pub(super) payer_minor: Option<u64>,
    /// The part of it that is the order's.
    pub(super) received_minor: Option<u64>,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "ThreeDSAuthorisationRequired")]
    challenge: Option<Box<RawValue>>,
    /// The predecessor's name, in the body of a 403.
    #[serde(rename = "paymentActionRequired")]
    old_challenge: Option<Box<RawValue>>,
    #[serde(rename = "PayOrderComplete")]
    complete: Option<Value>,
}

/// Reads the body of a 2xx to a pay of `order`.
pub(super) fn read(body: &str, order: Money) -> Result<Reply, AprilError> {
    let unreadable = |what| AprilError::Unreadable { what };
    let envelope: Envelope = serde_json::from_str(body).map_err(|_| unreadable("it is not a JSON object"))?;
    match (envelope.challenge, envelope.complete) {
        (Some(_), Some(_)) => Err(unreadable("it is both paid and not")),
        (Some(challenge), None) => action(&challenge).map(Reply::Challenge),
        (None, Some(complete)) => told(&complete, order).map(Reply::Transaction),
        (None, None) => {
            let flat: Value = serde_json::from_str(body).map_err(|_| unreadable("it is not a JSON object"))?;
            told(&flat, order).map(Reply::Transaction)
        }
    }
}

/// Reads the body of a 403 to a pay: the predecessor asked for a challenge so. `None` where it asks for none.
pub(super) fn challenge_of_403(body: &str) -> Option<Result<String, AprilError>> {
    let envelope: Envelope = serde_json::from_str(body).ok()?;
    envelope.challenge.or(envelope.old_challenge).map(|challenge| action(&challenge))
}

fn action(challenge: &RawValue) -> Result<String, AprilError> {
    let text = challenge.get();
    if text.starts_with('{') && text.len() <= ACTION_BYTES_MAX {
        Ok(text.to_owned())
    } else {
        Err(AprilError::Unreadable { what: "its challenge is no object of a sane length" })
    }
}

fn told(inner: &Value, order: Money) -> Result<Told, AprilError> {
    let unreadable = |what| AprilError::Unreadable { what };
    let id = json::id(inner, "transactionId").ok_or_else(|| unreadable("it names no transaction"))?;
    let status = json::text(inner, "transactionStatus").ok_or_else(|| unreadable("it tells no status"))?.to_owned();
    let purchase = inner.pointer("/transactionDetails/purchaseDetails");
    let sum = purchase.unwrap_or(inner);
    let amount = sum.get("amount").filter(|amount| !amount.is_null());
    let currency = amount.and_then(|amount| json::text(amount, "currency")).or_else(|| json::text(sum, "currency"));
    if currency.is_some_and(|told| told != order.currency().as_str()) {
        return Err(unreadable("it is in another currency than the order"));
    }
    let Some(amount) = amount else { return Ok(Told { id, status, payer_minor: None, received_minor: None }) };
    let surcharge = sum.get("surchargeAmount").filter(|it| !it.is_null()).map_or(Some(0), json::minor);
    let (amount, surcharge) =
        json::minor(amount).zip(surcharge).ok_or_else(|| unreadable("its amount is no amount"))?;
    // Inside `purchaseDetails` the amount includes the surcharge. Elsewhere that is undocumented; we assume that it does
    // where there is room for it above the order's own amount.
    let is_inclusive = purchase.is_some() || amount >= order.minor().saturating_add(surcharge);
    let received = if is_inclusive { amount.checked_sub(surcharge) } else { Some(amount) };
    let received = received.filter(|received| *received >= order.minor());
    let received = received.ok_or_else(|| unreadable("its amount is lower than the order's"))?;
    let payer_minor = received.checked_add(surcharge);
    Ok(Told { id, status, payer_minor, received_minor: Some(received) })
}
