//! April's error answers, to the letter: `statusCode`, `errorCode`, `message`, a fresh `tracer`, `detail` and
//! `errorTypeDescription`. Source: April "Error handling".

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Complaint, Reason};

/// A refusal, before it is written.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    detail: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    status_code: u16,
    error_code: &'static str,
    message: &'static str,
    tracer: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    error_type_description: &'static str,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message, detail: None }
    }

    fn because(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// 400: the request cannot be right, whatever the state of things.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", "Request could not be understood").because(detail)
    }

    /// 400: fields of the body, all of them in `detail`.
    pub(super) fn fields(complaints: &[Complaint]) -> Self {
        let text = |complaint: &Complaint| match complaint.reason {
            Reason::Text(why) => format!("{}: {why}", complaint.path),
            Reason::NotPositive => format!("{}: must be greater than 0", complaint.path),
        };
        Self::bad_request(complaints.iter().map(text).collect::<Vec<_>>().join("; "))
    }

    /// 400: the card's issuer, or April, does not take the payment.
    pub(super) fn declined(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "Gateway could not process this payment").because(detail)
    }

    /// 400: card data that is no card's.
    pub(super) fn card(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "Card details are not valid").because(detail)
    }

    /// 401: no credential, or none that was issued.
    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Authentication is required")
    }

    /// 403: a credential of the wrong kind.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "This credential may not be used for this call")
    }

    /// 404: there is none with this id.
    pub(super) fn not_found(what: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Resource was not found").because(format!("no such {what}"))
    }

    /// 405: a path April has, by another method.
    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method is not allowed")
    }

    /// 409: it exists, but its state forbids this.
    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "Resource is not in the right state").because(detail)
    }

    /// 429: too many calls.
    pub(super) fn rate_limited() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests")
    }

    /// 500: something broke at April.
    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_server_error", "An unexpected error occurred")
    }

    /// 502: the gateway in front of April got no answer from it.
    pub(super) fn bad_gateway() -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "bad_gateway", "Upstream did not answer")
    }

    /// 503: April is not there at the moment.
    pub(super) fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", "Service is unavailable")
    }

    /// What programs branch on.
    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    /// The answer.
    pub(super) fn answer(&self, tracer: Uuid) -> Response {
        let body = ErrorBody {
            status_code: self.status.as_u16(),
            error_code: self.code,
            message: self.message,
            tracer,
            detail: self.detail.as_deref(),
            error_type_description: if self.status.is_server_error() { "Server error" } else { "Client error" },
        };
        (self.status, Json(body)).into_response()
    }
}
