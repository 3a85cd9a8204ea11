//! The bridge's refusals: RFC 9457 problems with a stable code. Source: docs/API.md, "Card processor bridge".

use axum::http::StatusCode;
use serde_json::json;

use super::pipeline::Reply;

/// A refusal. None of them charges anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ApiError {
    Unauthorized,
    NotFound(&'static str),
    InvalidRequest(String),
    KeyReused,
    KeyInUse,
    AmountTooLarge {
        most: i64,
    },
    AlreadyCaptured,
    AlreadyCanceled,
    NotCaptured,
    RateLimited,
    /// 500.
    Broken,
    /// 503.
    Unavailable,
}

impl ApiError {
    fn facts(&self) -> (StatusCode, &'static str, String) {
        match self {
            Self::Unauthorized => {
                (StatusCode::UNAUTHORIZED, "unauthorized", "the bearer token is not known".to_owned())
            }
            Self::NotFound(what) => (StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}")),
            Self::InvalidRequest(detail) => (StatusCode::BAD_REQUEST, "invalid_request", detail.clone()),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "the Idempotency-Key was used with another body; use a fresh one for another operation".to_owned(),
            ),
            Self::KeyInUse => (
                StatusCode::CONFLICT,
                "idempotency_key_in_use",
                "a request with this Idempotency-Key is being processed; ask again with the same key".to_owned(),
            ),
            Self::AmountTooLarge { most } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "amount_too_large", format!("amount_minor must be at most {most}"))
            }
            Self::AlreadyCaptured => (StatusCode::CONFLICT, "already_captured", "the charge is captured".to_owned()),
            Self::AlreadyCanceled => (StatusCode::CONFLICT, "already_canceled", "the charge is canceled".to_owned()),
            Self::NotCaptured => (StatusCode::CONFLICT, "not_captured", "nothing was captured".to_owned()),
            Self::RateLimited => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many requests".to_owned()),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "unavailable", "something broke".to_owned()),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "out of service".to_owned()),
        }
    }

    /// The code, for people.
    pub(super) fn code(&self) -> &'static str {
        self.facts().1
    }

    /// The answer.
    pub(super) fn reply(&self) -> Reply {
        let (status, code, detail) = self.facts();
        let title = status.canonical_reason().unwrap_or("Error");
        let body = json!({
            "type": format!("https://umclique.invalid/problems/{code}"),
            "title": title, "status": status.as_u16(), "code": code, "detail": detail,
        });
        Reply::problem(status, body)
    }
}
