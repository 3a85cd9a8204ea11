//! `/shop/account`: who is signed in, and the cards that are stored for paying in WhatsApp. Called by the shop's page.
//!
//! A card is stored by the processor's name for it; a card's number is known to the processor alone. What is stored is the merchant
//! server's to tell, so that it is still there when the shop was restarted.

use super::{Shared, idempotency_key, read_json};
use crate::accounts::{Account, CARDS};
use crate::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    account: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreCard {
    psp_reference: String,
}

/// The account that this browser is signed in to, or null.
pub(super) async fn show_account(State(app): State<Shared>, headers: HeaderMap) -> Json<Value> {
    Json(view(app.visits.account(&headers)))
}

/// Signs in. A real shop asks for a password here.
pub(super) async fn sign_in(State(app): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let wanted: SignIn = read_json(&headers, &body)?;
    let (account, cookie) = app.visits.open(&wanted.account).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "account_unknown", "there is no such account; the demo's is called ana")
    })?;
    Ok((set(&cookie), Json(view(Some(account)))).into_response())
}

/// Signs out.
pub(super) async fn sign_out(State(app): State<Shared>, headers: HeaderMap) -> Response {
    (set(&app.visits.close(&headers)), Json(view(None))).into_response()
}

/// The account's cards: those that are stored for WhatsApp, and those that can be.
pub(super) async fn list_cards(State(app): State<Shared>, headers: HeaderMap) -> Result<Json<Value>, Problem> {
    let account = signed_in(&app, &headers)?;
    Ok(Json(json!({ "stored": stored(&app, account).await?, "cards": CARDS })))
}

/// Stores one of the account's cards for WhatsApp.
pub(super) async fn store_card(
    State(app): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let account = signed_in(&app, &headers)?;
    let wanted: StoreCard = read_json(&headers, &body)?;
    let key = idempotency_key(&headers)?;
    let card = CARDS.iter().find(|card| card.psp_reference == wanted.psp_reference).ok_or_else(unknown_card)?;
    let body = json!({
        "buyer": { "phone": account.phone, "id": account.id },
        "last_four_digits": card.last_four_digits,
        "brand": card.brand,
        "psp_reference": card.psp_reference,
    });
    app.checkout.post("/v1/credentials", &key, &body).await.map(Json)
}

/// Forgets a stored card. Only its owner can: the id must be one of the account's.
pub(super) async fn forget_card(
    State(app): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let account = signed_in(&app, &headers)?;
    let stored = stored(&app, account).await?;
    if !stored.as_array().is_some_and(|cards| cards.iter().any(|card| card["id"] == id.as_str())) {
        return Err(unknown_card());
    }
    app.checkout.delete(&format!("/v1/credentials/{id}")).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn stored(app: &Shared, account: &Account) -> Result<Value, Problem> {
    let mut list = app.checkout.get(&format!("/v1/credentials?buyer={}", account.id)).await?;
    Ok(list["data"].take())
}

fn view(account: Option<&Account>) -> Value {
    json!({ "account": account })
}

fn signed_in(app: &Shared, headers: &HeaderMap) -> Result<&'static Account, Problem> {
    app.visits.account(headers).ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "signed_out", "sign in first: cards are stored for an account")
    })
}

fn unknown_card() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "card_unknown", "the account has no such card")
}

fn set(cookie: &str) -> [(header::HeaderName, HeaderValue); 1] {
    [(header::SET_COOKIE, HeaderValue::from_str(cookie).expect("names and hexadecimal digits are visible ASCII"))]
}
