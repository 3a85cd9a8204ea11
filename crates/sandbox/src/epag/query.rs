//! `GET /payment/{token}` and `GET /payment/reference/{reference}`: the source of truth about a payment. Key styles are
//! mixed as published.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Epag;
use super::errors::ApiError;
use super::payment::Payment;
use super::pipeline::{Call, Reply, Site, UNDOCUMENTED_STATUS, answer};
use super::settings::{AmountReceived, ExpirationKey, Settings, UnknownReference};
use super::times::query_time;
use crate::money::number;
use crate::world::lock;

#[derive(Debug, Serialize)]
struct PaymentView {
    #[serde(rename = "paymentToken")]
    payment_token: Uuid,
    #[serde(rename = "createdAt")]
    created_at: String,
    #[serde(rename = "transactionStatus")]
    transaction_status: &'static str,
    currency: &'static str,
    amount_received: Box<RawValue>,
    refunded_amount: Box<RawValue>,
    reference: String,
    #[serde(rename = "expirationDate", skip_serializing_if = "Option::is_none")]
    expiration_camel: Option<String>,
    #[serde(rename = "expiration_date", skip_serializing_if = "Option::is_none")]
    expiration_snake: Option<String>,
    /// `00.00.0000` where nothing went wrong, as on the published sample of a paid payment.
    #[serde(rename = "errorCode")]
    error_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_details: Option<Cancellation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_data: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct Cancellation {
    description: &'static str,
}

#[derive(Debug, Serialize)]
struct PaymentList {
    payments: Vec<PaymentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Reply for PaymentView {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_amount(&mut self) {
        self.amount_received = number(123_456);
    }

    fn distort_status(&mut self) {
        self.transaction_status = UNDOCUMENTED_STATUS;
    }
}

impl Reply for PaymentList {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_amount(&mut self) {
        self.payments.iter_mut().for_each(PaymentView::distort_amount);
    }

    fn distort_status(&mut self) {
        self.payments.iter_mut().for_each(PaymentView::distort_status);
    }
}

/// `GET /payment/{token}`.
pub(super) async fn read_payment(State(epag): State<Arc<Epag>>, site: Site, Path(token): Path<String>) -> Response {
    answer(&epag, site, Call::Query, |scene| {
        let is_camel = scene.settings.expiration_key == ExpirationKey::Camel;
        let found = scene.epag.with_payment(&token, |payment| view(payment, is_camel, &scene.settings));
        found.ok_or_else(ApiError::unknown_payment)
    })
    .await
}

/// `GET /payment/reference/{reference}`: all payments with that reference, oldest first.
pub(super) async fn list_by_reference(
    State(epag): State<Arc<Epag>>,
    site: Site,
    Path(reference): Path<String>,
) -> Response {
    answer(&epag, site, Call::QueryReference, |scene| {
        let is_camel = scene.settings.expiration_key != ExpirationKey::Snake;
        let book = lock(&scene.epag.book);
        let payments: Vec<_> =
            book.by_reference(&reference).map(|payment| view(payment, is_camel, &scene.settings)).collect();
        if payments.is_empty() && scene.settings.unknown_reference == UnknownReference::NotFound {
            return Err(ApiError::unknown_payment());
        }
        Ok(PaymentList { payments, refresh_token: None })
    })
    .await
}

fn view(payment: &Payment, is_camel: bool, settings: &Settings) -> PaymentView {
    let expiration = last_second(payment.expiration);
    let fees = match settings.amount_received {
        AmountReceived::Customer if payment.received > 0 => payment.terms.fee_total(),
        AmountReceived::Customer | AmountReceived::Base => 0,
    };
    PaymentView {
        payment_token: payment.token,
        created_at: query_time(payment.created_at_ms),
        transaction_status: payment.status.name(),
        currency: "BRL",
        amount_received: number(payment.received + fees),
        refunded_amount: number(payment.refunded),
        reference: payment.reference.clone(),
        expiration_camel: is_camel.then(|| expiration.clone()),
        expiration_snake: (!is_camel).then_some(expiration),
        error_code: payment.error_code.clone().unwrap_or_else(|| "00.00.0000".to_owned()),
        cancellation_details: payment.cancellation.map(|description| Cancellation { description }),
        extra_data: payment.extra_data.clone(),
        refresh_token: None,
    }
}

/// `2025-03-07T23:59:59.000`.
fn last_second(day: Date) -> String {
    format!("{day}T23:59:59.000")
}
