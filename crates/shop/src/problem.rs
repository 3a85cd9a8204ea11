//! The shop's errors as RFC 9457 `application/problem+json`. Used by every route.
//!
//! An error of the merchant server goes on as it came: it names no secret, and its `code` is the stable part.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    /// A problem with a stable code, and a detail that says what to do.
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        let detail: String = detail.into();
        Self {
            status,
            body: json!({ "type": "about:blank", "status": status.as_u16(), "code": code, "detail": detail }),
        }
    }

    /// Whether what was spoken of is not there.
    pub(crate) fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// What the merchant server answered instead of a 2xx.
    pub(crate) fn from_server(status: StatusCode, body: Value) -> Self {
        if body.get("code").is_some() {
            return Self { status, body };
        }
        Self::new(
            StatusCode::BAD_GATEWAY,
            "server_answer",
            format!("the merchant server answered {status}; see its log"),
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/problem+json");
        (self.status, [(header::CONTENT_TYPE, kind)], self.body.to_string()).into_response()
    }
}
