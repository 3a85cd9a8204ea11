//! Reads what stands in a request's path. What cannot be read is a problem like any other, never axum's own plain text.

use crate::error::Error;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// The one variable part of a path.
#[derive(Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        // Bytes that are no text are no id either.
        let Path(id) = Path::from_request_parts(parts, state).await.map_err(|_| Error::NoRoute)?;
        Ok(Self(id))
    }
}

/// A call on one thing, its body unread: who calls is checked first.
#[derive(Debug)]
pub struct Call {
    /// As in the path, unchecked.
    pub id: String,
    /// The caller's key and the idempotency key are among them.
    pub headers: HeaderMap,
    /// What the caller asks.
    pub body: Body,
}

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let Id(id) = Id::from_request_parts(&mut parts, state).await?;
        Ok(Self { id, headers: parts.headers, body })
    }
}
