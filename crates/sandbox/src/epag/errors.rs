//! ePag's error answers, to the letter: the body of §8 with codes and the next token, and the barer one of 401.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::times::error_time;
use crate::json::{Complaint, Reason};

/// One entry of `errors`.
#[derive(Clone, Debug, Serialize)]
struct ErrorItem {
    code: &'static str,
    description: String,
}

/// A refusal, before it is written.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    message: String,
    /// Empty where the answer has no `errors` at all.
    errors: Vec<ErrorItem>,
    has_refresh_token: bool,
}

#[derive(Debug, Serialize)]
struct ErrorBody<'a> {
    timestamp: String,
    status: u16,
    error: &'static str,
    message: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ErrorItem],
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl ApiError {
    fn coded(status: StatusCode, code: &'static str, description: &str) -> Self {
        let errors = vec![ErrorItem { code, description: description.to_owned() }];
        Self { status, message: description.to_owned(), errors, has_refresh_token: true }
    }

    fn bare(status: StatusCode, message: &str) -> Self {
        Self { status, message: message.to_owned(), errors: Vec::new(), has_refresh_token: false }
    }

    /// 401: token missing, wrong or expired; also wrong keys. Without `errors` and `refresh_token`.
    pub(super) fn unauthorized() -> Self {
        Self::bare(StatusCode::UNAUTHORIZED, "Access Denied")
    }

    /// 400: fields of the body; all of them, `message` is the first.
    pub(super) fn fields(complaints: &[Complaint]) -> Self {
        let item = |complaint: &Complaint| match complaint.reason {
            Reason::Text(why) => ErrorItem { code: "00.01.0044", description: format!("{}: {why}", complaint.path) },
            Reason::NotPositive => {
                ErrorItem { code: "00.01.0058", description: format!("{}: must be greater than 0", complaint.path) }
            }
        };
        let errors: Vec<_> = complaints.iter().map(item).collect();
        let message = errors.first().map(|first| first.description.clone()).unwrap_or_default();
        Self { status: StatusCode::BAD_REQUEST, message, errors, has_refresh_token: true }
    }

    /// 400: the body is no JSON object.
    pub(super) fn malformed() -> Self {
        Self::coded(StatusCode::BAD_REQUEST, "00.01.0044", "Malformed JSON request")
    }

    /// 422: no such contract, or one for something else.
    pub(super) fn unknown_contract() -> Self {
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "00.01.0021", "Invalid contract / project")
    }

    /// 404: no such payment.
    pub(super) fn unknown_payment() -> Self {
        Self::coded(StatusCode::NOT_FOUND, "00.01.0038", "Payment not found")
    }

    /// 404: no such refund.
    pub(super) fn unknown_refund() -> Self {
        Self::coded(StatusCode::NOT_FOUND, "00.01.0068", "Refund not found")
    }

    /// 404: no such access key. Without `errors` and `refresh_token`.
    pub(super) fn unknown_key() -> Self {
        Self::bare(StatusCode::NOT_FOUND, "Access key not found")
    }

    /// 422: captures and cancels of what is not pre-authorized; the text speaks of capture in both.
    pub(super) fn not_pre_authorized() -> Self {
        let text = "Payment is not pre-authorized and cannot be captured";
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "00.04.0010", text)
    }

    /// 422: a capture over the reserved amount.
    pub(super) fn over_authorized() -> Self {
        let text = "Capture amount is higher than the authorized amount";
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "00.04.0011", text)
    }

    /// 422: another operation on this payment has been accepted and is not done.
    pub(super) fn locked() -> Self {
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "00.04.0012", "Payment status is locked")
    }

    /// 400: this status cannot be refunded.
    pub(super) fn not_refundable() -> Self {
        Self::coded(StatusCode::BAD_REQUEST, "01.05.0030", "Payment status does not allow refunds")
    }

    /// 422: a refund over what is left.
    pub(super) fn refund_too_high() -> Self {
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "00.04.0014", "Refund amount is higher than the available amount")
    }

    /// 422: too late for a refund.
    pub(super) fn refund_period_over() -> Self {
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "01.05.0018", "Refund period is over")
    }

    /// 422: `sendPayment` for the second time.
    pub(super) fn already_sent() -> Self {
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "00.04.0022", "Payment token was already sent")
    }

    /// 422: the two-step variant asks for another method than PicPay.
    pub(super) fn method_not_allowed() -> Self {
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, "00.01.0023", "Payment method not allowed")
    }

    /// 429, undocumented: the usual body without a code.
    pub(super) fn rate_limited() -> Self {
        Self { has_refresh_token: true, ..Self::bare(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests") }
    }

    /// 500: something broke at ePag.
    pub(super) fn internal() -> Self {
        Self::coded(StatusCode::INTERNAL_SERVER_ERROR, "00.00.0000", "Unknown error")
    }

    /// 502: ePag could not reach its own provider; the outcome is unknown.
    pub(super) fn upstream() -> Self {
        Self::coded(StatusCode::BAD_GATEWAY, "00.02.0001", "Error communicating with the provider")
    }

    /// 404 for a path ePag does not have.
    pub(super) fn no_such_path() -> Self {
        Self::bare(StatusCode::NOT_FOUND, "No message available")
    }

    /// 405 for a path ePag has, by another method.
    pub(super) fn no_such_method() -> Self {
        Self::bare(StatusCode::METHOD_NOT_ALLOWED, "Request method not supported")
    }

    /// The answer; `refresh_token` is dropped where this error does not carry one.
    pub(super) fn answer(&self, path: &str, now_ms: i64, refresh_token: Option<String>) -> Response {
        let body = ErrorBody {
            timestamp: error_time(now_ms),
            status: self.status.as_u16(),
            error: self.status.canonical_reason().unwrap_or("Error"),
            message: &self.message,
            path,
            errors: &self.errors,
            refresh_token: refresh_token.filter(|_| self.has_refresh_token),
        };
        (self.status, Json(body)).into_response()
    }
}
