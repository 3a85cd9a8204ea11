//! Looks after one capture or refund that is due: sends it once, and finds out what became of it.
//!
//! One at a time per payment, with a snapshot of the provider's refunds taken before the send: so a lost answer is decided
//! by what is new there, and nothing is ever sent twice blindly.

use super::settle::{Change, OperationWrite};
use super::turn::{Turn, at_most_captured, failed, refund_turn, sent, told_to_a_person};
use super::{Payments, schedule};
use crate::clock::HOUR;
use crate::error::Error;
use crate::methods::{Method, Observation, Outcome, RefundOrder, RefundSeen, Target};
use crate::payments::news::News;
use crate::store::{Attempt, Operation, OperationKind, OperationStatus, operations};
use std::collections::BTreeSet;
use umclique_wire::{AttemptStatus, Money};

impl Payments {
    /// Looks after an operation whose lease we hold, and gives the lease back.
    pub async fn tend_operation(&self, mut operation: Operation) -> Result<(), Error> {
        let attempt = self.attempt(&operation.attempt).await?;
        let Some(method) = self.methods.get(attempt.method).cloned() else {
            operation.asks += 1;
            return self.write(&attempt, operation, News::Nothing).await;
        };
        let Some(reference) = operation.target_reference.clone().or_else(|| attempt.provider_reference.clone()) else {
            operation.needs_attention = true;
            operation.asks += 1;
            return self.write(&attempt, operation, News::Nothing).await;
        };
        let target = Target { attempt: &attempt, reference: &reference };
        let status = operation.status;
        let was_unclear = operation.needs_attention;
        let (next, news) = match status {
            OperationStatus::Queued => match self.take_turn(target, &*method, &mut operation).await? {
                Some(turn) => turn,
                None => self.still(&mut operation),
            },
            // Its sender is gone.
            OperationStatus::Sending => (OperationStatus::Unknown, News::Nothing),
            OperationStatus::Unknown | OperationStatus::Pending => match operation.kind {
                OperationKind::Refund => self.look_for_refund(target, &*method, &mut operation).await?,
                OperationKind::Capture => self.look_for_capture(&attempt, &*method, &mut operation).await?,
            },
            OperationStatus::Succeeded | OperationStatus::Failed => (status, News::Nothing),
        };
        operation.status = next;
        operation.asks = if next == status { operation.asks + 1 } else { 0 };
        if next == OperationStatus::Unknown {
            operation.unknown_since_ms.get_or_insert(self.clock.now_ms());
        }
        operation.needs_attention &= !next.is_final();
        let news = told_to_a_person(&operation, was_unclear, news);
        self.write(&attempt, operation, news).await
    }

    /// Sends a queued operation, unless another one of the payment is still on its way.
    async fn take_turn(
        &self,
        target: Target<'_>,
        method: &dyn Method,
        operation: &mut Operation,
    ) -> Result<Option<Turn>, Error> {
        if operation.kind == OperationKind::Refund {
            let seen = match method.list_refunds(target).await {
                Ok(seen) => seen,
                Err(unanswered) => {
                    // The shop reads why its refund waits.
                    operation.failure = Some(unanswered.detail);
                    return Ok(None);
                }
            };
            operation.failure = None;
            let ids: Vec<_> = seen.into_iter().map(|refund| refund.id).collect();
            operation.snapshot = Some(serde_json::json!(ids));
        }
        if !self.has_time(&operation.lease) {
            return Ok(None);
        }
        operation.status = OperationStatus::Sending;
        operation.next_tend_at_ms = Some(self.clock.now_ms());
        let mut tx = self.db.begin().await?;
        match operations::update(&mut tx, operation).await {
            Ok(true) => tx.commit().await?,
            Ok(false) => return Err(Error::Contended),
            Err(error) if error.is_unique_violation() => {
                operation.status = OperationStatus::Queued;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
        let amount = Money::from_minor(operation.amount_minor, target.attempt.amount.currency())
            .map_err(|error| Error::NotPossible(error.to_string()))?;
        let turn = match operation.kind {
            OperationKind::Refund => {
                let outcome = method.refund(target, RefundOrder { id: &operation.id, amount }).await;
                if let Outcome::Accepted(seen) = &outcome {
                    operation.provider_reference = Some(seen.id.clone());
                    let turn = refund_turn(seen.state, operation);
                    return Ok(Some(turn));
                }
                sent(outcome.map(|_| OperationStatus::Pending), operation, self.clock.now_ms())
            }
            OperationKind::Capture => {
                let outcome = method.capture(target, amount).await;
                sent(outcome.map(|()| OperationStatus::Pending), operation, self.clock.now_ms())
            }
        };
        Ok(Some(turn))
    }

    async fn look_for_refund(
        &self,
        target: Target<'_>,
        method: &dyn Method,
        operation: &mut Operation,
    ) -> Result<Turn, Error> {
        if let Some(id) = operation.provider_reference.clone() {
            let seen = method.find_refund(target, &id).await;
            return Ok(match seen {
                Ok(Some(seen)) => refund_turn(seen.state, operation),
                Ok(None) | Err(_) => self.still(operation),
            });
        }
        let Ok(seen) = method.list_refunds(target).await else { return Ok(self.still(operation)) };
        let mut known: BTreeSet<String> = match &operation.snapshot {
            Some(snapshot) => serde_json::from_value(snapshot.clone()).unwrap_or_default(),
            None => BTreeSet::new(),
        };
        let mut tx = self.db.read().await?;
        let all = operations::list_of_attempt(&mut tx, &target.attempt.id).await?;
        known.extend(all.into_iter().filter_map(|other| other.provider_reference));
        let amount_fits = |it: &RefundSeen| it.amount_minor.is_none_or(|amount| amount == operation.amount_minor);
        let new: Vec<_> = seen.into_iter().filter(|it| !known.contains(&it.id) && amount_fits(it)).collect();
        match new.as_slice() {
            [ours] => {
                operation.provider_reference = Some(ours.id.clone());
                operation.unknown_since_ms = None;
                Ok(refund_turn(ours.state, operation))
            }
            [] => Ok(self.absent(operation, "the provider never received it; ask again if it is still wanted")),
            _ => {
                operation.needs_attention = true;
                Ok(self.still(operation))
            }
        }
    }

    async fn look_for_capture(
        &self,
        attempt: &Attempt,
        method: &dyn Method,
        operation: &mut Operation,
    ) -> Result<Turn, Error> {
        let Ok(seen) = method.find(attempt).await else { return Ok(self.still(operation)) };
        let Some(seen) =
            seen.into_iter().find(|it| attempt.provider_reference.as_ref() == Some(&it.provider_reference))
        else {
            return Ok(self.still(operation));
        };
        let turn = match seen.status {
            AttemptStatus::Succeeded => {
                let seen = at_most_captured(seen, operation.amount_minor);
                (OperationStatus::Succeeded, News::Seen(Box::new(seen)))
            }
            AttemptStatus::Failed | AttemptStatus::Canceled | AttemptStatus::Expired => {
                operation.failure = Some("the authorization is gone".into());
                (OperationStatus::Failed, News::Seen(Box::new(seen)))
            }
            AttemptStatus::RequiresCapture if operation.status == OperationStatus::Unknown => {
                self.absent(operation, "the provider never received it; capture again")
            }
            _ => self.still(operation),
        };
        Ok(turn)
    }

    /// The same news without the fees that a payer of a captured part carried: they are not ours.
    pub(super) async fn without_fees(&self, attempt: &Attempt, seen: Observation) -> Result<Observation, Error> {
        if attempt.status != AttemptStatus::RequiresCapture || seen.status != AttemptStatus::Succeeded {
            return Ok(seen);
        }
        let mut tx = self.db.read().await?;
        let all = operations::list_of_attempt(&mut tx, &attempt.id).await?;
        let capture =
            all.into_iter().find(|it| it.kind == OperationKind::Capture && it.status != OperationStatus::Failed);
        Ok(match capture {
            Some(capture) => at_most_captured(seen, capture.amount_minor),
            None => seen,
        })
    }

    /// No news. After an hour of that a person should look.
    fn still(&self, operation: &mut Operation) -> Turn {
        let since_ms = operation.unknown_since_ms.unwrap_or(operation.changed_at_ms);
        if self.clock.now_ms() - since_ms >= HOUR {
            operation.needs_attention = true;
        }
        (operation.status, News::Nothing)
    }

    /// The provider does not have it. It is released only when it stays away for the whole grace.
    fn absent(&self, operation: &mut Operation, words: &str) -> Turn {
        let is_over =
            operation.unknown_since_ms.is_some_and(|since| self.clock.now_ms() - since >= schedule::ABSENCE_GRACE_MS);
        if operation.status != OperationStatus::Unknown || !is_over {
            return (operation.status, News::Nothing);
        }
        failed(operation, words.to_owned())
    }

    /// Writes the operation, gives its lease back, and changes its payment in the same transaction.
    async fn write(&self, attempt: &Attempt, mut operation: Operation, news: News) -> Result<(), Error> {
        let now_ms = self.clock.now_ms();
        operation.lease.until_real_ms = 0;
        operation.next_tend_at_ms = schedule::next_tend_operation(&operation, now_ms);
        if let News::Nothing = news
            && !operation.status.is_final()
        {
            let mut tx = self.db.begin().await?;
            operations::update(&mut tx, &mut operation).await?;
            return Ok(tx.commit().await?);
        }
        operation.changed_at_ms = now_ms;
        let operation = Some(OperationWrite::Update(operation));
        self.settle(Change { operation, ..Change::requested(&attempt.id, news) }).await?;
        Ok(())
    }
}
