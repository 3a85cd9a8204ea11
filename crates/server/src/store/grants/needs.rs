//! Rows of `grant_payments`, and which logins are needed by somebody: to be renewed in time, or not to be forgotten yet.

use crate::args;
use crate::store::{StoreError, Tx};
use umclique_wire::AttemptId;

/// Notes which login pays an attempt, before anything is sent.
pub async fn note_payment(tx: &mut Tx, attempt: &AttemptId, grant: &str) -> Result<(), StoreError> {
    tx.execute(
        "insert into grant_payments (attempt_id, grant_id) \
         select a.id, g.id from attempts a, grants g where a.id = $1 and g.id = $2 \
         on conflict (attempt_id) do update set grant_id = excluded.grant_id",
        args![attempt.as_str(), grant],
    )
    .await?;
    Ok(())
}

/// Of a payment `a`: it moves, or could surprise us after the moment $1; its reservation, or a refund under way, needs the
/// login that pays it.
const MOVES: &str = "(a.live = 1 or a.watch_until > $1 or exists (select 1 from operations o \
                     where o.attempt_id = a.id and o.status in ('queued', 'sending', 'unknown', 'pending')))";

/// Logins that would end by `until_ms` if nobody made a new pair, and that are needed: of linked buyers, and of payments that
/// move.
pub async fn list_ending(tx: &mut Tx, until_ms: i64, limit: i64) -> Result<Vec<(String, u64)>, StoreError> {
    let sql = format!(
        "select id, version from grants where lapsed_at is null and refresh_token is not null \
         and refresh_expires_at <= $1 and (exists (select 1 from grant_links l where l.grant_id = grants.id) \
         or exists (select 1 from grant_payments p join attempts a on a.id = p.attempt_id \
         where p.grant_id = grants.id and {MOVES})) order by refresh_expires_at limit $2"
    );
    let rows = tx.rows_built(sql, args![until_ms, limit]).await?;
    rows.iter().map(|row| Ok((row.text("id")?, row.uint("version")?))).collect()
}

/// Forgets logins that lapsed before `before_ms` and that nobody needs any more: no link, no return that waits for its buyer,
/// no payment that moves or that could be refunded once its buyer connects again. Answers how many.
pub async fn forget_lapsed(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<u64, StoreError> {
    let sql = format!(
        "select id from grants where lapsed_at <= $1 \
         and not exists (select 1 from grant_links l where l.grant_id = grants.id) \
         and not exists (select 1 from grant_returns r join attempts a on a.id = r.attempt_id \
         where r.grant_id = grants.id and a.live = 1) \
         and not exists (select 1 from grant_payments p join attempts a on a.id = p.attempt_id \
         where p.grant_id = grants.id and (a.captured_minor > a.refunded_minor or {MOVES})) \
         order by lapsed_at limit $2"
    );
    let mut forgotten = 0;
    for row in tx.rows_built(sql, args![before_ms, limit]).await? {
        let id = row.text("id")?;
        // Nobody can connect the account again from here on, until this is done.
        let sql = "update grants set lease_until = 0 where id = $1 and lapsed_at <= $2";
        if tx.execute(sql, args![&id, before_ms]).await? == 1 {
            tx.execute("delete from grant_payments where grant_id = $1", args![&id]).await?;
            tx.execute("update grant_returns set grant_id = null where grant_id = $1", args![&id]).await?;
            forgotten += tx.execute("delete from grants where id = $1", args![&id]).await?;
        }
    }
    Ok(forgotten)
}
