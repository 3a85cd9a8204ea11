//! A payment attempt as it is stored: what `attempts.rs` reads and writes, and what `payments/` decides about.

use super::flags::{Attention, Flags};
use crate::keys;
use umclique_wire::{AttemptId, AttemptStatus, Failure, MethodKind, Money, NextAction, SessionId};

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
    /// Nobody knows what became of a step, and the provider shows nothing of it: closed, so that it cannot happen late.
    Unconfirmed,
    /// The session had all its declines.
    Declines,
}

impl CloseIntent {
    const ALL: [Self; 7] =
        [Self::Buyer, Self::Shop, Self::Expiry, Self::CodeUnusable, Self::Late, Self::Unconfirmed, Self::Declines];

    /// The intent as it is stored and stands on the timeline.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Shop => "shop",
            Self::Expiry => "expiry",
            Self::CodeUnusable => "code_unusable",
            Self::Late => "late",
            Self::Unconfirmed => "unconfirmed",
            Self::Declines => "declines",
        }
    }

    /// Reads what [`CloseIntent::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|intent| intent.as_str() == text)
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
#[derive(Clone, PartialEq)]
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
    /// What the method sends and keeps; private to it.
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
    /// How many answers of the buyer were taken.
    pub round: u32,
    /// When the last one was.
    pub round_at_ms: i64,
    /// Since when nobody knows whether the send arrived.
    pub unknown_since_ms: Option<i64>,
    /// Since when the provider gives no usable answer about it.
    pub unanswered_since_ms: Option<i64>,
    /// Since when it is being closed.
    pub closing_since_ms: Option<i64>,
    /// Until when a released attempt may still surprise us.
    pub watch_until_ms: Option<i64>,
    /// What a person should know.
    pub flags: Flags,
    /// Why a person must look, each reason once, in the order in which they came.
    pub attention: Vec<Attention>,
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

impl Attempt {
    /// A new one with an id of its own, as it stands before its first send; nobody works on it yet.
    #[must_use]
    pub fn begun(
        session: &SessionId,
        (method, amount): (MethodKind, Money),
        details: serde_json::Value,
        now_ms: i64,
    ) -> Self {
        Self {
            id: keys::new_attempt_id(),
            session: session.clone(),
            method,
            status: AttemptStatus::Sending,
            version: 1,
            live: true,
            amount,
            payer_amount_minor: amount.minor(),
            captured_minor: 0,
            refunded_minor: 0,
            reserved_minor: 0,
            provider_reference: None,
            details,
            next_action: None,
            failure: None,
            provider_code: None,
            close_intent: None,
            cancel_sent_at_ms: None,
            may_resend: false,
            round: 0,
            round_at_ms: now_ms,
            unknown_since_ms: None,
            unanswered_since_ms: None,
            closing_since_ms: None,
            watch_until_ms: None,
            flags: Flags::default(),
            attention: Vec::new(),
            next_tend_at_ms: Some(now_ms),
            asks: 0,
            asked_at_ms: 0,
            lease: Lease::default(),
            created_at_ms: now_ms,
            changed_at_ms: now_ms,
        }
    }
}

/// Never shows who pays, nor with what.
impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("version", &self.version)
            .field("live", &self.live)
            .field("round", &self.round)
            .field("close_intent", &self.close_intent)
            .field("attention", &self.attention)
            .finish_non_exhaustive()
    }
}
