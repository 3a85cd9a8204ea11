//! Rows of `timeline`: what happened to a payment, for people. Only ever grows.

use super::{StoreError, Tx};
use crate::{args, keys};
use serde::Serialize;
use umclique_wire::AttemptId;
use utoipa::ToSchema;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Entry {
    /// When, RFC 3339 UTC.
    pub at: String,
    /// What, in a stable word: `created`, `status`, `contradiction`.
    pub kind: String,
    /// In a sentence, without personal data.
    pub detail: String,
}

/// Adds an entry.
pub async fn add(tx: &mut Tx, attempt: &AttemptId, at_ms: i64, kind: &str, detail: &str) -> Result<(), StoreError> {
    tx.execute(
        "insert into timeline (id, attempt_id, at, kind, detail) values ($1, $2, $3, $4, $5)",
        args![keys::new_row_id(), attempt.as_str(), at_ms, kind, detail],
    )
    .await?;
    Ok(())
}

/// The latest `limit` entries of a payment, oldest first.
pub async fn list(tx: &mut Tx, attempt: &AttemptId, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = tx
        .rows(
            "select at, kind, detail from timeline where attempt_id = $1 order by id desc limit $2",
            args![attempt.as_str(), limit],
        )
        .await?;
    rows.iter()
        .rev()
        .map(|row| {
            Ok(Entry {
                at: crate::clock::rfc3339(row.int("at")?),
                kind: row.text("kind")?,
                detail: row.text("detail")?,
            })
        })
        .collect()
}
