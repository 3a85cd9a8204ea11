//! `/_control/epag/…`: settings, faults, the payer's acts, and what a person or a test wants to see.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::payment::{Payment, Pending};
use super::pipeline::Call;
use super::settings::Settings;
use super::status::Status;
use super::times::end_of_day_ms;
use super::{Epag, PROVIDER, brcode};
use crate::clock::rfc3339;
use crate::control::{Body, ControlError, trouble};
use crate::world::lock;

type Shared = State<Arc<Epag>>;
type Answer<T> = Result<Json<T>, ControlError>;

/// The most payments one list shows.
const MAX_LISTED: usize = 1_000;

/// Everything under `/_control/epag`.
pub(crate) fn router(epag: Arc<Epag>) -> Router {
    let troubles = trouble::router(epag.world.clone(), PROVIDER, Call::rules);
    Router::new()
        .route("/settings", get(read_settings).post(change_settings))
        .route("/payments", get(list_payments))
        .route("/payments/{token}", get(read_payment))
        .route("/payments/{token}/pay", post(pay))
        .route("/payments/{token}/decline", post(decline))
        .route("/payments/{token}/expire", post(expire))
        .route("/payments/{token}/analyze", post(analyze))
        .route("/payments/{token}/dispute", post(dispute))
        .route("/payments/{token}/callback", post(resend_callback))
        .with_state(epag)
        .merge(troubles)
}

async fn read_settings(State(epag): Shared) -> Json<Settings> {
    Json(Settings::clone(&epag.settings()))
}

async fn change_settings(State(epag): Shared, Body(changes): Body<Map<String, Value>>) -> Answer<Settings> {
    let settings = epag.settings().with(changes).map_err(ControlError::bad_request)?;
    epag.replace_settings(settings.clone());
    Ok(Json(settings))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentFilter {
    reference: Option<String>,
    status: Option<Status>,
    /// Only what a payer can still act on.
    #[serde(default)]
    open: bool,
    /// What a QR said; finds the payment it belongs to.
    code: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
struct PaymentList {
    data: Vec<PaymentView>,
}

/// A payment as control shows it; amounts in cents.
#[derive(Debug, Serialize)]
struct PaymentView {
    payment_token: Uuid,
    reference: String,
    status: Status,
    is_open: bool,
    amount_minor: i64,
    customer_amount_minor: i64,
    received_minor: i64,
    refunded_minor: i64,
    currency: &'static str,
    delay_capture: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<&'static str>,
    payee: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_payload: Option<String>,
    refunds: Vec<RefundView>,
    created_at: String,
    expires_at: String,
}

#[derive(Debug, Serialize)]
struct RefundView {
    refund_id: u64,
    amount_minor: i64,
    status: &'static str,
}

fn view(payment: &Payment) -> PaymentView {
    let refund = |refund: &super::payment::Refund| RefundView {
        refund_id: refund.id,
        amount_minor: refund.amount,
        status: refund.status.name(),
    };
    PaymentView {
        payment_token: payment.token,
        reference: payment.reference.clone(),
        status: payment.status,
        is_open: payment.status.is_open() && payment.status != Status::Created,
        amount_minor: payment.amount,
        customer_amount_minor: payment.customer_amount(),
        received_minor: payment.received,
        refunded_minor: payment.refunded,
        currency: "BRL",
        delay_capture: payment.delay_capture,
        pending: payment.pending.map(|pending| match pending {
            Pending::Capture => "capture",
            Pending::Cancel => "cancel",
        }),
        payee: payment.terms.payee.clone(),
        qr_payload: brcode::payload(payment),
        refunds: payment.refunds.iter().map(refund).collect(),
        created_at: rfc3339(payment.created_at_ms),
        expires_at: rfc3339(end_of_day_ms(payment.expiration)),
    }
}

async fn list_payments(State(epag): Shared, Query(filter): Query<PaymentFilter>) -> Answer<PaymentList> {
    let limit = filter.limit.unwrap_or(100).min(MAX_LISTED);
    let scanned = match filter.code.as_deref() {
        Some(code) => Some(brcode::find_token(code.trim()).ok_or_else(unknown_code)?),
        None => None,
    };
    let book = lock(&epag.book);
    let fits = |payment: &&Payment| {
        filter.reference.as_ref().is_none_or(|reference| payment.reference == *reference)
            && filter.status.is_none_or(|status| payment.status == status)
            && scanned.is_none_or(|token| payment.token == token)
            && (!filter.open || (payment.status.is_open() && payment.status != Status::Created))
    };
    let data: Vec<_> = book.newest_first().filter(fits).take(limit).map(view).collect();
    if scanned.is_some() && data.is_empty() {
        return Err(unknown_code());
    }
    Ok(Json(PaymentList { data }))
}

fn unknown_code() -> ControlError {
    ControlError::not_found("this code belongs to no payment here; paste the whole text that the QR says")
}

fn unknown_payment() -> ControlError {
    ControlError::not_found("there is no payment with this token; GET /_control/epag/payments lists them")
}

async fn read_payment(State(epag): Shared, Path(token): Path<String>) -> Answer<PaymentView> {
    epag.with_payment(&token, |payment| view(payment)).map(Json).ok_or_else(unknown_payment)
}

/// Lets something happen to a payment and shows it afterwards; a refusal is 409 with its reason.
fn act(epag: &Epag, token: &str, change: impl FnOnce(&mut Payment, i64) -> Result<(), String>) -> Answer<PaymentView> {
    let now_ms = epag.world.clock.now_ms();
    let done = epag.with_payment(token, |payment| change(payment, now_ms).map(|()| view(payment)));
    done.ok_or_else(unknown_payment)?.map(Json).map_err(ControlError::conflict)
}

async fn pay(State(epag): Shared, Path(token): Path<String>) -> Answer<PaymentView> {
    act(&epag, &token, |payment, now_ms| epag.pay(payment, now_ms))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decline {
    /// `DECLINED` or `ERROR`.
    status: Option<Status>,
    /// The `errorCode` that queries show.
    code: Option<String>,
}

async fn decline(State(epag): Shared, Path(token): Path<String>, Body(wish): Body<Decline>) -> Answer<PaymentView> {
    let status = wish.status.unwrap_or(Status::Declined);
    if !matches!(status, Status::Declined | Status::Error) {
        return Err(ControlError::bad_request("status must be DECLINED or ERROR"));
    }
    let code = wish.code.as_deref().unwrap_or("01.05.0014");
    act(&epag, &token, |payment, now_ms| epag.decline(payment, status, code, now_ms))
}

async fn expire(State(epag): Shared, Path(token): Path<String>) -> Answer<PaymentView> {
    act(&epag, &token, |payment, now_ms| epag.expire(payment, now_ms))
}

async fn analyze(State(epag): Shared, Path(token): Path<String>) -> Answer<PaymentView> {
    act(&epag, &token, |payment, now_ms| epag.shift(payment, Status::InAnalysis, now_ms))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dispute {
    status: Option<Status>,
}

async fn dispute(State(epag): Shared, Path(token): Path<String>, Body(wish): Body<Dispute>) -> Answer<PaymentView> {
    const KINDS: [Status; 5] = [
        Status::Dispute,
        Status::DisputeFinal,
        Status::DisputeRefunded,
        Status::DisputeRecovered,
        Status::PostRefundDispute,
    ];
    if wish.status.is_some_and(|status| !KINDS.contains(&status)) {
        let names = KINDS.map(Status::name).join(", ");
        return Err(ControlError::bad_request(format!("status must be one of {names}")));
    }
    act(&epag, &token, |payment, now_ms| {
        let after_refund = payment.status == Status::Refunded;
        let usual = if after_refund { Status::PostRefundDispute } else { Status::Dispute };
        epag.shift(payment, wish.status.unwrap_or(usual), now_ms)
    })
}

async fn resend_callback(State(epag): Shared, Path(token): Path<String>) -> Answer<PaymentView> {
    act(&epag, &token, |payment, _| {
        epag.callbacks.notify(&epag.settings(), &payment.notification_url, payment);
        Ok(())
    })
}
