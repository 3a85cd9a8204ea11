//! What the shop asks of a payment: capture, cancel, refund. Reserved and queued here, sent by the worker.

use super::Payments;
use super::settle::{Change, OperationWrite, Settled, new_operation};
use crate::error::Error;
use crate::keys::is_same_body;
use crate::payments::news::News;
use crate::store::{Attempt, CloseIntent, Operation, OperationKind, OperationStatus, attempts, operations};
use umclique_wire::{AttemptId, AttemptStatus};

/// A capture or a refund as the shop asks for it.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Which payment.
    pub payment: AttemptId,
    /// How much; `None`: all that there is.
    pub amount_minor: Option<u64>,
    /// In the shop's words.
    pub reason: Option<String>,
    /// The caller's key, kept for ever.
    pub key: String,
    /// What stands for the body.
    pub fingerprint: String,
}

impl Payments {
    /// Reserves a refund and queues it. The same key gets the same refund.
    pub async fn request_refund(&self, wish: Wish) -> Result<Operation, Error> {
        for _ in 0..20 {
            if let Some(known) = self.known_operation(&wish, OperationKind::Refund).await? {
                return Ok(known);
            }
            let attempt = self.attempt(&wish.payment).await?;
            let available_minor = attempt.captured_minor - attempt.refunded_minor - attempt.reserved_minor;
            let amount_minor = wish.amount_minor.unwrap_or(available_minor);
            if amount_minor == 0 || amount_minor > available_minor {
                return Err(Error::AmountTooHigh { available_minor, verb: "refunded" });
            }
            let method = self.methods.get(attempt.method).ok_or_else(not_configured)?;
            if amount_minor < attempt.captured_minor && !method.capabilities().partial_refund {
                return Err(Error::NotPossible("this method refunds only the whole amount".into()));
            }
            let operation = self.queued(&wish, OperationKind::Refund, amount_minor);
            if let Some(operation) = self.reserve(&attempt, News::RefundReserved(amount_minor), operation).await? {
                return Ok(operation);
            }
        }
        Err(Error::Contended)
    }

    /// Queues the capture of what was authorized.
    pub async fn request_capture(&self, wish: Wish) -> Result<Operation, Error> {
        for _ in 0..20 {
            if let Some(known) = self.known_operation(&wish, OperationKind::Capture).await? {
                return Ok(known);
            }
            let attempt = self.attempt(&wish.payment).await?;
            if attempt.status != AttemptStatus::RequiresCapture || attempt.close_intent.is_some() {
                let status = attempt.status.as_str();
                return Err(Error::NotPossible(format!(
                    "the payment is {status}; only requires_capture can be captured"
                )));
            }
            let mut tx = self.db.read().await?;
            let all = operations::list_of_attempt(&mut tx, &attempt.id).await?;
            drop(tx);
            let is_under_way =
                |it: &Operation| it.kind == OperationKind::Capture && it.status != OperationStatus::Failed;
            if all.iter().any(is_under_way) {
                return Err(Error::NotPossible("a capture of this payment is under way; read the payment".into()));
            }
            let available_minor = attempt.amount.minor();
            let amount_minor = wish.amount_minor.unwrap_or(available_minor);
            if amount_minor == 0 || amount_minor > available_minor {
                return Err(Error::AmountTooHigh { available_minor, verb: "captured" });
            }
            let method = self.methods.get(attempt.method).ok_or_else(not_configured)?;
            if amount_minor < available_minor && !method.capabilities().partial_capture {
                return Err(Error::NotPossible("this method captures only the whole amount".into()));
            }
            let operation = self.queued(&wish, OperationKind::Capture, amount_minor);
            if let Some(operation) = self.reserve(&attempt, News::Nothing, operation).await? {
                return Ok(operation);
            }
        }
        Err(Error::Contended)
    }

    /// Asks for the end of a payment that is not captured: a void of the reserved, or a close of the unpaid.
    pub async fn request_cancel(&self, id: &AttemptId, intent: CloseIntent) -> Result<Attempt, Error> {
        let attempt = self.attempt(id).await?;
        if !attempt.live {
            return Ok(attempt);
        }
        // What is reserved is the shop's to void, not the buyer's.
        if attempt.status == AttemptStatus::RequiresCapture && intent != CloseIntent::Shop {
            return Err(Error::NotPossible("the payment is authorized; only the shop can cancel it".into()));
        }
        self.check_void(&attempt)?;
        match self.settle(Change::requested(id, News::CloseRequested(intent))).await? {
            Settled::Written(attempt, _) => Ok(*attempt),
            Settled::Superseded => Ok(attempt),
        }
    }

    /// Refuses to give up a reservation where the provider knows no way to.
    pub(super) fn check_void(&self, attempt: &Attempt) -> Result<(), Error> {
        let method = self.methods.get(attempt.method).ok_or_else(not_configured)?;
        if attempt.status != AttemptStatus::RequiresCapture || method.capabilities().void {
            return Ok(());
        }
        let words = "this provider has no way to give up a reservation; capture and refund it, or let it lapse";
        Err(Error::NotPossible(words.into()))
    }

    /// Reads a payment.
    pub async fn attempt(&self, id: &AttemptId) -> Result<Attempt, Error> {
        let mut tx = self.db.read().await?;
        attempts::get(&mut tx, id).await?.ok_or(Error::NotFound("payment"))
    }

    async fn known_operation(&self, wish: &Wish, kind: OperationKind) -> Result<Option<Operation>, Error> {
        let mut tx = self.db.read().await?;
        let known = operations::find_by_key(&mut tx, &wish.payment, kind, &wish.key).await?;
        match known {
            Some(known) if !known.fingerprint.as_deref().is_some_and(|kept| is_same_body(kept, &wish.fingerprint)) => {
                Err(Error::KeyReused)
            }
            known => Ok(known),
        }
    }

    fn queued(&self, wish: &Wish, kind: OperationKind, amount_minor: u64) -> Operation {
        let mut operation = new_operation(&wish.payment, kind, amount_minor, self.clock.now_ms());
        operation.reason.clone_from(&wish.reason);
        operation.idempotency_key = Some(wish.key.clone());
        operation.fingerprint = Some(wish.fingerprint.clone());
        operation
    }

    /// Writes reservation and operation together. `None`: somebody took what we wanted, or used the key; look again.
    async fn reserve(&self, attempt: &Attempt, news: News, operation: Operation) -> Result<Option<Operation>, Error> {
        let write = Some(OperationWrite::Insert(operation.clone()));
        match self.settle(Change { operation: write, ..Change::requested(&attempt.id, news) }).await {
            Ok(_) => Ok(Some(operation)),
            Err(Error::Store(error)) if error.is_unique_violation() || error.is_check_violation() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn not_configured() -> Error {
    Error::NotPossible("the payment's method is not configured on this server".into())
}
