//! Rows of `idempotency`: which caller's key stands for which request, and what was answered.

use super::{StoreError, Tx};
use crate::args;

/// A key that was seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What stands for the body it came with.
    pub fingerprint: String,
    /// What the request made.
    pub resource: String,
    /// The stored answer; `None` while the first request still runs, or was killed.
    pub answer: Option<(u16, String)>,
}

/// Looks a key up.
pub async fn get(tx: &mut Tx, scope: &str, key: &str) -> Result<Option<Known>, StoreError> {
    let row = tx
        .row(
            "select fingerprint, resource, status, body from idempotency where scope = $1 and key = $2",
            args![scope, key],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let answer = match (row.opt_int("status")?, row.opt_text("body")?) {
        (Some(status), Some(body)) => Some((u16::try_from(status).unwrap_or(500), body)),
        _ => None,
    };
    Ok(Some(Known { fingerprint: row.text("fingerprint")?, resource: row.text("resource")?, answer }))
}

/// Claims a key. `false`: somebody else did a moment earlier.
pub async fn claim(
    tx: &mut Tx,
    scope: &str,
    key: &str,
    fingerprint: &str,
    resource: &str,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "insert into idempotency (scope, key, fingerprint, resource, created_at) values ($1, $2, $3, $4, $5) \
             on conflict (scope, key) do nothing",
            args![scope, key, fingerprint, resource, now_ms],
        )
        .await?;
    Ok(touched == 1)
}

/// Keeps the answer for replay. The first answer stays: the same key always gets the same bytes.
pub async fn answer(tx: &mut Tx, scope: &str, key: &str, status: u16, body: &str) -> Result<(), StoreError> {
    tx.execute(
        "update idempotency set status = $3, body = $4 where scope = $1 and key = $2 and status is null",
        args![scope, key, i64::from(status), body],
    )
    .await?;
    Ok(())
}

/// Forgets keys older than `before_ms`.
pub async fn forget(tx: &mut Tx, before_ms: i64) -> Result<u64, StoreError> {
    tx.execute("delete from idempotency where created_at < $1", args![before_ms]).await
}
