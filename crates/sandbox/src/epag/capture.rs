//! `POST /payment/{token}/capture`: takes what was reserved, or a part; the rest is released. Accepted first, done later.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use uuid::Uuid;

use super::Epag;
use super::errors::ApiError;
use super::payment::{Payment, Pending, Step};
use super::pipeline::{Call, Reply, Scene, Site, UNDOCUMENTED_STATUS, answer};
use super::status::Status;
use crate::json::Fields;

/// The answer to captures and cancels: accepted, not done.
#[derive(Debug, Serialize)]
pub(super) struct Accepted {
    transaction_status: &'static str,
    payment_token: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Accepted {
    /// For this payment.
    pub(super) fn of(payment: &Payment) -> Self {
        Self { transaction_status: Status::Processing.name(), payment_token: payment.token, refresh_token: None }
    }
}

impl Reply for Accepted {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_status(&mut self) {
        self.transaction_status = UNDOCUMENTED_STATUS;
    }
}

/// `POST /payment/{token}/capture`.
pub(super) async fn capture_payment(
    State(epag): State<Arc<Epag>>,
    site: Site,
    Path(token): Path<String>,
    body: Bytes,
) -> Response {
    answer(&epag, site, Call::Capture, |scene| {
        let fields = Fields::parse(&body).ok_or_else(ApiError::malformed)?;
        let mut wrong = Vec::new();
        let amount = fields.required_amount("amount", &mut wrong).ok_or_else(|| ApiError::fields(&wrong))?;
        let captured = scene.epag.with_payment(&token, |payment| capture(scene, payment, amount));
        captured.unwrap_or_else(|| Err(ApiError::unknown_payment()))
    })
    .await
}

fn capture(scene: &Scene<'_>, payment: &mut Payment, amount: i64) -> Result<Accepted, ApiError> {
    if payment.status != Status::PreAuthorized {
        return Err(ApiError::not_pre_authorized());
    }
    if payment.pending.is_some() {
        return Err(ApiError::locked());
    }
    if amount > payment.amount {
        return Err(ApiError::over_authorized());
    }
    payment.pending = Some(Pending::Capture);
    let reply = Accepted::of(payment);
    scene.epag.later(payment, Step::Capture { amount }, scene.settings.operation_delay_ms, scene.now_ms);
    Ok(reply)
}
