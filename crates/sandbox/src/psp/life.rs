//! How money moves: the only place that changes a charge's status and writes the ledger. Callers hold the book's lock.

use super::book::Book;
use super::cards::{Behaviour, Decline};
use super::charge::{Charge, Order, Refund, RefundStatus, Status};
use super::errors::ApiError;
use super::{CURRENCY, PROVIDER, Psp};
use crate::ledger::{Entry, Kind};
use crate::world::lock;

const DAY_MS: i64 = 86_400_000;

impl Psp {
    /// Charges a card as it behaves; a decline is a charge, too.
    pub(super) fn charge(&self, book: &mut Book, order: Order, now_ms: i64) -> String {
        let told = book.cards.get(&order.card).copied();
        let behaviour = told.unwrap_or_else(|| Behaviour::of(&order.card));
        let mut charge = Charge {
            id: self.id("ch"),
            order,
            status: Status::Pending,
            captured: 0,
            decline: None,
            refunds: Vec::new(),
            created_at_ms: now_ms,
            deadline: None,
        };
        match behaviour.decline() {
            Some(decline) => self.decline(&mut charge, decline),
            None if behaviour == Behaviour::Pending => self.tell(&charge, None),
            None => self.approve(&mut charge, now_ms),
        }
        let id = charge.id.clone();
        if let Some(deadline) = book.insert(charge, self.settings().max_charges).and_then(|old| old.deadline) {
            self.world.clock.cancel(deadline);
        }
        id
    }

    /// The issuer says yes to what is pending: the money is taken or reserved, as the order says.
    pub(super) fn approve(&self, charge: &mut Charge, now_ms: i64) {
        let amount = charge.order.amount;
        if charge.order.capture {
            charge.status = Status::Captured;
            charge.captured = amount;
            self.book_entry(charge, Kind::Charge, &charge.id, amount, now_ms);
        } else {
            charge.status = Status::Authorized;
            self.book_entry(charge, Kind::Authorization, &charge.id, amount, now_ms);
            let (me, id) = (self.me.clone(), charge.id.clone());
            let runtime = tokio::runtime::Handle::current();
            let due_ms = now_ms + i64::from(self.settings().authorization_days) * DAY_MS;
            charge.deadline = Some(self.world.clock.at(due_ms, move |at_ms| {
                let Some(psp) = me.upgrade() else { return };
                let _entered = runtime.enter();
                if let Some(charge) = lock(&psp.book).charge_mut(&id) {
                    // Refused where it was captured or canceled meanwhile.
                    let _ = psp.cancel(charge, at_ms);
                }
            }));
        }
        self.tell(charge, None);
    }

    /// The issuer says no.
    pub(super) fn decline(&self, charge: &mut Charge, decline: Decline) {
        charge.status = Status::Declined;
        charge.decline = Some(decline);
        self.tell(charge, None);
    }

    /// Takes from what is reserved, once; the rest is released.
    pub(super) fn capture(&self, charge: &mut Charge, amount: Option<i64>, now_ms: i64) -> Result<(), ApiError> {
        match charge.status {
            Status::Authorized => {}
            Status::Captured => return Err(ApiError::AlreadyCaptured),
            Status::Canceled => return Err(ApiError::AlreadyCanceled),
            Status::Pending | Status::Declined => return Err(not_authorized(charge)),
        }
        let most = charge.order.amount;
        let amount = amount.unwrap_or(most);
        if amount > most {
            return Err(ApiError::AmountTooLarge { most });
        }
        self.end_deadline(charge);
        charge.status = Status::Captured;
        charge.captured = amount;
        self.book_entry(charge, Kind::Capture, &charge.id, amount, now_ms);
        self.tell(charge, None);
        Ok(())
    }

    /// Gives up what was not captured.
    pub(super) fn cancel(&self, charge: &mut Charge, now_ms: i64) -> Result<(), ApiError> {
        match charge.status {
            Status::Pending => {}
            Status::Authorized => self.book_entry(charge, Kind::Void, &charge.id, charge.order.amount, now_ms),
            Status::Captured => return Err(ApiError::AlreadyCaptured),
            Status::Canceled => return Err(ApiError::AlreadyCanceled),
            Status::Declined => return Err(not_authorized(charge)),
        }
        self.end_deadline(charge);
        charge.status = Status::Canceled;
        self.tell(charge, None);
        Ok(())
    }

    /// Gives back a part of what was captured; how it ends is a setting.
    pub(super) fn refund(
        &self,
        charge: &mut Charge,
        amount: i64,
        reference: String,
        now_ms: i64,
    ) -> Result<Refund, ApiError> {
        if charge.status != Status::Captured {
            return Err(ApiError::NotCaptured);
        }
        let most = charge.refundable();
        if amount > most {
            return Err(ApiError::AmountTooLarge { most });
        }
        let (id, status) = (self.id("rf"), RefundStatus::Pending);
        let refund = Refund { id: id.clone(), reference, amount, status, created_at_ms: now_ms };
        charge.refunds.push(refund.clone());
        let outcome = self.settings().refund_outcome;
        if outcome == RefundStatus::Pending {
            self.tell(charge, Some(&refund));
            return Ok(refund);
        }
        self.end_refund(charge, &id, outcome, now_ms);
        Ok(charge.refunds.last().cloned().unwrap_or(refund))
    }

    /// A refund that was pending succeeds or fails. Answers whether it was.
    pub(super) fn end_refund(&self, charge: &mut Charge, id: &str, outcome: RefundStatus, now_ms: i64) -> bool {
        let is_open = |refund: &&mut Refund| refund.id == id && refund.status == RefundStatus::Pending;
        let Some(refund) = charge.refunds.iter_mut().find(is_open) else { return false };
        refund.status = outcome;
        let refund = refund.clone();
        if outcome == RefundStatus::Succeeded {
            self.book_entry(charge, Kind::Refund, &refund.id, refund.amount, now_ms);
        }
        self.tell(charge, Some(&refund));
        true
    }

    fn end_deadline(&self, charge: &mut Charge) {
        if let Some(deadline) = charge.deadline.take() {
            self.world.clock.cancel(deadline);
        }
    }

    fn book_entry(&self, charge: &Charge, kind: Kind, id: &str, amount_minor: i64, at_ms: i64) {
        self.world.ledger.push(Entry {
            provider: PROVIDER,
            kind,
            id: id.to_owned(),
            payment: charge.id.clone(),
            reference: charge.order.reference.clone(),
            amount_minor,
            currency: CURRENCY,
            at_ms,
        });
    }
}

fn not_authorized(charge: &Charge) -> ApiError {
    let status = if charge.status == Status::Pending { "pending" } else { "declined" };
    ApiError::InvalidRequest(format!("the charge is {status}; nothing is reserved"))
}
