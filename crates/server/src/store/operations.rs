//! Rows of `operations`: captures and refunds, which are reserved here before they are sent.

use super::Lease;
use super::due::Queue;
use super::{Row, StoreError, Tx, word};
use crate::args;
use umclique_wire::AttemptId;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Takes what was reserved.
    Capture,
    /// Gives money back.
    Refund,
}

impl OperationKind {
    /// The kind as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Refund => "refund",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Capture, Self::Refund].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Where an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationStatus {
    /// Reserved; waits for its turn.
    Queued,
    /// On its way to the provider.
    Sending,
    /// Nobody knows whether it arrived.
    Unknown,
    /// The provider accepted it and works on it.
    Pending,
    /// Done.
    Succeeded,
    /// Not done; what it reserved is free again.
    Failed,
}

impl OperationStatus {
    const ALL: [Self; 6] = [Self::Queued, Self::Sending, Self::Unknown, Self::Pending, Self::Succeeded, Self::Failed];

    /// The status as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Nothing follows.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// A capture or a refund.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// A refund's `re_` id; a capture's is not shown.
    pub id: String,
    /// The payment that it belongs to.
    pub attempt: AttemptId,
    /// What it does.
    pub kind: OperationKind,
    /// Where it stands.
    pub status: OperationStatus,
    /// Rises with every change.
    pub version: u64,
    /// How much.
    pub amount_minor: u64,
    /// The shop's reason.
    pub reason: Option<String>,
    /// The caller's key, kept for ever.
    pub idempotency_key: Option<String>,
    /// What stands for the caller's body.
    pub fingerprint: Option<String>,
    /// The provider's payment, where it is not the attempt's own.
    pub target_reference: Option<String>,
    /// Its own id at the provider.
    pub provider_reference: Option<String>,
    /// What the provider knew before the send.
    pub snapshot: Option<serde_json::Value>,
    /// Why it was not done, in the provider's code.
    pub failure: Option<String>,
    /// Only a person can find out what happened.
    pub needs_attention: bool,
    /// Since when nobody knows whether it arrived.
    pub unknown_since_ms: Option<i64>,
    /// When to look after it next.
    pub next_tend_at_ms: Option<i64>,
    /// How often the provider was asked since the last change.
    pub asks: u64,
    /// Who works on it.
    pub lease: Lease,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it last changed.
    pub changed_at_ms: i64,
}

/// Stores a new operation.
pub async fn insert(tx: &mut Tx, operation: &Operation) -> Result<(), StoreError> {
    tx.execute(
        "insert into operations (id, attempt_id, kind, status, version, amount_minor, reason, idempotency_key, \
         fingerprint, target_reference, next_tend_at, created_at, changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        args![
            &operation.id,
            operation.attempt.as_str(),
            operation.kind.as_str(),
            operation.status.as_str(),
            operation.version,
            operation.amount_minor,
            operation.reason.clone(),
            operation.idempotency_key.clone(),
            operation.fingerprint.clone(),
            operation.target_reference.clone(),
            operation.next_tend_at_ms,
            operation.created_at_ms,
        ],
    )
    .await?;
    Ok(())
}

/// Reads an operation.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<Operation>, StoreError> {
    let row = tx.row("select * from operations where id = $1", args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// The operation that a caller's key already stands for.
pub async fn find_by_key(
    tx: &mut Tx,
    attempt: &AttemptId,
    kind: OperationKind,
    key: &str,
) -> Result<Option<Operation>, StoreError> {
    let row = tx
        .row(
            "select * from operations where attempt_id = $1 and kind = $2 and idempotency_key = $3",
            args![attempt.as_str(), kind.as_str(), key],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// All operations of a payment, oldest first.
pub async fn list_of_attempt(tx: &mut Tx, attempt: &AttemptId) -> Result<Vec<Operation>, StoreError> {
    let rows = tx
        .rows("select * from operations where attempt_id = $1 order by created_at, id", args![attempt.as_str()])
        .await?;
    rows.iter().map(read).collect()
}

/// Writes what may change, if nobody else did since `operation.version` and its lease is still ours; then the version
/// has risen. `false`: somebody did, and nothing was written.
pub async fn update(tx: &mut Tx, operation: &mut Operation) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "update operations set version = version + 1, status = $4, provider_reference = $5, snapshot = $6, \
             failure = $7, needs_attention = $8, unknown_since = $9, next_tend_at = $10, asks = $11, \
             lease_until = $12, changed_at = $13, amount_minor = $14 \
             where id = $1 and version = $2 and lease_epoch = $3",
            args![
                &operation.id,
                operation.version,
                operation.lease.epoch,
                operation.status.as_str(),
                operation.provider_reference.clone(),
                operation.snapshot.as_ref().map(ToString::to_string),
                operation.failure.clone(),
                operation.needs_attention,
                operation.unknown_since_ms,
                operation.next_tend_at_ms,
                operation.asks,
                operation.lease.until_real_ms,
                operation.changed_at_ms,
                operation.amount_minor,
            ],
        )
        .await?;
    if touched == 1 {
        operation.version += 1;
    }
    Ok(touched == 1)
}

/// Operations that are due.
pub static QUEUE: Queue<Operation> = Queue {
    table: "operations",
    due: "next_tend_at",
    only: "",
    counts: "lease_epoch = lease_epoch + 1",
    read,
    id: |it| &it.id,
};

/// Asks for a look at all unfinished operations of a payment not later than `at_ms`.
pub async fn hasten(tx: &mut Tx, attempt: &AttemptId, at_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update operations set next_tend_at = $2 where attempt_id = $1 and next_tend_at > $2",
        args![attempt.as_str(), at_ms],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Operation, StoreError> {
    Ok(Operation {
        id: row.text("id")?,
        attempt: word(row, "attempt_id", |id| AttemptId::parse(id).ok())?,
        kind: word(row, "kind", OperationKind::parse)?,
        status: word(row, "status", OperationStatus::parse)?,
        version: row.uint("version")?,
        amount_minor: row.uint("amount_minor")?,
        reason: row.opt_text("reason")?,
        idempotency_key: row.opt_text("idempotency_key")?,
        fingerprint: row.opt_text("fingerprint")?,
        target_reference: row.opt_text("target_reference")?,
        provider_reference: row.opt_text("provider_reference")?,
        snapshot: row.opt_text("snapshot")?.map(|text| serde_json::from_str(&text)).transpose()?,
        failure: row.opt_text("failure")?,
        needs_attention: row.flag("needs_attention")?,
        unknown_since_ms: row.opt_int("unknown_since")?,
        next_tend_at_ms: row.opt_int("next_tend_at")?,
        asks: row.uint("asks")?,
        lease: Lease { until_real_ms: row.int("lease_until")?, epoch: row.uint("lease_epoch")? },
        created_at_ms: row.int("created_at")?,
        changed_at_ms: row.int("changed_at")?,
    })
}
