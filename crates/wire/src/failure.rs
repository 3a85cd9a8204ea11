//! Why an attempt, or one step of it, came to no payment, in kinds that a buyer can act on.

use serde::{Deserialize, Serialize};

/// The kind of a failure. The component has a text for each; the provider's own words stay in the server's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The provider or the buyer's bank said no.
    Declined,
    /// The card's time is over, or its date was mistyped.
    CardExpired,
    /// The card's number or security code was mistyped.
    CardDetails,
    /// The bank's own check of the buyer failed, or was closed.
    AuthenticationFailed,
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
    /// The buyer cannot be written to where the order should be confirmed.
    BuyerUnreachable,
    /// The provider cannot be used now.
    ProviderUnavailable,
    /// A kind that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Why the last attempt ended without a payment, or why its last step did. Nothing was charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// The kind.
    pub code: FailureCode,
}
