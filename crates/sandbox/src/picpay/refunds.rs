//! `POST /v1/payments/refund`, and the older `POST /v1/payments/{transaction_id}/refund`. Done before the answer.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::PicPay;
use super::ask::Ask;
use super::body::{read_text, read_value, read_value_and_ids};
use super::book::Ids;
use super::calls::Call;
use super::charge::Giver;
use super::errors::ApiError;
use super::payments::{Movement, find};
use super::pipeline::{Scene, answer};
use super::reply::Reply;
use super::settings::PartialRefundId;
use super::times::answer_time;
use crate::world::lock;

/// `POST /v1/payments/refund`; the legacy edition has only the other path.
pub(super) async fn create_refund(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Refund, |scene| {
        if scene.settings.is_legacy() {
            return Err(ApiError::no_route());
        }
        let (value, ids) = read_value_and_ids(scene.ask, scene.settings)?;
        refund(scene, value, &ids)
    })
    .await
}

/// `POST /v1/payments/{transaction_id}/refund`.
pub(super) async fn create_refund_by_path(
    State(picpay): State<Arc<PicPay>>,
    Path(transaction): Path<String>,
    ask: Ask,
) -> Response {
    answer(&picpay, ask, Call::Refund, move |scene| {
        let value = read_value(scene.ask, scene.settings)?;
        refund(scene, value, &Ids { transaction: Some(transaction), reference: None })
    })
    .await
}

fn refund(scene: &Scene<'_>, value: Option<i64>, ids: &Ids) -> Result<Reply, ApiError> {
    let reference = read_text(scene.ask, scene.settings, "refund_reference_id")?;
    if !scene.caller.has_scope("payments.refund") {
        return Err(ApiError::no_permission_to_refund());
    }
    let mut book = lock(&scene.picpay.book);
    let (charge, reference_id) = find(&book, ids, scene)?;
    let refund = scene.picpay.refund(&mut book, &charge, value, Giver::Shop { reference }, scene.now_ms)?;
    let is_whole = book.charge(&charge).is_some_and(|charge| charge.captured == refund.value);
    let is_legacy = scene.settings.is_legacy();
    if is_legacy && is_whole {
        return Ok(Reply::nothing());
    }
    let is_new = !is_whole && (is_legacy || scene.settings.partial_refund_id == PartialRefundId::New);
    if is_legacy {
        // That edition charged the difference anew. Here the new id names the same payment.
        book.alias(refund.id.clone(), &charge);
    }
    let transaction_id = if is_new { refund.id } else { charge };
    Ok(Reply::ok(&Movement { transaction_id, reference_id, created_at: answer_time(scene.now_ms) }))
}
