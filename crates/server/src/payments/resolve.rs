//! A person found out what nobody else could: `umclique-server resolve`. Written through `settle`, refused where it
//! contradicts evidence that we hold.

use super::Payments;
use super::settle::{Change, OperationWrite, Settled};
use crate::error::Error;
use crate::payments::news::News;
use crate::store::{Attempt, Operation, OperationKind, OperationStatus, attempts, operations};
use umclique_wire::AttemptId;

/// What the person says.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The money was taken (or given back, for a refund).
    pub is_captured: bool,
    /// How much was taken, in minor units; `None`: all that was asked for. A refund is done whole or not at all.
    pub amount_minor: Option<u64>,
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
        check_amount(&attempt, &verdict)?;
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
        let usual_minor = asked.map_or(attempt.amount.minor(), |capture| capture.amount_minor);
        let captured_minor = verdict.is_captured.then_some(verdict.amount_minor.unwrap_or(usual_minor));
        let Verdict { provider_reference, note, .. } = verdict;
        self.settle(Change::requested(id, News::Resolved { captured_minor, provider_reference, note })).await?;
        Ok(())
    }

    /// Settles a refund whose outcome is unknown.
    pub async fn resolve_refund(&self, id: &str, verdict: Verdict) -> Result<(), Error> {
        let mut tx = self.db.read().await?;
        let mut operation = operations::get(&mut tx, id).await?.ok_or(Error::NotFound("refund"))?;
        let others = operations::list_of_attempt(&mut tx, &operation.attempt).await?;
        drop(tx);
        check_refund(&operation, &others, &verdict)?;
        if verdict.is_captured {
            operation.status = OperationStatus::Succeeded;
        } else {
            operation.status = OperationStatus::Failed;
            operation.failure = Some("resolved by a person".into());
        }
        operation.provider_reference = verdict.provider_reference.or(operation.provider_reference);
        operation.needs_attention = false;
        operation.unknown_since_ms = None;
        operation.next_tend_at_ms = None;
        operation.changed_at_ms = self.clock.now_ms();
        let news = News::RefundResolved {
            is_done: verdict.is_captured,
            amount_minor: operation.target_reference.is_none().then_some(operation.amount_minor),
            note: verdict.note,
        };
        let attempt = operation.attempt.clone();
        let write = Some(OperationWrite::Update(operation));
        match self.settle(Change { operation: write, ..Change::requested(&attempt, news) }).await? {
            Settled::Written(..) => Ok(()),
            Settled::Superseded => refuse("this refund changed a moment ago; read it, then resolve it again"),
        }
    }
}

fn refuse(why: impl Into<String>) -> Result<(), Error> {
    Err(Error::NotPossible(why.into()))
}

/// Refuses an amount that nobody can have taken.
fn check_amount(attempt: &Attempt, verdict: &Verdict) -> Result<(), Error> {
    let Some(amount_minor) = verdict.amount_minor else { return Ok(()) };
    let whole_minor = attempt.amount.minor();
    if !verdict.is_captured {
        return refuse("an --amount belongs to --as captured; leave it out");
    }
    if amount_minor == 0 || amount_minor > whole_minor {
        return refuse(format!("--amount takes 1 to {whole_minor} minor units, which is what the order costs"));
    }
    if attempt.captured_minor > 0 && attempt.captured_minor != amount_minor {
        let captured_minor = attempt.captured_minor;
        return refuse(format!(
            "this payment is captured already, with {captured_minor} minor units; leave --amount out"
        ));
    }
    Ok(())
}

/// Refuses a word about a refund that contradicts what we know of it.
fn check_refund(refund: &Operation, others: &[Operation], verdict: &Verdict) -> Result<(), Error> {
    if refund.kind != OperationKind::Refund || refund.status.is_final() {
        return refuse("this refund is over; there is nothing to resolve");
    }
    if refund.status == OperationStatus::Sending {
        return refuse("this refund is on its way to the provider; wait two minutes, then read it again");
    }
    if refund.status == OperationStatus::Queued && verdict.is_captured {
        return refuse(
            "this refund was never sent, so nothing went back by it; if somebody refunded by hand, resolve it as not_captured",
        );
    }
    if verdict.amount_minor.is_some() {
        return refuse("a refund is done whole or not at all; leave --amount out");
    }
    let Some(told) = &verdict.provider_reference else { return Ok(()) };
    if refund.provider_reference.as_ref().is_some_and(|known| known != told) {
        return refuse("the provider gave us another reference for this refund; check the id");
    }
    if others.iter().any(|other| other.id != refund.id && other.provider_reference.as_ref() == Some(told)) {
        return refuse("the provider's refund with this reference is another one of ours; check the id");
    }
    Ok(())
}

/// Refuses a word that contradicts what the provider told us, or that nobody asked for.
fn check_evidence(attempt: &Attempt, verdict: &Verdict) -> Result<(), Error> {
    let status = attempt.status.as_str();
    if attempt.captured_minor > 0 && !verdict.is_captured {
        return refuse("the provider told us that this payment was captured; refund it instead");
    }
    // One that was given up without the provider's word may have been paid all the same: a person can know it first.
    let is_watched_on = !attempt.live && attempt.watch_until_ms.is_some();
    let is_unclear = attempt.flags.needs_attention || attempt.unknown_since_ms.is_some() || is_watched_on;
    if !is_unclear && attempt.captured_minor > 0 {
        return refuse(format!("this payment is already {status}; there is nothing to resolve"));
    }
    // What was released without the provider's word may have been paid after all: a person may see that before we do.
    let is_watched = attempt.watch_until_ms.is_some() && verdict.is_captured;
    if !is_unclear && !attempt.live && !is_watched {
        return refuse(format!("this payment is {status}, and nothing about it is unknown"));
    }
    // What the provider holds open or reserved can still charge: a person closes it, and does not talk it away.
    if !is_unclear && !verdict.is_captured {
        return refuse(format!("this payment is {status}, and nothing about it is unknown; cancel it instead"));
    }
    if verdict.is_captured && attempt.provider_reference.is_none() && verdict.provider_reference.is_none() {
        return refuse("name the provider's payment with --provider-reference");
    }
    let other = verdict.provider_reference.as_ref().zip(attempt.provider_reference.as_ref());
    if other.is_some_and(|(told, known)| told != known) {
        return refuse("the provider gave us another reference for this payment; check the id");
    }
    Ok(())
}
