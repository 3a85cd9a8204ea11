//! Rows of `leases`: which process does the work that only one may do.

use super::{StoreError, Tx};
use crate::args;

/// Takes or keeps the lease `name`. `false`: another process holds it.
pub async fn hold(tx: &mut Tx, name: &str, owner: &str, real_ms: i64, until_real_ms: i64) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "insert into leases (name, owner, until) values ($1, $2, $4) on conflict (name) do update \
             set owner = excluded.owner, until = excluded.until where leases.owner = $2 or leases.until <= $3",
            args![name, owner, real_ms, until_real_ms],
        )
        .await?;
    Ok(touched == 1)
}
