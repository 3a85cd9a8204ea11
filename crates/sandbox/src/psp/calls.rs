//! The calls of the bridge by the names that faults and the journal use, and what each can suffer.

use crate::faults::{CallRule, Fault};

/// A message to the shop.
pub(super) const WEBHOOK: &str = "webhook";

/// The calls that faults know by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Charge,
    /// By id and by reference.
    Find,
    Capture,
    Cancel,
    Refund,
    RefundQuery,
}

impl Call {
    const ALL: [Self; 6] = [Self::Charge, Self::Find, Self::Capture, Self::Cancel, Self::Refund, Self::RefundQuery];

    /// In control's JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Find => "find",
            Self::Capture => "capture",
            Self::Cancel => "cancel",
            Self::Refund => "refund",
            Self::RefundQuery => "refund_query",
        }
    }

    /// Whether it changes anything, and so needs an idempotency key.
    pub(super) fn is_write(self) -> bool {
        !matches!(self, Self::Find | Self::RefundQuery)
    }

    /// The table of calls and what each can suffer.
    pub(super) fn rules() -> Vec<CallRule> {
        let mut rules: Vec<_> = Self::ALL.into_iter().map(Self::rule).collect();
        rules.push(CallRule { call: WEBHOOK, faults: Fault::OF_CALLBACKS.to_vec() });
        rules
    }

    fn rule(self) -> CallRule {
        let mut faults = Fault::OF_ANY_CALL.to_vec();
        faults.extend([Fault::Error503, Fault::Error503Executed, Fault::Timeout]);
        if self.is_write() {
            faults.push(Fault::TimeoutExecuted);
            faults.extend(Fault::OF_KEYED_CALLS);
        }
        faults.extend([Fault::WrongAmount, Fault::UnknownStatus]);
        CallRule { call: self.name(), faults }
    }
}
