//! `POST /shop/sessions`: turns a cart into an order, and the order into a checkout session. Called by the shop's page.
//!
//! The browser gets the session's id and client secret, and nothing else of the merchant server's answer.

use super::{Shared, idempotency_key, read_json};
use crate::cart::Cart;
use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Opens an order for the cart, and a session for the order. The same `Idempotency-Key` leads to the same order and session.
pub(super) async fn create_session(
    State(app): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let cart: Cart = read_json(&headers, &body)?;
    let key = idempotency_key(&headers)?;
    let account = app.visits.account(&headers);
    let order = app.book.open(&key, &cart, account)?;
    let body = cart.session_body(&order, account, &app.public_url);
    // One order, one key: however often the page asks, the server makes one session.
    let session = app.checkout.post("/v1/checkout_sessions", &format!("order-{}", order.reference), &body).await?;
    let (Some(id), Some(client_secret)) = (text(&session, "id"), text(&session, "client_secret")) else {
        let detail = "the merchant server's answer lacks id or client_secret; check --server";
        return Err(Problem::new(StatusCode::BAD_GATEWAY, "server_answer", detail));
    };
    app.book.set_session(&order.reference, id);
    let order = app.book.order(&order.reference).unwrap_or(order);
    let answer = json!({ "session": { "id": id, "client_secret": client_secret }, "order": order });
    Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}
