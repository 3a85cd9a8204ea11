//! An order, its transactions and their refunds: plain data with the sums that follow from it. Who may change it is in
//! `life.rs`. Amounts are minor units of AUD.

use serde_json::value::RawValue;

use super::cards::TestCard;
use super::status::{OrderStatus, Status};
use super::token::Kind;
use crate::clock::TimerId;

/// Something that happened to an order, for whoever asks control.
#[derive(Debug)]
pub(super) struct Happening {
    pub(super) at_ms: i64,
    pub(super) what: &'static str,
    pub(super) detail: Option<String>,
}

/// What the merchant said about its shopper.
#[derive(Clone, Debug, Default)]
pub(super) struct Shopper {
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) name: Option<String>,
}

/// What the merchant wants paid.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) reference: String,
    /// Before surcharge.
    pub(super) amount: i64,
    pub(super) description: String,
    pub(super) status: OrderStatus,
    pub(super) shopper: Shopper,
    pub(super) metadata: Option<Box<RawValue>>,
    pub(super) created_at_ms: i64,
    pub(super) updated_at_ms: i64,
    pub(super) transactions: Vec<Transaction>,
    pub(super) history: Vec<Happening>,
}

/// How a challenge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChallengeState {
    Pending,
    Approved,
    Failed,
}

impl ChallengeState {
    /// As control writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Failed => "failed",
        }
    }
}

/// One 3DS challenge; the next round is another one.
#[derive(Clone, Debug)]
pub(super) struct Challenge {
    pub(super) id: String,
    pub(super) round: u32,
    pub(super) rounds: u32,
    pub(super) state: ChallengeState,
}

impl Challenge {
    /// Whether it was the last one, and the shopper passed it.
    pub(super) fn is_passed(&self) -> bool {
        self.state == ChallengeState::Approved && self.round >= self.rounds
    }
}

/// Money that went back.
#[derive(Clone, Debug)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) created_at_ms: i64,
    /// By the merchant's staff in April's own panel, not through the API.
    pub(super) is_foreign: bool,
}

/// One try at paying an order.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) id: String,
    /// The payment token it was made with.
    pub(super) token: String,
    pub(super) kind: Kind,
    pub(super) card: &'static TestCard,
    /// The order's amount, without surcharge.
    pub(super) amount: i64,
    pub(super) surcharge: i64,
    pub(super) status: Status,
    /// Only reserve the money.
    pub(super) authorise_only: bool,
    /// What was taken, surcharge included.
    pub(super) captured: i64,
    pub(super) refunds: Vec<Refund>,
    /// All rounds; the last one counts.
    pub(super) challenges: Vec<Challenge>,
    /// The `errorCode` of a failed one.
    pub(super) failure: Option<&'static str>,
    pub(super) paid_at_ms: Option<i64>,
    pub(super) created_at_ms: i64,
    pub(super) updated_at_ms: i64,
    /// When the reservation lapses.
    pub(super) deadline: Option<TimerId>,
}

impl Transaction {
    /// What the shopper is asked for: amount and surcharge.
    pub(super) fn total(&self) -> i64 {
        self.amount + self.surcharge
    }

    /// What has gone back.
    pub(super) fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    /// `amount` as April shows it: surcharge included, and what was captured once something was.
    pub(super) fn shown_amount(&self) -> i64 {
        if self.captured > 0 { self.captured } else { self.total() }
    }
}

impl Order {
    /// Whether the gateway is still thinking about a payment.
    pub(super) fn is_pending(&self) -> bool {
        self.transactions.iter().any(|transaction| transaction.status == Status::Pending)
    }

    /// One of its transactions.
    pub(super) fn transaction_mut(&mut self, id: &str) -> Option<&mut Transaction> {
        self.transactions.iter_mut().find(|transaction| transaction.id == id)
    }

    /// The transaction with this challenge, whichever round.
    pub(super) fn challenged_mut(&mut self, challenge: &str) -> Option<&mut Transaction> {
        let asked = |transaction: &&mut Transaction| transaction.challenges.iter().any(|asked| asked.id == challenge);
        self.transactions.iter_mut().find(asked)
    }

    /// Notes what happened.
    pub(super) fn note(&mut self, at_ms: i64, what: &'static str, detail: Option<String>) {
        self.history.push(Happening { at_ms, what, detail });
    }
}
