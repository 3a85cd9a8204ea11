//! Keeps answers under the caller's key: the same key and body get the same bytes.

use super::App;
use crate::error::Error;
use crate::keys::is_same_body;
use crate::store::idempotency;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::future::Future;

/// A caller's key for one operation.
#[derive(Clone, Debug)]
pub struct Key {
    /// Caller, method and path.
    pub scope: String,
    /// As sent.
    pub key: String,
    /// What stands for the body.
    pub fingerprint: String,
}

impl App {
    /// Reads the `Idempotency-Key` header.
    pub fn key(&self, headers: &HeaderMap, scope: String, body: &serde_json::Value) -> Result<Key, Error> {
        let key = headers.get("idempotency-key").ok_or(Error::KeyMissing)?;
        let key = key.to_str().map_err(|_| Error::KeyInvalid)?.trim();
        if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(Error::KeyInvalid);
        }
        Ok(Key { scope, key: key.to_owned(), fingerprint: self.payments.keys.fingerprint(body) })
    }

    /// Runs an operation that is itself safe to run twice under one key, and keeps the first answer for ever after.
    pub async fn once<F>(&self, key: &Key, operation: F) -> Result<Response, Error>
    where
        F: Future<Output = Result<(StatusCode, String), Error>> + Send,
    {
        if let Some(kept) = self.kept(key).await? {
            return Ok(kept);
        }
        let (status, body) = operation.await?;
        let mut tx = self.payments.db.begin().await?;
        let now_ms = self.payments.clock.now_ms();
        idempotency::claim(&mut tx, &key.scope, &key.key, &key.fingerprint, "", now_ms).await?;
        idempotency::answer(&mut tx, &key.scope, &key.key, status.as_u16(), &body).await?;
        tx.commit().await?;
        Ok(self.kept(key).await?.unwrap_or_else(|| super::reply::raw(status, body)))
    }

    async fn kept(&self, key: &Key) -> Result<Option<Response>, Error> {
        let mut tx = self.payments.db.read().await?;
        match idempotency::get(&mut tx, &key.scope, &key.key).await? {
            None => Ok(None),
            Some(known) if !is_same_body(&known.fingerprint, &key.fingerprint) => Err(Error::KeyReused),
            Some(known) => Ok(known
                .answer
                .map(|(status, body)| super::reply::raw(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), body))),
        }
    }
}
