//! `POST` and `GET /charges`, `GET /charges/{id}`.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::ask::Ask;
use super::calls::Call;
use super::cards::Behaviour;
use super::charge::{Order, Status};
use super::errors::ApiError;
use super::pipeline::{Reply, answer};
use super::{CURRENCY, Psp, views};
use crate::card_number::is_card_number;
use crate::json::{Complaint, Fields, Reason};
use crate::world::lock;

/// The longest text of a field.
const MAX_TEXT: usize = 255;

/// `POST /charges`.
pub(super) async fn create_charge(State(psp): State<Arc<Psp>>, ask: Ask) -> Response {
    answer(&psp, ask, Call::Charge, |ask, now_ms| {
        let order = ask.read(read_order)?;
        let mut book = lock(&psp.book);
        let is_slow = {
            let told = book.cards.get(&order.card).copied();
            told.unwrap_or_else(|| Behaviour::of(&order.card)) == Behaviour::Slow
        };
        let id = psp.charge(&mut book, order, now_ms);
        let charge = book.charge(&id).ok_or(ApiError::NotFound("charge"))?;
        // A decline is an answer like any other.
        let status = if charge.status == Status::Declined { StatusCode::OK } else { StatusCode::CREATED };
        let reply = Reply::json(status, views::charge(charge));
        Ok(if is_slow { reply.held(psp.settings().slow_ms.into()) } else { reply })
    })
    .await
}

fn read_order(fields: &Fields<'_>, wrong: &mut Vec<Complaint>) -> Option<Order> {
    let reference = short(fields, "reference", wrong);
    let card = short(fields, "credential_reference", wrong);
    if card.as_deref().is_some_and(is_card_number) {
        let why = "looks like a card's number; it must be the reference of a stored card";
        fields.refuse("credential_reference", Reason::Text(why), wrong);
    }
    let amount = fields.positive_integer("amount_minor", wrong);
    if fields.required_text("currency", wrong).is_some_and(|currency| currency != CURRENCY) {
        fields.refuse("currency", Reason::Text("must be BRL"), wrong);
    }
    if fields.raw("capture").is_none() {
        fields.refuse("capture", Reason::Text("must be true or false"), wrong);
    }
    let capture = fields.flag("capture", wrong);
    let description = fields.text("description", wrong);
    let metadata = match fields.raw("metadata").map(|raw| serde_json::from_str(raw.get())) {
        None => Some(serde_json::Map::new()),
        Some(Ok(metadata)) => Some(metadata),
        Some(Err(_)) => {
            fields.refuse("metadata", Reason::Text("must be an object"), wrong);
            None
        }
    };
    Some(Order { reference: reference?, card: card?, amount: amount?, capture, description, metadata: metadata? })
}

/// A text that must be there and fit.
pub(super) fn short(fields: &Fields<'_>, name: &str, wrong: &mut Vec<Complaint>) -> Option<String> {
    let text = fields.required_text(name, wrong)?;
    if text.chars().count() > MAX_TEXT {
        fields.refuse(name, Reason::Text("must have at most 255 characters"), wrong);
    }
    Some(text)
}

/// `GET /charges/{id}`.
pub(super) async fn read_charge(State(psp): State<Arc<Psp>>, Path(id): Path<String>, ask: Ask) -> Response {
    answer(&psp, ask, Call::Find, |_, _| {
        let book = lock(&psp.book);
        let charge = book.charge(&id).ok_or(ApiError::NotFound("charge"))?;
        Ok(Reply::json(StatusCode::OK, views::charge(charge)))
    })
    .await
}

#[derive(Debug, Deserialize)]
pub(super) struct Search {
    reference: Option<String>,
}

/// `GET /charges?reference=…`: so that an unknown outcome can be found.
pub(super) async fn find_charges(State(psp): State<Arc<Psp>>, Query(search): Query<Search>, ask: Ask) -> Response {
    answer(&psp, ask, Call::Find, |_, now_ms| {
        let missing = || ApiError::InvalidRequest("the query must have a reference".to_owned());
        let reference = search.reference.ok_or_else(missing)?;
        let lag_ms = i64::from(psp.settings().find_lag_ms);
        let book = lock(&psp.book);
        let found = book.of_reference(&reference).filter(|charge| now_ms - charge.created_at_ms >= lag_ms);
        let data: Vec<_> = found.map(views::charge).collect();
        Ok(Reply::json(StatusCode::OK, json!({ "data": data })))
    })
    .await
}
