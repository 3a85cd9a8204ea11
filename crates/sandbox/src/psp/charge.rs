//! A charge of a stored card, and its refunds. Amounts in cents. How they come to be is `life.rs`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::cards::Decline;
use crate::clock::TimerId;

/// A charge's state; nothing leaves `declined` and `canceled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// The issuer has not decided.
    Pending,
    /// Reserved.
    Authorized,
    Captured,
    Declined,
    /// Given up before anything was taken; a reservation is released.
    Canceled,
}

/// A refund's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

/// What the shop asks for.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// The shop's own.
    pub(super) reference: String,
    /// The stored card.
    pub(super) card: String,
    pub(super) amount: i64,
    /// Whether the money is taken at once, or reserved.
    pub(super) capture: bool,
    pub(super) description: Option<String>,
    pub(super) metadata: Map<String, Value>,
}

/// One charge.
#[derive(Clone, Debug)]
pub(super) struct Charge {
    pub(super) id: String,
    pub(super) order: Order,
    pub(super) status: Status,
    pub(super) captured: i64,
    pub(super) decline: Option<Decline>,
    pub(super) refunds: Vec<Refund>,
    pub(super) created_at_ms: i64,
    /// When a reservation lapses.
    pub(super) deadline: Option<TimerId>,
}

/// Money on its way back.
#[derive(Clone, Debug)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) reference: String,
    pub(super) amount: i64,
    pub(super) status: RefundStatus,
    pub(super) created_at_ms: i64,
}

impl Charge {
    /// What is given back.
    pub(super) fn refunded(&self) -> i64 {
        self.sum_of(|status| status == RefundStatus::Succeeded)
    }

    /// What can still be given back; a refund under way has its part.
    pub(super) fn refundable(&self) -> i64 {
        self.captured - self.sum_of(|status| status != RefundStatus::Failed)
    }

    fn sum_of(&self, counts: impl Fn(RefundStatus) -> bool) -> i64 {
        self.refunds.iter().filter(|refund| counts(refund.status)).map(|refund| refund.amount).sum()
    }
}
