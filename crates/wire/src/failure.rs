//! Why an attempt ended without a payment, in kinds that a buyer can act on.

use serde::{Deserialize, Serialize};

/// The kind of a failure. The component has a text for each; the provider's own words stay in the server's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The provider or the buyer's bank said no.
    Declined,
    /// Not enough balance.
    InsufficientFunds,
    /// The provider does not accept the name, tax id or birth date.
    BuyerDetails,
    /// The amount is outside of what the provider takes.
    AmountNotAllowed,
    /// The code's time ran out before it was paid.
    Expired,
    /// The buyer or the shop closed the attempt.
    Canceled,
    /// The code got lost on its way, or did not match the order; nothing was charged.
    CodeUnusable,
    /// The provider cannot be used now.
    ProviderUnavailable,
    /// A kind that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Why the last attempt ended without a payment. Nothing was charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// The kind.
    pub code: FailureCode,
}
