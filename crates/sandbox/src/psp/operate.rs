//! `POST /charges/{id}/capture` and `/cancel`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::ask::Ask;
use super::calls::Call;
use super::charge::Charge;
use super::errors::ApiError;
use super::pipeline::{Reply, answer};
use super::{Psp, views};
use crate::world::lock;

/// `POST /charges/{id}/capture`: once, all of it or the named part.
pub(super) async fn capture_charge(State(psp): State<Arc<Psp>>, Path(id): Path<String>, ask: Ask) -> Response {
    answer(&psp, ask, Call::Capture, |ask, now_ms| {
        let amount = ask.read(|fields, wrong| {
            let is_named = fields.raw("amount_minor").is_some();
            Some(is_named.then(|| fields.positive_integer("amount_minor", wrong)).flatten())
        })?;
        change(&psp, &id, |charge| psp.capture(charge, amount, now_ms))
    })
    .await
}

/// `POST /charges/{id}/cancel`.
pub(super) async fn cancel_charge(State(psp): State<Arc<Psp>>, Path(id): Path<String>, ask: Ask) -> Response {
    answer(&psp, ask, Call::Cancel, |_, now_ms| change(&psp, &id, |charge| psp.cancel(charge, now_ms))).await
}

fn change(psp: &Psp, id: &str, act: impl FnOnce(&mut Charge) -> Result<(), ApiError>) -> Result<Reply, ApiError> {
    let mut book = lock(&psp.book);
    let charge = book.charge_mut(id).ok_or(ApiError::NotFound("charge"))?;
    act(charge)?;
    Ok(Reply::json(StatusCode::OK, views::charge(charge)))
}
