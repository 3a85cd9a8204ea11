//! Claims a round before anything is sent: key, attempt and session in one transaction.

use crate::error::Error;
use crate::payments::{Payments, status};
use crate::store::{Attempt, Session, Tx, attempts, idempotency, sessions, timeline};
use umclique_wire::{AttemptStatus, ProcessingReason, SessionStatus};

impl Payments {
    /// Claims a session for a new attempt: key, attempt and session in one transaction, before anything is sent.
    /// `false`: somebody was faster, and nothing was written.
    pub(in crate::payments) async fn claim(
        &self,
        mut tx: Tx,
        session: &mut Session,
        attempt: &Attempt,
        key: (&str, &str, &str),
    ) -> Result<bool, Error> {
        let (scope, key, fingerprint) = key;
        let now_ms = attempt.created_at_ms;
        if !idempotency::claim(&mut tx, scope, key, fingerprint, attempt.id.as_str(), now_ms).await? {
            return Ok(false);
        }
        session.status = SessionStatus::Processing;
        session.reason = Some(ProcessingReason::Provider);
        session.attempt_count += 1;
        session.last_attempt = Some(attempt.id.clone());
        session.last_error = None;
        if !sessions::update(&mut tx, session, self.clock.real_ms()).await? {
            return Ok(false);
        }
        match attempts::insert(&mut tx, attempt).await {
            Err(error) if error.is_unique_violation() => return Ok(false),
            inserted => inserted?,
        }
        let detail = format!("{} of {} {}", attempt.method.as_str(), attempt.amount.minor(), attempt.amount.currency());
        timeline::add(&mut tx, &attempt.id, now_ms, "created", &detail).await?;
        tx.commit().await?;
        self.hub.changed(&session.id, session.version);
        Ok(true)
    }

    /// Claims the next round of an attempt: key, attempt and session in one transaction, before anything is sent.
    /// `false`: somebody was faster, and nothing was written.
    pub(in crate::payments) async fn claim_round(
        &self,
        mut tx: Tx,
        session: &mut Session,
        attempt: &mut Attempt,
        details: serde_json::Value,
        key: (&str, &str, &str),
    ) -> Result<bool, Error> {
        let (scope, key, fingerprint) = key;
        let now_ms = self.clock.now_ms();
        if !idempotency::claim(&mut tx, scope, key, fingerprint, attempt.id.as_str(), now_ms).await? {
            return Ok(false);
        }
        attempt.may_resend = false;
        let lease_until_ms = self.clock.real_ms() + self.lease_ms;
        if !self.write_round(&mut tx, (session, attempt), details, lease_until_ms).await? {
            return Ok(false);
        }
        let detail = format!("the buyer's answer {} is sent", attempt.round);
        timeline::add(&mut tx, &attempt.id, now_ms, "round", &detail).await?;
        tx.commit().await?;
        self.hub.changed(&session.id, session.version);
        Ok(true)
    }

    /// Claims the next round of an attempt whose buyer answered elsewhere: nobody waits for it here, so the worker sends it.
    /// `false`: somebody was faster, and nothing was written.
    pub(in crate::payments) async fn begin_round_unasked(
        &self,
        mut tx: Tx,
        mut session: Session,
        mut attempt: Attempt,
        details: serde_json::Value,
        detail: &str,
    ) -> Result<bool, Error> {
        attempt.may_resend = true;
        if !self.write_round(&mut tx, (&mut session, &mut attempt), details, 0).await? {
            return Ok(false);
        }
        timeline::add(&mut tx, &attempt.id, attempt.changed_at_ms, "round", detail).await?;
        tx.commit().await?;
        self.hub.changed(&session.id, session.version);
        self.wake.notify_waiters();
        Ok(true)
    }

    async fn write_round(
        &self,
        tx: &mut Tx,
        (session, attempt): (&mut Session, &mut Attempt),
        details: serde_json::Value,
        lease_until_real_ms: i64,
    ) -> Result<bool, Error> {
        attempt.status = AttemptStatus::Sending;
        attempt.details = details;
        attempt.changed_at_ms = self.clock.now_ms();
        if !attempts::begin_round(tx, attempt, lease_until_real_ms).await? {
            return Ok(false);
        }
        (session.status, session.reason) = status::of_session(session, attempt, false);
        session.last_error = None;
        Ok(sessions::update(tx, session, self.clock.real_ms()).await?)
    }
}
