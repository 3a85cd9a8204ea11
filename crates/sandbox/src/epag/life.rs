//! What happens to a payment, and what it does to the ledger. Every change of status goes through `enter`, which obeys
//! the status map and sends the callback.

use super::payment::{Payment, Pending, RefundStatus, Step};
use super::settings::{PaymentOutcome, RefundOutcome};
use super::status::Status;
use super::times::{DAY_MS, end_of_day_ms};
use super::{Epag, PROVIDER};
use crate::ledger::{Entry, Kind};

/// The error code of a simulated decline: the payer's balance was not enough.
const NO_BALANCE: &str = "01.05.0014";

impl Epag {
    /// Lets a step happen after a delay; without delay at once, while the payment is in hand.
    pub(super) fn later(&self, payment: &mut Payment, step: Step, delay_ms: u32, now_ms: i64) {
        if delay_ms == 0 {
            self.apply(payment, step, now_ms);
        } else {
            self.schedule(payment.token, step, now_ms + i64::from(delay_ms));
        }
    }

    /// Lets a step happen now. A step whose time has passed otherwise does nothing.
    pub(super) fn apply(&self, payment: &mut Payment, step: Step, at_ms: i64) {
        match step {
            Step::Settle => self.settle(payment, at_ms),
            Step::QrEnds if payment.status.is_open() && payment.status != Status::InAnalysis => {
                self.cancel(payment, "Payment expired", at_ms);
            }
            Step::AuthorizationEnds
                if payment.status == Status::PreAuthorized && payment.pending != Some(Pending::Capture) =>
            {
                self.void(payment, "Pre-authorization expired", at_ms);
            }
            Step::QrEnds | Step::AuthorizationEnds => {}
            Step::Capture { amount } => self.finish_capture(payment, amount, at_ms),
            Step::Void => self.finish_cancel(payment, at_ms),
            Step::Refund { id } => self.finish_refund(payment, id, at_ms),
        }
    }

    /// A payment has been sent to the processor: its name chooses what follows, its date when it ends.
    pub(super) fn begin(&self, payment: &mut Payment, now_ms: i64) {
        let is_chosen = matches!(payment.outcome_word(), "PAID" | "CANCELED" | "IN_ANALYSIS" | "DECLINED");
        if is_chosen {
            let delay_ms = payment.terms.settle_delay_ms;
            self.later(payment, Step::Settle, delay_ms, now_ms);
        }
        if payment.status.is_open() {
            let due_ms = end_of_day_ms(payment.expiration);
            self.set_deadline(payment, Some((Step::QrEnds, due_ms)));
        }
    }

    fn settle(&self, payment: &mut Payment, at_ms: i64) {
        if payment.status != Status::Processing {
            return;
        }
        match payment.outcome_word() {
            // Refused where the payment is just being canceled: then nothing is paid.
            "PAID" => drop(self.pay(payment, at_ms)),
            "CANCELED" => self.cancel(payment, "Canceled by the payer", at_ms),
            "IN_ANALYSIS" => self.enter(payment, Status::InAnalysis, at_ms),
            "DECLINED" => drop(self.decline(payment, Status::Declined, NO_BALANCE, at_ms)),
            _ => {}
        }
    }

    /// The payer pays: with `delay_capture` the money is reserved, otherwise taken.
    pub(super) fn pay(&self, payment: &mut Payment, at_ms: i64) -> Result<(), String> {
        match payment.status {
            Status::Processing | Status::InAnalysis => {}
            Status::Created => return Err("the payment was not sent yet, there is nothing to pay".to_owned()),
            status => return Err(format!("the payment is {}, it cannot be paid", status.name())),
        }
        if payment.pending == Some(Pending::Cancel) && !self.settings().pay_while_canceling {
            return Err("the payment is being canceled, it cannot be paid".to_owned());
        }
        if payment.delay_capture {
            self.record(payment, Kind::Authorization, payment.amount, at_ms);
            self.enter(payment, Status::PreAuthorized, at_ms);
            let due_ms = at_ms + i64::from(self.settings().authorization_days) * DAY_MS;
            self.set_deadline(payment, Some((Step::AuthorizationEnds, due_ms)));
        } else {
            payment.received = payment.amount;
            payment.paid_at_ms = Some(at_ms);
            self.record(payment, Kind::Charge, payment.amount, at_ms);
            self.enter(payment, Status::Paid, at_ms);
        }
        Ok(())
    }

    /// The payer, or the review, refuses; `status` is `DECLINED` or `ERROR`.
    pub(super) fn decline(&self, payment: &mut Payment, status: Status, code: &str, at_ms: i64) -> Result<(), String> {
        if !payment.status.leads_to(status) {
            return Err(format!("the payment is {}, it cannot become {}", payment.status.name(), status.name()));
        }
        payment.error_code = Some(code.to_owned());
        self.enter(payment, status, at_ms);
        Ok(())
    }

    /// The QR's day, or the authorization's last, comes early.
    pub(super) fn expire(&self, payment: &mut Payment, at_ms: i64) -> Result<(), String> {
        let before = payment.status;
        self.apply(payment, Step::QrEnds, at_ms);
        self.apply(payment, Step::AuthorizationEnds, at_ms);
        if payment.status == before {
            return Err(format!("the payment is {}, it cannot expire", before.name()));
        }
        Ok(())
    }

    /// Moves a payment along the status map without touching money: review and disputes.
    pub(super) fn shift(&self, payment: &mut Payment, status: Status, at_ms: i64) -> Result<(), String> {
        if !payment.status.leads_to(status) {
            return Err(format!("the payment is {}, it cannot become {}", payment.status.name(), status.name()));
        }
        self.enter(payment, status, at_ms);
        Ok(())
    }

    fn finish_capture(&self, payment: &mut Payment, amount: i64, at_ms: i64) {
        payment.pending = None;
        if payment.status != Status::PreAuthorized {
            return;
        }
        if self.settings().capture_outcome == PaymentOutcome::Canceled {
            return self.void(payment, "Pre-authorization expired", at_ms);
        }
        payment.received = amount;
        payment.paid_at_ms = Some(at_ms);
        self.record(payment, Kind::Capture, amount, at_ms);
        self.enter(payment, Status::Paid, at_ms);
    }

    fn finish_cancel(&self, payment: &mut Payment, at_ms: i64) {
        payment.pending = None;
        if payment.status == Status::PreAuthorized {
            return self.void(payment, "Pre-authorization canceled by the merchant", at_ms);
        }
        if self.settings().cancel_outcome == PaymentOutcome::Paid && self.pay(payment, at_ms).is_ok() {
            return;
        }
        if payment.status.is_open() {
            self.cancel(payment, "Canceled by the merchant", at_ms);
        }
    }

    fn finish_refund(&self, payment: &mut Payment, id: u64, at_ms: i64) {
        let outcome = self.settings().refund_outcome;
        let Some(refund) = payment.refunds.iter_mut().find(|refund| refund.id == id) else { return };
        if refund.status != RefundStatus::Processing {
            return;
        }
        let (amount, own_url) = (refund.amount, refund.notification_url.clone());
        let before = payment.status;
        match outcome {
            RefundOutcome::Failed => refund.status = RefundStatus::Failed,
            RefundOutcome::Completed => {
                refund.status = RefundStatus::Completed;
                payment.refunded += amount;
                self.record_refund(payment, id, amount, at_ms);
                let is_whole = payment.refunded >= payment.received;
                self.enter(payment, if is_whole { Status::Refunded } else { Status::PartiallyRefunded }, at_ms);
            }
        }
        match own_url {
            Some(url) => self.callbacks.notify(&self.settings(), &url, payment),
            // The payment's own callback has been sent where its status changed.
            None if payment.status == before => {
                self.callbacks.notify(&self.settings(), &payment.notification_url, payment)
            }
            None => {}
        }
    }

    fn cancel(&self, payment: &mut Payment, why: &'static str, at_ms: i64) {
        payment.cancellation = Some(why);
        self.enter(payment, Status::Canceled, at_ms);
    }

    fn void(&self, payment: &mut Payment, why: &'static str, at_ms: i64) {
        self.record(payment, Kind::Void, payment.amount, at_ms);
        self.cancel(payment, why, at_ms);
    }

    /// Changes the status, if the map allows it, and says so to the merchant.
    fn enter(&self, payment: &mut Payment, status: Status, at_ms: i64) {
        if !payment.status.leads_to(status) {
            return;
        }
        payment.status = status;
        payment.history.push((at_ms, status));
        if !status.is_open() && status != Status::PreAuthorized {
            self.set_deadline(payment, None);
        }
        self.callbacks.notify(&self.settings(), &payment.notification_url, payment);
    }

    fn set_deadline(&self, payment: &mut Payment, deadline: Option<(Step, i64)>) {
        if let Some(old) = payment.deadline.take() {
            self.world.clock.cancel(old);
        }
        payment.deadline = deadline.map(|(step, due_ms)| self.schedule(payment.token, step, due_ms));
    }

    fn record(&self, payment: &Payment, kind: Kind, amount_minor: i64, at_ms: i64) {
        self.write(payment, kind, payment.token.to_string(), amount_minor, at_ms);
    }

    fn record_refund(&self, payment: &Payment, id: u64, amount_minor: i64, at_ms: i64) {
        self.write(payment, Kind::Refund, id.to_string(), amount_minor, at_ms);
    }

    fn write(&self, payment: &Payment, kind: Kind, id: String, amount_minor: i64, at_ms: i64) {
        self.world.ledger.push(Entry {
            provider: PROVIDER,
            kind,
            id,
            payment: payment.token.to_string(),
            reference: payment.reference.clone(),
            amount_minor,
            currency: "BRL",
            at_ms,
        });
    }
}
