//! PicPay's refusals, to the letter, in the shapes that are published: a bare message, a message with a code, a message
//! with a code and the fields, and OAuth's. Source: PicPay "API reference".

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;

use super::reply::Reply;
use super::settings::FieldErrors;
use super::wallet::Decline;
use crate::json::{Complaint, Reason};

/// A refusal, before it is written.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    body: Body,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Body {
    Bare { message: &'static str },
    Coded { message: &'static str, business_code: &'static str },
    ByField { message: &'static str, errors: BTreeMap<String, Vec<String>>, business_code: &'static str },
    List { message: &'static str, errors: Vec<FieldError>, business_code: &'static str },
    OAuth { error: &'static str, error_description: &'static str },
}

#[derive(Clone, Debug, Serialize)]
struct FieldError {
    field: String,
    message: String,
}

impl ApiError {
    fn bare(status: StatusCode, message: &'static str) -> Self {
        Self { status, body: Body::Bare { message } }
    }

    fn coded(status: StatusCode, message: &'static str, business_code: &'static str) -> Self {
        Self { status, body: Body::Coded { message, business_code } }
    }

    /// 400 of the token endpoint.
    pub(super) fn oauth(error: &'static str, error_description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body: Body::OAuth { error, error_description } }
    }

    /// 401 of the user info, whatever is wrong with the token. The status is undocumented; we assume it.
    pub(super) fn unverified_token() -> Self {
        let body = Body::OAuth { error: "invalid_token", error_description: "Token verification failed" };
        Self { status: StatusCode::UNAUTHORIZED, body }
    }

    /// 403 of the user info without its scope. Undocumented; we assume RFC 6750's word for it.
    pub(super) fn insufficient_scope() -> Self {
        let body = Body::OAuth { error: "insufficient_scope", error_description: "The scope profile is required" };
        Self { status: StatusCode::FORBIDDEN, body }
    }

    /// 401: no token at all.
    pub(super) fn no_token() -> Self {
        Self::bare(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    /// 401: a token that is not ours, or no longer.
    pub(super) fn wrong_token() -> Self {
        Self::bare(StatusCode::UNAUTHORIZED, "Invalid authentication credentials")
    }

    /// 401: not a JWT.
    pub(super) fn no_jwt() -> Self {
        Self::bare(StatusCode::UNAUTHORIZED, "Bad token; invalid JSON")
    }

    /// 401: too old.
    pub(super) fn expired_token() -> Self {
        Self::bare(StatusCode::UNAUTHORIZED, r#"Token claims invalid: ["exp"]="token expired""#)
    }

    /// 403: a charge without `payments.charge`. Undocumented; we assume the refund's text.
    pub(super) fn no_permission_to_charge() -> Self {
        Self::bare(StatusCode::FORBIDDEN, "Invalid Permission")
    }

    /// 406: a refund without `payments.refund`.
    pub(super) fn no_permission_to_refund() -> Self {
        Self::bare(StatusCode::NOT_ACCEPTABLE, "Invalid Permission")
    }

    /// 400: a living charge has this reference already.
    pub(super) fn duplicate() -> Self {
        Self::coded(StatusCode::BAD_REQUEST, "Duplicated transaction.", "DUPLICATED_TRANSACTION")
    }

    /// 403 and 406: the wallet does not pay. The status of the last is undocumented; we assume that of its neighbours.
    pub(super) fn declined(why: Decline) -> Self {
        match why {
            Decline::FundingSourceUnavailable => {
                Self::coded(StatusCode::FORBIDDEN, "Funding source unavailable", "FUNDING_SOURCE_UNAVAILABLE")
            }
            Decline::InsufficientFunds => Self::bare(StatusCode::NOT_ACCEPTABLE, "Insufficient funds"),
            Decline::InvalidFundingSource => Self::bare(StatusCode::NOT_ACCEPTABLE, "Invalid funding source."),
            Decline::AccountClosed => Self::bare(StatusCode::NOT_ACCEPTABLE, "The account is closed."),
            Decline::AccountOnHold => Self::bare(StatusCode::NOT_ACCEPTABLE, "The account is on hold."),
            Decline::Unauthorized => Self::bare(StatusCode::NOT_ACCEPTABLE, "Unauthorized transaction."),
        }
    }

    /// 404: no such transaction of this buyer at this shop.
    pub(super) fn unknown_transaction() -> Self {
        Self::coded(StatusCode::NOT_FOUND, "Transaction not found", "TRANSACTION_NOT_FOUND")
    }

    /// 404: no such path or method; published nowhere, it is what such gateways say.
    pub(super) fn no_route() -> Self {
        Self::bare(StatusCode::NOT_FOUND, "no Route matched with those values")
    }

    /// 406: more than was authorized.
    pub(super) fn capture_too_high() -> Self {
        Self::coded(StatusCode::NOT_ACCEPTABLE, "Captured value is invalid.", "CAPTURED_INVALID_VALUE")
    }

    /// 406: more than is left.
    pub(super) fn refund_too_high() -> Self {
        Self::coded(StatusCode::NOT_ACCEPTABLE, "Refund value is invalid.", "REFUND_EXCEEDS_LIMIT")
    }

    /// A refund of what was never paid. The status is undocumented; we assume 406.
    pub(super) fn not_refundable() -> Self {
        Self::bare(StatusCode::NOT_ACCEPTABLE, "Transaction could not be refund")
    }

    /// 409: nothing is reserved.
    pub(super) fn not_capturable() -> Self {
        let message = "Transaction has invalid status for capture.";
        Self::coded(StatusCode::CONFLICT, message, "TRANSACTION_CANT_BE_CAPTURED")
    }

    /// 409: nothing is reserved.
    pub(super) fn not_cancellable() -> Self {
        let message = "Transaction has invalid status for cancellation.";
        Self::coded(StatusCode::CONFLICT, message, "TRANSACTION_CANT_BE_CANCELLED")
    }

    /// 422: neither id.
    pub(super) fn no_id() -> Self {
        let message = "It is necessary to inform the reference_id or transaction_id.";
        Self::coded(StatusCode::UNPROCESSABLE_ENTITY, message, "INVALID_INPUT")
    }

    /// 422: fields of the body, all of them.
    pub(super) fn fields(complaints: &[Complaint], shape: FieldErrors) -> Self {
        let (message, business_code) = ("The given data was invalid.", "INVALID_INPUT");
        let text = |complaint: &Complaint| match complaint.reason {
            Reason::Text(why) => format!("The {} {why}.", complaint.path),
            Reason::NotPositive => format!("The {} must be greater than 0.", complaint.path),
        };
        let body = match shape {
            FieldErrors::ByField => {
                let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for complaint in complaints {
                    errors.entry(complaint.path.clone()).or_default().push(text(complaint));
                }
                Body::ByField { message, errors, business_code }
            }
            FieldErrors::List => {
                let item = |complaint| FieldError { field: Complaint::clone(complaint).path, message: text(complaint) };
                Body::List { message, errors: complaints.iter().map(item).collect(), business_code }
            }
        };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body }
    }

    /// 408, or 500: PicPay's own time was over.
    pub(super) fn timed_out(status: u16) -> Self {
        if status == 500 {
            return Self::internal();
        }
        Self::coded(StatusCode::REQUEST_TIMEOUT, "Request took too long to process.", "REQUEST_TIMEOUT")
    }

    /// 429: too many calls.
    pub(super) fn rate_limited() -> Self {
        Self::bare(StatusCode::TOO_MANY_REQUESTS, "API rate limit exceeded")
    }

    /// 500: something broke at PicPay.
    pub(super) fn internal() -> Self {
        let message = "Oops! An unexpected error occurred while processing your request.";
        Self::coded(StatusCode::INTERNAL_SERVER_ERROR, message, "INTERNAL_ERROR")
    }

    /// 502: the gateway in front of PicPay; published nowhere, it is what such gateways say.
    pub(super) fn bad_gateway() -> Self {
        Self::bare(StatusCode::BAD_GATEWAY, "An invalid response was received from the upstream server")
    }

    /// 503: PicPay is not there at the moment.
    pub(super) fn unavailable() -> Self {
        let message = "Service temporarily unavailable. Please try again later.";
        Self::coded(StatusCode::SERVICE_UNAVAILABLE, message, "SERVICE_UNAVAILABLE")
    }

    /// The answer.
    pub(super) fn reply(&self) -> Reply {
        Reply::json(self.status, &self.body)
    }
}
