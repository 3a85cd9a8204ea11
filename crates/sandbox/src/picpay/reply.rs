//! An answer in bytes, so that an idempotency key can give the same ones again.

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json, value::to_raw_value};

use crate::faults::Fault;

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    status: StatusCode,
    body: Bytes,
    /// The charge that was made.
    subject: Option<String>,
}

impl Reply {
    /// JSON under a status.
    pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        let raw = to_raw_value(body).expect("answers are plain JSON");
        Self { status, body: Bytes::copy_from_slice(raw.get().as_bytes()), subject: None }
    }

    /// 200 with a body.
    pub(super) fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// The same, about a charge that was just made.
    pub(super) fn about(self, charge: String) -> Self {
        Self { subject: Some(charge), ..self }
    }

    /// The charge that was made.
    pub(super) fn into_subject(self) -> Option<String> {
        self.subject
    }

    /// 204.
    pub(super) fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: Bytes::new(), subject: None }
    }

    /// 208: another request with this key is being processed. Its body is undocumented; we assume an empty object.
    pub(super) fn still_processing() -> Self {
        Self::json(StatusCode::ALREADY_REPORTED, &json!({}))
    }

    /// Whether this answer is final for an idempotency key; the others are forgotten, and the same key executes again.
    /// Source: PicPay "Idempotency key". A 401 never gets so far.
    pub(super) fn is_final(&self) -> bool {
        !matches!(self.status.as_u16(), 208 | 408 | 429) && !self.status.is_server_error()
    }

    /// Puts a wrong amount, or a status that nobody documented, wherever the answer has one.
    pub(super) fn distorted(self, fault: Fault) -> Self {
        let Ok(mut body) = serde_json::from_slice(&self.body) else { return self };
        distort(&mut body, fault);
        Self::json(self.status, &body)
    }
}

fn distort(value: &mut Value, fault: Fault) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| distort(value, fault)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match (fault, name.as_str()) {
                    (Fault::WrongAmount, "value") => *field = json!(1234.56),
                    (Fault::UnknownStatus, "status") => *field = json!("AWAITING_MOON"),
                    _ => distort(field, fault),
                }
            }
        }
        _ => {}
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        if self.body.is_empty() {
            return self.status.into_response();
        }
        (self.status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response()
    }
}
