//! Answers: JSON, or RFC 9457 problems. Faults are logged here, once, and their inner text stays here.

use crate::error::Error;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// JSON of something that always is JSON: our own views.
pub fn json(status: StatusCode, value: &impl Serialize) -> Result<Response, Error> {
    let text = serde_json::to_string(value).map_err(crate::store::StoreError::from)?;
    Ok(raw(status, text))
}

/// A JSON text that was kept for replay.
#[must_use]
pub fn raw(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}

/// A problem.
#[must_use]
pub fn problem(error: &Error) -> Response {
    if error.is_fault() {
        tracing::error!(%error, "a request failed");
    }
    let problem = error.problem();
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let text = serde_json::to_string(&problem).unwrap_or_default();
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    let mut response = (status, kind, Body::from(text)).into_response();
    if let Some(seconds) = error.retry_after_s() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        problem(&self)
    }
}
