//! `/v1/credentials`: cards that the shop's own payment processor keeps, so that a buyer can pay by confirming in WhatsApp.
//! Takes the processor's name for a card, and refuses whatever looks like a card's number.

mod check;

use super::parts::{Call, Id};
use super::{AppState, body, reply};
use crate::clock::rfc3339;
use crate::error::Error;
use crate::keys::is_same_body;
use crate::store::credentials::{self, Credential};
use crate::store::{StoreError, idempotency};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use umclique_wire::{CredentialId, Problem};
use utoipa::ToSchema;

/// Whose card it is.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardBuyer {
    /// The WhatsApp number, E.164, as in +5511999990000.
    pub phone: String,
    /// The shop's own stable id of the buyer, `buyer.id` of sessions. With it only sessions of this buyer offer the card; without
    /// it, sessions that have the phone and no `buyer.id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Body of `POST /v1/credentials`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCredential {
    /// Whose card it is.
    pub buyer: CardBuyer,
    /// The card's last four digits.
    pub last_four_digits: String,
    /// The card's brand, as in `visa`; at most 30 characters.
    pub brand: String,
    /// The processor's own name for the stored card, at most 128 visible ASCII characters. Never a card's number.
    pub psp_reference: String,
}

/// A stored card. The processor's name for it is not told again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CredentialView {
    /// `cr_…`.
    pub id: String,
    /// The shop's own id of the buyer.
    pub buyer_id: Option<String>,
    /// The WhatsApp number with its middle hidden.
    pub phone: String,
    /// The card's last four digits.
    pub last_four_digits: String,
    /// The card's brand.
    pub brand: String,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// Whose cards to list: one of the two.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CredentialsQuery {
    /// The shop's own id of the buyer.
    pub buyer: Option<String>,
    /// The WhatsApp number, for cards that were stored without an id.
    pub phone: Option<String>,
}

/// A buyer's cards, newest first; there is one page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CredentialList {
    /// The cards.
    pub data: Vec<CredentialView>,
    /// Always null.
    pub next: Option<String>,
}

/// More than a buyer has.
const LIST_AT_MOST: i64 = 100;

/// Stores a card.
#[utoipa::path(
    post, path = "/v1/credentials", tag = "shop", security(("secret_key" = [])),
    params(("Idempotency-Key" = String, Header, description = "The same on every retry")),
    request_body = CreateCredential,
    responses(
        (status = 201, body = CredentialView),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem),
    )
)]
pub async fn create_credential(
    State(app): State<AppState>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Error> {
    app.shop(&headers)?;
    let parsed = body::json::<CreateCredential>(body).await?;
    let key = app.key(&headers, "shop|POST /v1/credentials".into(), &parsed.json)?;
    let mut tx = app.payments.db.begin().await?;
    if let Some(known) = idempotency::get(&mut tx, &key.scope, &key.key).await? {
        if !is_same_body(&known.fingerprint, &key.fingerprint) {
            return Err(Error::KeyReused);
        }
        // Key, card and answer are one transaction, so there is always an answer.
        return Ok(reply::raw(StatusCode::CREATED, known.answer.ok_or(Error::KeyInUse)?.1));
    }
    let credential = check::checked(parsed.value, app.payments.clock.now_ms()).map_err(Error::Invalid)?;
    let (id, now_ms) = (credential.id.as_str(), credential.created_at_ms);
    if !idempotency::claim(&mut tx, &key.scope, &key.key, &key.fingerprint, id, now_ms).await? {
        return Err(Error::KeyInUse);
    }
    credentials::insert(&mut tx, &credential).await?;
    let answer = serde_json::to_string(&view(credential)).map_err(StoreError::from)?;
    idempotency::answer(&mut tx, &key.scope, &key.key, 201, &answer).await?;
    tx.commit().await?;
    Ok(reply::raw(StatusCode::CREATED, answer))
}

/// Lists a buyer's cards.
#[utoipa::path(
    get, path = "/v1/credentials", tag = "shop", security(("secret_key" = [])), params(CredentialsQuery),
    responses(
        (status = 200, body = CredentialList),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 422, body = Problem),
    )
)]
pub async fn list_credentials(
    State(app): State<AppState>,
    query: Result<Query<CredentialsQuery>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.shop(&headers)?;
    let Query(query) = query.map_err(|error| Error::Malformed(body::without_values(&error.body_text())))?;
    let is_bad = |text: &Option<String>| text.as_deref().is_some_and(|text| text.chars().any(char::is_control));
    if query.buyer.is_some() == query.phone.is_some() || is_bad(&query.buyer) || is_bad(&query.phone) {
        return Err(Error::Invalid(vec![check::problem(
            "buyer",
            "name the buyer, or the phone of cards stored without one",
        )]));
    }
    let mut tx = app.payments.db.read().await?;
    let (buyer, phone) = (query.buyer.as_deref(), query.phone.as_deref());
    let cards = credentials::of_buyer(&mut tx, buyer, phone, LIST_AT_MOST).await?;
    reply::json(StatusCode::OK, &CredentialList { data: cards.into_iter().map(view).collect(), next: None })
}

/// Reads a card.
#[utoipa::path(
    get, path = "/v1/credentials/{id}", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "cr_…")),
    responses((status = 200, body = CredentialView), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn get_credential(State(app): State<AppState>, Id(id): Id, headers: HeaderMap) -> Result<Response, Error> {
    app.shop(&headers)?;
    let id = body::id(&id, CredentialId::parse, "credential")?;
    let mut tx = app.payments.db.read().await?;
    let credential = credentials::get(&mut tx, &id).await?.ok_or(Error::NotFound("credential"))?;
    reply::json(StatusCode::OK, &view(credential))
}

/// Forgets a card.
///
/// An order that still waits to be confirmed with it is not charged any more. The processor keeps the card until the shop
/// removes it there.
#[utoipa::path(
    delete, path = "/v1/credentials/{id}", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "cr_…")),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn delete_credential(State(app): State<AppState>, call: Call) -> Result<StatusCode, Error> {
    app.shop(&call.headers)?;
    let id = body::id(&call.id, CredentialId::parse, "credential")?;
    let mut tx = app.payments.db.begin().await?;
    if !credentials::delete(&mut tx, &id).await? {
        return Err(Error::NotFound("credential"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(credential: Credential) -> CredentialView {
    CredentialView {
        id: credential.id.to_string(),
        buyer_id: credential.buyer,
        phone: mask_phone(&credential.phone),
        last_four_digits: credential.last_four,
        brand: credential.brand,
        created_at: rfc3339(credential.created_at_ms),
    }
}

/// `+5511999990000` as `+55•••0000`.
fn mask_phone(phone: &str) -> String {
    let (start, end) = (phone.get(..3).unwrap_or_default(), phone.get(phone.len().saturating_sub(4)..));
    format!("{start}•••{}", end.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_told_without_its_middle() {
        assert_eq!(mask_phone("+5511999990000"), "+55•••0000");
        assert_eq!(mask_phone(""), "•••");
    }
}
