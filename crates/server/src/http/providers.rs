//! Providers' callbacks. They prove nothing: they only make us ask.

use super::parts::Id;
use super::{AppState, body};
use crate::error::Error;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use umclique_wire::{AttemptId, Problem};

/// More than ePag's two ids need.
const MAX_BYTES: usize = 4 * 1024;

/// ePag says that something changed.
///
/// The path ends in the attempt's id and a truncated HMAC of it; what does not fit is dropped unstored. The body is not
/// believed, and not even needed.
#[utoipa::path(
    post, path = "/providers/epag/notifications/{attempt}", tag = "providers",
    params(("attempt" = String, Path, description = "pa_….{mac}")),
    responses((status = 204), (status = 404, body = Problem), (status = 413, body = Problem))
)]
pub async fn receive_epag_notification(
    State(app): State<AppState>,
    Id(path): Id,
    body: Body,
) -> Result<StatusCode, Error> {
    body::read(body, MAX_BYTES).await?;
    let (id, mac) = path.split_once('.').ok_or(Error::NotFound("payment"))?;
    let id = body::id(id, AttemptId::parse, "payment")?;
    if !app.payments.keys.is_callback_mac(&id, mac) {
        return Err(Error::NotFound("payment"));
    }
    app.payments.hasten(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
