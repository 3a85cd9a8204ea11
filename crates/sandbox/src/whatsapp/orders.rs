//! An order in a chat, and what the shop reported about it.

use super::details::Details;
use super::errors::{GraphError, NO_TRANSITION};
use super::outcome::Outcome;
use super::settings::{Repeat, Settings, SimplifiedStatus};
use super::state::{OrderState, PaymentState, Step};

/// One `order_details` message.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) details: Details,
    /// The buyer's key.
    pub(super) buyer: String,
    pub(super) wamid: String,
    pub(super) sent_at_ms: i64,
    pub(super) is_template: bool,
    pub(super) status: OrderState,
    /// None while nothing was said about it.
    pub(super) payment: Option<PaymentState>,
    /// How often *Send payment* was tapped.
    pub(super) taps: u32,
}

impl Order {
    /// Whether a tap would be possible, or why there is no button.
    pub(super) fn refuses_tap(&self, now_ms: i64) -> Option<Closed> {
        if self.details.card.is_none() {
            return Some(Closed::NoCard);
        }
        if self.payment == Some(PaymentState::Captured) {
            return Some(Closed::Paid);
        }
        if matches!(self.status, OrderState::Canceled | OrderState::Completed) {
            return Some(Closed::Ended);
        }
        self.details.is_expired(now_ms).then_some(Closed::Expired)
    }

    /// What a report makes of this order, or why it is refused. Payment comes first, so that one message may say that the
    /// payment failed and the order is canceled. Undocumented; we assume: a message is believed as a whole or not at all.
    pub(super) fn after(&self, outcome: &Outcome, settings: &Settings) -> Result<Self, GraphError> {
        let mut next = self.clone();
        if self.details.cart.is_none()
            && outcome.order.is_some()
            && settings.simplified_status == SimplifiedStatus::PaymentOnly
        {
            let why = "must be absent: the order was sent without its items, and only its payment is reported";
            return Err(GraphError::wrong("interactive.action.parameters.order", why));
        }
        if let Some(payment) = outcome.payment {
            check(PaymentState::step(next.payment, payment), settings, "payment")?;
            next.payment = Some(payment);
        }
        if let Some(status) = outcome.order {
            check(next.status.step(status, next.payment), settings, "order")?;
            next.status = status;
        }
        Ok(next)
    }
}

fn check(step: Step, settings: &Settings, what: &str) -> Result<(), GraphError> {
    match step {
        Step::Change => Ok(()),
        Step::Repeat if settings.repeat == Repeat::Accepted => Ok(()),
        Step::Repeat => Err(GraphError::new(NO_TRANSITION, format!("The {what} has this status already."))),
        Step::No(code) => Err(GraphError::new(code, format!("The {what} cannot get this status now."))),
    }
}

/// Why an order has no button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    NoCard,
    Paid,
    /// Canceled or completed.
    Ended,
    Expired,
}

impl Closed {
    /// In control's JSON.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::NoCard => "the order offers no stored card",
            Self::Paid => "the order is paid",
            Self::Ended => "the order is canceled or completed",
            Self::Expired => "the order has expired",
        }
    }
}
