//! What is sent to April, exactly. Amounts are whole cents.
//!
//! Called by the calls of this method; sends nothing itself.

use super::AprilError;
use super::details::Details;
use crate::methods::http_client;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use umclique_wire::Money;

/// An amount as April writes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Amount {
    minor_currency_units: u64,
    currency: String,
}

impl Amount {
    pub(super) fn new(minor: u64, currency: umclique_wire::Currency) -> Self {
        Self { minor_currency_units: minor, currency: currency.as_str().to_owned() }
    }
}

/// What an order says beside its reference and its amount. Kept with the attempt until the order is there.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewOrder {
    pub(super) description: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) items: Vec<Item>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) discount_amount: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) billing: Option<Billing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer_email_address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer_phone_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer_name: Option<String>,
}

/// A line of the cart. `amount` is the price of one, as the reference says; the plugin sends the line's total there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) amount: Amount,
    pub(super) description: String,
    pub(super) sku: String,
    pub(super) quantity: u32,
}

/// Who pays, and where that person lives.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Billing {
    pub(super) address: Address,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) phone_number: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    pub(super) line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) line2: Option<String>,
    pub(super) city: String,
    pub(super) state: String,
    pub(super) postal_code: String,
    pub(super) country: String,
}

/// Body of `POST /orders`.
pub(super) fn create(reference: &str, amount: Money, order: &NewOrder) -> Result<String, AprilError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct CreateOnlineOrder<'a> {
        reference_order_id: &'a str,
        amount: Amount,
        #[serde(flatten)]
        order: &'a NewOrder,
    }
    let amount = Amount::new(amount.minor(), amount.currency());
    text(&json!({"CreateOnlineOrder": CreateOnlineOrder { reference_order_id: reference, amount, order }}))
}

/// Body of a first `POST /orders/{id}/pay`. `kind` only chooses the action; April knows what the token stands for. What is
/// only to be reserved is always sent as a card's: the other action knows no reservation, and would take the money at once.
pub(super) fn pay(details: &Details, token: &str, kind: Option<&str>, request_3ds: bool) -> Result<String, AprilError> {
    let is_card = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("card"));
    if !is_card && !details.is_manual {
        return text(&json!({"PayByPaymentToken": {"paymentTokenId": token}}));
    }
    let mut action = json!({"paymentTokenId": token});
    if request_3ds {
        action["request3DS"] = true.into();
    }
    if details.is_manual {
        action["authoriseOnly"] = true.into();
    }
    text(&json!({"PayByCard": action}))
}

/// Body of the `POST /orders/{id}/pay` that follows a challenge. April's object goes back as it came, to the letter.
pub(super) fn confirm(details: &Details, token: &str, action: &str) -> Result<String, AprilError> {
    #[derive(Serialize)]
    struct Confirm<'a> {
        #[serde(rename = "paymentTokenId")]
        token: &'a str,
        #[serde(rename = "threeDSResponse")]
        action: &'a RawValue,
        #[serde(rename = "authoriseOnly", skip_serializing_if = "std::ops::Not::not")]
        is_manual: bool,
    }
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "Confirm3DSComplete")]
        confirm: Confirm<'a>,
    }
    let action = serde_json::from_str(action).map_err(|_| AprilError::Unsendable { what: "the stored challenge" })?;
    text(&Body { confirm: Confirm { token, action, is_manual: details.is_manual } })
}

/// Body of a capture. The fields of `CaptureFunds` are not published; we assume the predecessor's name, `captureAmount`.
pub(super) fn capture(amount_minor: u64) -> Result<String, AprilError> {
    text(&json!({"CaptureFunds": {"captureAmount": amount_minor}}))
}

/// Body of a refund.
pub(super) fn refund(amount: Money) -> Result<String, AprilError> {
    text(&json!({"CreateRefund": {"refundAmount": amount.minor()}}))
}

/// An id that may stand in a path.
pub(super) fn path_segment(id: &str) -> Result<&str, AprilError> {
    if http_client::is_path_segment(id) { Ok(id) } else { Err(AprilError::Unsendable { what: "the payment's id" }) }
}

fn text(body: &impl Serialize) -> Result<String, AprilError> {
    serde_json::to_string(body).map_err(|_| AprilError::Unsendable { what: "the request" })
}
