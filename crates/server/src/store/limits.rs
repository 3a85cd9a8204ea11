//! Rows of `limits`: how often something happened in the current window, counted for all processes together.

use super::{StoreError, Tx};
use crate::args;

/// Counts one more in `bucket` and tells how many there were in the window that holds `now_ms`.
pub async fn count(tx: &mut Tx, bucket: &str, now_ms: i64, window_ms: i64) -> Result<i64, StoreError> {
    let window_start = now_ms - now_ms.rem_euclid(window_ms);
    let row = tx
        .row(
            "insert into limits (bucket, window_start, count) values ($1, $2, 1) on conflict (bucket) do update \
             set count = case when limits.window_start = excluded.window_start then limits.count + 1 else 1 end, \
             window_start = excluded.window_start returning count",
            args![bucket, window_start],
        )
        .await?;
    row.map_or(Ok(1), |row| row.int("count"))
}

/// Forgets buckets that nobody touched since `before_ms`.
pub async fn forget(tx: &mut Tx, before_ms: i64) -> Result<u64, StoreError> {
    tx.execute("delete from limits where window_start < $1", args![before_ms]).await
}
