//! A person found out what nobody else could: `umclique-server resolve`. Written through `settle`, refused where it
//! contradicts evidence that we hold.

use super::Payments;
use super::settle::{Change, OperationWrite, Settled};
use crate::error::Error;
use crate::payments::news::News;
use crate::store::{OperationKind, OperationStatus, attempts, operations};
use umclique_wire::{AttemptId, AttemptStatus};

/// What the person says.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The money was taken (or given back, for a refund).
    pub is_captured: bool,
    /// The id at the provider, as its panel shows it.
    pub provider_reference: Option<String>,
    /// Why the person is sure. Stands on the timeline.
    pub note: String,
}

impl Payments {
    /// Settles a payment whose outcome is unknown.
    pub async fn resolve_payment(&self, id: &AttemptId, verdict: Verdict) -> Result<(), Error> {
        let attempt = self.attempt(id).await?;
        if attempt.captured_minor > 0 && !verdict.is_captured {
            return Err(Error::NotPossible(
                "the provider told us that this payment was captured; refund it instead".into(),
            ));
        }
        if attempt.status == AttemptStatus::Succeeded {
            return Err(Error::NotPossible("this payment is already succeeded; there is nothing to resolve".into()));
        }
        if !attempt.live && !attempt.flags.needs_attention {
            let status = attempt.status.as_str();
            return Err(Error::NotPossible(format!("this payment is {status}, and nothing about it is unknown")));
        }
        if verdict.is_captured && attempt.provider_reference.is_none() && verdict.provider_reference.is_none() {
            return Err(Error::NotPossible("name the provider's payment with --provider-reference".into()));
        }
        let other = verdict.provider_reference.as_ref().zip(attempt.provider_reference.as_ref());
        if other.is_some_and(|(told, known)| told != known) {
            return Err(Error::NotPossible(
                "the provider gave us another reference for this payment; check the id".into(),
            ));
        }
        let mut tx = self.db.read().await?;
        let siblings = attempts::list_of_session(&mut tx, &attempt.session).await?;
        drop(tx);
        let is_paid = siblings.iter().any(|it| it.id != attempt.id && it.captured_minor > 0 && !it.flags.late_capture);
        if verdict.is_captured && is_paid {
            let words = "another payment of this session was captured; refund this one in the provider's panel and resolve it as not_captured";
            return Err(Error::NotPossible(words.into()));
        }
        let Verdict { is_captured, provider_reference, note } = verdict;
        let news = News::Resolved { is_captured, provider_reference, note };
        self.settle(Change::requested(id, news)).await?;
        Ok(())
    }

    /// Settles a refund whose outcome is unknown.
    pub async fn resolve_refund(&self, id: &str, verdict: Verdict) -> Result<(), Error> {
        let mut tx = self.db.read().await?;
        let operation = operations::get(&mut tx, id).await?.ok_or(Error::NotFound("refund"))?;
        drop(tx);
        if operation.kind != OperationKind::Refund || operation.status.is_final() {
            return Err(Error::NotPossible("this refund is over; there is nothing to resolve".into()));
        }
        let mut operation = operation;
        let amount_minor = operation.amount_minor;
        let news = if verdict.is_captured {
            operation.status = OperationStatus::Succeeded;
            News::RefundDone(amount_minor)
        } else {
            operation.status = OperationStatus::Failed;
            operation.failure = Some("resolved by a person".into());
            News::RefundReleased(amount_minor)
        };
        if verdict.provider_reference.is_some() {
            operation.provider_reference = verdict.provider_reference;
        }
        operation.needs_attention = false;
        operation.unknown_since_ms = None;
        operation.next_tend_at_ms = None;
        operation.changed_at_ms = self.clock.now_ms();
        let news = if operation.target_reference.is_some() { News::Nothing } else { news };
        let attempt = operation.attempt.clone();
        let write = Some(OperationWrite::Update(operation));
        if let Settled::Superseded =
            self.settle(Change { operation: write, ..Change::requested(&attempt, news) }).await?
        {
            return Err(Error::NotPossible("this refund changed a moment ago; read it, then resolve it again".into()));
        }
        let mut tx = self.db.begin().await?;
        crate::store::timeline::add(&mut tx, &attempt, self.clock.now_ms(), "resolved", &verdict.note).await?;
        tx.commit().await?;
        Ok(())
    }
}
