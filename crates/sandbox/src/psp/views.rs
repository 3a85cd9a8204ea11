//! Charges and refunds as the bridge's contract shows them. Source: docs/API.md, "Card processor bridge".

use serde_json::{Value, json};

use super::CURRENCY;
use super::charge::{Charge, Refund};
use crate::clock::rfc3339;

/// A charge.
pub(super) fn charge(charge: &Charge) -> Value {
    let mut view = json!({
        "id": charge.id,
        "reference": charge.order.reference,
        "status": charge.status,
        "amount_minor": charge.order.amount,
        "currency": CURRENCY,
        "captured_minor": charge.captured,
        "refunded_minor": charge.refunded(),
        "created_at": rfc3339(charge.created_at_ms),
    });
    if let Some(decline) = &charge.decline {
        view["decline"] = json!(decline);
    }
    view
}

/// A refund.
pub(super) fn refund(charge: &Charge, refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "charge": charge.id,
        "reference": refund.reference,
        "amount_minor": refund.amount,
        "currency": CURRENCY,
        "status": refund.status,
        "created_at": rfc3339(refund.created_at_ms),
    })
}

/// A charge as control shows it: with what was asked for, and its refunds.
pub(super) fn whole(one: &Charge) -> Value {
    let mut view = charge(one);
    view["credential_reference"] = json!(one.order.card);
    view["capture"] = json!(one.order.capture);
    view["description"] = json!(one.order.description);
    view["metadata"] = json!(one.order.metadata);
    view["refunds"] = one.refunds.iter().map(|found| refund(one, found)).collect();
    view
}
