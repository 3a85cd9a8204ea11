//! One request to the bridge, with the parts that every call may need, and how its body is read.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::errors::ApiError;
use crate::json::{Complaint, Fields, Reason};

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) path: String,
    pub(super) token: Option<String>,
    pub(super) idempotency_key: Option<String>,
    body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Ask {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let text = |headers: &HeaderMap, name: &str| {
            headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (headers, path) = (request.headers().clone(), request.uri().path().to_owned());
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let authorization = text(&headers, "authorization").unwrap_or_default();
        Ok(Self {
            path,
            token: authorization.strip_prefix("Bearer ").map(str::to_owned),
            idempotency_key: text(&headers, "idempotency-key").filter(|key| !key.trim().is_empty()),
            body,
        })
    }
}

impl Ask {
    /// Tells bodies apart, by what they say and not by how it is written.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        match serde_json::from_slice::<serde_json::Value>(&self.body) {
            Ok(value) => Sha256::digest(value.to_string()).into(),
            Err(_) => Sha256::digest(&self.body).into(),
        }
    }

    /// Runs a reader over the body's fields, and refuses where it complained. An empty body has no fields.
    pub(super) fn read<T>(
        &self,
        reader: impl FnOnce(&Fields<'_>, &mut Vec<Complaint>) -> Option<T>,
    ) -> Result<T, ApiError> {
        let text: &[u8] = if self.body.trim_ascii().is_empty() { b"{}" } else { &self.body };
        let no_object = || ApiError::InvalidRequest("the body must be a JSON object".to_owned());
        let fields = Fields::parse(text).ok_or_else(no_object)?;
        let mut wrong = Vec::new();
        let read = reader(&fields, &mut wrong);
        read.filter(|_| wrong.is_empty()).ok_or_else(|| ApiError::InvalidRequest(told(&wrong)))
    }
}

fn told(complaints: &[Complaint]) -> String {
    let one = |complaint: &Complaint| match complaint.reason {
        Reason::Text(why) => format!("{} {why}", complaint.path),
        Reason::NotPositive => format!("{} must be greater than 0", complaint.path),
    };
    complaints.iter().map(one).collect::<Vec<_>>().join("; ")
}
