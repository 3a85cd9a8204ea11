//! `GET /transactionDetails/{token}`: the back office's view with the history. Its shape is hardly documented; we assume
//! the query's words. It carries no `refresh_token`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Epag;
use super::errors::ApiError;
use super::payment::Payment;
use super::pipeline::{Call, Reply, Site, answer};
use super::times::query_time;
use crate::money::number;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    payment_token: Uuid,
    reference: String,
    transaction_status: &'static str,
    payment_method: &'static str,
    currency: &'static str,
    amount: Box<RawValue>,
    customer_amount: Box<RawValue>,
    created_at: String,
    person: PersonView,
    history: Vec<Change>,
}

#[derive(Debug, Serialize)]
struct PersonView {
    full_name: Option<String>,
    email: Option<String>,
    tax_id: String,
    birth_date: Option<String>,
}

#[derive(Debug, Serialize)]
struct Change {
    status: &'static str,
    date: String,
}

impl Reply for Details {}

/// `GET /transactionDetails/{token}`.
pub(super) async fn read_details(State(epag): State<Arc<Epag>>, site: Site, Path(token): Path<String>) -> Response {
    answer(&epag, site, Call::Other, |scene| {
        scene.epag.with_payment(&token, |payment| details(payment)).ok_or_else(ApiError::unknown_payment)
    })
    .await
}

fn details(payment: &Payment) -> Details {
    let person = payment.person.clone();
    let change =
        |(at_ms, status): &(i64, super::status::Status)| Change { status: status.name(), date: query_time(*at_ms) };
    Details {
        payment_token: payment.token,
        reference: payment.reference.clone(),
        transaction_status: payment.status.name(),
        payment_method: "PICPAY",
        currency: "BRL",
        amount: number(payment.amount),
        customer_amount: number(payment.customer_amount()),
        created_at: query_time(payment.created_at_ms),
        person: PersonView {
            full_name: person.full_name,
            email: person.email,
            tax_id: person.tax_id,
            birth_date: person.birth_date,
        },
        history: payment.history.iter().map(change).collect(),
    }
}
