//! Payment tokens and saved sources: what the browser's frame makes and the merchant's server uses up. A token stands for
//! one exact amount and currency, works once, and dies after ten minutes unless it is reserved by a 3DS payment.

use serde::{Deserialize, Serialize};

use super::cards::TestCard;

/// `paymentMethodType` of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Card,
    PayPlan,
    ApplePay,
    GooglePay,
}

impl Kind {
    /// As the script's callback tells it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Card => "Card",
            Self::PayPlan => "PayPlan",
            Self::ApplePay => "ApplePay",
            Self::GooglePay => "GooglePay",
        }
    }

    /// `payType` as transactions spell it; elsewhere it is lower case.
    pub(super) fn pay_type(self) -> &'static str {
        if self == Self::PayPlan { "PayPlan" } else { "PayInFull" }
    }
}

/// Whether a token is still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenState {
    Fresh,
    /// By a payment whose 3DS challenge is not over.
    Reserved,
    Used,
}

impl TokenState {
    /// As control writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Reserved => "reserved",
            Self::Used => "used",
        }
    }
}

/// A payment token.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) id: String,
    pub(super) source: Option<String>,
    pub(super) kind: Kind,
    pub(super) card: &'static TestCard,
    pub(super) plan: Option<String>,
    /// Before surcharge, as the order has it.
    pub(super) amount: i64,
    pub(super) surcharge: i64,
    pub(super) currency: String,
    pub(super) state: TokenState,
    pub(super) expires_at_ms: i64,
}

/// A card kept for later payments: a customer's, or for ten minutes nobody's.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) card: &'static TestCard,
    /// `cust_…` of a signed-in shopper.
    pub(super) customer: Option<String>,
    pub(super) expires_at_ms: Option<i64>,
}
