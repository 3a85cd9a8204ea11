//! Reads bodies: limited in size and time, JSON or a clear no.

use crate::error::Error;
use axum::body::{Body, to_bytes};
use serde::de::DeserializeOwned;
use std::time::Duration;
use umclique_wire::IdError;

/// More than any documented body needs.
pub const MAX_BYTES: usize = 64 * 1024;
const MAX_WAIT: Duration = Duration::from_secs(10);

/// A body as the wanted shape, and as plain JSON for its fingerprint.
#[derive(Debug)]
pub struct Parsed<T> {
    /// The wanted shape.
    pub value: T,
    /// The same, as sent.
    pub json: serde_json::Value,
}

/// Reads a JSON body.
pub async fn json<T: DeserializeOwned>(body: Body) -> Result<Parsed<T>, Error> {
    parse(&read(body, MAX_BYTES).await?)
}

/// Reads a JSON body; an empty one stands for `{}`.
pub async fn optional_json<T: DeserializeOwned>(body: Body) -> Result<Parsed<T>, Error> {
    let bytes = read(body, MAX_BYTES).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) { parse(b"{}") } else { parse(&bytes) }
}

/// Reads at most `limit` bytes.
pub async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Error> {
    match tokio::time::timeout(MAX_WAIT, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(_)) => Err(Error::TooLarge(limit)),
        Err(_) => Err(Error::Malformed("the body did not arrive within 10 seconds".into())),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<Parsed<T>, Error> {
    let explain = |error: serde_json::Error| Error::Malformed(error.to_string());
    let json: serde_json::Value = serde_json::from_slice(bytes).map_err(explain)?;
    let value = serde_json::from_slice(bytes).map_err(explain)?;
    Ok(Parsed { value, json })
}

/// Reads an id out of a path: what is not an id is not there.
pub fn id<T>(text: &str, parse: impl Fn(&str) -> Result<T, IdError>, what: &'static str) -> Result<T, Error> {
    parse(text).map_err(|_| Error::NotFound(what))
}
