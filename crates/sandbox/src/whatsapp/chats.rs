//! What a chat shows: one bubble per message, in both directions.

use serde::Serialize;

use super::errors::GraphError;
use super::state::{OrderState, PaymentState};

/// How far a message of the shop has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Accepted,
    Sent,
    Delivered,
    Read,
    Failed(GraphError),
}

impl Delivery {
    /// In webhooks and in control's JSON.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed(_) => "failed",
        }
    }

    /// Later ones have higher ranks; the ticks never go back.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Accepted => 0,
            Self::Sent => 1,
            Self::Delivered => 2,
            Self::Read => 3,
            Self::Failed(_) => 4,
        }
    }
}

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Bubble {
    pub(super) wamid: String,
    pub(super) at_ms: i64,
    /// None for the buyer's own.
    pub(super) delivery: Option<Delivery>,
    pub(super) says: Says,
}

/// What a bubble says.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Says {
    Order {
        reference_id: String,
        text: String,
    },
    OrderStatus {
        reference_id: String,
        text: String,
        status: Option<OrderState>,
        payment: Option<PaymentState>,
    },
    Text {
        text: String,
    },
    Template {
        text: String,
    },
    /// The buyer tapped *Send payment*.
    Payment {
        reference_id: String,
    },
}
