//! Which texts speak of an attempt that ended without a payment.
//!
//! Used by `machine::view`. Each says first whether something was charged.

use super::Key;
use umclique_wire::FailureCode;

impl Key {
    /// The heading for an attempt that ended without a payment.
    #[must_use]
    pub fn of_failure(code: FailureCode) -> Self {
        match code {
            FailureCode::CardExpired => Self::CardExpired,
            FailureCode::CardDetails => Self::CardDetails,
            FailureCode::AuthenticationFailed => Self::AuthenticationFailed,
            FailureCode::InsufficientFunds => Self::InsufficientFunds,
            FailureCode::BuyerDetails => Self::BuyerDetails,
            FailureCode::AmountNotAllowed => Self::AmountNotAllowed,
            FailureCode::Expired => Self::CodeExpired,
            FailureCode::CodeUnusable => Self::CodeUnusable,
            FailureCode::BuyerUnreachable => Self::BuyerUnreachable,
            FailureCode::ProviderUnavailable => Self::ProviderUnavailable,
            FailureCode::Declined | FailureCode::Canceled | FailureCode::Unknown => Self::Declined,
        }
    }

    /// What the buyer may do after it.
    #[must_use]
    pub fn after_failure(code: FailureCode) -> Self {
        match code {
            FailureCode::BuyerDetails => Self::NothingChargedDetails,
            FailureCode::BuyerUnreachable => Self::NothingChargedOther,
            FailureCode::CardExpired | FailureCode::CardDetails | FailureCode::AuthenticationFailed => {
                Self::NothingChargedCard
            }
            _ => Self::NothingCharged,
        }
    }
}
