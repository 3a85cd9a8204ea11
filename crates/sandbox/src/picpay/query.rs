//! `GET /v1/payments?transaction_id=&reference_id=`: one charge with its refunds. Amounts are numbers with a decimal point,
//! times have their zone, unlike everywhere else.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;

use super::PicPay;
use super::ask::Ask;
use super::book::Ids;
use super::calls::Call;
use super::charge::{Charge, Refund};
use super::errors::ApiError;
use super::forms;
use super::pipeline::answer;
use super::reply::Reply;
use super::times::query_time;
use crate::money::fixed;
use crate::world::lock;

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct PaymentView {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<String>,
    status: &'static str,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_at: Option<String>,
    value: Box<RawValue>,
    refunded_value: Box<RawValue>,
    transactions: [TransactionView; 1],
}

#[derive(Debug, Serialize)]
struct TransactionView {
    id: String,
    value: Box<RawValue>,
    status: &'static str,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_value: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_at: Option<String>,
    refunds: Vec<RefundView>,
}

#[derive(Debug, Serialize)]
struct RefundView {
    id: String,
    value: Box<RawValue>,
    created_at: String,
}

/// `GET /v1/payments`.
pub(super) async fn read_payment(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Query, |scene| {
        let mut fields = forms::fields(&scene.ask.query);
        let mut id = |name: &str| fields.remove(name).filter(|id| !id.is_empty());
        let ids = Ids { transaction: id("transaction_id"), reference: id("reference_id") };
        let ids = ids.some().ok_or_else(ApiError::no_id)?;
        let book = lock(&scene.picpay.book);
        book.find(&ids, scene.caller).map(|charge| Reply::ok(&view(charge))).ok_or_else(ApiError::unknown_transaction)
    })
    .await
}

/// A charge as the query shows it.
pub(super) fn view(charge: &Charge) -> PaymentView {
    let refund = |refund: &Refund| RefundView {
        id: refund.id.clone(),
        value: decimal(refund.value),
        created_at: query_time(refund.created_at_ms),
    };
    let captured_at = charge.captured_at_ms.map(query_time);
    PaymentView {
        id: charge.id.clone(),
        reference_id: charge.order.reference.clone(),
        status: charge.status.name(),
        created_at: query_time(charge.created_at_ms),
        paid_at: captured_at.clone(),
        value: decimal(charge.order.value),
        refunded_value: decimal(charge.refunded()),
        transactions: [TransactionView {
            id: charge.id.clone(),
            value: decimal(charge.order.value),
            status: charge.status.name(),
            created_at: query_time(charge.created_at_ms),
            captured_value: captured_at.is_some().then(|| decimal(charge.captured)),
            captured_at,
            refunds: charge.refunds.iter().map(refund).collect(),
        }],
    }
}

/// A number with a decimal point and no more than it needs: 6000 is `60.0`, 5995 is `59.95`.
fn decimal(cents: i64) -> Box<RawValue> {
    let text = fixed(cents);
    let text = text.strip_suffix('0').unwrap_or(&text);
    RawValue::from_string(text.to_owned()).expect("digits with a point are a JSON number")
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn amounts_have_one_decimal_or_two() {
        for (cents, text) in [(6_000, "60.0"), (5_995, "59.95"), (10, "0.1"), (0, "0.0")] {
            assert_eq!(decimal(cents).get(), text);
        }
    }
}
