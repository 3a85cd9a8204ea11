//! Sends what was claimed, settles what came of it, and keeps the answer for the caller's key. Called for a first press
//! (`confirm.rs`), for what the buyer brought back (`resume.rs`), and by the worker for a send that never arrived.

use super::settle::{Change, Settled};
use super::{Payments, view};
use crate::error::Error;
use crate::keys::is_same_body;
use crate::methods::{Method, NotSent, Outcome};
use crate::payments::news::News;
use crate::store::{Attempt, Session, Tx, attempts, idempotency, sessions};
use std::net::IpAddr;
use std::sync::Arc;
use umclique_wire::{AttemptId, AttemptStatus, MethodKind, SessionId};

/// How often a row that others keep changing is claimed again.
pub(super) const TRIES: usize = 20;

/// What a buyer's browser asks of a session, under a key of its own.
#[derive(Clone, Debug)]
pub struct BuyerCall<R> {
    /// Which session.
    pub session: SessionId,
    /// The caller's key.
    pub key: String,
    /// What stands for the body.
    pub fingerprint: String,
    /// The buyer's address, for the limit; no name, no tax id.
    pub address: IpAddr,
    /// What is asked.
    pub request: R,
}

/// What a claim came to.
pub(super) enum Claimed {
    /// Ours to send.
    Attempt(Box<Attempt>, Arc<dyn Method>),
    /// Somebody was faster: look again.
    Again,
    /// Nothing to send: this is the answer.
    Reply(String),
}

impl Payments {
    /// Sends what was claimed; `None`: look again, the answer is kept under the key by now.
    ///
    /// The send goes on when the caller goes away: it runs as a task of its own.
    pub(super) async fn send_claimed(
        self: &Arc<Self>,
        claimed: Claimed,
        scope: &str,
        key: &str,
    ) -> Result<Option<String>, Error> {
        let (attempt, method) = match claimed {
            Claimed::Again => return Ok(None),
            Claimed::Reply(reply) => return Ok(Some(reply)),
            Claimed::Attempt(attempt, method) => (attempt, method),
        };
        let (this, scope, key) = (Arc::clone(self), scope.to_owned(), key.to_owned());
        let sending = self.tasks.spawn(async move { this.send(&attempt, &*method, Some((&scope, &key))).await });
        sending.await.map_err(|error| Error::Task(error.to_string()))??;
        // The next turn finds the reply that was kept for this key: the first answer has its bytes too.
        Ok(None)
    }

    /// A key that came before: its answer, or, where the first request was killed, today's snapshot for ever after.
    pub(super) async fn replay(
        &self,
        mut tx: Tx,
        key: (&str, &str, &str),
        known: idempotency::Known,
    ) -> Result<Claimed, Error> {
        let (scope, key, fingerprint) = key;
        if !is_same_body(&known.fingerprint, fingerprint) {
            return Err(Error::KeyReused);
        }
        if let Some((_, body)) = known.answer {
            return Ok(Claimed::Reply(body));
        }
        let id = AttemptId::parse(&known.resource).map_err(|_| Error::NotFound("payment"))?;
        let attempt = attempts::get(&mut tx, &id).await?.ok_or(Error::NotFound("payment"))?;
        let session = sessions::get(&mut tx, &attempt.session).await?.ok_or(Error::NotFound("session"))?;
        if attempt.status == AttemptStatus::Sending && attempt.lease.until_real_ms > self.clock.real_ms() {
            return Err(Error::KeyInUse);
        }
        let reply = self.reply(&session, &attempt);
        idempotency::answer(&mut tx, scope, key, 200, &reply).await?;
        let kept = idempotency::get(&mut tx, scope, key).await?.and_then(|known| known.answer);
        tx.commit().await?;
        Ok(Claimed::Reply(kept.map_or(reply, |(_, body)| body)))
    }

    /// A refusal, unless the same key was taken elsewhere since it was looked up: rows are read one after the other, and what
    /// refuses this caller may be what their own first request did.
    pub(super) async fn refuse(
        &self,
        tx: &mut Tx,
        (scope, key): (&str, &str),
        refusal: Error,
    ) -> Result<Claimed, Error> {
        match idempotency::get(tx, scope, key).await? {
            Some(_) => Ok(Claimed::Again),
            None => Err(refusal),
        }
    }

    /// Today's snapshot as JSON text.
    pub(super) fn reply(&self, session: &Session, attempt: &Attempt) -> String {
        let view = view::session(self, session, Some(attempt));
        serde_json::to_string(&view).expect("a snapshot is JSON: its keys are texts")
    }

    /// Sends what was claimed and settles the outcome; the reply for the caller's key is kept in the same transaction.
    pub(super) async fn send(
        &self,
        attempt: &Attempt,
        method: &dyn Method,
        reply_for: Option<(&str, &str)>,
    ) -> Result<(), Error> {
        let outcome = if self.has_time(&attempt.lease) {
            method.send(attempt).await
        } else {
            let detail = "the server had been paused, and too little of its lease was left".into();
            Outcome::NotSent(NotSent { detail, is_credentials: false })
        };
        self.note_outcome(&outcome, attempt.method);
        let news = match outcome {
            Outcome::Accepted(seen) => News::Seen(Box::new(seen)),
            Outcome::Rejected(rejection) => News::Rejected(rejection),
            Outcome::Asks(asked) => News::Asked(asked),
            Outcome::NotSent(not_sent) => News::NotSent(not_sent),
            Outcome::Unknown(why) => News::Unknown(why),
        };
        if let Settled::Superseded = self.settle(Change { reply_for, ..Change::result(attempt, news) }).await? {
            tracing::warn!(attempt = %attempt.id, "an answer came after its lease; the successor asks the provider");
        }
        Ok(())
    }

    /// Enough declines for one session: whoever goes on tests cards.
    pub(super) fn had_its_declines(&self, session: &Session) -> bool {
        session.decline_count >= self.limits.declines
    }

    fn note_outcome<T>(&self, outcome: &Outcome<T>, method: MethodKind) {
        let name = match outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::Rejected(_) => "rejected",
            Outcome::Asks(_) => "asks",
            Outcome::NotSent(_) => "not_sent",
            Outcome::Unknown(_) => "unknown",
        };
        metrics::counter!("umclique_sends_total", "method" => method.as_str(), "outcome" => name).increment(1);
        let now_ms = self.clock.now_ms();
        match outcome {
            Outcome::NotSent(not_sent) if not_sent.is_credentials => {
                self.methods.note_credentials(method, true, now_ms)
            }
            Outcome::Accepted(_) | Outcome::Rejected(_) => self.methods.note_credentials(method, false, now_ms),
            Outcome::Asks(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {}
        }
    }
}
