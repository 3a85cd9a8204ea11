//! What a person should know about a payment, and why.

use serde::Serialize;
use utoipa::ToSchema;

/// What a person should know about a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// A person must look; the attempt's `attention` says why.
    pub needs_attention: bool,
    /// Money arrived after the attempt had ended.
    pub late_capture: bool,
    /// The payer disputes the payment.
    pub disputed: bool,
    /// The provider's code or amount did not match the order.
    pub mismatch: bool,
}

/// A flag's name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// See [`Flags::needs_attention`].
    NeedsAttention,
    /// See [`Flags::late_capture`].
    LateCapture,
    /// See [`Flags::disputed`].
    Disputed,
    /// See [`Flags::mismatch`].
    Mismatch,
}

impl Flags {
    /// The flags that are set.
    #[must_use]
    pub fn list(self) -> Vec<Flag> {
        [
            (self.needs_attention, Flag::NeedsAttention),
            (self.late_capture, Flag::LateCapture),
            (self.disputed, Flag::Disputed),
            (self.mismatch, Flag::Mismatch),
        ]
        .into_iter()
        .filter_map(|(is_set, flag)| is_set.then_some(flag))
        .collect()
    }
}

/// Why a person must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// The provider gives no usable answer for an hour.
    Unanswered,
    /// It is being closed for an hour, and may still charge.
    StuckClosing,
    /// The provider does not know its own payment any more.
    Vanished,
    /// The provider took less than the order costs.
    Underpaid,
    /// The provider's news cannot be true together with what it told before.
    Contradiction,
    /// The provider has another payment under the same reference.
    ExtraPayment,
    /// Late money did not go back.
    LateNotRefunded,
    /// Money is reserved on an attempt that had ended, and this provider has no way to give it up.
    LateReserved,
    /// A capture or a refund needs a person.
    Operation,
    /// The provider suspects a fraud.
    SuspectedFraud,
}

impl Attention {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Unanswered,
        Self::StuckClosing,
        Self::Vanished,
        Self::Underpaid,
        Self::Contradiction,
        Self::ExtraPayment,
        Self::LateNotRefunded,
        Self::LateReserved,
        Self::Operation,
        Self::SuspectedFraud,
    ];

    /// The reason as it is stored and stands on the wire and the timeline.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::StuckClosing => "stuck_closing",
            Self::Vanished => "vanished",
            Self::Underpaid => "underpaid",
            Self::Contradiction => "contradiction",
            Self::ExtraPayment => "extra_payment",
            Self::LateNotRefunded => "late_not_refunded",
            Self::LateReserved => "late_reserved",
            Self::Operation => "operation",
            Self::SuspectedFraud => "suspected_fraud",
        }
    }

    /// Reads what [`Attention::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}
