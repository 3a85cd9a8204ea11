//! `/v1/payments` and `/v1/refunds`: what the shop reads and asks of payments.

use super::parts::{Call, Id};
use super::{AppState, body, reply};
use crate::clock::rfc3339;
use crate::error::Error;
use crate::methods::OrderStatus;
use crate::payments::operate::Wish;
use crate::payments::view::{self, Payment, Refund};
use crate::store::Flag;
use crate::store::{CloseIntent, OperationKind, attempts, operations, payments_list, sessions, timeline};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use umclique_wire::{AttemptId, AttemptStatus, FieldProblem, Problem, RefundId};
use utoipa::ToSchema;

/// Which payments to list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PaymentsQuery {
    /// Of this session, `cs_…`.
    pub session: Option<String>,
    /// With this reference of the shop.
    pub reference: Option<String>,
    /// In this status.
    #[param(value_type = Option<AttemptStatus>)]
    pub status: Option<String>,
    /// With this flag.
    #[param(value_type = Option<Flag>)]
    pub flag: Option<String>,
    /// Made at or after this moment, RFC 3339.
    pub created_after: Option<String>,
    /// At most this many, 1 to 100; 20 where nothing is said.
    pub limit: Option<i64>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// A page of payments, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaymentList {
    /// The payments, without their timelines.
    pub data: Vec<Payment>,
    /// What `after` takes for the next page; null on the last one.
    pub next: Option<String>,
}

/// Body of a capture or a refund.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountRequest {
    /// How much, in minor units; all that there is where nothing is said.
    #[serde(default)]
    pub amount_minor: Option<u64>,
    /// In the shop's words, at most 200 characters; for refunds.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Lists payments, newest first.
#[utoipa::path(
    get, path = "/v1/payments", tag = "shop", security(("secret_key" = [])), params(PaymentsQuery),
    responses(
        (status = 200, body = PaymentList),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 422, body = Problem),
    )
)]
pub async fn list_payments(
    State(app): State<AppState>,
    query: Result<Query<PaymentsQuery>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.shop(&headers)?;
    let Query(query) = query.map_err(|error| Error::Malformed(body::without_values(&error.body_text())))?;
    let filter = payments_list::Filter::parse(&query)?;
    let mut tx = app.payments.db.read().await?;
    let mut found = payments_list::list(&mut tx, &filter).await?;
    let next = if found.len() > filter.page_size() {
        found.truncate(filter.page_size());
        found.last().map(|attempt| attempt.id.to_string())
    } else {
        None
    };
    let data = found.iter().map(view::payment).collect();
    reply::json(StatusCode::OK, &PaymentList { data, next })
}

/// Reads a payment with its timeline and refunds.
#[utoipa::path(
    get, path = "/v1/payments/{id}", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "pa_…")),
    responses((status = 200, body = Payment), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn get_payment(State(app): State<AppState>, Id(id): Id, headers: HeaderMap) -> Result<Response, Error> {
    app.shop(&headers)?;
    let id = body::id(&id, AttemptId::parse, "payment")?;
    reply::json(StatusCode::OK, &full_payment(&app, &id).await?)
}

async fn full_payment(app: &AppState, id: &AttemptId) -> Result<Payment, Error> {
    let mut tx = app.payments.db.read().await?;
    let attempt = attempts::get(&mut tx, id).await?.ok_or(Error::NotFound("payment"))?;
    let session = sessions::get(&mut tx, &attempt.session).await?.ok_or(Error::NotFound("session"))?;
    let operations = operations::list_of_attempt(&mut tx, id).await?;
    let refunds = operations.iter().filter(|it| it.kind == OperationKind::Refund).map(view::refund).collect();
    Ok(Payment {
        reference: Some(session.reference),
        timeline: Some(timeline::list(&mut tx, id, 200).await?),
        refunds: Some(refunds),
        ..view::payment(&attempt)
    })
}

/// How a wish of the shop's about a payment is refused.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "it only describes the answers")]
enum WishRefused {
    #[response(status = 400)]
    Malformed(Problem),
    #[response(status = 401)]
    Unauthorized(Problem),
    #[response(status = 404)]
    NotFound(Problem),
    #[response(status = 413)]
    TooLarge(Problem),
    #[response(status = 422)]
    NotPossible(Problem),
}

/// Captures an authorized payment, whole or in part; the rest is released. The outcome follows by webhook.
#[utoipa::path(
    post, path = "/v1/payments/{id}/capture", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "pa_…"), ("Idempotency-Key" = String, Header)),
    request_body = AmountRequest,
    responses((status = 202, body = Payment), WishRefused)
)]
pub async fn capture_payment(State(app): State<AppState>, call: Call) -> Result<Response, Error> {
    let (key, wish) = wish(&app, call, "capture").await?;
    let payment = wish.payment.clone();
    app.once(&key, async {
        app.payments.request_capture(wish).await?;
        accepted(&full_payment(&app, &payment).await?)
    })
    .await
}

/// Cancels a payment that is not captured: voids what is reserved, closes what is unpaid.
#[utoipa::path(
    post, path = "/v1/payments/{id}/cancel", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "pa_…"), ("Idempotency-Key" = String, Header)),
    responses((status = 202, body = Payment), WishRefused)
)]
pub async fn cancel_payment(State(app): State<AppState>, call: Call) -> Result<Response, Error> {
    let (key, wish) = wish(&app, call, "cancel").await?;
    app.once(&key, async {
        let attempt = app.payments.request_cancel(&wish.payment, CloseIntent::Shop).await?;
        if attempt.captured_minor > 0 {
            return Err(Error::NotPossible("the payment is captured; refund it instead".into()));
        }
        accepted(&full_payment(&app, &wish.payment).await?)
    })
    .await
}

/// Refunds a payment, whole or in part. The outcome follows by webhook.
#[utoipa::path(
    post, path = "/v1/payments/{id}/refunds", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "pa_…"), ("Idempotency-Key" = String, Header)),
    request_body = AmountRequest,
    responses((status = 202, body = Refund), WishRefused)
)]
pub async fn create_refund(State(app): State<AppState>, call: Call) -> Result<Response, Error> {
    let (key, wish) = wish(&app, call, "refunds").await?;
    app.once(&key, async { accepted(&view::refund(&app.payments.request_refund(wish).await?)) }).await
}

/// Body of an order status.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderStatusRequest {
    /// Where the order stands.
    pub status: OrderStatus,
    /// For the buyer, in the shop's words: at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A message to the buyer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BuyerMessage {
    /// Its id.
    pub id: String,
    /// `pa_…`.
    pub payment: String,
    /// When the messenger took it; RFC 3339, UTC. How far it came stands on the payment's timeline.
    pub sent_at: Option<String>,
    /// It was given up, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// Tells the buyer where the order stands, in the chat in which it was paid.
///
/// Kept, and sent as soon as it can be. 422 `not_possible`: the order cannot go that way, or its buyer has no chat.
#[utoipa::path(
    post, path = "/v1/payments/{id}/order_status", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "pa_…"), ("Idempotency-Key" = String, Header)),
    request_body = OrderStatusRequest,
    responses((status = 202, body = BuyerMessage), WishRefused)
)]
pub async fn tell_order_status(State(app): State<AppState>, call: Call) -> Result<Response, Error> {
    app.shop(&call.headers)?;
    let payment = body::id(&call.id, AttemptId::parse, "payment")?;
    let parsed = body::json::<OrderStatusRequest>(call.body).await?;
    let is_bad = |text: &String| !(1..=120).contains(&text.chars().count()) || text.chars().any(char::is_control);
    if parsed.value.description.as_ref().is_some_and(is_bad) {
        let detail = "expected 1 to 120 characters without control characters".into();
        return Err(Error::Invalid(vec![FieldProblem { field: "description".into(), detail }]));
    }
    let key = app.key(&call.headers, format!("shop|POST /v1/payments/{payment}/order_status"), &parsed.json)?;
    // The key names the message, so that a retry finds it and no other; the shop's words in it stay ours.
    let name = format!("shop:{}", crate::keys::sha256_hex(&key.key));
    app.once(&key, async {
        let news = (parsed.value.status, parsed.value.description.as_deref(), name.as_str());
        let message = app.payments.tell_order(&payment, news).await?;
        accepted(&BuyerMessage {
            id: message.id,
            payment: payment.to_string(),
            sent_at: message.sent_at_ms.map(rfc3339),
            failure: message.failure,
            created_at: rfc3339(message.created_at_ms),
        })
    })
    .await
}

/// Reads a refund.
#[utoipa::path(
    get, path = "/v1/refunds/{id}", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "re_…")),
    responses((status = 200, body = Refund), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn get_refund(State(app): State<AppState>, Id(id): Id, headers: HeaderMap) -> Result<Response, Error> {
    app.shop(&headers)?;
    let id = body::id(&id, RefundId::parse, "refund")?;
    let mut tx = app.payments.db.read().await?;
    let operation = operations::get(&mut tx, id.as_str()).await?;
    let refund = operation.filter(|it| it.kind == OperationKind::Refund).ok_or(Error::NotFound("refund"))?;
    reply::json(StatusCode::OK, &view::refund(&refund))
}

fn accepted(value: &impl Serialize) -> Result<(StatusCode, String), Error> {
    Ok((StatusCode::ACCEPTED, serde_json::to_string(value).map_err(crate::store::StoreError::from)?))
}

/// Authorizes and reads what capture, cancel and refund have in common.
async fn wish(app: &AppState, call: Call, verb: &str) -> Result<(super::idempotency::Key, Wish), Error> {
    app.shop(&call.headers)?;
    let payment = body::id(&call.id, AttemptId::parse, "payment")?;
    let parsed = body::optional_json::<AmountRequest>(call.body).await?;
    let is_bad = |reason: &String| reason.chars().count() > 200 || reason.chars().any(char::is_control);
    if parsed.value.reason.as_ref().is_some_and(is_bad) {
        let detail = "expected at most 200 characters without control characters".into();
        return Err(Error::Invalid(vec![FieldProblem { field: "reason".into(), detail }]));
    }
    // What would be ignored is refused: who names an amount expects it to count.
    for (field, is_told, takers) in [
        ("amount_minor", parsed.value.amount_minor.is_some(), ["capture", "refunds"].as_slice()),
        ("reason", parsed.value.reason.is_some(), ["refunds"].as_slice()),
    ] {
        if is_told && !takers.contains(&verb) {
            let detail = format!("{verb} takes none; leave it out");
            return Err(Error::Invalid(vec![FieldProblem { field: field.into(), detail }]));
        }
    }
    let key = app.key(&call.headers, format!("shop|POST /v1/payments/{payment}/{verb}"), &parsed.json)?;
    let wish = Wish {
        payment,
        amount_minor: parsed.value.amount_minor,
        reason: parsed.value.reason,
        key: key.key.clone(),
        fingerprint: key.fingerprint.clone(),
    };
    Ok((key, wish))
}
