//! `POST /v1/payments/charge`, `/capture` and `/cancel`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::PicPay;
use super::ask::Ask;
use super::body::{read_order, read_value_and_ids};
use super::book::{Book, Ids};
use super::calls::Call;
use super::errors::ApiError;
use super::pipeline::{Scene, answer};
use super::reply::Reply;
use super::settings::ChargeReference;
use super::status::Status;
use super::times::answer_time;
use crate::world::lock;

/// What charges, cancels and refunds answer.
#[derive(Debug, Serialize)]
pub(super) struct Movement {
    pub(super) transaction_id: String,
    /// Absent where the charge has none. Undocumented; we assume it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reference_id: Option<String>,
    pub(super) created_at: String,
}

/// `POST /v1/payments/charge`.
pub(super) async fn create_charge(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Charge, charge).await
}

fn charge(scene: &Scene<'_>) -> Result<Reply, ApiError> {
    let order = read_order(scene.ask, scene.settings)?;
    if !scene.caller.has_scope("payments.charge") {
        return Err(ApiError::no_permission_to_charge());
    }
    let reference_id = order.reference.clone().map(|reference| match scene.settings.charge_reference {
        ChargeReference::Echo => reference,
        ChargeReference::Other => scene.picpay.world.ids.uuid().to_string(),
    });
    let id = scene.picpay.open(scene, order)?;
    let movement = Movement { transaction_id: id.clone(), reference_id, created_at: answer_time(scene.now_ms) };
    Ok(Reply::ok(&movement).about(id))
}

/// `POST /v1/payments/capture`.
pub(super) async fn capture_charge(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Capture, |scene| {
        let (value, ids) = read_value_and_ids(scene.ask, scene.settings)?;
        let mut book = lock(&scene.picpay.book);
        let (id, _) = find(&book, &ids, scene)?;
        scene.picpay.capture(&mut book, &id, value, scene.now_ms)?;
        Ok(Reply::nothing())
    })
    .await
}

/// `POST /v1/payments/cancel`.
pub(super) async fn cancel_charge(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Cancel, |scene| {
        let (_, ids) = read_value_and_ids(scene.ask, scene.settings)?;
        let mut book = lock(&scene.picpay.book);
        let (transaction_id, reference_id) = find(&book, &ids, scene)?;
        scene.picpay.void(&mut book, &transaction_id, Status::Cancelled, scene.now_ms)?;
        Ok(Reply::ok(&Movement { transaction_id, reference_id, created_at: answer_time(scene.now_ms) }))
    })
    .await
}

/// Both ids of the caller's charge. Undocumented; we assume: what belongs to another buyer or shop, or fits only one of two
/// ids, is not found.
pub(super) fn find(book: &Book, ids: &Ids, scene: &Scene<'_>) -> Result<(String, Option<String>), ApiError> {
    let charge = book.find(ids, scene.caller).ok_or_else(ApiError::unknown_transaction)?;
    Ok((charge.id.clone(), charge.order.reference.clone()))
}
