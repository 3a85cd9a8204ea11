//! `POST /shop/webhooks`: where the merchant server tells the shop what happened. The signature proves who speaks.
//!
//! Verifies the raw bytes first, records, and answers; a 2xx says "stored", so it comes last.

use super::Shared;
use crate::book::Delivery;
use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

/// A webhook's body. `data` is the payment, a full snapshot with a rising version.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    timestamp: String,
    data: Value,
}

/// Takes a genuine webhook once, however often it comes.
pub(super) async fn receive_webhook(
    State(app): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let refused = |detail: String| {
        tracing::warn!(detail, "a webhook was refused");
        Problem::new(StatusCode::UNAUTHORIZED, "webhook_refused", detail)
    };
    let verified = app.verifier.verify(&headers, &body).map_err(|refusal| refused(refusal.to_string()))?;
    if !app.clock.accepts(verified.timestamp_s).await {
        return Err(refused("webhook-timestamp is more than five minutes off; check both clocks".to_owned()));
    }
    let event: Event = serde_json::from_slice(&body)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "webhook_invalid", error.to_string()))?;
    let delivery = Delivery {
        id: verified.id,
        kind: event.kind,
        timestamp: event.timestamp,
        version: event.data["version"].as_u64().unwrap_or(0),
        is_newest: false,
        times: 1,
    };
    tracing::info!(id = delivery.id, kind = delivery.kind, "a webhook was received");
    app.book.record(delivery, event.data);
    Ok(StatusCode::NO_CONTENT)
}
