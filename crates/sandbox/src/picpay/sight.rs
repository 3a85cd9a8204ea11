//! What control shows of charges and links; amounts in cents, times in UTC.

use serde::Serialize;

use super::charge::{Charge, Giver, Refund};
use super::links::Link;
use super::status::Status;
use super::wallet::Funds;
use crate::clock::rfc3339;

/// A charge.
#[derive(Debug, Serialize)]
pub(super) struct ChargeView {
    transaction_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<String>,
    client_id: &'static str,
    buyer: String,
    status: Status,
    value_minor: i64,
    captured_minor: i64,
    refunded_minor: i64,
    currency: &'static str,
    /// What it took or reserves, by origin.
    funds: Funds,
    auto_capture: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_initiator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<String>,
    refunds: Vec<RefundView>,
    created_at: String,
    /// When its reservation lapses.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct RefundView {
    refund_id: String,
    value_minor: i64,
    funds: Funds,
    /// `shop`, `panel`, or `picpay`: by itself, after its time was over.
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_reference_id: Option<String>,
    created_at: String,
}

/// A charge as control shows it.
pub(super) fn charge(charge: &Charge) -> ChargeView {
    ChargeView {
        transaction_id: charge.id.clone(),
        reference_id: charge.order.reference.clone(),
        client_id: charge.client,
        buyer: charge.buyer.clone(),
        status: charge.status,
        value_minor: charge.order.value,
        captured_minor: charge.captured,
        refunded_minor: charge.refunded(),
        currency: "BRL",
        funds: charge.funds,
        auto_capture: charge.order.auto_capture,
        description: charge.order.description.clone(),
        transaction_initiator: charge.order.initiator.clone(),
        idempotency_key: charge.key.clone(),
        refunds: charge.refunds.iter().map(refund).collect(),
        created_at: rfc3339(charge.created_at_ms),
        expires_at: charge.deadline.map(|(_, due_ms)| rfc3339(due_ms)),
    }
}

fn refund(refund: &Refund) -> RefundView {
    let (by, refund_reference_id) = match &refund.by {
        Giver::Shop { reference } => ("shop", reference.clone()),
        Giver::Panel => ("panel", None),
        Giver::PicPay => ("picpay", None),
    };
    RefundView {
        refund_id: refund.id.clone(),
        value_minor: refund.value,
        funds: refund.funds,
        by,
        refund_reference_id,
        created_at: rfc3339(refund.created_at_ms),
    }
}

/// A link. Tokens are not shown, only until when they are good.
#[derive(Debug, Serialize)]
pub(super) struct LinkView {
    buyer: String,
    client_id: &'static str,
    scopes: String,
    consented_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_expires_at: Option<String>,
}

/// A link as control shows it.
pub(super) fn link(client_id: &'static str, buyer: &str, link: &Link) -> LinkView {
    LinkView {
        buyer: buyer.to_owned(),
        client_id,
        scopes: link.scopes.clone(),
        consented_at: rfc3339(link.consented_at_ms),
        access_expires_at: link.access.map(|pass| rfc3339(pass.expires_at_ms)),
        refresh_expires_at: link.refresh.map(|pass| rfc3339(pass.expires_at_ms)),
    }
}
