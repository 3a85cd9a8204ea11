//! Rows that wait for their time: whoever works on them takes them by row, under a lease, so that no two processes do the same.
//! Used by the tables that are worked on; called by `worker/` and `payments/`.

use super::{Db, Row, StoreError, readable};
use crate::args;

/// A table whose rows are due at some time, and have `lease_until`.
pub struct Queue<T: 'static> {
    /// Its name.
    pub table: &'static str,
    /// The column that says when a row is due; null: never.
    pub due: &'static str,
    /// Which rows only, as the end of a condition.
    pub only: &'static str,
    /// What a claim counts.
    pub counts: &'static str,
    /// Reads a row.
    pub read: fn(&Row) -> Result<T, StoreError>,
    /// A row's id, for the log.
    pub id: fn(&T) -> &str,
}

/// Who claims, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Business time: what is due by now.
    pub now_ms: i64,
    /// Real time: whose lease is over by now.
    pub real_ms: i64,
    /// How long the claimer may be away before somebody else takes over.
    pub lease_ms: i64,
    /// At most so many rows.
    pub limit: i64,
}

impl<T: 'static> Queue<T> {
    /// Takes rows that are due, the longest due first, in one statement: nobody else gets the same ones. Writes nothing where
    /// none is due. A row that cannot be read is told in the log, and keeps no other one waiting.
    pub async fn claim(&self, db: &Db, claim: Claim) -> Result<Vec<T>, StoreError> {
        let Self { table, due, only, counts, .. } = *self;
        let Claim { now_ms, real_ms, lease_ms, limit } = claim;
        let waiting = format!("from {table} where {due} <= $1 and lease_until <= $2{only}");
        let mut tx = db.read().await?;
        let first = tx.rows_built(format!("select id {waiting} limit 1"), args![now_ms, real_ms]).await?;
        drop(tx);
        if first.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = db.begin().await?;
        let sql = format!(
            "update {table} set lease_until = $3, {counts} where id in (select id {waiting} \
             order by {due}, id limit $4{}) returning *",
            tx.skip_locked()
        );
        let rows = tx.rows_built(sql, args![now_ms, real_ms, real_ms + lease_ms, limit]).await?;
        tx.commit().await?;
        Ok(readable(&rows, self.read))
    }
}
