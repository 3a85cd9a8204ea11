//! `POST` and `GET /charges/{id}/refunds`, `GET /refunds/{id}`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::ask::Ask;
use super::calls::Call;
use super::charges::short;
use super::errors::ApiError;
use super::pipeline::{Reply, answer};
use super::{Psp, views};
use crate::world::lock;

/// `POST /charges/{id}/refunds`.
pub(super) async fn create_refund(State(psp): State<Arc<Psp>>, Path(id): Path<String>, ask: Ask) -> Response {
    answer(&psp, ask, Call::Refund, |ask, now_ms| {
        let (amount, reference) = ask.read(|fields, wrong| {
            let amount = fields.positive_integer("amount_minor", wrong);
            let reference = short(fields, "reference", wrong);
            Some((amount?, reference?))
        })?;
        let mut book = lock(&psp.book);
        let charge = book.charge_mut(&id).ok_or(ApiError::NotFound("charge"))?;
        let refund = psp.refund(charge, amount, reference, now_ms)?;
        let view = views::refund(charge, &refund);
        book.note_refund(&refund.id, &id);
        Ok(Reply::json(StatusCode::CREATED, view))
    })
    .await
}

/// `GET /charges/{id}/refunds`: all of them, oldest first.
pub(super) async fn list_refunds(State(psp): State<Arc<Psp>>, Path(id): Path<String>, ask: Ask) -> Response {
    answer(&psp, ask, Call::RefundQuery, |_, _| {
        let book = lock(&psp.book);
        let charge = book.charge(&id).ok_or(ApiError::NotFound("charge"))?;
        let data: Vec<_> = charge.refunds.iter().map(|refund| views::refund(charge, refund)).collect();
        Ok(Reply::json(StatusCode::OK, json!({ "data": data })))
    })
    .await
}

/// `GET /refunds/{id}`.
pub(super) async fn read_refund(State(psp): State<Arc<Psp>>, Path(id): Path<String>, ask: Ask) -> Response {
    answer(&psp, ask, Call::RefundQuery, |_, _| {
        let book = lock(&psp.book);
        let charge = book.charge_of_refund(&id).ok_or(ApiError::NotFound("refund"))?;
        let refund = charge.refunds.iter().find(|refund| refund.id == id).ok_or(ApiError::NotFound("refund"))?;
        Ok(Reply::json(StatusCode::OK, views::refund(charge, refund)))
    })
    .await
}
