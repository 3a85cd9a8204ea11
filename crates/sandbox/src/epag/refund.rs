//! `POST /refund` and its two queries. Accepted first, done later; refunds under way reserve what they ask for. The
//! queries show no amounts, because none are documented: `refunded_amount` of the payment is the sum.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use uuid::Uuid;

use super::Epag;
use super::errors::ApiError;
use super::order::read_url;
use super::payment::{Payment, Refund, RefundStatus, Step};
use super::pipeline::{Call, Reply, Scene, Site, UNDOCUMENTED_STATUS, answer};
use super::status::Status;
use super::times::{DAY_MS, refund_day, refund_time};
use crate::json::Fields;
use crate::world::lock;

#[derive(Debug, Serialize)]
struct RefundView {
    refund_id: u64,
    payment_token: Uuid,
    created_at: String,
    refund_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl RefundView {
    fn of(payment: &Payment, refund: &Refund, created_at: String) -> Self {
        Self {
            refund_id: refund.id,
            payment_token: payment.token,
            created_at,
            refund_status: refund.status.name(),
            refresh_token: None,
        }
    }
}

impl Reply for RefundView {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_status(&mut self) {
        self.refund_status = UNDOCUMENTED_STATUS;
    }
}

/// A bare array, so there is no room for the next token.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct RefundList(Vec<RefundView>);

impl Reply for RefundList {
    fn distort_status(&mut self) {
        self.0.iter_mut().for_each(RefundView::distort_status);
    }
}

/// `POST /refund`.
pub(super) async fn create_refund(State(epag): State<Arc<Epag>>, site: Site, body: Bytes) -> Response {
    answer(&epag, site, Call::Refund, |scene| {
        let fields = Fields::parse(&body).ok_or_else(ApiError::malformed)?;
        let mut wrong = Vec::new();
        let token = fields.required_text("payment_token", &mut wrong);
        let amount = fields.amount("amount", &mut wrong);
        let url = read_url(&fields, "notification_url", false, &mut wrong);
        let (Some(token), true) = (token, wrong.is_empty()) else { return Err(ApiError::fields(&wrong)) };
        refund(scene, &token, amount, url)
    })
    .await
}

fn refund(scene: &Scene<'_>, token: &str, amount: Option<i64>, url: Option<String>) -> Result<RefundView, ApiError> {
    let token = Uuid::try_parse(token).map_err(|_| ApiError::unknown_payment())?;
    let mut book = lock(&scene.epag.book);
    let amount = book.payment_mut(&token).ok_or_else(ApiError::unknown_payment).and_then(|payment| {
        check(scene, payment)?;
        let amount = amount.unwrap_or_else(|| payment.refundable());
        let fits = amount > 0 && amount <= payment.refundable();
        fits.then_some(amount).ok_or_else(ApiError::refund_too_high)
    })?;
    let id = book.next_refund_id(token);
    let payment = book.payment_mut(&token).ok_or_else(ApiError::unknown_payment)?;
    let refund = Refund {
        id,
        amount,
        status: RefundStatus::Processing,
        notification_url: url.map(Arc::from),
        created_at_ms: scene.now_ms,
    };
    let view = RefundView::of(payment, &refund, refund_time(scene.now_ms));
    payment.refunds.push(refund);
    scene.epag.later(payment, Step::Refund { id }, scene.settings.operation_delay_ms, scene.now_ms);
    Ok(view)
}

fn check(scene: &Scene<'_>, payment: &Payment) -> Result<(), ApiError> {
    if !matches!(payment.status, Status::Paid | Status::PartiallyRefunded) {
        return Err(ApiError::not_refundable());
    }
    let age_ms = scene.now_ms - payment.paid_at_ms.unwrap_or(scene.now_ms);
    let is_over = scene.settings.refund_window_days.is_some_and(|days| age_ms > i64::from(days) * DAY_MS);
    if is_over { Err(ApiError::refund_period_over()) } else { Ok(()) }
}

/// `GET /refund/{refund_id}`.
pub(super) async fn read_refund(State(epag): State<Arc<Epag>>, site: Site, Path(id): Path<String>) -> Response {
    answer(&epag, site, Call::RefundQuery, |scene| {
        let book = lock(&scene.epag.book);
        let found = id.parse().ok().and_then(|id| book.refund(id));
        let (payment, refund) = found.ok_or_else(ApiError::unknown_refund)?;
        Ok(RefundView::of(payment, refund, refund_time(refund.created_at_ms)))
    })
    .await
}

/// `GET /refund/payment/{token}`: `created_at` is only a day here, as published.
pub(super) async fn list_refunds(State(epag): State<Arc<Epag>>, site: Site, Path(token): Path<String>) -> Response {
    answer(&epag, site, Call::RefundQuery, |scene| {
        let views = scene.epag.with_payment(&token, |payment| {
            let view = |refund| RefundView::of(payment, refund, refund_day(refund.created_at_ms));
            payment.refunds.iter().map(|refund: &Refund| view(refund)).collect()
        });
        views.map(RefundList).ok_or_else(ApiError::unknown_payment)
    })
    .await
}
