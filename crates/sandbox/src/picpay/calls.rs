//! The calls of PicPay's API by the names that faults and the journal use, and what each can suffer.

use crate::faults::{CallRule, Fault};

/// The calls that faults know by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    /// The consent page; no faults.
    Authorize,
    /// A code becomes tokens.
    Token,
    /// A refresh token becomes new ones.
    Refresh,
    UserInfo,
    Charge,
    Capture,
    Cancel,
    Refund,
    Query,
    /// `/v1/sandbox/…`; no faults, they are what it is for.
    Scenario,
}

impl Call {
    const NAMED: [Self; 8] = [
        Self::Token,
        Self::Refresh,
        Self::UserInfo,
        Self::Charge,
        Self::Capture,
        Self::Cancel,
        Self::Refund,
        Self::Query,
    ];

    /// In control's JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::UserInfo => "userinfo",
            Self::Charge => "charge",
            Self::Capture => "capture",
            Self::Cancel => "cancel",
            Self::Refund => "refund",
            Self::Query => "query",
            Self::Scenario => "scenario",
        }
    }

    /// Whether an idempotency key counts for it.
    pub(super) fn is_keyed(self) -> bool {
        matches!(self, Self::Charge | Self::Refund)
    }

    /// Whether the legacy edition asks for an `Api-Key`.
    pub(super) fn needs_api_key(self) -> bool {
        matches!(self, Self::Charge | Self::Refund)
    }

    /// The table of calls and what each can suffer.
    pub(super) fn rules() -> Vec<CallRule> {
        Self::NAMED.into_iter().map(|call| CallRule { call: call.name(), faults: call.faults() }).collect()
    }

    fn faults(self) -> Vec<Fault> {
        let mut faults = Fault::OF_ANY_CALL.to_vec();
        faults.extend([Fault::Error503, Fault::Error503Executed]);
        match self {
            // Shops are refused by 400 there, with a reason.
            Self::Token | Self::Refresh => faults.retain(|fault| *fault != Fault::Unauthorized),
            Self::Charge => faults.extend(Fault::OF_KEYED_CALLS.into_iter().chain(Fault::OF_TIMEOUTS)),
            Self::Refund => faults.extend(Fault::OF_KEYED_CALLS),
            Self::Query => faults.extend([Fault::WrongAmount, Fault::UnknownStatus]),
            _ => {}
        }
        faults
    }
}
