//! A session as the shop sees it: the buyer's view and what only the shop may know.

use crate::clock::rfc3339;
use crate::payments::Payments;
use crate::payments::create::Created;
use crate::payments::view::{self, Payment};
use crate::store::sessions::Capture;
use crate::store::{Attempt, Session};
use serde::Serialize;
use umclique_wire::SessionView;
use utoipa::ToSchema;

/// A session as the shop sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShopSession {
    /// What the buyer sees too.
    #[serde(flatten)]
    pub view: SessionView,
    /// Opens this session for the buyer's browser; only in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// When the money moves.
    pub capture: Capture,
    /// The shop's id of the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_id: Option<String>,
    /// The shop's own notes.
    #[schema(value_type = Object)]
    pub metadata: serde_json::Value,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// Its attempts, oldest first, without their timelines.
    pub payments: Vec<Payment>,
}

/// Puts both views together.
#[must_use]
pub fn shop_session(payments: &Payments, session: &Session, attempts: &[Attempt]) -> ShopSession {
    let last = attempts.iter().find(|attempt| Some(&attempt.id) == session.last_attempt.as_ref());
    ShopSession {
        view: view::session(payments, session, last),
        client_secret: None,
        capture: session.capture,
        buyer_id: session.buyer.id.clone(),
        metadata: session.order_data["metadata"].clone(),
        created_at: rfc3339(session.created_at_ms),
        payments: attempts.iter().map(view::payment).collect(),
    }
}

/// Adds the client secret to a kept answer: the secret itself is never stored. The same answer gives the same bytes, after a
/// change of the server's key too. `told` is the fingerprint of the request that asks now.
#[must_use]
pub fn with_client_secret(created: &Created, told: &str, payments: &Payments) -> Option<String> {
    let mut answer: serde_json::Value = serde_json::from_str(&created.answer).ok()?;
    let id = umclique_wire::SessionId::parse(answer["id"].as_str()?).ok()?;
    answer["client_secret"] = payments.keys.client_secret_as_told(&id, &created.fingerprint, told).into();
    Some(answer.to_string())
}
