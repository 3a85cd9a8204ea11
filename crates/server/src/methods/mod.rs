//! The payment methods, behind one trait. A method speaks to its provider and tells what it saw; it decides no status,
//! writes no row and keeps nothing about a payment in memory.

pub mod picpay_qr;

use crate::store::{Attempt, Session};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use umclique_wire::{
    AttemptStatus, ConfirmRequest, FailureCode, FieldProblem, MethodKind, MethodOffer, Money, NextAction,
};

/// What a call that may move money came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The documented success.
    Accepted(T),
    /// A well-formed, documented no.
    Rejected(Rejection),
    /// It provably never reached the provider's business logic: no connection, an expired login, a documented 429.
    NotSent(NotSent),
    /// Anything else: a time-out after writing, a 5xx, an answer that does not parse. The text is for the log.
    Unknown(String),
}

impl<T> Outcome<T> {
    /// The same outcome with another answer.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Accepted(answer) => Outcome::Accepted(with(answer)),
            Self::Rejected(rejection) => Outcome::Rejected(rejection),
            Self::NotSent(not_sent) => Outcome::NotSent(not_sent),
            Self::Unknown(why) => Outcome::Unknown(why),
        }
    }
}

/// A documented no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// In a kind that the buyer can act on.
    pub failure: FailureCode,
    /// The provider's own code.
    pub provider_code: Option<String>,
    /// For the log and the timeline; no personal data.
    pub detail: String,
}

/// Why a call did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSent {
    /// For the log and the timeline; no personal data.
    pub detail: String,
    /// Our own credentials were refused: an operator must act, and the method is not offered meanwhile.
    pub is_credentials: bool,
}

/// A question to which no usable answer came. It says nothing about the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// For the log; no personal data.
    pub detail: String,
    /// Our own credentials were refused.
    pub is_credentials: bool,
}

/// What a provider says about a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Where the payment stands there, in our words. Never `Sending`.
    pub status: AttemptStatus,
    /// The provider's own id.
    pub provider_reference: String,
    /// What the payer is asked for, fees included, where the answer tells.
    pub payer_amount_minor: Option<u64>,
    /// What the buyer must do, where the answer tells. Queries at ePag do not.
    pub next_action: Option<NextAction>,
    /// Why it ended without a payment.
    pub failure: Option<FailureCode>,
    /// The provider's own status or code, for the timeline.
    pub provider_code: Option<String>,
    /// What was received, where the answer tells.
    pub received_minor: Option<u64>,
    /// What went back, where the answer tells.
    pub refunded_minor: Option<u64>,
    /// The payer disputes the payment.
    pub is_disputed: bool,
    /// How amount or code differ from the order. Such a payment is not shown but closed, and flagged.
    pub mismatch: Option<String>,
}

/// A refund as the provider tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundSeen {
    /// Its id at the provider.
    pub id: String,
    /// Where it stands.
    pub state: RefundState,
    /// How much, where the answer tells.
    pub amount_minor: Option<u64>,
}

/// Where a refund stands at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// Accepted, or a status that we do not know.
    Pending,
    /// The money went back.
    Succeeded,
    /// It did not.
    Failed,
}

/// The buyer pressed pay.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// The session, with what the shop knows of the buyer.
    pub session: &'a Session,
    /// The method and what the buyer typed.
    pub request: &'a ConfirmRequest,
    /// Where the buyer's request came from.
    pub address: IpAddr,
    /// Business time.
    pub now_ms: i64,
}

/// What a confirm turns into before anything is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// Everything that `create` needs beside the attempt itself; stored with it.
    pub details: serde_json::Value,
    /// Until when a payment made by this attempt could still surprise us.
    pub watch_until_ms: i64,
}

/// What a method can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Reserve now, capture later.
    pub manual_capture: bool,
    /// Capture less than was reserved.
    pub partial_capture: bool,
    /// Give back less than was captured.
    pub partial_refund: bool,
}

/// A payment method: what it offers, and how its provider is spoken to. No call repeats itself once it may have arrived.
#[async_trait]
pub trait Method: Send + Sync + 'static {
    /// Which method this is.
    fn kind(&self) -> MethodKind;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Whether it fits the session, and what its form must ask for.
    fn offer(&self, session: &Session) -> Option<MethodOffer>;

    /// Checks the buyer's details together with the session's.
    fn prepare(&self, press: &Press<'_>) -> Result<Prepared, Vec<FieldProblem>>;

    /// Creates the payment. The attempt's id is the reference, and is on disk already.
    async fn create(&self, attempt: &Attempt) -> Outcome<Observation>;

    /// Asks what became of the attempt: by the provider's id where it is known, else by our reference.
    /// An empty list: the provider knows nothing of it. There may be several.
    async fn find(&self, attempt: &Attempt) -> Result<Vec<Observation>, Unanswered>;

    /// Asks the provider to close a payment that is not captured. Safe to repeat. Only a query tells whether it did.
    async fn cancel(&self, provider_reference: &str) -> Outcome<()>;

    /// Captures what was reserved. Only a query tells when it is done.
    async fn capture(&self, provider_reference: &str, amount: Money) -> Outcome<()>;

    /// Gives money back.
    async fn refund(&self, provider_reference: &str, amount: Money) -> Outcome<RefundSeen>;

    /// All refunds of a payment: the snapshot before a send, and the evidence after a lost answer.
    async fn list_refunds(&self, provider_reference: &str) -> Result<Vec<RefundSeen>, Unanswered>;

    /// One refund; `None` where the provider does not know it.
    async fn find_refund(&self, refund_reference: &str) -> Result<Option<RefundSeen>, Unanswered>;
}

/// The methods that are configured.
#[derive(Clone, Default)]
pub struct Methods {
    by_kind: BTreeMap<&'static str, Arc<dyn Method>>,
}

impl Methods {
    /// Adds a method.
    #[must_use]
    pub fn with(mut self, method: impl Method) -> Self {
        self.by_kind.insert(method.kind().as_str(), Arc::new(method));
        self
    }

    /// The method of a kind, if it is configured.
    #[must_use]
    pub fn get(&self, kind: MethodKind) -> Option<&Arc<dyn Method>> {
        self.by_kind.get(kind.as_str())
    }

    /// What the buyer of a session may pick, in the shop's order.
    #[must_use]
    pub fn offers(&self, session: &Session) -> Vec<MethodOffer> {
        let offer = |method: &Arc<dyn Method>| method.offer(session);
        match &session.methods {
            Some(kinds) => kinds.iter().filter_map(|kind| self.get(*kind)).filter_map(offer).collect(),
            None => self.by_kind.values().filter_map(offer).collect(),
        }
    }
}

impl std::fmt::Debug for Methods {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.by_kind.keys()).finish()
    }
}
