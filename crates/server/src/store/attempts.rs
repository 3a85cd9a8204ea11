//! Rows of `attempts`.

use super::attempt::{Attempt, CloseIntent, Lease};
use super::due::Queue;
use super::flags::{Attention, Flags};
use super::{Row, StoreError, Tx, Value, word};
use crate::args;
use umclique_wire::{AttemptId, AttemptStatus, Currency, MethodKind, Money, SessionId};

/// Stores a new attempt.
pub async fn insert(tx: &mut Tx, attempt: &Attempt) -> Result<(), StoreError> {
    tx.execute(
        "insert into attempts (id, session_id, method, status, version, live, amount_minor, currency, \
         payer_amount_minor, details, watch_until, next_tend_at, lease_until, lease_epoch, created_at, changed_at, \
         round_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $15)",
        args![
            attempt.id.as_str(),
            attempt.session.as_str(),
            attempt.method.as_str(),
            attempt.status.as_str(),
            attempt.version,
            attempt.live,
            attempt.amount.minor(),
            attempt.amount.currency().as_str(),
            attempt.payer_amount_minor,
            attempt.details.to_string(),
            attempt.watch_until_ms,
            attempt.next_tend_at_ms,
            attempt.lease.until_real_ms,
            attempt.lease.epoch,
            attempt.created_at_ms,
        ],
    )
    .await?;
    Ok(())
}

/// Reads an attempt.
pub async fn get(tx: &mut Tx, id: &AttemptId) -> Result<Option<Attempt>, StoreError> {
    let row = tx.row("select * from attempts where id = $1", args![id.as_str()]).await?;
    row.as_ref().map(read).transpose()
}

/// All attempts of a session, oldest first.
pub async fn list_of_session(tx: &mut Tx, session: &SessionId) -> Result<Vec<Attempt>, StoreError> {
    let rows = tx.rows("select * from attempts where session_id = $1 order by id", args![session.as_str()]).await?;
    rows.iter().map(read).collect()
}

/// Writes what may change, if nobody else did since `attempt.version` and its lease is still ours; then the version has
/// risen. `false`: somebody did, and nothing was written.
pub async fn update(tx: &mut Tx, attempt: &mut Attempt) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "update attempts set version = version + 1, status = $4, live = $5, payer_amount_minor = $6, \
             captured_minor = $7, refunded_minor = $8, reserved_minor = $9, provider_reference = $10, \
             next_action = $11, failure = $12, provider_code = $13, close_intent = $14, cancel_sent_at = $15, \
             unknown_since = $16, watch_until = $17, needs_attention = $18, late_capture = $19, disputed = $20, \
             mismatch = $21, next_tend_at = $22, asks = $23, asked_at = $24, lease_until = $25, changed_at = $26, \
             resend = $27, attention = $28, unanswered_since = $29, closing_since = $30, details = $31 \
             where id = $1 and version = $2 and lease_epoch = $3",
            update_args(attempt)?,
        )
        .await?;
    if touched == 1 {
        attempt.version += 1;
    }
    Ok(touched == 1)
}

fn update_args(attempt: &Attempt) -> Result<Vec<Value>, StoreError> {
    Ok(args![
        attempt.id.as_str(),
        attempt.version,
        attempt.lease.epoch,
        attempt.status.as_str(),
        attempt.live,
        attempt.payer_amount_minor,
        attempt.captured_minor,
        attempt.refunded_minor,
        attempt.reserved_minor,
        attempt.provider_reference.clone(),
        attempt.next_action.as_ref().map(serde_json::to_string).transpose()?,
        attempt.failure.as_ref().map(serde_json::to_string).transpose()?,
        attempt.provider_code.clone(),
        attempt.close_intent.map(CloseIntent::as_str),
        attempt.cancel_sent_at_ms,
        attempt.unknown_since_ms,
        attempt.watch_until_ms,
        attempt.flags.needs_attention,
        attempt.flags.late_capture,
        attempt.flags.disputed,
        attempt.flags.mismatch,
        attempt.next_tend_at_ms,
        attempt.asks,
        attempt.asked_at_ms,
        attempt.lease.until_real_ms,
        attempt.changed_at_ms,
        attempt.may_resend,
        attempt.attention.iter().map(|reason| reason.as_str()).collect::<Vec<_>>().join(" "),
        attempt.unanswered_since_ms,
        attempt.closing_since_ms,
        attempt.details.to_string(),
    ])
}

/// Writes that the buyer's answer is about to be sent: the round has risen, and whoever worked on the attempt is shut out.
/// With a lease that is over and `attempt.may_resend`, the worker sends it. `false`: somebody changed it since
/// `attempt.version`, and nothing was written.
pub async fn begin_round(tx: &mut Tx, attempt: &mut Attempt, lease_until_real_ms: i64) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "update attempts set version = version + 1, round = round + 1, status = $3, details = $4, \
             next_action = null, asks = 0, next_tend_at = $5, changed_at = $5, round_at = $5, lease_until = $6, \
             resend = $7, lease_epoch = lease_epoch + 1 where id = $1 and version = $2 and live = 1",
            args![
                attempt.id.as_str(),
                attempt.version,
                attempt.status.as_str(),
                attempt.details.to_string(),
                attempt.changed_at_ms,
                lease_until_real_ms,
                attempt.may_resend,
            ],
        )
        .await?;
    if touched == 1 {
        attempt.version += 1;
        attempt.round += 1;
        attempt.round_at_ms = attempt.changed_at_ms;
        attempt.next_action = None;
        attempt.asks = 0;
        attempt.next_tend_at_ms = Some(attempt.changed_at_ms);
        attempt.lease = Lease { until_real_ms: lease_until_real_ms, epoch: attempt.lease.epoch + 1 };
    }
    Ok(touched == 1)
}

/// Attempts that are due.
pub static QUEUE: Queue<Attempt> = Queue {
    table: "attempts",
    due: "next_tend_at",
    only: "",
    counts: "lease_epoch = lease_epoch + 1",
    read,
    id: |it| it.id.as_str(),
};

/// Takes the lease of one attempt, if it is free.
pub async fn claim_one(
    tx: &mut Tx,
    id: &AttemptId,
    real_ms: i64,
    lease_until_real_ms: i64,
) -> Result<Option<Attempt>, StoreError> {
    let row = tx
        .row(
            "update attempts set lease_until = $3, lease_epoch = lease_epoch + 1 \
             where id = $1 and lease_until <= $2 returning *",
            args![id.as_str(), real_ms, lease_until_real_ms],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Asks for a look at an attempt not later than `at_ms`. One that somebody works on right now is looked at again: the
/// provider may have been asked already.
pub async fn hasten(tx: &mut Tx, id: &AttemptId, at_ms: i64, real_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update attempts set next_tend_at = $2 \
         where id = $1 and (next_tend_at is null or next_tend_at > $2 or lease_until > $3)",
        args![id.as_str(), at_ms, real_ms],
    )
    .await?;
    Ok(())
}

/// Reads a row of `attempts`.
pub(crate) fn read(row: &Row) -> Result<Attempt, StoreError> {
    let currency = word(row, "currency", Currency::parse)?;
    let amount = Money::from_minor(row.uint("amount_minor")?, currency)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let next_action = row.opt_text("next_action")?.map(|text| serde_json::from_str(&text)).transpose()?;
    let failure = row.opt_text("failure")?.map(|text| serde_json::from_str(&text)).transpose()?;
    Ok(Attempt {
        id: word(row, "id", |id| AttemptId::parse(id).ok())?,
        session: word(row, "session_id", |id| SessionId::parse(id).ok())?,
        method: word(row, "method", MethodKind::parse)?,
        status: word(row, "status", AttemptStatus::parse)?,
        version: row.uint("version")?,
        live: row.flag("live")?,
        amount,
        payer_amount_minor: row.uint("payer_amount_minor")?,
        captured_minor: row.uint("captured_minor")?,
        refunded_minor: row.uint("refunded_minor")?,
        reserved_minor: row.uint("reserved_minor")?,
        provider_reference: row.opt_text("provider_reference")?,
        details: serde_json::from_str(&row.text("details")?)?,
        next_action,
        failure,
        provider_code: row.opt_text("provider_code")?,
        close_intent: row.opt_text("close_intent")?.as_deref().and_then(CloseIntent::parse),
        cancel_sent_at_ms: row.opt_int("cancel_sent_at")?,
        may_resend: row.flag("resend")?,
        round: u32::try_from(row.uint("round")?).map_err(|error| StoreError::Corrupt(error.to_string()))?,
        round_at_ms: row.int("round_at")?,
        unknown_since_ms: row.opt_int("unknown_since")?,
        unanswered_since_ms: row.opt_int("unanswered_since")?,
        closing_since_ms: row.opt_int("closing_since")?,
        watch_until_ms: row.opt_int("watch_until")?,
        flags: Flags {
            needs_attention: row.flag("needs_attention")?,
            late_capture: row.flag("late_capture")?,
            disputed: row.flag("disputed")?,
            mismatch: row.flag("mismatch")?,
        },
        attention: row.text("attention")?.split_whitespace().filter_map(Attention::parse).collect(),
        next_tend_at_ms: row.opt_int("next_tend_at")?,
        asks: row.uint("asks")?,
        asked_at_ms: row.int("asked_at")?,
        lease: Lease { until_real_ms: row.int("lease_until")?, epoch: row.uint("lease_epoch")? },
        created_at_ms: row.int("created_at")?,
        changed_at_ms: row.int("changed_at")?,
    })
}
