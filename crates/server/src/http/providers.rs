//! Providers' callbacks. They prove nothing: they only make us ask.

use super::{AppState, body};
use crate::error::Error;
use crate::methods::Notice;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use umclique_wire::Problem;

/// More than a payment's ids need, and than a provider sends of one payment.
const MAX_BYTES: usize = 16 * 1024;

/// A provider says that something changed.
///
/// Its method finds out which payment is meant, if it can be one of ours; what does not fit is dropped unstored.
#[utoipa::path(
    post, path = "/providers/{provider}/{*notice}", tag = "providers",
    params(
        ("provider" = String, Path, description = "epag, april"),
        ("notice" = String, Path, description = "notifications/pa_….{mac} for epag; webhook for april"),
    ),
    responses((status = 204), (status = 404, body = Problem), (status = 413, body = Problem))
)]
pub async fn receive_notice(
    State(app): State<AppState>,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    body: Body,
) -> Result<StatusCode, Error> {
    let Path((provider, path)) = path.map_err(|_| Error::NoRoute)?;
    let method = app.payments.methods.of_provider(&provider).ok_or(Error::NoRoute)?;
    let body = body::read(body, MAX_BYTES).await?;
    let attempt = method.hinted(Notice { path: &path, body: &body }).ok_or(Error::NotFound("payment"))?;
    app.payments.hasten(&attempt).await?;
    Ok(StatusCode::NO_CONTENT)
}
