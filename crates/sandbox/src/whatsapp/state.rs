//! The states of an order in the chat and of its payment, and which may follow which. The values are published, and a chart:
//! pending, then shipped, partially shipped or processing, then completed or canceled. Source: WhatsApp "Receive WhatsApp
//! payments / Orders". The table itself is undocumented; ours is strict, so that who passes it is safe either way.

use serde::{Deserialize, Serialize};

use super::errors::{NO_CANCEL, NO_TRANSITION};

/// An order's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderState {
    Pending,
    Processing,
    /// Also published as `partially-shipped`.
    PartiallyShipped,
    Shipped,
    Completed,
    Canceled,
}

/// What the shop says about the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PaymentState {
    Pending,
    /// The "paid" tick.
    Captured,
    Failed,
}

/// What a report does to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Change,
    /// It says what is so already.
    Repeat,
    /// Refused with this code.
    No(u32),
}

impl OrderState {
    /// Reads a value, in either spelling.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "pending" => Self::Pending,
            "processing" => Self::Processing,
            "partially_shipped" | "partially-shipped" => Self::PartiallyShipped,
            "shipped" => Self::Shipped,
            "completed" => Self::Completed,
            "canceled" => Self::Canceled,
            _ => return None,
        })
    }

    /// Whether an order may go there, given what is known about its payment.
    pub(super) fn step(self, to: Self, payment: Option<PaymentState>) -> Step {
        use OrderState::{Canceled, Completed, PartiallyShipped, Pending, Processing, Shipped};
        let is_paid = payment == Some(PaymentState::Captured);
        let may_be_paid = is_paid || payment == Some(PaymentState::Pending);
        match (self, to) {
            (from, to) if from == to => Step::Repeat,
            (Pending | Processing, Canceled) if may_be_paid => Step::No(NO_CANCEL),
            (PartiallyShipped | Shipped, Canceled) if is_paid => Step::No(NO_CANCEL),
            (Pending | Processing | PartiallyShipped | Shipped, Canceled) => Step::Change,
            // What is pending is completed by way of another state.
            (Pending, Processing | PartiallyShipped | Shipped)
            | (Processing, PartiallyShipped | Shipped | Completed)
            | (PartiallyShipped, Shipped | Completed)
            | (Shipped, Completed) => Step::Change,
            _ => Step::No(NO_TRANSITION),
        }
    }
}

impl PaymentState {
    /// Reads a value.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "pending" => Self::Pending,
            "captured" => Self::Captured,
            "failed" => Self::Failed,
            _ => return None,
        })
    }

    /// Whether a payment may go there; nothing was said about it while it is `None`. Undocumented; we assume: `captured` is
    /// final, and after `failed` the buyer may try anew.
    pub(super) fn step(from: Option<Self>, to: Self) -> Step {
        match (from, to) {
            (Some(from), to) if from == to => Step::Repeat,
            (Some(Self::Captured), _) => Step::No(NO_TRANSITION),
            _ => Step::Change,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OrderState, PaymentState, Step};

    const STATES: [OrderState; 6] = [
        OrderState::Pending,
        OrderState::Processing,
        OrderState::PartiallyShipped,
        OrderState::Shipped,
        OrderState::Completed,
        OrderState::Canceled,
    ];

    /// A row per state, a column per state: `+` changes, `=` repeats, `6` is 2046, `7` is 2047.
    fn table(payment: Option<PaymentState>) -> Vec<String> {
        let mark = |step| match step {
            Step::Change => '+',
            Step::Repeat => '=',
            Step::No(2046) => '6',
            Step::No(_) => '7',
        };
        STATES.map(|from| STATES.iter().map(|to| mark(from.step(*to, payment))).collect()).to_vec()
    }

    #[test]
    fn the_table_of_order_states_is_the_documented_one() {
        let unpaid = ["=+++6+", "6=++++", "66=+++", "666=++", "6666=6", "66666="];
        assert_eq!(table(None), unpaid);
        assert_eq!(table(Some(PaymentState::Failed)), unpaid);
        let waiting = ["=+++67", "6=+++7", "66=+++", "666=++", "6666=6", "66666="];
        assert_eq!(table(Some(PaymentState::Pending)), waiting);
        let paid = ["=+++67", "6=+++7", "66=++7", "666=+7", "6666=6", "66666="];
        assert_eq!(table(Some(PaymentState::Captured)), paid);
    }

    #[test]
    fn a_captured_payment_stays_captured() {
        use PaymentState::{Captured, Failed, Pending};
        for (from, to, step) in [
            (None, Captured, Step::Change),
            (None, Failed, Step::Change),
            (Some(Pending), Captured, Step::Change),
            (Some(Failed), Pending, Step::Change),
            (Some(Failed), Captured, Step::Change),
            (Some(Captured), Captured, Step::Repeat),
            (Some(Captured), Failed, Step::No(2046)),
            (Some(Captured), Pending, Step::No(2046)),
        ] {
            assert_eq!(PaymentState::step(from, to), step, "{from:?} to {to:?}");
        }
    }

    #[test]
    fn both_spellings_of_partially_shipped_are_one_state() {
        assert_eq!(OrderState::parse("partially_shipped"), OrderState::parse("partially-shipped"));
        assert_eq!(OrderState::parse("cancelled"), None, "one l");
    }
}
