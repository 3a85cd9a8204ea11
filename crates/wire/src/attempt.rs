//! A payment attempt as the buyer sees it.

use crate::{AttemptId, MethodKind};
use serde::{Deserialize, Serialize};

/// Where a payment attempt stands. Decided by the server alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttemptStatus {
    /// On disk, and on its way to the provider; nobody knows yet whether it arrived.
    Sending,
    /// The buyer must do something: scan, consent, confirm.
    RequiresAction,
    /// The provider works on it.
    Processing,
    /// The money is reserved, and waits for the shop's capture.
    RequiresCapture,
    /// The money moved. Final.
    Succeeded,
    /// The provider said no. Final.
    Failed,
    /// Closed before money moved. Final.
    Canceled,
    /// Its time ran out before money moved. Final.
    Expired,
}

impl AttemptStatus {
    /// Every status, for tables and databases.
    pub const ALL: [Self; 8] = [
        Self::Sending,
        Self::RequiresAction,
        Self::Processing,
        Self::RequiresCapture,
        Self::Succeeded,
        Self::Failed,
        Self::Canceled,
        Self::Expired,
    ];

    /// The status as it is written on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
        }
    }

    /// Reads what [`AttemptStatus::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Nothing follows, except money that arrives late.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled | Self::Expired)
    }
}

/// The live attempt of a session, or its last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptView {
    /// The attempt's id, which is also the code to quote to the shop.
    pub id: AttemptId,
    /// The method that the buyer picked.
    pub method: MethodKind,
    /// Where the attempt stands.
    pub status: AttemptStatus,
    /// What the payer is asked for, fees included, in minor units of the session's currency.
    pub payer_amount_minor: u64,
    /// How many answers of the buyer were taken: what `resume` must name, so that a late or doubled answer changes nothing.
    #[serde(default)]
    pub round: u32,
}
