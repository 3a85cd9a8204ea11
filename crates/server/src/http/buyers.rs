//! `/v1/buyers/{id}/links/{provider}`: the account that a buyer of the shop pays with by one click.

use super::{AppState, reply};
use crate::clock::rfc3339;
use crate::error::Error;
use crate::store::grants;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use umclique_wire::{MethodKind, Problem};
use utoipa::ToSchema;

/// A buyer's link.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuyerLink {
    /// The shop's own id of the buyer, `buyer.id` of a session.
    pub buyer: String,
    /// What it pays.
    pub method: MethodKind,
    /// The account as its owner may see it, where the provider told.
    pub account: Option<String>,
    /// The buyer must connect again before the next payment.
    pub is_lapsed: bool,
    /// RFC 3339, UTC.
    pub linked_at: String,
}

type InPath = Result<Path<(String, String)>, axum::extract::rejection::PathRejection>;

/// Reads a buyer's link.
#[utoipa::path(
    get, path = "/v1/buyers/{buyer}/links/{provider}", tag = "shop", security(("secret_key" = [])),
    params(("buyer" = String, Path, description = "buyer.id of a session"), ("provider" = String, Path, description = "picpay")),
    responses((status = 200, body = BuyerLink), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn get_link(State(app): State<AppState>, headers: HeaderMap, path: InPath) -> Result<Response, Error> {
    app.shop(&headers)?;
    let (buyer, method) = named(&app, path)?;
    let mut tx = app.payments.db.read().await?;
    let links = grants::links(&mut tx, &buyer).await?;
    let link = links.into_iter().find(|(kind, _)| *kind == method).ok_or(Error::NotFound("link"))?.1;
    let view = BuyerLink {
        buyer,
        method,
        account: link.masked_account,
        is_lapsed: link.is_lapsed,
        linked_at: rfc3339(link.linked_at_ms),
    };
    reply::json(StatusCode::OK, &view)
}

/// Forgets a buyer's link.
///
/// The next payment asks for a consent. Payments that were made by it can be refunded for as long as the login lives.
#[utoipa::path(
    delete, path = "/v1/buyers/{buyer}/links/{provider}", tag = "shop", security(("secret_key" = [])),
    params(("buyer" = String, Path, description = "buyer.id of a session"), ("provider" = String, Path, description = "picpay")),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn delete_link(State(app): State<AppState>, headers: HeaderMap, path: InPath) -> Result<StatusCode, Error> {
    app.shop(&headers)?;
    let (buyer, method) = named(&app, path)?;
    let mut tx = app.payments.db.begin().await?;
    if !grants::unlink(&mut tx, method, &buyer).await? {
        return Err(Error::NotFound("link"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn named(app: &AppState, path: InPath) -> Result<(String, MethodKind), Error> {
    let Path((buyer, provider)) = path.map_err(|_| Error::NoRoute)?;
    // PostgreSQL stores no NUL, and no buyer has one.
    if buyer.chars().any(char::is_control) {
        return Err(Error::NotFound("link"));
    }
    let method = app.payments.methods.of_provider(&provider).ok_or(Error::NotFound("link"))?;
    Ok((buyer, method.kind()))
}
