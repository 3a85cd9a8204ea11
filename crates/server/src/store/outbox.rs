//! Rows of `outbox`: events for the shop, written together with the status that they tell.

use super::due::Queue;
use super::{Row, StoreError, Tx};
use crate::{args, keys};
use umclique_wire::AttemptId;

/// An event for the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its `evt_` id, and the `webhook-id` of every delivery.
    pub id: String,
    /// Its place in the order that readers see; `None` until the dispatcher gave one.
    pub number: Option<i64>,
    /// As in `payment.succeeded`.
    pub kind: String,
    /// The body of the webhook: `{type, timestamp, data}`.
    pub payload: String,
    /// When it happened.
    pub created_at_ms: i64,
    /// When the shop took it.
    pub delivered_at_ms: Option<i64>,
    /// How often it was tried.
    pub tries: i64,
    /// Given up, until somebody asks for another try.
    pub is_parked: bool,
    /// Why the last try did not work.
    pub last_error: Option<String>,
}

/// Adds an event, due at once.
pub async fn add(tx: &mut Tx, kind: &str, attempt: &AttemptId, payload: &str, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "insert into outbox (id, type, attempt_id, payload, created_at, next_try_at) values ($1, $2, $3, $4, $5, $5)",
        args![keys::new_event_id().as_str(), kind, attempt.as_str(), payload, now_ms],
    )
    .await?;
    Ok(())
}

/// Whether an event has no number yet.
pub async fn has_unnumbered(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(tx.row("select id from outbox where number is null limit 1", args![]).await?.is_some())
}

/// Gives numbers to committed events that have none. Called under the dispatcher's lease; the unique index catches a
/// second dispatcher, whose whole batch then rolls back.
pub async fn number(tx: &mut Tx, limit: i64) -> Result<usize, StoreError> {
    let unnumbered = tx.rows("select id from outbox where number is null order by id limit $1", args![limit]).await?;
    let last = tx.row("select coalesce(max(number), 0) as last from outbox", args![]).await?;
    let mut number = last.map_or(Ok(0), |row| row.int("last"))?;
    for row in &unnumbered {
        number += 1;
        tx.execute("update outbox set number = $2 where id = $1 and number is null", args![row.text("id")?, number])
            .await?;
    }
    Ok(unnumbered.len())
}

/// Numbered events that wait for a delivery.
pub static QUEUE: Queue<Event> = Queue {
    table: "outbox",
    due: "next_try_at",
    only: " and number is not null",
    counts: "tries = tries + 1",
    read,
    id: |it| &it.id,
};

/// Notes that the shop took it.
pub async fn delivered(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update outbox set delivered_at = $2, next_try_at = null, parked = 0, last_error = null, lease_until = 0 \
         where id = $1",
        args![id, now_ms],
    )
    .await?;
    Ok(())
}

/// Notes that it did not work; `None` parks it.
pub async fn failed(tx: &mut Tx, id: &str, error: &str, next_try_at_ms: Option<i64>) -> Result<(), StoreError> {
    tx.execute(
        "update outbox set next_try_at = $2, parked = $3, last_error = $4, lease_until = 0 \
         where id = $1 and delivered_at is null",
        args![id, next_try_at_ms, next_try_at_ms.is_none(), error],
    )
    .await?;
    Ok(())
}

/// Sends it once more, delivered or not. `false`: there is no such event.
pub async fn resend(tx: &mut Tx, id: &str, now_ms: i64) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "update outbox set next_try_at = $2, parked = 0, tries = 0, delivered_at = null, lease_until = 0 \
             where id = $1",
            args![id, now_ms],
        )
        .await?;
    Ok(touched == 1)
}

/// Events after a number, in order; with `only_parked`, those that were given up.
pub async fn list(tx: &mut Tx, after: i64, only_parked: bool, limit: i64) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .rows(
            "select * from outbox where number > $1 and (parked = 1 or $2 = 0) order by number limit $3",
            args![after, only_parked, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// How many events wait for a delivery, and how many were given up.
pub async fn backlog(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let row = tx
        .row(
            "select (select count(*) from outbox where next_try_at is not null) as due, \
             (select count(*) from outbox where parked = 1) as parked",
            args![],
        )
        .await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.int("due")?, row.int("parked")?)))
}

fn read(row: &Row) -> Result<Event, StoreError> {
    Ok(Event {
        id: row.text("id")?,
        number: row.opt_int("number")?,
        kind: row.text("type")?,
        payload: row.text("payload")?,
        created_at_ms: row.int("created_at")?,
        delivered_at_ms: row.opt_int("delivered_at")?,
        tries: row.int("tries")?,
        is_parked: row.flag("parked")?,
        last_error: row.opt_text("last_error")?,
    })
}
