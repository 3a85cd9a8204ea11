//! The calls of April's API by the names that faults and the journal use, and what each can suffer.

use crate::faults::{CallRule, Fault};

/// The calls that faults know by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Create,
    Query,
    Update,
    Cancel,
    Pay,
    Confirm,
    TransactionQuery,
    Refund,
    Capture,
    RefundQuery,
    Token,
    TokenQuery,
    Customer,
    SignIn,
    /// `POST /webhooks`.
    Subscribe,
    /// What the checkout's frame asks of its own back end.
    Frame,
    /// Wrong actions; no faults.
    Other,
}

impl Call {
    const NAMED: [Self; 16] = [
        Self::Create,
        Self::Query,
        Self::Update,
        Self::Cancel,
        Self::Pay,
        Self::Confirm,
        Self::TransactionQuery,
        Self::Refund,
        Self::Capture,
        Self::RefundQuery,
        Self::Token,
        Self::TokenQuery,
        Self::Customer,
        Self::SignIn,
        Self::Subscribe,
        Self::Frame,
    ];

    /// In control's JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Query => "query",
            Self::Update => "update",
            Self::Cancel => "cancel",
            Self::Pay => "pay",
            Self::Confirm => "confirm",
            Self::TransactionQuery => "transaction_query",
            Self::Refund => "refund",
            Self::Capture => "capture",
            Self::RefundQuery => "refund_query",
            Self::Token => "token",
            Self::TokenQuery => "token_query",
            Self::Customer => "customer",
            Self::SignIn => "sign_in",
            Self::Subscribe => "subscribe",
            Self::Frame => "frame",
            Self::Other => "other",
        }
    }

    /// Whether the reference lists 403 among the call's answers.
    pub(super) fn lists_forbidden(self) -> bool {
        !matches!(self, Self::Pay | Self::Confirm)
    }

    /// Whether a public key will do.
    pub(super) fn is_for_browsers(self) -> bool {
        matches!(self, Self::Token | Self::TokenQuery | Self::Frame)
    }

    /// The table of calls and what each can suffer.
    pub(super) fn rules() -> Vec<CallRule> {
        let mut rules: Vec<_> = Self::NAMED
            .into_iter()
            .map(|call| {
                let mut faults = Fault::OF_ANY_CALL.to_vec();
                faults.extend([Fault::Error503, Fault::Error503Executed]);
                if matches!(call, Self::Create | Self::Query | Self::Pay | Self::Confirm | Self::TransactionQuery) {
                    faults.extend([Fault::WrongAmount, Fault::UnknownStatus]);
                }
                CallRule { call: call.name(), faults }
            })
            .collect();
        let of_script = [Fault::Reset, Fault::Error500, Fault::Error503, Fault::Delay, Fault::Garbage];
        rules.push(CallRule { call: "script", faults: of_script.to_vec() });
        rules.push(CallRule { call: "webhook", faults: Fault::OF_CALLBACKS.to_vec() });
        rules
    }
}
