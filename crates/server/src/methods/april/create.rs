//! `POST /orders`: makes an order that can be paid. It moves no money.
//!
//! Only our own server can pay an order, with a token that does not exist yet. So one that was made and whose answer got
//! lost stays unpaid for ever, and another one may be made under the same reference.

use super::details::Details;
use super::payload::{self, NewOrder};
use super::{April, AprilError, codes, json};
use crate::methods::{Observation, Outcome};
use crate::store::Attempt;
use reqwest::Method;
use serde_json::Value;
use umclique_wire::{AttemptStatus, NextAction};

/// Creates the order of an attempt, and asks for a token that pays it.
pub(super) async fn create(
    method: &April,
    attempt: &Attempt,
    details: &Details,
    order: &NewOrder,
) -> Outcome<Observation> {
    match post(method, attempt, order).await {
        Ok(order) => Outcome::Accepted(Observation {
            status: AttemptStatus::RequiresAction,
            provider_reference: order,
            payer_amount_minor: None,
            next_action: Some(NextAction::CollectToken(method.widget(details))),
            failure: None,
            provider_code: Some("created".to_owned()),
            received_minor: None,
            refunded_minor: None,
            is_disputed: false,
            mismatch: None,
            details: None,
        }),
        Err(error) => error.into_harmless(codes::of_creation),
    }
}

async fn post(method: &April, attempt: &Attempt, order: &NewOrder) -> Result<String, AprilError> {
    let body = payload::create(attempt.id.as_str(), attempt.amount, order)?;
    let client = &method.client;
    let answer = client.send(client.turn(), Method::POST, "/orders", Some(body)).await?.into_result()?;
    let unreadable = |what| AprilError::Unreadable { what };
    let answer: Value = serde_json::from_str(&answer).map_err(|_| unreadable("it is not JSON"))?;
    let order = json::holder(&answer, "orderId").ok_or_else(|| unreadable("it names no order"))?;
    if json::text(order, "referenceOrderId").is_some_and(|told| told != attempt.id.as_str()) {
        return Err(unreadable("it names another reference"));
    }
    if json::text(order, "status").is_some_and(|status| status != "created") {
        return Err(unreadable("the new order cannot be paid"));
    }
    let amount = order.get("amount");
    let is_other = amount.is_some_and(|amount| json::minor(amount) != Some(attempt.amount.minor()));
    let currency = amount.and_then(|amount| json::text(amount, "currency"));
    if is_other || currency.is_some_and(|told| told != attempt.amount.currency().as_str()) {
        return Err(unreadable("the new order is over another amount"));
    }
    json::id(order, "orderId").ok_or_else(|| unreadable("it names no order"))
}
