//! Looks after one attempt that is due: sends again what never arrived, closes, asks, settles.
//!
//! Called by the worker, and by "check now", with the attempt's lease held. Never creates a payment that may exist.

use super::settle::{Change, OperationWrite, Settled, new_operation};
use super::{Payments, schedule};
use crate::error::Error;
use crate::methods::{Method, NotSent, Observation, Outcome, Target};
use crate::payments::news::News;
use crate::store::{Attempt, CloseIntent, OperationKind, attempts, operations};
use std::sync::Arc;
use umclique_wire::{AttemptId, AttemptStatus, NextAction};

impl Payments {
    /// Asks about an attempt now, if nobody does or did within two seconds.
    pub async fn check_now(self: &Arc<Self>, id: &AttemptId) -> Result<(), Error> {
        let (now_ms, real_ms) = (self.clock.now_ms(), self.clock.real_ms());
        let mut tx = self.db.begin().await?;
        let claimed = attempts::claim_one(&mut tx, id, real_ms, real_ms + self.lease_ms).await?;
        // Only the claim tells for certain when it was last asked about; one that comes too soon is rolled back.
        let is_due = |attempt: &Attempt| now_ms - attempt.asked_at_ms >= schedule::ASK_AT_MOST_EVERY_MS;
        let Some(attempt) = claimed.filter(is_due) else { return Ok(()) };
        tx.commit().await?;
        // A task of its own: should the caller go away, the lease is given back all the same.
        let this = Arc::clone(self);
        let asking = self.tasks.spawn(async move { this.tend(attempt).await });
        asking.await.map_err(|error| Error::Task(error.to_string()))?
    }

    /// Looks after an attempt whose lease we hold, and gives the lease back.
    pub async fn tend(&self, attempt: Attempt) -> Result<(), Error> {
        let Some(method) = self.methods.get(attempt.method).cloned() else {
            let news = News::Unanswered("its method is not configured here".into());
            self.settle(Change::result(&attempt, news)).await?;
            return Ok(());
        };
        if attempt.may_resend && attempt.live {
            return self.send_again(attempt, &*method).await;
        }
        let Some(attempt) = self.mark_interrupted(attempt, &*method).await? else { return Ok(()) };
        if attempt.may_resend && attempt.live {
            return self.send_again(attempt, &*method).await;
        }
        let Some(attempt) = self.close_forgotten(attempt).await? else { return Ok(()) };
        let Some(attempt) = self.send_cancel(attempt, &*method).await? else { return Ok(()) };
        if let Some(news) = self.news_of_repeating(&attempt, &*method).await {
            self.settle(Change::result(&attempt, news)).await?;
            return Ok(());
        }
        let news = match method.find(&attempt).await {
            Err(unanswered) => {
                if unanswered.is_credentials {
                    self.methods.note_credentials(attempt.method, true, self.clock.now_ms());
                }
                News::Unanswered(unanswered.detail)
            }
            Ok(seen) => {
                self.methods.note_credentials(attempt.method, false, self.clock.now_ms());
                self.news_of(&attempt, &*method, seen).await?
            }
        };
        self.settle(Change::result(&attempt, news)).await?;
        Ok(())
    }

    /// A lost send is sent again where its provider tells a repetition by its name. Not once somebody wants it closed: if the
    /// first one never ran, this one would.
    async fn news_of_repeating(&self, attempt: &Attempt, method: &dyn Method) -> Option<News> {
        let is_lost = attempt.live && attempt.unknown_since_ms.is_some();
        if !is_lost || attempt.close_intent.is_some() || !self.has_time(&attempt.lease) {
            return None;
        }
        match method.repeat(attempt).await? {
            Outcome::Accepted(seen) => Some(News::Seen(Box::new(seen))),
            Outcome::Rejected(rejection) => Some(News::Repeated(rejection)),
            Outcome::Unknown(why) => Some(News::Unanswered(why)),
            Outcome::NotSent(_) | Outcome::Asks(_) => None,
        }
    }

    /// The evidence says that it never arrived, so it is sent again: the same attempt under the same reference.
    async fn send_again(&self, attempt: Attempt, method: &dyn Method) -> Result<(), Error> {
        match self.settle(Change::step(&attempt, News::SendingAgain)).await? {
            Settled::Written(attempt, _) if attempt.live => self.send(&attempt, method, None).await,
            Settled::Written(attempt, _) => {
                self.settle(Change::result(&attempt, News::Nothing)).await?;
                Ok(())
            }
            Settled::Superseded => Ok(()),
        }
    }

    /// A `sending` row whose sender is gone is unknown: never "failed", never sent again under a new key. Only what moves no
    /// money is simply sent again.
    async fn mark_interrupted(&self, attempt: Attempt, method: &dyn Method) -> Result<Option<Attempt>, Error> {
        let is_interrupted = attempt.status == AttemptStatus::Sending && attempt.unknown_since_ms.is_none();
        if !is_interrupted || !attempt.live {
            return Ok(Some(attempt));
        }
        let detail = "the server stopped while it was being sent".to_owned();
        let news = if method.is_harmless(&attempt) {
            News::NotSent(NotSent { detail, is_credentials: false })
        } else {
            News::Unknown(detail)
        };
        self.step(&attempt, news).await
    }

    /// A code whose time is over by far, and that the provider keeps open, is closed by us.
    async fn close_forgotten(&self, attempt: Attempt) -> Result<Option<Attempt>, Error> {
        let ends_at_ms = match &attempt.next_action {
            Some(NextAction::ShowQr(qr)) => {
                crate::clock::brazil_day_end_ms(&qr.expires_on).map(|end| end + schedule::EXPIRY_PATIENCE_MS)
            }
            Some(NextAction::AwaitBuyer(_)) => schedule::ends_elsewhere_at(&attempt),
            // The session's own end closes these.
            Some(
                NextAction::CollectToken(_) | NextAction::Challenge(_) | NextAction::Redirect(_) | NextAction::Unknown,
            )
            | None => None,
        };
        let is_over = ends_at_ms.is_some_and(|end| end <= self.clock.now_ms());
        if !is_over || attempt.close_intent.is_some() {
            return Ok(Some(attempt));
        }
        self.step(&attempt, News::CloseRequested(CloseIntent::Expiry)).await
    }

    /// Sends our cancel where one is wanted and none was accepted lately. Repeating it is safe.
    async fn send_cancel(&self, attempt: Attempt, method: &dyn Method) -> Result<Option<Attempt>, Error> {
        let now_ms = self.clock.now_ms();
        // Money that was taken is refunded; what a cancel of it would do, no provider says.
        let can_charge = attempt.live || attempt.close_intent == Some(CloseIntent::Late);
        let is_wanted = attempt.close_intent.is_some() && can_charge && attempt.captured_minor == 0;
        let is_fresh = attempt.cancel_sent_at_ms.is_some_and(|at| now_ms - at < schedule::CANCEL_AGAIN_MS);
        let Some(reference) = attempt.provider_reference.clone().filter(|_| is_wanted && !is_fresh) else {
            return Ok(Some(attempt));
        };
        match method.cancel(Target { attempt: &attempt, reference: &reference }).await {
            Outcome::Accepted(()) => self.step(&attempt, News::CancelSent).await,
            // It may be paid by now, or canceled already: the query that follows tells.
            Outcome::Rejected(_) | Outcome::Asks(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => Ok(Some(attempt)),
        }
    }

    /// Writes a step on the way; `None` where somebody took over.
    async fn step(&self, attempt: &Attempt, news: News) -> Result<Option<Attempt>, Error> {
        match self.settle(Change::step(attempt, news)).await? {
            Settled::Written(attempt, _) => Ok(Some(*attempt)),
            Settled::Superseded => Ok(None),
        }
    }

    /// The one payment that is ours, and what to do about others under the same reference.
    async fn news_of(&self, attempt: &Attempt, method: &dyn Method, seen: Vec<Observation>) -> Result<News, Error> {
        let is_known = |seen: &Observation| attempt.provider_reference.as_ref() == Some(&seen.provider_reference);
        let (mut known, mut others): (Vec<_>, Vec<_>) = seen.into_iter().partition(is_known);
        if attempt.provider_reference.is_none() && !others.is_empty() {
            // The method lists the most advanced first: money before promises.
            known.push(others.remove(0));
        }
        for other in others {
            self.close_extra(attempt, method, &other).await?;
        }
        match known.into_iter().next() {
            None => Ok(News::Absent),
            Some(seen) => Ok(News::Seen(Box::new(self.without_fees(attempt, seen).await?))),
        }
    }

    /// A second payment under one reference can only be the gateway's doing: it is closed, or given back.
    async fn close_extra(&self, attempt: &Attempt, method: &dyn Method, extra: &Observation) -> Result<(), Error> {
        match extra.status {
            AttemptStatus::Failed | AttemptStatus::Canceled | AttemptStatus::Expired => return Ok(()),
            AttemptStatus::Succeeded
                if extra.refunded_minor >= extra.received_minor && extra.refunded_minor.is_some() =>
            {
                return Ok(());
            }
            AttemptStatus::Succeeded => {}
            _ => {
                let words = format!("a second payment under our reference is open: {}", extra.provider_reference);
                self.settle(Change::step(attempt, News::Extra(words))).await?;
                // Should this cancel get lost, the next look finds the payment again: the flag keeps the watch going.
                method.cancel(Target { attempt, reference: &extra.provider_reference }).await;
                return Ok(());
            }
        }
        let key = format!("extra:{}", extra.provider_reference);
        let mut tx = self.db.read().await?;
        if operations::find_by_key(&mut tx, &attempt.id, OperationKind::Refund, &key).await?.is_some() {
            return Ok(());
        }
        drop(tx);
        let amount_minor = extra.received_minor.filter(|it| *it > 0).unwrap_or(attempt.amount.minor());
        let mut refund = new_operation(&attempt.id, OperationKind::Refund, amount_minor, self.clock.now_ms());
        refund.reason = Some("the provider charged twice under one reference".into());
        refund.idempotency_key = Some(key);
        refund.target_reference = Some(extra.provider_reference.clone());
        let news = News::Extra(format!("a second payment under our reference was paid: {}", extra.provider_reference));
        let operation = Some(OperationWrite::Insert(refund));
        self.settle(Change { operation, ..Change::step(attempt, news) }).await?;
        Ok(())
    }
}
