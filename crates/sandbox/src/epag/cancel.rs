//! `POST /payment/{token}/cancel`: releases a reservation, or closes a QR that nobody paid. Accepted first, done later.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::Epag;
use super::capture::Accepted;
use super::errors::ApiError;
use super::payment::{Payment, Pending, Step};
use super::pipeline::{Call, Scene, Site, answer};
use super::status::Status;

/// `POST /payment/{token}/cancel`; the body `{}` is not looked at.
pub(super) async fn cancel_payment(State(epag): State<Arc<Epag>>, site: Site, Path(token): Path<String>) -> Response {
    answer(&epag, site, Call::Cancel, |scene| {
        let canceled = scene.epag.with_payment(&token, |payment| cancel(scene, payment));
        canceled.unwrap_or_else(|| Err(ApiError::unknown_payment()))
    })
    .await
}

fn cancel(scene: &Scene<'_>, payment: &mut Payment) -> Result<Accepted, ApiError> {
    if !payment.status.is_open() && payment.status != Status::PreAuthorized {
        return Err(ApiError::not_pre_authorized());
    }
    if payment.pending.is_some() {
        return Err(ApiError::locked());
    }
    payment.pending = Some(Pending::Cancel);
    let reply = Accepted::of(payment);
    scene.epag.later(payment, Step::Void, scene.settings.operation_delay_ms, scene.now_ms);
    Ok(reply)
}
