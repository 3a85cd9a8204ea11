//! What the outside sees: the session for the buyer, the payment and the refund for the shop. Pure.

use super::Payments;
use crate::clock::rfc3339;
use crate::store::timeline::Entry;
use crate::store::{Attempt, Attention, Flag, Operation, OperationStatus, Session};
use serde::Serialize;
use umclique_wire::{AttemptView, Failure, MethodKind, SessionStatus, SessionView, Suggested};
use utoipa::ToSchema;

/// How long a reader without an event stream waits before it asks again.
const POLL_AFTER_MS: u32 = 2_500;

/// A session as the buyer sees it: nothing about the shop's business, nothing personal in clear. It may be kept for a caller's
/// key, so what forms may begin with is added only where it is read.
#[must_use]
pub fn session(payments: &Payments, session: &Session, attempt: Option<&Attempt>) -> SessionView {
    let next_action = attempt
        .filter(|_| session.status == SessionStatus::RequiresAction)
        .and_then(|attempt| attempt.next_action.clone());
    SessionView {
        id: session.id.clone(),
        version: session.version,
        status: session.status,
        reason: session.reason,
        amount_minor: session.amount.minor(),
        currency: session.amount.currency(),
        reference: session.reference.clone(),
        merchant: payments.merchant.name.clone(),
        methods: payments.offers(session),
        suggested: None,
        attempt: attempt.map(|attempt| AttemptView {
            id: attempt.id.clone(),
            method: attempt.method,
            status: attempt.status,
            payer_amount_minor: attempt.payer_amount_minor,
            round: attempt.round,
        }),
        next_action,
        last_error: session.last_error.clone(),
        receipt_email: session.buyer.email.as_deref().map(mask_email),
        return_url: session.return_url.clone(),
        locale: session.locale.clone(),
        expires_at: rfc3339(session.expires_at_ms),
        server_time: rfc3339(payments.clock.now_ms()),
        poll_after_ms: POLL_AFTER_MS,
    }
}

/// What a form may begin with, while there is one.
#[must_use]
pub fn suggested(payments: &Payments, session: &Session) -> Option<Suggested> {
    let has_form = session.status == SessionStatus::RequiresPaymentMethod;
    payments.methods.suggest(session).filter(|_| has_form)
}

impl Payments {
    /// What the buyer may pick; nothing whose provider refuses our credentials.
    #[must_use]
    pub fn offers(&self, session: &Session) -> Vec<umclique_wire::MethodOffer> {
        self.methods.offers(session, self.clock.now_ms())
    }
}

/// `ana@example.com` as `a•••@example.com`.
pub(crate) fn mask_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, host)) => format!("{}•••@{host}", name.chars().take(1).collect::<String>()),
        None => "•••".into(),
    }
}

/// A payment as the shop sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Payment {
    /// `pa_…`, also the reference at the provider.
    pub id: String,
    /// Rises with every change.
    pub version: u64,
    /// `cs_…`.
    pub session: String,
    /// The shop's name for the order; absent in events, where the session tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How it pays.
    pub method: MethodKind,
    /// Where it stands.
    pub status: umclique_wire::AttemptStatus,
    /// What the order costs, in minor units.
    pub amount_minor: u64,
    /// What the payer is asked for, fees included.
    pub payer_amount_minor: u64,
    /// ISO 4217.
    pub currency: umclique_wire::Currency,
    /// How much was taken.
    pub captured_minor: u64,
    /// How much of it went back.
    pub refunded_minor: u64,
    /// What the provider's panel knows it by.
    pub provider_reference: Option<String>,
    /// Why it ended without a payment.
    pub last_error: Option<Failure>,
    /// The provider's own code.
    pub provider_code: Option<String>,
    /// What a person should know.
    pub flags: Vec<Flag>,
    /// Why `needs_attention` is set, each reason once.
    pub attention: Vec<Attention>,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC.
    pub changed_at: String,
    /// What happened, oldest first; only where one payment is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Vec<Entry>>,
    /// Its refunds, oldest first; only where one payment is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunds: Option<Vec<Refund>>,
}

/// A payment without its timeline.
#[must_use]
pub fn payment(attempt: &Attempt) -> Payment {
    Payment {
        id: attempt.id.to_string(),
        version: attempt.version,
        session: attempt.session.to_string(),
        reference: None,
        method: attempt.method,
        status: attempt.status,
        amount_minor: attempt.amount.minor(),
        payer_amount_minor: attempt.payer_amount_minor,
        currency: attempt.amount.currency(),
        captured_minor: attempt.captured_minor,
        refunded_minor: attempt.refunded_minor,
        provider_reference: attempt.provider_reference.clone(),
        last_error: attempt.failure.clone(),
        provider_code: attempt.provider_code.clone(),
        flags: attempt.flags.list(),
        attention: attempt.attention.clone(),
        created_at: rfc3339(attempt.created_at_ms),
        changed_at: rfc3339(attempt.changed_at_ms),
        timeline: None,
        refunds: None,
    }
}

/// Where a refund stands, for the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Reserved, sent or being worked on; the outcome follows by webhook.
    Pending,
    /// The money went back.
    Succeeded,
    /// It did not; the amount can be refunded again.
    Failed,
}

/// A refund as the shop sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Refund {
    /// `re_…`.
    pub id: String,
    /// `pa_…`.
    pub payment: String,
    /// How much, in minor units of the payment's currency.
    pub amount_minor: u64,
    /// Where it stands.
    pub status: RefundStatus,
    /// The shop's reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it failed, in the provider's code or our words; while it is pending, what it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Its id at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_reference: Option<String>,
    /// Only a person can find out what happened.
    pub needs_attention: bool,
    /// RFC 3339, UTC.
    pub created_at: String,
}

/// A refund.
#[must_use]
pub fn refund(operation: &Operation) -> Refund {
    Refund {
        id: operation.id.clone(),
        payment: operation.attempt.to_string(),
        amount_minor: operation.amount_minor,
        status: match operation.status {
            OperationStatus::Succeeded => RefundStatus::Succeeded,
            OperationStatus::Failed => RefundStatus::Failed,
            OperationStatus::Queued
            | OperationStatus::Sending
            | OperationStatus::Unknown
            | OperationStatus::Pending => RefundStatus::Pending,
        },
        reason: operation.reason.clone(),
        failure: operation.failure.clone(),
        provider_reference: operation.provider_reference.clone(),
        needs_attention: operation.needs_attention,
        created_at: rfc3339(operation.created_at_ms),
    }
}

/// The body of a webhook: `{type, timestamp, data}`, where `data` is the payment with its version.
#[must_use]
pub fn event(kind: &str, attempt: &Attempt, operation: Option<&Operation>, now_ms: i64) -> String {
    let mut data = serde_json::json!(payment(attempt));
    if let Some(operation) = operation {
        data["refund"] = serde_json::json!(refund(operation));
    }
    serde_json::json!({ "type": kind, "timestamp": rfc3339(now_ms), "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use super::mask_email;

    #[test]
    fn an_address_keeps_its_first_letter_and_host() {
        assert_eq!(mask_email("ana@example.com"), "a•••@example.com");
        assert_eq!(mask_email("é@example.com"), "é•••@example.com");
        assert_eq!(mask_email("nothing"), "•••");
    }
}
