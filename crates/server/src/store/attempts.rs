//! Rows of `attempts`.

use super::{Row, StoreError, Tx, Value, readable, word};
use crate::args;
use serde::Serialize;
use umclique_wire::{AttemptId, AttemptStatus, Currency, Failure, MethodKind, Money, NextAction, SessionId};
use utoipa::ToSchema;

/// Why an attempt is being closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseIntent {
    /// The buyer wants to pay another way.
    Buyer,
    /// The shop canceled the payment or its session.
    Shop,
    /// The session's time ran out.
    Expiry,
    /// Its code cannot be shown: it was lost, or does not match the order.
    CodeUnusable,
    /// It authorized after it had been given up.
    Late,
}

impl CloseIntent {
    const ALL: [Self; 5] = [Self::Buyer, Self::Shop, Self::Expiry, Self::CodeUnusable, Self::Late];

    /// The intent as it is stored and stands on the timeline.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Shop => "shop",
            Self::Expiry => "expiry",
            Self::CodeUnusable => "code_unusable",
            Self::Late => "late",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|intent| intent.as_str() == text)
    }
}

/// What a person should know about a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Only a person can find out what happened.
    pub needs_attention: bool,
    /// Money arrived after the attempt had ended.
    pub late_capture: bool,
    /// The payer disputes the payment.
    pub disputed: bool,
    /// The provider's code or amount did not match the order.
    pub mismatch: bool,
}

/// A flag's name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// See [`Flags::needs_attention`].
    NeedsAttention,
    /// See [`Flags::late_capture`].
    LateCapture,
    /// See [`Flags::disputed`].
    Disputed,
    /// See [`Flags::mismatch`].
    Mismatch,
}

impl Flags {
    /// The flags that are set.
    #[must_use]
    pub fn list(self) -> Vec<Flag> {
        [
            (self.needs_attention, Flag::NeedsAttention),
            (self.late_capture, Flag::LateCapture),
            (self.disputed, Flag::Disputed),
            (self.mismatch, Flag::Mismatch),
        ]
        .into_iter()
        .filter_map(|(is_set, flag)| is_set.then_some(flag))
        .collect()
    }
}

/// The right to work on a row for a while. A successor's epoch is higher, and shuts out the predecessor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lease {
    /// Real time, Unix milliseconds.
    pub until_real_ms: i64,
    /// Rises with every holder.
    pub epoch: u64,
}

/// A payment attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Its id, and our reference at the provider.
    pub id: AttemptId,
    /// The session that it belongs to.
    pub session: SessionId,
    /// How it pays.
    pub method: MethodKind,
    /// Where it stands.
    pub status: AttemptStatus,
    /// Rises with every change.
    pub version: u64,
    /// It may still charge, so no other attempt of the session may start.
    pub live: bool,
    /// What the order costs.
    pub amount: Money,
    /// What the payer is asked for, fees included.
    pub payer_amount_minor: u64,
    /// How much the provider took for us.
    pub captured_minor: u64,
    /// How much of it went back.
    pub refunded_minor: u64,
    /// How much of it is on its way back.
    pub reserved_minor: u64,
    /// The provider's own id.
    pub provider_reference: Option<String>,
    /// What the method sends; private to it.
    pub details: serde_json::Value,
    /// What the buyer must do.
    pub next_action: Option<NextAction>,
    /// Why it ended without a payment.
    pub failure: Option<Failure>,
    /// The provider's own code, for people.
    pub provider_code: Option<String>,
    /// Why it is being closed.
    pub close_intent: Option<CloseIntent>,
    /// When the provider accepted our cancel.
    pub cancel_sent_at_ms: Option<i64>,
    /// The last send provably did not arrive, so it may be sent again.
    pub may_resend: bool,
    /// Since when nobody knows whether the send arrived.
    pub unknown_since_ms: Option<i64>,
    /// Until when a released attempt may still surprise us.
    pub watch_until_ms: Option<i64>,
    /// What a person should know.
    pub flags: Flags,
    /// When to look after it next.
    pub next_tend_at_ms: Option<i64>,
    /// How often the provider was asked since the last change.
    pub asks: u64,
    /// When the provider was last asked.
    pub asked_at_ms: i64,
    /// Who works on it.
    pub lease: Lease,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it last changed.
    pub changed_at_ms: i64,
}

/// Stores a new attempt.
pub async fn insert(tx: &mut Tx, attempt: &Attempt) -> Result<(), StoreError> {
    tx.execute(
        "insert into attempts (id, session_id, method, status, version, live, amount_minor, currency, \
         payer_amount_minor, details, watch_until, next_tend_at, lease_until, lease_epoch, created_at, changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
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
             mismatch = $21, next_tend_at = $22, asks = $23, asked_at = $24, lease_until = $25, changed_at = $26, resend = $27 \
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
    ])
}

/// Takes the leases of up to `limit` attempts that are due, in one statement: nobody else gets the same ones.
pub async fn claim_due(
    tx: &mut Tx,
    now_ms: i64,
    real_ms: i64,
    lease_until_real_ms: i64,
    limit: i64,
) -> Result<Vec<Attempt>, StoreError> {
    let sql = format!(
        "update attempts set lease_until = $3, lease_epoch = lease_epoch + 1 where id in (select id from attempts \
         where next_tend_at <= $1 and lease_until <= $2 order by next_tend_at limit $4{}) returning *",
        tx.skip_locked()
    );
    let rows = tx.rows_built(sql, args![now_ms, real_ms, lease_until_real_ms, limit]).await?;
    Ok(readable(&rows, read))
}

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
        unknown_since_ms: row.opt_int("unknown_since")?,
        watch_until_ms: row.opt_int("watch_until")?,
        flags: Flags {
            needs_attention: row.flag("needs_attention")?,
            late_capture: row.flag("late_capture")?,
            disputed: row.flag("disputed")?,
            mismatch: row.flag("mismatch")?,
        },
        next_tend_at_ms: row.opt_int("next_tend_at")?,
        asks: row.uint("asks")?,
        asked_at_ms: row.int("asked_at")?,
        lease: Lease { until_real_ms: row.int("lease_until")?, epoch: row.uint("lease_epoch")? },
        created_at_ms: row.int("created_at")?,
        changed_at_ms: row.int("changed_at")?,
    })
}
