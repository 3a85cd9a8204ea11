//! A person found out what nobody else could: `umclique-server resolve`. Written through `settle`, refused where it
//! contradicts evidence that we hold.

use super::Payments;
use super::settle::{Change, OperationWrite, Settled};
use crate::error::Error;
use crate::payments::news::News;
use crate::store::{Attempt, OperationKind, OperationStatus, attempts, operations};
use umclique_wire::AttemptId;

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
    /// Settles a payment whose outcome is unknown, or takes note that a person looked at it.
    pub async fn resolve_payment(&self, id: &AttemptId, verdict: Verdict) -> Result<(), Error> {
        let attempt = self.attempt(id).await?;
        check_evidence(&attempt, &verdict)?;
        let mut tx = self.db.read().await?;
        let siblings = attempts::list_of_session(&mut tx, &attempt.session).await?;
        let operations = operations::list_of_attempt(&mut tx, id).await?;
        drop(tx);
        let is_paid = siblings.iter().any(|it| it.id != attempt.id && it.captured_minor > 0 && !it.flags.late_capture);
        if verdict.is_captured && attempt.live && is_paid {
            let words = "another payment of this session was captured; refund this one in the provider's panel and resolve it as not_captured";
            return Err(Error::NotPossible(words.into()));
        }
        // A capture that was asked for took what it was asked for, not what had been reserved.
        let asked =
            operations.iter().find(|it| it.kind == OperationKind::Capture && it.status != OperationStatus::Failed);
        let amount_minor = asked.map_or(attempt.amount.minor(), |capture| capture.amount_minor);
        let captured_minor = verdict.is_captured.then_some(amount_minor);
        let Verdict { provider_reference, note, .. } = verdict;
        self.settle(Change::requested(id, News::Resolved { captured_minor, provider_reference, note })).await?;
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
        if operation.status == OperationStatus::Sending {
            return Err(Error::NotPossible(
                "this refund is on its way to the provider; wait two minutes, then read it again".into(),
            ));
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

/// Refuses a word that contradicts what the provider told us, or that nobody asked for.
fn check_evidence(attempt: &Attempt, verdict: &Verdict) -> Result<(), Error> {
    let refuse = |why: String| Err(Error::NotPossible(why));
    let status = attempt.status.as_str();
    if attempt.captured_minor > 0 && !verdict.is_captured {
        return refuse("the provider told us that this payment was captured; refund it instead".into());
    }
    let is_unclear = attempt.flags.needs_attention || attempt.unknown_since_ms.is_some();
    if !is_unclear && attempt.captured_minor > 0 {
        return refuse(format!("this payment is already {status}; there is nothing to resolve"));
    }
    if !is_unclear && !attempt.live {
        return refuse(format!("this payment is {status}, and nothing about it is unknown"));
    }
    // What the provider holds open or reserved can still charge: a person closes it, and does not talk it away.
    if !is_unclear && !verdict.is_captured {
        return refuse(format!("this payment is {status}, and nothing about it is unknown; cancel it instead"));
    }
    if verdict.is_captured && attempt.provider_reference.is_none() && verdict.provider_reference.is_none() {
        return refuse("name the provider's payment with --provider-reference".into());
    }
    let other = verdict.provider_reference.as_ref().zip(attempt.provider_reference.as_ref());
    if other.is_some_and(|(told, known)| told != known) {
        return refuse("the provider gave us another reference for this payment; check the id".into());
    }
    Ok(())
}
