//! Rows of `sessions`.

use super::known::{self, Known};
use super::{Row, StoreError, Tx, word};
use crate::args;
use serde::{Deserialize, Serialize};
use umclique_wire::{AttemptId, Currency, Failure, MethodKind, Money, ProcessingReason, SessionId, SessionStatus};
use utoipa::ToSchema;

/// When the money moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    /// As soon as the buyer pays.
    #[default]
    Automatic,
    /// The buyer's payment reserves it; the shop captures within five days.
    Manual,
}

impl Capture {
    fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Automatic, Self::Manual].into_iter().find(|capture| capture.as_str() == text)
    }
}

/// What the shop knows of the buyer. Checked when the session is created.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// The shop's own stable id for this buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// CPF or CNPJ, with or without punctuation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
}

/// Never shows who the buyer is.
impl std::fmt::Debug for Buyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Buyer(…)")
    }
}

/// What a session becomes once none of its attempts can charge any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The shop canceled it.
    Shop,
    /// Its time ran out.
    Expiry,
}

impl SessionEnd {
    fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Expiry => "expiry",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Shop, Self::Expiry].into_iter().find(|end| end.as_str() == text)
    }
}

/// A checkout session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Rises with every change.
    pub version: u64,
    /// Where it stands.
    pub status: SessionStatus,
    /// Why it is `processing`.
    pub reason: Option<ProcessingReason>,
    /// The total.
    pub amount: Money,
    /// The shop's name for the order.
    pub reference: String,
    /// When the money moves.
    pub capture: Capture,
    /// Where the buyer goes afterwards.
    pub return_url: String,
    /// The language that the shop asked for.
    pub locale: Option<String>,
    /// The methods that the shop wants, in its order; `None`: all that fit.
    pub methods: Option<Vec<MethodKind>>,
    /// What the shop knows of the buyer.
    pub buyer: Buyer,
    /// What else is kept of the buyer. No column of its row: other sessions change it too.
    pub known: Known,
    /// The cart, metadata and provider data, as the shop sent them.
    pub order_data: serde_json::Value,
    /// How many attempts began.
    pub attempt_count: u64,
    /// How many of them were declined.
    pub decline_count: u64,
    /// The live attempt, or the last one.
    pub last_attempt: Option<AttemptId>,
    /// Why the last attempt ended without a payment.
    pub last_error: Option<Failure>,
    /// What it becomes once nothing can charge any more.
    pub end: Option<SessionEnd>,
    /// Someone looks at it until then.
    pub watched_until_ms: i64,
    /// When it ends.
    pub expires_at_ms: i64,
    /// When it was made.
    pub created_at_ms: i64,
}

/// Stores a new session.
pub async fn insert(tx: &mut Tx, session: &Session, real_ms: i64) -> Result<(), StoreError> {
    let methods = session.methods.as_ref().map(serde_json::to_string).transpose()?;
    tx.execute(
        "insert into sessions (id, version, status, amount_minor, currency, reference, capture, return_url, locale, \
         methods, buyer, order_data, expires_at, created_at, changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        args![
            session.id.as_str(),
            session.version,
            session.status.as_str(),
            session.amount.minor(),
            session.amount.currency().as_str(),
            &session.reference,
            session.capture.as_str(),
            &session.return_url,
            session.locale.clone(),
            methods,
            serde_json::to_string(&session.buyer)?,
            session.order_data.to_string(),
            session.expires_at_ms,
            session.created_at_ms,
            real_ms,
        ],
    )
    .await?;
    Ok(())
}

/// Reads a session, and what is kept of its buyer.
pub async fn get(tx: &mut Tx, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let Some(row) = tx.row("select * from sessions where id = $1", args![id.as_str()]).await? else { return Ok(None) };
    let mut session = read(&row)?;
    session.known = known::of_buyer(tx, &session.buyer).await?;
    Ok(Some(session))
}

/// Writes what may change, if nobody else did since `session.version`; then `session.version` has risen.
/// `false`: somebody did, and nothing was written.
pub async fn update(tx: &mut Tx, session: &mut Session, real_ms: i64) -> Result<bool, StoreError> {
    let last_error = session.last_error.as_ref().map(serde_json::to_string).transpose()?;
    let touched = tx
        .execute(
            "update sessions set version = version + 1, status = $3, reason = $4, attempt_count = $5, \
             decline_count = $6, last_attempt = $7, last_error = $8, close_intent = $9, changed_at = $10 \
             where id = $1 and version = $2",
            args![
                session.id.as_str(),
                session.version,
                session.status.as_str(),
                session.reason.map(ProcessingReason::as_str),
                session.attempt_count,
                session.decline_count,
                session.last_attempt.as_ref().map(AttemptId::as_str),
                last_error,
                session.end.map(SessionEnd::as_str),
                real_ms,
            ],
        )
        .await?;
    if touched == 1 {
        session.version += 1;
    }
    Ok(touched == 1)
}

/// Notes that someone looks at the session until `until_ms`. Not a change: the version stays.
pub async fn watch(tx: &mut Tx, id: &SessionId, until_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update sessions set watched_until = $2 where id = $1 and watched_until < $2",
        args![id.as_str(), until_ms],
    )
    .await?;
    Ok(())
}

/// The sessions whose time ran out and that nobody has begun to end, oldest first, without what is kept of their buyers.
pub async fn list_expired(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<Session>, StoreError> {
    let rows = tx
        .rows(
            "select * from sessions where expires_at <= $1 and close_intent is null \
             and status in ('requires_payment_method', 'requires_action', 'processing') order by expires_at limit $2",
            args![now_ms, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The ids and versions of the sessions that changed since a moment of real time.
pub async fn list_changed(tx: &mut Tx, since_real_ms: i64) -> Result<Vec<(SessionId, u64)>, StoreError> {
    let rows = tx.rows("select id, version from sessions where changed_at >= $1", args![since_real_ms]).await?;
    rows.iter().map(|row| Ok((word(row, "id", |id| SessionId::parse(id).ok())?, row.uint("version")?))).collect()
}

fn read(row: &Row) -> Result<Session, StoreError> {
    let currency = word(row, "currency", Currency::parse)?;
    let amount = Money::from_minor(row.uint("amount_minor")?, currency)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let methods = row.opt_text("methods")?.map(|text| serde_json::from_str(&text)).transpose()?;
    let last_error = row.opt_text("last_error")?.map(|text| serde_json::from_str(&text)).transpose()?;
    let reason = match row.opt_text("reason")?.as_deref() {
        None => None,
        Some("confirming") => Some(ProcessingReason::Confirming),
        Some("closing") => Some(ProcessingReason::Closing),
        Some(_) => Some(ProcessingReason::Provider),
    };
    Ok(Session {
        id: word(row, "id", |id| SessionId::parse(id).ok())?,
        version: row.uint("version")?,
        status: word(row, "status", SessionStatus::parse)?,
        reason,
        amount,
        reference: row.text("reference")?,
        capture: word(row, "capture", Capture::parse)?,
        return_url: row.text("return_url")?,
        locale: row.opt_text("locale")?,
        methods,
        buyer: serde_json::from_str(&row.text("buyer")?)?,
        known: Known::default(),
        order_data: serde_json::from_str(&row.text("order_data")?)?,
        attempt_count: row.uint("attempt_count")?,
        decline_count: row.uint("decline_count")?,
        last_attempt: row.opt_text("last_attempt")?.and_then(|id| AttemptId::parse(&id).ok()),
        last_error,
        end: row.opt_text("close_intent")?.as_deref().and_then(SessionEnd::parse),
        watched_until_ms: row.int("watched_until")?,
        expires_at_ms: row.int("expires_at")?,
        created_at_ms: row.int("created_at")?,
    })
}
