//! What providers answer, in words that `payments/` decides by. No provider's own words beyond codes for people.

use umclique_wire::{AttemptStatus, FailureCode, NextAction};

/// What a call that may move money came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The documented success.
    Accepted(T),
    /// A well-formed, documented no.
    Rejected(Rejection),
    /// Nothing was sent that could move money: the buyer must do something first.
    Asks(Box<Asked>),
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
            Self::Asks(asked) => Outcome::Asks(asked),
            Self::NotSent(not_sent) => Outcome::NotSent(not_sent),
            Self::Unknown(why) => Outcome::Unknown(why),
        }
    }
}

/// What the buyer must do before anything is sent that could move money.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// What.
    pub action: NextAction,
    /// What the method keeps with the attempt from now on, instead of what it kept before.
    pub details: Option<serde_json::Value>,
}

/// Never shows what the method keeps: it may hold who pays.
impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
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
    /// What the buyer may do instead on the same attempt, which the provider keeps open. `None`: the attempt is over.
    pub next_action: Option<Box<NextAction>>,
    /// The provider suspects a fraud: a person should look, and the buyer is not told.
    pub is_suspicious: bool,
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
#[derive(Clone, PartialEq, Eq)]
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
    /// What the method keeps with the attempt from now on, instead of what it kept before.
    pub details: Option<serde_json::Value>,
}

/// Never shows what the method keeps: it may hold a token, or who pays.
impl std::fmt::Debug for Observation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Observation")
            .field("status", &self.status)
            .field("provider_reference", &self.provider_reference)
            .field("provider_code", &self.provider_code)
            .field("received_minor", &self.received_minor)
            .field("refunded_minor", &self.refunded_minor)
            .field("is_disputed", &self.is_disputed)
            .field("mismatch", &self.mismatch)
            .finish_non_exhaustive()
    }
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
