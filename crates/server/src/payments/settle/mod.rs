//! The one place that writes a status: compare-and-set, with timeline, outbox and kept reply in the same transaction.

mod claim;
mod end;

use super::news::{self, Effect, News};
use super::{Payments, schedule, view};
use crate::error::Error;
use crate::keys;
use crate::methods::Occasion;
use crate::store::operations::{self, Operation, OperationKind, OperationStatus};
use crate::store::sessions::SessionEnd;
use crate::store::{
    Attempt, CloseIntent, Lease, Session, Tx, attempts, idempotency, messages, outbox, sessions, timeline,
};
use umclique_wire::AttemptId;
use umclique_wire::SessionStatus::RequiresAction;

/// How often a row that others keep changing is tried again.
const TRIES: usize = 20;

/// One change of an attempt and what is written with it.
#[derive(Debug)]
pub struct Change<'a> {
    /// Which attempt.
    pub attempt: &'a AttemptId,
    /// What became known.
    pub news: News,
    /// The epoch of our lease; a successor's shuts us out. `None` where no lease is needed: a request, not a result.
    pub epoch: Option<u64>,
    /// What became known was read from this version of the attempt, and means nothing of another one.
    pub version: Option<u64>,
    /// When it was to be looked after, as the holder of the lease knew it; another time now means that somebody has
    /// reason to believe that it changed since.
    pub due_at_ms: Option<i64>,
    /// Gives the lease back.
    pub is_last: bool,
    /// An operation that changes, or is new, together with it.
    pub operation: Option<OperationWrite>,
    /// What the session is to become once nothing can charge any more.
    pub end: Option<SessionEnd>,
    /// The caller's scope and key for whom the resulting snapshot is kept.
    pub reply_for: Option<(&'a str, &'a str)>,
}

impl<'a> Change<'a> {
    /// A request that needs no lease.
    #[must_use]
    pub fn requested(attempt: &'a AttemptId, news: News) -> Self {
        let (version, due_at_ms) = (None, None);
        let (operation, end, reply_for) = (None, None, None);
        Self { attempt, news, epoch: None, version, due_at_ms, is_last: false, operation, end, reply_for }
    }

    /// A result under our lease, which is given back.
    #[must_use]
    pub fn result(attempt: &'a Attempt, news: News) -> Self {
        let (epoch, due_at_ms) = (Some(attempt.lease.epoch), attempt.next_tend_at_ms);
        Self { epoch, due_at_ms, is_last: true, ..Self::requested(&attempt.id, news) }
    }

    /// A step on the way, under our lease, which is kept.
    #[must_use]
    pub fn step(attempt: &'a Attempt, news: News) -> Self {
        Self { is_last: false, ..Self::result(attempt, news) }
    }
}

/// An operation to write with a change.
#[derive(Clone, Debug)]
pub enum OperationWrite {
    /// A new row.
    Insert(Operation),
    /// A row of ours, under its lease.
    Update(Operation),
}

/// What a change came to.
#[derive(Debug)]
pub enum Settled {
    /// Written, or nothing to write.
    Written(Box<Attempt>, Box<Session>),
    /// Somebody took over our lease, or changed what we looked at: what we found out is to be found out again.
    Superseded,
}

impl Payments {
    /// Applies news to an attempt and its session, and writes everything that follows in one transaction.
    pub async fn settle(&self, change: Change<'_>) -> Result<Settled, Error> {
        for _ in 0..TRIES {
            let mut tx = self.db.begin().await?;
            let attempt = attempts::get(&mut tx, change.attempt).await?.ok_or(Error::NotFound("payment"))?;
            let is_other = change.version.is_some_and(|version| version != attempt.version);
            if is_other || change.epoch.is_some_and(|epoch| epoch != attempt.lease.epoch) {
                return Ok(Settled::Superseded);
            }
            let session = sessions::get(&mut tx, &attempt.session).await?.ok_or(Error::NotFound("session"))?;
            match self.try_settle(tx, &change, attempt, session).await {
                Ok(Some(settled)) => return Ok(settled),
                Ok(None) => {}
                // The transaction is gone, and what became known must not be lost with it.
                Err(Error::Store(error)) if error.is_deadlock() => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// `None`: somebody changed a row between our reading and writing it.
    async fn try_settle(
        &self,
        mut tx: Tx,
        change: &Change<'_>,
        attempt_before: Attempt,
        session_before: Session,
    ) -> Result<Option<Settled>, Error> {
        let now_ms = self.clock.now_ms();
        let (mut attempt, mut session) = (attempt_before.clone(), session_before.clone());
        if let Some(end) = change.end {
            session.end.get_or_insert(end);
        }
        let mut effects = news::apply(&mut attempt, &mut session, &change.news, now_ms);
        // In the same transaction: no kill can leave a buyer with another card to try after the last decline.
        if matches!(change.news, News::Rejected(_)) && attempt.live && self.had_its_declines(&session) {
            let enough = News::CloseRequested(CloseIntent::Declines);
            effects.extend(news::apply(&mut attempt, &mut session, &enough, now_ms));
        }
        if change.is_last {
            attempt.lease.until_real_ms = 0;
        }
        let is_request = change.epoch.is_none();
        let is_same = attempt == attempt_before && session == session_before && effects.is_empty();
        if !(is_same && is_request) {
            attempt.next_tend_at_ms = self.next_tend(change, &attempt, &attempt_before, &session);
            attempt.changed_at_ms = now_ms;
            if !attempts::update(&mut tx, &mut attempt).await? {
                return Ok(None);
            }
        }
        // What the buyer must do is shown with the session, so it is a change of the session too.
        let is_shown_anew = attempt.next_action != attempt_before.next_action && session.status == RequiresAction;
        let is_changed = session != session_before || is_shown_anew;
        if is_changed && !sessions::update(&mut tx, &mut session, self.clock.real_ms()).await? {
            return Ok(None);
        }
        let operation = match &change.operation {
            None => None,
            Some(OperationWrite::Insert(operation)) => {
                operations::insert(&mut tx, operation).await?;
                Some(operation.clone())
            }
            Some(OperationWrite::Update(operation)) => {
                let mut operation = operation.clone();
                if !operations::update(&mut tx, &mut operation).await? {
                    return Ok(Some(Settled::Superseded));
                }
                Some(operation)
            }
        };
        self.write_effects(&mut tx, (&attempt, &session), operation.as_ref(), &effects).await?;
        if let Some((scope, key)) = change.reply_for {
            let reply = serde_json::to_string(&view::session(self, &session, Some(&attempt)))
                .map_err(crate::store::StoreError::from)?;
            idempotency::answer(&mut tx, scope, key, 200, &reply).await?;
        }
        tx.commit().await?;
        if attempt.status != attempt_before.status {
            let (from, to) = (attempt_before.status.as_str(), attempt.status.as_str());
            tracing::info!(attempt = %attempt.id, from, to, "a payment moved on");
        }
        if session.version != session_before.version {
            self.hub.changed(&session.id, session.version);
        }
        self.wake.notify_waiters();
        Ok(Some(Settled::Written(Box::new(attempt), Box::new(session))))
    }

    fn next_tend(&self, change: &Change<'_>, attempt: &Attempt, before: &Attempt, session: &Session) -> Option<i64> {
        let now_ms = self.clock.now_ms();
        let is_request = change.epoch.is_none();
        let next = schedule::next_tend(attempt, session.watched_until_ms > now_ms, now_ms);
        if is_request && attempt.close_intent != before.close_intent {
            // A request to close is worked on at once, unless somebody holds the lease and will see it anyway.
            return next.map(|_| now_ms);
        }
        // No request makes a look later. A callback that came while the provider was asked may be newer than its answer.
        let is_hastened = is_request || before.next_tend_at_ms != change.due_at_ms;
        let wanted = before.next_tend_at_ms.filter(|_| is_hastened);
        next.into_iter().chain(wanted).min()
    }

    async fn write_effects(
        &self,
        tx: &mut Tx,
        (attempt, session): (&Attempt, &Session),
        operation: Option<&Operation>,
        effects: &[Effect],
    ) -> Result<(), Error> {
        let now_ms = self.clock.now_ms();
        for effect in effects {
            match effect {
                Effect::Note(kind, detail) => timeline::add(tx, &attempt.id, now_ms, kind, detail).await?,
                Effect::Tell(kind) => self.tell(tx, (attempt, session), kind, None).await?,
                Effect::RefundLate(amount_minor) => {
                    let mut refund = new_operation(&attempt.id, OperationKind::Refund, *amount_minor, now_ms);
                    refund.reason = Some("the payment arrived after its attempt had ended".into());
                    operations::insert(tx, &refund).await?;
                }
            }
        }
        let Some(operation) = operation else { return Ok(()) };
        let (kind, amount) = (operation.kind.as_str(), operation.amount_minor);
        let detail = format!("{kind} of {amount} minor units is {} ({})", operation.status.as_str(), operation.id);
        timeline::add(tx, &attempt.id, now_ms, kind, &detail).await?;
        if operation.kind == OperationKind::Refund && operation.status.is_final() {
            let is_done = operation.status == OperationStatus::Succeeded;
            let kind = if is_done { "refund.succeeded" } else { "refund.failed" };
            self.tell(tx, (attempt, session), kind, Some(operation)).await?;
        }
        Ok(())
    }

    /// An event for the shop, and, where the method can, a message for the buyer.
    async fn tell(
        &self,
        tx: &mut Tx,
        (attempt, session): (&Attempt, &Session),
        event: &'static str,
        refund: Option<&Operation>,
    ) -> Result<(), Error> {
        let now_ms = self.clock.now_ms();
        let payload = view::event(event, attempt, refund, now_ms);
        outbox::add(tx, event, &attempt.id, &payload, now_ms).await?;
        let Some(method) = self.methods.get(attempt.method) else { return Ok(()) };
        if let Some(message) = method.told_of(Occasion { event, attempt, session, refund }) {
            messages::add(tx, &attempt.id, &message, now_ms).await?;
        }
        Ok(())
    }
}

/// A new operation, due at once.
#[must_use]
pub(super) fn new_operation(attempt: &AttemptId, kind: OperationKind, amount_minor: u64, now_ms: i64) -> Operation {
    Operation {
        id: keys::new_refund_id().as_str().to_owned(),
        attempt: attempt.clone(),
        kind,
        status: OperationStatus::Queued,
        version: 1,
        amount_minor,
        reason: None,
        idempotency_key: None,
        fingerprint: None,
        target_reference: None,
        provider_reference: None,
        snapshot: None,
        failure: None,
        needs_attention: false,
        unknown_since_ms: None,
        next_tend_at_ms: Some(now_ms),
        asks: 0,
        lease: Lease::default(),
        created_at_ms: now_ms,
        changed_at_ms: now_ms,
    }
}
