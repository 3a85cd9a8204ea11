//! Reads what stands in a request's path. What cannot be read is a problem like any other, never axum's own plain text.

use crate::error::Error;
use axum::extract::{FromRequestParts, Path};
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
