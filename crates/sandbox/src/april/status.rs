//! The states of orders and transactions, and which may follow which. Names: April's API reference, `TransactionStatus`;
//! the edges are assumed.

use serde::{Deserialize, Serialize};

/// An order's state; nothing leaves `paid` and `cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderStatus {
    Created,
    Paid,
    Cancelled,
}

impl OrderStatus {
    /// As April writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A transaction's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// A pay plan was agreed; April pays the merchant.
    Accepted,
    Paid,
    /// Sent to the gateway, which has not decided.
    Pending,
    Failed,
    Cancelled,
    /// Reserved, and to be captured within seven days.
    NotCaptured,
    /// The shopper has a challenge to pass.
    Incomplete,
    Refunded,
    PartiallyRefunded,
    Disputed,
}

impl Status {
    /// As April writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Paid => "paid",
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::NotCaptured => "not_captured",
            Self::Incomplete => "incomplete",
            Self::Refunded => "refunded",
            Self::PartiallyRefunded => "partially_refunded",
            Self::Disputed => "disputed",
        }
    }

    /// Whether money can go back.
    pub(super) fn is_refundable(self) -> bool {
        matches!(self, Self::Accepted | Self::Paid | Self::PartiallyRefunded)
    }

    /// Whether this edge exists.
    pub(super) fn leads_to(self, next: Self) -> bool {
        match self {
            Self::Incomplete => matches!(
                next,
                Self::Paid | Self::Accepted | Self::NotCaptured | Self::Pending | Self::Failed | Self::Cancelled
            ),
            Self::Pending => matches!(next, Self::Paid | Self::Accepted | Self::NotCaptured | Self::Failed),
            Self::NotCaptured => matches!(next, Self::Paid | Self::Cancelled),
            Self::Paid | Self::Accepted | Self::PartiallyRefunded => {
                matches!(next, Self::PartiallyRefunded | Self::Refunded | Self::Disputed)
            }
            Self::Refunded => next == Self::Disputed,
            Self::Failed | Self::Cancelled | Self::Disputed => false,
        }
    }
}
