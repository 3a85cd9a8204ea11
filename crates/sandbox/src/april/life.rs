//! What happens to an order's money, and what it does to the ledger. Every change of a transaction's status goes through
//! `enter`, which obeys the state machine and tells the merchant's webhooks.

use super::order::{Order, Refund, Transaction};
use super::status::{OrderStatus, Status};
use super::token::Kind;
use super::{April, CURRENCY, PROVIDER};
use crate::ledger::{Entry, Kind as Movement};

const DAY_MS: i64 = 86_400_000;

impl April {
    /// The gateway takes the payment: money is reserved, or taken, and the order is paid for.
    pub(super) fn take(&self, order: &mut Order, id: &str, at_ms: i64) {
        let Some(transaction) = order.transaction_mut(id) else { return };
        if transaction.authorise_only {
            let due_ms = at_ms + i64::from(self.settings().authorization_days) * DAY_MS;
            transaction.deadline = Some(self.schedule_lapse(id, due_ms));
            self.record(order, Movement::Authorization, order.id.clone(), order.amount, at_ms);
            self.enter(order, id, Status::NotCaptured, at_ms);
        } else {
            transaction.captured = transaction.total();
            transaction.paid_at_ms = Some(at_ms);
            let status = if transaction.kind == Kind::PayPlan { Status::Accepted } else { Status::Paid };
            self.record(order, Movement::Charge, order.id.clone(), order.amount, at_ms);
            self.enter(order, id, status, at_ms);
        }
        order.status = OrderStatus::Paid;
        order.updated_at_ms = at_ms;
        order.note(at_ms, "order_paid", None);
        self.abandon_challenges(order, at_ms);
    }

    /// The gateway does not take the payment; the order can be paid with another token.
    pub(super) fn fail(&self, order: &mut Order, id: &str, code: &'static str, at_ms: i64) {
        if let Some(transaction) = order.transaction_mut(id) {
            transaction.failure = Some(code);
        }
        self.enter(order, id, Status::Failed, at_ms);
    }

    /// The order stops being payable, and payments whose challenge is not over end with it.
    pub(super) fn cancel(&self, order: &mut Order, at_ms: i64) {
        order.status = OrderStatus::Cancelled;
        order.updated_at_ms = at_ms;
        order.note(at_ms, "order_cancelled", None);
        self.abandon_challenges(order, at_ms);
    }

    fn abandon_challenges(&self, order: &mut Order, at_ms: i64) {
        let open = order.transactions.iter().filter(|transaction| transaction.status == Status::Incomplete);
        let open: Vec<_> = open.map(|transaction| transaction.id.clone()).collect();
        for id in open {
            self.enter(order, &id, Status::Cancelled, at_ms);
        }
    }

    /// Takes reserved money, surcharge included; the rest is released.
    pub(super) fn capture(&self, order: &mut Order, id: &str, amount: i64, at_ms: i64) {
        let Some(transaction) = order.transaction_mut(id) else { return };
        transaction.captured = amount;
        transaction.paid_at_ms = Some(at_ms);
        if let Some(deadline) = transaction.deadline.take() {
            self.world.clock.cancel(deadline);
        }
        // A partial capture takes of the order's amount first, of the surcharge last.
        let base = amount.min(order.amount);
        self.record(order, Movement::Capture, order.id.clone(), base, at_ms);
        self.enter(order, id, Status::Paid, at_ms);
    }

    /// Releases reserved money: it was not captured in time, or the merchant's staff let it go.
    pub(super) fn void(&self, order: &mut Order, id: &str, at_ms: i64) {
        let Some(transaction) = order.transaction_mut(id) else { return };
        if transaction.status != Status::NotCaptured {
            return;
        }
        if let Some(deadline) = transaction.deadline.take() {
            self.world.clock.cancel(deadline);
        }
        self.record(order, Movement::Void, order.id.clone(), order.amount, at_ms);
        self.enter(order, id, Status::Cancelled, at_ms);
    }

    /// Gives money back. The caller has checked that there is as much.
    pub(super) fn refund(&self, order: &mut Order, id: &str, refund: Refund) {
        let (refund_id, amount, at_ms) = (refund.id.clone(), refund.amount, refund.created_at_ms);
        let Some(transaction) = order.transaction_mut(id) else { return };
        transaction.refunds.push(refund);
        // Undocumented; we assume that a payment is refunded once the order's amount is back, with or without surcharge.
        let whole = transaction.captured.min(transaction.amount);
        let is_whole = transaction.refunded() >= whole;
        self.record(order, Movement::Refund, refund_id.clone(), amount, at_ms);
        order.note(at_ms, "refund", Some(format!("{refund_id} of {amount}")));
        self.enter(order, id, if is_whole { Status::Refunded } else { Status::PartiallyRefunded }, at_ms);
    }

    /// Changes a transaction's status, if the state machine allows it, and says so to the merchant.
    pub(super) fn enter(&self, order: &mut Order, id: &str, status: Status, at_ms: i64) {
        let Some(transaction) = order.transaction_mut(id) else { return };
        if !transaction.status.leads_to(status) {
            return;
        }
        transaction.status = status;
        transaction.updated_at_ms = at_ms;
        let code = transaction.failure;
        let detail = code.map_or_else(|| id.to_owned(), |code| format!("{id}: {code}"));
        order.note(at_ms, status.name(), Some(detail));
        let Some(transaction) = order.transactions.iter().find(|transaction| transaction.id == id) else { return };
        self.webhooks.notify(&self.settings(), order, transaction, at_ms);
    }

    fn schedule_lapse(&self, id: &str, due_ms: i64) -> crate::clock::TimerId {
        let (me, id) = (self.me.clone(), id.to_owned());
        self.world.clock.at(due_ms, move |at_ms| {
            if let Some(april) = me.upgrade() {
                april.with_transaction(&id, |order, id| april.void(order, id, at_ms));
            }
        })
    }

    /// Amounts in the ledger are the order's, without surcharge; a refund's is what was asked for.
    fn record(&self, order: &Order, kind: Movement, id: String, amount_minor: i64, at_ms: i64) {
        self.world.ledger.push(Entry {
            provider: PROVIDER,
            kind,
            id,
            payment: order.id.clone(),
            reference: order.reference.clone(),
            amount_minor,
            currency: CURRENCY,
            at_ms,
        });
    }
}

/// What may still go back of a transaction.
pub(super) fn refundable(transaction: &Transaction) -> i64 {
    transaction.captured - transaction.refunded()
}
