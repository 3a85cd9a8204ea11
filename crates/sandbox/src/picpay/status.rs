//! The statuses of a charge, as the query writes them. Source: PicPay "API reference", find payment.

use serde::{Deserialize, Serialize};

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    /// Reserved, to be captured or cancelled.
    Authorized,
    /// The reservation grew too old.
    Expired,
    /// The reservation was given up; with two L, as published.
    Cancelled,
    Paid,
    PartiallyRefunded,
    Refunded,
    /// Declined; there only with the setting `keep_declined`.
    Error,
}

impl Status {
    /// Whether money of the buyer is taken or reserved by it.
    pub(super) fn is_live(self) -> bool {
        matches!(self, Self::Authorized | Self::Paid | Self::PartiallyRefunded)
    }

    /// Whether something of it can be given back.
    pub(super) fn is_refundable(self) -> bool {
        matches!(self, Self::Paid | Self::PartiallyRefunded)
    }

    /// As PicPay writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Authorized => "AUTHORIZED",
            Self::Expired => "EXPIRED",
            Self::Cancelled => "CANCELLED",
            Self::Paid => "PAID",
            Self::PartiallyRefunded => "PARTIALLY_REFUNDED",
            Self::Refunded => "REFUNDED",
            Self::Error => "ERROR",
        }
    }
}
