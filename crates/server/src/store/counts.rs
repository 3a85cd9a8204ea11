//! How much waits, and since when: for gauges. Every question is answered from an index of few rows.

use super::{Row, StoreError, Tx};
use crate::args;

/// How many there are of something, and since when the oldest of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub count: i64,
    /// Unix milliseconds; `None` where there are none.
    pub oldest_ms: Option<i64>,
}

impl Count {
    fn read(row: &Row, count: &str, oldest: &str) -> Result<Self, StoreError> {
        Ok(Self { count: row.int(count)?, oldest_ms: row.opt_int(oldest)? })
    }
}

/// The flags, each with its question, which has an index. Their oldest is the oldest payment that has the flag.
const FLAGS: [(&str, &str); 4] = [
    ("needs_attention", "select count(*) as found, min(created_at) as oldest from attempts where needs_attention = 1"),
    ("late_capture", "select count(*) as found, min(created_at) as oldest from attempts where late_capture = 1"),
    ("disputed", "select count(*) as found, min(created_at) as oldest from attempts where disputed = 1"),
    ("mismatch", "select count(*) as found, min(created_at) as oldest from attempts where mismatch = 1"),
];

/// How many payments have each flag.
pub async fn flagged(tx: &mut Tx) -> Result<Vec<(&'static str, Count)>, StoreError> {
    let mut counts = Vec::new();
    for (flag, sql) in FLAGS {
        counts.push((flag, one(tx, sql).await?));
    }
    Ok(counts)
}

/// Live payments whose outcome is unknown, and live payments that are being closed.
pub async fn unsettled(tx: &mut Tx) -> Result<(Count, Count), StoreError> {
    let row = tx
        .row(
            "select count(unknown_since) as unknown, min(unknown_since) as unknown_oldest, \
             count(close_intent) as closing, min(closing_since) as closing_oldest from attempts where live = 1",
            args![],
        )
        .await?;
    let Some(row) = row else { return Ok(Default::default()) };
    Ok((Count::read(&row, "unknown", "unknown_oldest")?, Count::read(&row, "closing", "closing_oldest")?))
}

/// Captures and refunds whose outcome is unknown, and those that need a person.
pub async fn operations(tx: &mut Tx) -> Result<(Count, Count), StoreError> {
    let row = tx
        .row(
            "select count(case when status = 'unknown' then 1 end) as unknown, \
             min(case when status = 'unknown' then unknown_since end) as unknown_oldest, \
             count(case when needs_attention = 1 then 1 end) as unclear, \
             min(case when needs_attention = 1 then created_at end) as unclear_oldest \
             from operations where next_tend_at is not null",
            args![],
        )
        .await?;
    let Some(row) = row else { return Ok(Default::default()) };
    Ok((Count::read(&row, "unknown", "unknown_oldest")?, Count::read(&row, "unclear", "unclear_oldest")?))
}

/// Events that wait for a delivery, and those that were given up.
pub async fn events(tx: &mut Tx) -> Result<(Count, Count), StoreError> {
    let due = "select count(*) as found, min(created_at) as oldest from outbox where next_try_at is not null";
    let parked = "select count(*) as found, min(created_at) as oldest from outbox where parked = 1";
    Ok((one(tx, due).await?, one(tx, parked).await?))
}

/// Signed notices that wait to be worked on, and those that cannot be.
pub async fn notices(tx: &mut Tx) -> Result<(Count, Count), StoreError> {
    let due = "select count(*) as found, min(created_at) as oldest from inbox where next_try_at is not null";
    let stuck = "select count(*) as found, min(created_at) as oldest from inbox \
                 where next_try_at is null and done_at is null";
    Ok((one(tx, due).await?, one(tx, stuck).await?))
}

/// Messages to buyers that wait.
pub async fn messages(tx: &mut Tx) -> Result<Count, StoreError> {
    one(tx, "select count(*) as found, min(created_at) as oldest from messages where next_try_at is not null").await
}

async fn one(tx: &mut Tx, sql: &'static str) -> Result<Count, StoreError> {
    let row = tx.row(sql, args![]).await?;
    row.map_or(Ok(Count::default()), |row| Count::read(&row, "found", "oldest"))
}
