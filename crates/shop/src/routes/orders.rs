//! The shop's back office: its orders with what webhooks said, refunds, the charge or release of reserved money, and the word to
//! the buyer where an order stands.
//!
//! Called by the page's section "what the shop knows". A real shop puts this behind a login.

use super::{Shared, idempotency_key, read_json};
use crate::book::Order;
use crate::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// How much; all of it, if absent.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    #[serde(default)]
    amount_minor: Option<u64>,
}

/// Where an order stands, as the merchant server names it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Progress {
    status: String,
}

/// Every order, the newest first. Of a refund that is not done the merchant server is asked what it waits for: a buyer's wallet may
/// have to be connected again first, and no webhook tells of that.
pub(super) async fn list_orders(State(app): State<Shared>) -> Json<Value> {
    for order in app.book.orders() {
        for refund in order.refunds.iter().filter(|refund| refund["status"] == "pending") {
            let id = refund["id"].as_str().unwrap_or_default();
            match app.checkout.get(&format!("/v1/refunds/{id}")).await {
                Ok(refund) => app.book.set_refund(&order.reference, refund),
                Err(problem) => tracing::warn!(?problem, "a refund cannot be asked for now"),
            }
        }
    }
    Json(json!({ "orders": app.book.orders() }))
}

/// Gives money back: the rest, or a part.
pub(super) async fn create_refund(
    State(app): State<Shared>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let refund = act(&app, &reference, &headers, &body, &["succeeded"], "refunds").await?;
    app.book.set_refund(&reference, refund.0.clone());
    Ok(refund)
}

/// Takes reserved money.
pub(super) async fn capture_payment(
    State(app): State<Shared>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    act(&app, &reference, &headers, &body, &["requires_capture"], "capture").await
}

/// Lets reserved money go.
pub(super) async fn cancel_payment(
    State(app): State<Shared>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    act(&app, &reference, &headers, &body, &["requires_capture"], "cancel").await
}

/// Tells the buyer where the order stands, in the chat in which it was paid.
pub(super) async fn tell_order_status(
    State(app): State<Shared>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let progress: Progress = read_json(&headers, &body)?;
    let body = json!({ "status": progress.status });
    send(&app, &reference, &headers, &body, (&["succeeded"], "order_status")).await
}

/// Reads how much is meant, and does it.
async fn act(
    app: &Shared,
    reference: &str,
    headers: &HeaderMap,
    body: &[u8],
    statuses: &[&str],
    action: &str,
) -> Result<Json<Value>, Problem> {
    let part: Part = if body.is_empty() { Part::default() } else { read_json(headers, body)? };
    let body = part.amount_minor.map_or_else(|| json!({}), |amount_minor| json!({ "amount_minor": amount_minor }));
    send(app, reference, headers, &body, (statuses, action)).await
}

/// Finds the order's payment in one of `statuses`, and sends `POST /v1/payments/{id}/{action}`.
async fn send(
    app: &Shared,
    reference: &str,
    headers: &HeaderMap,
    body: &Value,
    (statuses, action): (&[&str], &str),
) -> Result<Json<Value>, Problem> {
    let key = idempotency_key(headers)?;
    let order = app.book.order(reference).ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "order_unknown",
            "no order with this reference; the demo forgets them when it stops",
        )
    })?;
    let payment = payment(app, &order, statuses).await?;
    app.checkout.post(&format!("/v1/payments/{payment}/{action}"), &key, body).await.map(Json)
}

/// The payment's id, from the webhooks, or asked for where they have not arrived yet.
async fn payment(app: &Shared, order: &Order, statuses: &[&str]) -> Result<String, Problem> {
    let fits = |payment: &Value| payment["status"].as_str().is_some_and(|status| statuses.contains(&status));
    let known = order.payments.values().find(|payment| fits(payment)).cloned();
    let found = match (known, &order.session) {
        (Some(payment), _) => Some(payment),
        (None, Some(session)) => {
            let list = app.checkout.get(&format!("/v1/payments?session={session}")).await?;
            list["data"].as_array().and_then(|payments| payments.iter().find(|payment| fits(payment)).cloned())
        }
        (None, None) => None,
    };
    found.and_then(|payment| payment["id"].as_str().map(str::to_owned)).ok_or_else(|| {
        let detail = format!("this order has no payment that is {}", statuses.join(" or "));
        Problem::new(StatusCode::CONFLICT, "payment_not_ready", detail)
    })
}
