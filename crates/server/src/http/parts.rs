//! Reads what stands in a request's address. What cannot be read is a problem like any other, never axum's own plain text.

use crate::error::Error;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

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

/// What follows the question mark.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Query(asked) =
            Query::from_request_parts(parts, state).await.map_err(|error| Error::Malformed(error.body_text()))?;
        Ok(Self(asked))
    }
}
