//! What happens to charges: money is taken, reserved, released and given back here, and nowhere else, and every movement is
//! written to the ledger with it.

use super::book::Book;
use super::charge::{Charge, Giver, Order, Refund};
use super::errors::ApiError;
use super::pipeline::Scene;
use super::status::Status;
use super::times::DAY_MS;
use super::wallet::Funds;
use super::{PROVIDER, PicPay};
use crate::ledger::{Entry, Kind};
use crate::world::lock;

impl PicPay {
    /// Charges the caller's wallet, or reserves it; answers the `transaction_id`.
    pub(super) fn open(&self, scene: &Scene<'_>, order: Order) -> Result<String, ApiError> {
        let (caller, at_ms) = (scene.caller, scene.now_ms);
        let mut book = lock(&self.book);
        // Undocumented when this is answered; we assume: to a reference whose money is there already.
        if order.reference.as_deref().is_some_and(|reference| book.has_living(caller.client, reference)) {
            return Err(ApiError::duplicate());
        }
        let buyer = book.buyers.get_mut(&caller.buyer).ok_or_else(ApiError::wrong_token)?;
        let taken = buyer.wallet.take(order.value);
        let (status, funds) = match taken {
            Ok(funds) if order.auto_capture => (Status::Paid, funds),
            Ok(funds) => (Status::Authorized, funds),
            Err(_) => (Status::Error, Funds::default()),
        };
        if taken.is_ok() || scene.settings.keep_declined {
            let charge = Charge {
                id: self.transaction_id(),
                client: caller.client,
                buyer: caller.buyer.clone(),
                key: scene.ask.idempotency_key.clone(),
                status,
                funds,
                captured: if status == Status::Paid { order.value } else { 0 },
                captured_at_ms: (status == Status::Paid).then_some(at_ms),
                created_at_ms: at_ms,
                refunds: Vec::new(),
                deadline: None,
                order,
            };
            let id = charge.id.clone();
            self.admit_charge(&mut book, charge, scene);
            return taken.map(|_| id).map_err(ApiError::declined);
        }
        Err(taken.err().map_or_else(ApiError::internal, ApiError::declined))
    }

    /// Puts a charge into the books; a reservation gets its last moment.
    fn admit_charge(&self, book: &mut Book, mut charge: Charge, scene: &Scene<'_>) {
        match charge.status {
            Status::Paid => self.record(&charge, Kind::Charge, charge.id.clone(), charge.order.value, scene.now_ms),
            Status::Authorized => {
                self.record(&charge, Kind::Authorization, charge.id.clone(), charge.order.value, scene.now_ms);
                let due_ms = scene.now_ms + i64::from(scene.settings.authorization_days) * DAY_MS;
                let (me, id) = (self.me.clone(), charge.id.clone());
                let timer = self.world.clock.at(due_ms, move |at_ms| {
                    if let Some(picpay) = me.upgrade() {
                        picpay.expire(&id, at_ms);
                    }
                });
                charge.deadline = Some((timer, due_ms));
            }
            _ => {}
        }
        let forgotten = book.insert(charge, scene.settings.max_charges);
        if let Some((timer, _)) = forgotten.and_then(|charge| charge.deadline) {
            self.world.clock.cancel(timer);
        }
    }

    /// Takes what was reserved, or a part; the rest is released. Undocumented that it is; we assume it.
    pub(super) fn capture(&self, book: &mut Book, id: &str, value: Option<i64>, at_ms: i64) -> Result<(), ApiError> {
        let (charge, buyer) = book.charge_and_buyer(id).ok_or_else(ApiError::unknown_transaction)?;
        if charge.status != Status::Authorized {
            return Err(ApiError::not_capturable());
        }
        let value = value.unwrap_or(charge.order.value);
        if value > charge.order.value {
            return Err(ApiError::capture_too_high());
        }
        let taken = charge.funds.first(value);
        buyer.wallet.give_back(charge.funds - taken);
        charge.funds = taken;
        charge.captured = value;
        charge.captured_at_ms = Some(at_ms);
        charge.status = Status::Paid;
        self.end_deadline(charge);
        self.record(charge, Kind::Capture, charge.id.clone(), value, at_ms);
        Ok(())
    }

    /// Gives up what was reserved: `status` says whether the merchant did, or time.
    pub(super) fn void(&self, book: &mut Book, id: &str, status: Status, at_ms: i64) -> Result<(), ApiError> {
        let (charge, buyer) = book.charge_and_buyer(id).ok_or_else(ApiError::unknown_transaction)?;
        if charge.status != Status::Authorized {
            return Err(ApiError::not_cancellable());
        }
        buyer.wallet.give_back(charge.funds);
        charge.funds = Funds::default();
        charge.status = status;
        self.end_deadline(charge);
        self.record(charge, Kind::Void, charge.id.clone(), charge.order.value, at_ms);
        Ok(())
    }

    /// Gives money back to where it came from; `value` none: all that is left. Answers the refund.
    pub(super) fn refund(
        &self,
        book: &mut Book,
        id: &str,
        value: Option<i64>,
        by: Giver,
        at_ms: i64,
    ) -> Result<Refund, ApiError> {
        let (charge, buyer) = book.charge_and_buyer(id).ok_or_else(ApiError::unknown_transaction)?;
        if charge.status == Status::Refunded {
            return Err(ApiError::refund_too_high());
        }
        if !charge.status.is_refundable() {
            return Err(ApiError::not_refundable());
        }
        let left = charge.refundable();
        let value = value.unwrap_or(left);
        if value > left {
            return Err(ApiError::refund_too_high());
        }
        let funds = charge.kept().last(value);
        let refund = Refund { id: self.transaction_id(), value, funds, by, created_at_ms: at_ms };
        buyer.wallet.give_back(funds);
        charge.refunds.push(refund.clone());
        charge.status = if value == left { Status::Refunded } else { Status::PartiallyRefunded };
        self.record(charge, Kind::Refund, refund.id.clone(), value, at_ms);
        Ok(refund)
    }

    /// The reservation is too old.
    pub(super) fn expire(&self, id: &str, at_ms: i64) {
        // Refused where it was captured or cancelled in time.
        let _ = self.void(&mut lock(&self.book), id, Status::Expired, at_ms);
    }

    /// PicPay takes back a charge that came too late, whatever has become of it.
    pub(super) fn undo(&self, id: &str, at_ms: i64) {
        let mut book = lock(&self.book);
        // Each is refused unless it is the one that fits.
        let _ = self.void(&mut book, id, Status::Cancelled, at_ms);
        let _ = self.refund(&mut book, id, None, Giver::PicPay, at_ms);
    }

    fn end_deadline(&self, charge: &mut Charge) {
        if let Some((timer, _)) = charge.deadline.take() {
            self.world.clock.cancel(timer);
        }
    }

    fn record(&self, charge: &Charge, kind: Kind, id: String, amount_minor: i64, at_ms: i64) {
        self.world.ledger.push(Entry {
            provider: PROVIDER,
            kind,
            id,
            payment: charge.id.clone(),
            reference: charge.order.reference.clone().unwrap_or_default(),
            amount_minor,
            currency: "BRL",
            at_ms,
        });
    }
}
