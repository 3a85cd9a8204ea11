//! What April answers, as JSON.

use super::{ORDER, TRACER, TRANSACTION};
use crate::store::Attempt;
use serde_json::{Value, json};

/// The bare order object.
pub(super) fn order(attempt: &Attempt, status: &str) -> Value {
    json!({
        "orderId": ORDER,
        "merchantId": "mcht_Abc123Abc123Abc1",
        "referenceOrderId": attempt.id.as_str(),
        "amount": {"minorCurrencyUnits": 60_000, "currency": "AUD"},
        "orderType": "online",
        "status": status,
        "createdAt": "2026-01-02T03:04:05Z",
        "updatedAt": "2026-01-02T03:04:05Z",
    })
}

/// A transaction of that order, with a surcharge of 9.00.
pub(super) fn transaction(attempt: &Attempt, id: &str, status: &str) -> Value {
    json!({
        "purchaseDetails": {
            "orderId": ORDER,
            "merchantId": "mcht_Abc123Abc123Abc1",
            "referenceOrderId": attempt.id.as_str(),
            "amount": {"minorCurrencyUnits": 60_900, "currency": "AUD"},
            "surchargeAmount": 900,
            "refundedAmount": 0,
            "transactionId": id,
            "orderType": "online",
            "payType": "PayInFull",
            "status": status,
            "refundIds": [],
        },
        "paymentMethod": {"paymentMethodType": "Card", "cardLast4": "4242"},
        "serviceFees": {},
        "customerDetails": {"customerName": "Bo Test"},
    })
}

/// The same with another field in `purchaseDetails`.
pub(super) fn with_purchase(mut transaction: Value, changes: Value) -> Value {
    transaction["purchaseDetails"] = with(transaction["purchaseDetails"].take(), changes);
    transaction
}

/// The same with other fields.
pub(super) fn with(mut body: Value, changes: Value) -> Value {
    let changes = changes.as_object().expect("changes are an object").clone();
    body.as_object_mut().expect("a body is an object").extend(changes);
    body
}

/// April's error answer.
pub(super) fn refused(status: u16, code: &str) -> Value {
    json!({
        "statusCode": status,
        "errorCode": code,
        "message": "Gateway could not process this payment",
        "tracer": TRACER,
        "detail": "Your card has no funds.; code: card_declined; request-id: req_private",
        "errorTypeDescription": "Client error",
    })
}

/// A payment that was answered with a transaction.
pub(super) fn complete(status: &str) -> Value {
    json!({"PayOrderComplete": {"transactionId": TRANSACTION, "transactionStatus": status, "amount": 60_000,
        "currency": "AUD", "type": "payinfull"}})
}
