//! One charge and its refunds: plain data with the sums that follow from it. Who may change it is in `life.rs`.

use super::status::Status;
use super::wallet::Funds;
use crate::clock::TimerId;

/// Who is charged, and by whom: the holder of an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) client: &'static str,
    pub(super) buyer: String,
    pub(super) scopes: String,
}

impl Caller {
    /// Whether the buyer agreed to this.
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.split_whitespace().any(|other| other == scope)
    }
}

/// A checked request for a charge. Amounts are cents of BRL.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) value: i64,
    pub(super) reference: Option<String>,
    pub(super) auto_capture: bool,
    pub(super) description: Option<String>,
    /// `MIT` or `CIT`; never told again by PicPay.
    pub(super) initiator: Option<String>,
}

/// Who gives money back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Giver {
    /// The merchant's server; `reference` is its own id of the refund.
    Shop { reference: Option<String> },
    /// The merchant's staff, in PicPay's panel.
    Panel,
    /// PicPay itself, after its time was over.
    PicPay,
}

/// Money that went back.
#[derive(Clone, Debug)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) value: i64,
    pub(super) funds: Funds,
    pub(super) by: Giver,
    pub(super) created_at_ms: i64,
}

/// A charge.
#[derive(Debug)]
pub(super) struct Charge {
    /// The `transaction_id`.
    pub(super) id: String,
    pub(super) client: &'static str,
    pub(super) buyer: String,
    /// The idempotency key it was made under.
    pub(super) key: Option<String>,
    pub(super) order: Order,
    pub(super) status: Status,
    /// What is reserved or taken, refunds not counted.
    pub(super) funds: Funds,
    pub(super) captured: i64,
    pub(super) created_at_ms: i64,
    pub(super) captured_at_ms: Option<i64>,
    pub(super) refunds: Vec<Refund>,
    /// The end of the reservation.
    pub(super) deadline: Option<(TimerId, i64)>,
}

impl Charge {
    /// What has gone back.
    pub(super) fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.value).sum()
    }

    /// What can still go back.
    pub(super) fn refundable(&self) -> i64 {
        self.captured - self.refunded()
    }

    /// What has not gone back, by origin.
    pub(super) fn kept(&self) -> Funds {
        self.refunds.iter().fold(self.funds, |kept, refund| kept - refund.funds)
    }

    /// Whether the holder of a token may know of it.
    pub(super) fn is_of(&self, caller: &Caller) -> bool {
        self.client == caller.client && self.buyer == caller.buyer
    }
}
