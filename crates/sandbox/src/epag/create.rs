//! `POST /picpay/simple`: opens a payment for a checked order and answers with its QR.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::order::{Order, read_order};
use super::payment::Payment;
use super::pipeline::{Call, Reply, Scene, Site, UNDOCUMENTED_STATUS, answer};
use super::status::Status;
use super::{Epag, qr_image};
use crate::money::{fixed, number};
use crate::world::lock;

/// `totals` of the answer.
#[derive(Debug, Serialize)]
struct Totals {
    amount: Box<RawValue>,
    original_amount: Box<RawValue>,
    original_asset: String,
    customer_fees: Box<RawValue>,
    customer_amount: Box<RawValue>,
    asset: &'static str,
}

/// The answer. `amount` is a string and `totals` has numbers, as published.
#[derive(Debug, Serialize)]
struct CreateReply {
    transaction_status: &'static str,
    payment_token: Uuid,
    reference_id: String,
    qr_code: String,
    amount: String,
    expiration_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    totals: Totals,
    customer_fees: BTreeMap<String, Box<RawValue>>,
}

impl Reply for CreateReply {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_amount(&mut self) {
        self.totals.amount = number(123_456);
    }

    fn distort_status(&mut self) {
        self.transaction_status = UNDOCUMENTED_STATUS;
    }
}

/// `POST /picpay/simple`.
pub(super) async fn create_payment(State(epag): State<Arc<Epag>>, site: Site, body: Bytes) -> Response {
    answer(&epag, site, Call::Create, |scene| {
        let order = read_order(&body, scene)?;
        let payment = scene.epag.open(order, Status::Processing, scene);
        let reply = reply(&payment);
        scene.epag.admit(payment, scene);
        Ok(reply)
    })
    .await
}

fn reply(payment: &Payment) -> CreateReply {
    let fees = payment.terms.customer_fees.iter();
    CreateReply {
        // The outcome comes later, even when the delay is none.
        transaction_status: Status::Processing.name(),
        payment_token: payment.token,
        reference_id: payment.reference.clone(),
        qr_code: qr_image::qr_code(payment),
        amount: fixed(payment.amount),
        expiration_date: payment.expiration.to_string(),
        refresh_token: None,
        totals: Totals {
            amount: number(payment.amount),
            original_amount: number(payment.original_amount),
            original_asset: payment.original_asset.clone(),
            customer_fees: number(payment.terms.fee_total()),
            customer_amount: number(payment.customer_amount()),
            asset: "BRL",
        },
        customer_fees: fees.map(|(name, fee)| (name.clone(), number(i64::from(*fee)))).collect(),
    }
}

impl Epag {
    /// A new payment, not in the book yet.
    pub(super) fn open(&self, order: Order, status: Status, scene: &Scene<'_>) -> Payment {
        Payment {
            token: self.world.ids.uuid(),
            reference: order.reference,
            notification_url: order.notification_url.into(),
            status,
            created_at_ms: scene.now_ms,
            expiration: order.expiration,
            amount: order.amount,
            original_amount: order.original_amount,
            original_asset: order.original_asset,
            delay_capture: order.delay_capture,
            person: order.person,
            extra_data: order.extra_data,
            terms: scene.settings.clone(),
            received: 0,
            refunded: 0,
            paid_at_ms: None,
            error_code: None,
            cancellation: None,
            pending: None,
            refunds: Vec::new(),
            history: vec![(scene.now_ms, status)],
            deadline: None,
        }
    }

    /// Puts a payment into the book and lets its life begin, unless it waits to be sent.
    pub(super) fn admit(&self, payment: Payment, scene: &Scene<'_>) {
        let token = payment.token;
        let mut book = lock(&self.book);
        if let Some(orphaned) = book.insert(payment, scene.settings.max_payments) {
            self.world.clock.cancel(orphaned);
        }
        if let Some(payment) = book.payment_mut(&token)
            && payment.status == Status::Processing
        {
            self.begin(payment, scene.now_ms);
        }
    }
}
