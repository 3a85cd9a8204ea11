//! Where an order stands in the chat, and where it may go from there. Pure.
//!
//! The values are published, and a chart: pending, then shipped, partially shipped or processing, then completed or canceled.
//! Source: WhatsApp "Receive WhatsApp payments / Orders". The table itself is undocumented; ours is strict, so that what it
//! lets through is safe either way. Refusals are WhatsApp's own: 2046, the order cannot go there; 2047, it cannot be canceled
//! because it is paid or its payment is under way.

use super::graph::payload::PARTIALLY_SHIPPED;
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderState {
    #[default]
    Pending,
    Processing,
    PartiallyShipped,
    Shipped,
    Completed,
    Canceled,
}

/// What was told about the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PaymentState {
    Pending,
    Captured,
    Failed,
}

/// What telling a state would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Change,
    /// It stands there already: as good as done.
    Repeat,
    /// 2046.
    NoTransition,
    /// 2047.
    NoCancel,
}

impl OrderState {
    /// As it is sent.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::PartiallyShipped => PARTIALLY_SHIPPED,
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
        }
    }

    /// What telling `to` would do, given what is known of the payment.
    pub(super) fn step(self, to: Self, payment: Option<PaymentState>) -> Step {
        use OrderState::{Canceled, Completed, PartiallyShipped, Pending, Processing, Shipped};
        let is_paid = payment == Some(PaymentState::Captured);
        let may_be_paid = is_paid || payment == Some(PaymentState::Pending);
        match (self, to) {
            (from, to) if from == to => Step::Repeat,
            (Pending | Processing, Canceled) if may_be_paid => Step::NoCancel,
            (PartiallyShipped | Shipped, Canceled) if is_paid => Step::NoCancel,
            (Pending | Processing | PartiallyShipped | Shipped, Canceled) => Step::Change,
            // What is pending is completed by way of another state.
            (Pending, Processing | PartiallyShipped | Shipped)
            | (Processing, PartiallyShipped | Shipped | Completed)
            | (PartiallyShipped, Shipped | Completed)
            | (Shipped, Completed) => Step::Change,
            _ => Step::NoTransition,
        }
    }
}

impl PaymentState {
    /// As it is sent.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Captured => "captured",
            Self::Failed => "failed",
        }
    }
}
