//! ePag's fifteen payment statuses and which may follow which, as published in its status map.

use serde::{Deserialize, Serialize};

/// A payment's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Created,
    Processing,
    PreAuthorized,
    InAnalysis,
    Paid,
    PartiallyRefunded,
    Refunded,
    Declined,
    Error,
    Canceled,
    Dispute,
    DisputeFinal,
    DisputeRefunded,
    DisputeRecovered,
    PostRefundDispute,
}

impl Status {
    /// As ePag writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Processing => "PROCESSING",
            Self::PreAuthorized => "PRE_AUTHORIZED",
            Self::InAnalysis => "IN_ANALYSIS",
            Self::Paid => "PAID",
            Self::PartiallyRefunded => "PARTIALLY_REFUNDED",
            Self::Refunded => "REFUNDED",
            Self::Declined => "DECLINED",
            Self::Error => "ERROR",
            Self::Canceled => "CANCELED",
            Self::Dispute => "DISPUTE",
            Self::DisputeFinal => "DISPUTE_FINAL",
            Self::DisputeRefunded => "DISPUTE_REFUNDED",
            Self::DisputeRecovered => "DISPUTE_RECOVERED",
            Self::PostRefundDispute => "POST_REFUND_DISPUTE",
        }
    }

    /// Whether the map lets `next` follow. One edge is ours: the map has no `IN_ANALYSIS` → `PRE_AUTHORIZED`, but a
    /// payment with `delay_capture` must not be taken just because it was reviewed.
    pub(super) fn leads_to(self, next: Self) -> bool {
        match self {
            Self::Created => {
                matches!(next, Self::Processing | Self::PreAuthorized | Self::Canceled | Self::Declined | Self::Error)
            }
            Self::Processing => matches!(
                next,
                Self::Paid | Self::PreAuthorized | Self::InAnalysis | Self::Canceled | Self::Declined | Self::Error
            ),
            Self::PreAuthorized => matches!(next, Self::Paid | Self::Canceled),
            Self::InAnalysis => {
                matches!(next, Self::Paid | Self::PreAuthorized | Self::Canceled | Self::Declined | Self::Error)
            }
            Self::Paid => matches!(next, Self::PartiallyRefunded | Self::Refunded | Self::Dispute),
            Self::PartiallyRefunded => matches!(next, Self::Refunded | Self::Dispute),
            Self::Refunded => next == Self::PostRefundDispute,
            Self::Dispute => matches!(next, Self::DisputeFinal | Self::DisputeRefunded | Self::DisputeRecovered),
            Self::Declined
            | Self::Error
            | Self::Canceled
            | Self::DisputeFinal
            | Self::DisputeRefunded
            | Self::DisputeRecovered
            | Self::PostRefundDispute => false,
        }
    }

    /// The payer may still act, or is being waited for.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Processing | Self::InAnalysis)
    }
}
