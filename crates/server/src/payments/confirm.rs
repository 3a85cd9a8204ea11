//! The buyer pressed pay: claim, send, settle.

use super::settle::{Change, Settled};
use super::{Payments, view};
use crate::clock::MINUTE;
use crate::error::Error;
use crate::keys;
use crate::methods::{Method, NotSent, Outcome, Press};
use crate::payments::news::News;
use crate::store::attempts::Lease;
use crate::store::{Attempt, Flags, Session, Tx, attempts, idempotency, limits, sessions};
use std::net::IpAddr;
use std::sync::Arc;
use umclique_wire::{AttemptId, AttemptStatus, ConfirmRequest, SessionId, SessionStatus};

/// One press of the pay button.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Which session.
    pub session: SessionId,
    /// The caller's key, and what stands for the body.
    pub key: String,
    /// What stands for the body.
    pub fingerprint: String,
    /// The buyer's address, for the limit; no name, no tax id.
    pub address: IpAddr,
    /// The method and its details.
    pub request: ConfirmRequest,
}

impl Confirm {
    fn scope(&self) -> String {
        format!("buyer|POST /v1/checkout_sessions/{}/confirm", self.session)
    }
}

/// What a claim came to.
enum Claimed {
    /// Ours to send.
    Attempt(Box<Attempt>, Arc<dyn Method>),
    /// Somebody was faster: look again.
    Again,
    /// Nothing to send: this is the answer.
    Reply(String),
}

impl Payments {
    /// Claims the session, sends the payment and settles the outcome. The answer is a snapshot as JSON text.
    ///
    /// The send goes on when the caller goes away: it runs as a task of its own.
    pub async fn confirm(self: &Arc<Self>, confirm: Confirm) -> Result<String, Error> {
        for _ in 0..20 {
            match self.try_claim(&confirm).await? {
                Claimed::Again => {}
                Claimed::Reply(reply) => return Ok(reply),
                Claimed::Attempt(attempt, method) => {
                    let this = Arc::clone(self);
                    let scope = confirm.scope();
                    let reply_for = (scope, confirm.key.clone());
                    let sending = self.tasks.spawn(async move {
                        let (scope, key) = (reply_for.0.as_str(), reply_for.1.as_str());
                        this.send(&attempt, &*method, Some((scope, key))).await
                    });
                    sending.await.map_err(|error| Error::Task(error.to_string()))??;
                    // The next turn finds the reply that was kept for this key: the first answer has its bytes too.
                }
            }
        }
        Err(Error::Contended)
    }

    async fn try_claim(&self, confirm: &Confirm) -> Result<Claimed, Error> {
        let scope = confirm.scope();
        let mut tx = self.db.begin().await?;
        if let Some(known) = idempotency::get(&mut tx, &scope, &confirm.key).await? {
            return self.replay(tx, &scope, confirm, known).await;
        }
        let mut session = sessions::get(&mut tx, &confirm.session).await?.ok_or(Error::NotFound("session"))?;
        if let Some(live) = live_attempt(&mut tx, &session).await? {
            return self.join(tx, &scope, confirm, &session, &live).await;
        }
        let now_ms = self.clock.now_ms();
        self.check_payable(&session, now_ms)?;
        let count =
            limits::count(&mut tx, &format!("confirms|{}", limited_as(confirm.address)), now_ms, MINUTE).await?;
        if count > self.limits.confirms_per_minute {
            return Err(Error::TooMany("payment attempts"));
        }
        let kind = confirm.request.kind();
        let is_offered = self.offers(&session).iter().any(|offer| offer.kind == kind);
        let Some(method) = self.methods.get(kind).filter(|_| is_offered).cloned() else {
            return Err(Error::NotPossible(format!("{} is not offered here; pick one of methods", kind.as_str())));
        };
        let press = Press { session: &session, request: &confirm.request, address: confirm.address, now_ms };
        let prepared = method.prepare(&press).map_err(Error::Invalid)?;
        let attempt = self.new_attempt(&session, &confirm.request, prepared, now_ms);
        let key = (scope.as_str(), confirm.key.as_str(), confirm.fingerprint.as_str());
        if self.claim(tx, &mut session, &attempt, key).await? {
            Ok(Claimed::Attempt(Box::new(attempt), method))
        } else {
            Ok(Claimed::Again)
        }
    }

    /// Another key, the same wish: the buyer gets what is already there, and this key stands for it from now on.
    async fn join(
        &self,
        mut tx: Tx,
        scope: &str,
        confirm: &Confirm,
        session: &Session,
        live: &Attempt,
    ) -> Result<Claimed, Error> {
        if live.method != confirm.request.kind() || live.close_intent.is_some() {
            return Err(Error::AttemptLive);
        }
        let (key, resource) = (confirm.key.as_str(), live.id.as_str());
        if !idempotency::claim(&mut tx, scope, key, &confirm.fingerprint, resource, self.clock.now_ms()).await? {
            return Ok(Claimed::Again);
        }
        let reply = self.reply(session, live);
        idempotency::answer(&mut tx, scope, key, 200, &reply).await?;
        tx.commit().await?;
        Ok(Claimed::Reply(reply))
    }

    /// A key that came before: its answer, or, where the first request was killed, today's snapshot for ever after.
    async fn replay(
        &self,
        mut tx: Tx,
        scope: &str,
        confirm: &Confirm,
        known: idempotency::Known,
    ) -> Result<Claimed, Error> {
        if known.fingerprint != confirm.fingerprint {
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
        idempotency::answer(&mut tx, scope, &confirm.key, 200, &reply).await?;
        let kept = idempotency::get(&mut tx, scope, &confirm.key).await?.and_then(|known| known.answer);
        tx.commit().await?;
        Ok(Claimed::Reply(kept.map_or(reply, |(_, body)| body)))
    }

    fn reply(&self, session: &Session, attempt: &Attempt) -> String {
        let view = view::session(self, session, Some(attempt));
        serde_json::to_string(&view).expect("a snapshot is JSON: its keys are texts")
    }

    fn check_payable(&self, session: &Session, now_ms: i64) -> Result<(), Error> {
        if session.status != SessionStatus::RequiresPaymentMethod {
            return Err(Error::SessionNotPayable(session.status.as_str()));
        }
        if session.expires_at_ms <= now_ms || session.end.is_some() {
            return Err(Error::SessionNotPayable("expired"));
        }
        if session.attempt_count >= self.limits.attempts {
            return Err(Error::AttemptsExhausted("attempts"));
        }
        if session.decline_count >= self.limits.declines {
            return Err(Error::AttemptsExhausted("declines"));
        }
        Ok(())
    }

    fn new_attempt(
        &self,
        session: &Session,
        request: &ConfirmRequest,
        prepared: crate::methods::Prepared,
        now_ms: i64,
    ) -> Attempt {
        Attempt {
            id: keys::new_attempt_id(),
            session: session.id.clone(),
            method: request.kind(),
            status: AttemptStatus::Sending,
            version: 1,
            live: true,
            amount: session.amount,
            payer_amount_minor: session.amount.minor(),
            captured_minor: 0,
            refunded_minor: 0,
            reserved_minor: 0,
            provider_reference: None,
            details: prepared.details,
            next_action: None,
            failure: None,
            provider_code: None,
            close_intent: None,
            cancel_sent_at_ms: None,
            may_resend: false,
            unknown_since_ms: None,
            watch_until_ms: Some(prepared.watch_until_ms),
            flags: Flags::default(),
            // The worker looks as soon as the lease is over: should we be killed, it completes what we began.
            next_tend_at_ms: Some(now_ms),
            asks: 0,
            asked_at_ms: 0,
            lease: Lease { until_real_ms: self.clock.real_ms() + self.lease_ms, epoch: 1 },
            created_at_ms: now_ms,
            changed_at_ms: now_ms,
        }
    }

    /// Sends what was claimed and settles the outcome; the reply for the caller's key is kept in the same transaction.
    pub(super) async fn send(
        &self,
        attempt: &Attempt,
        method: &dyn Method,
        reply_for: Option<(&str, &str)>,
    ) -> Result<(), Error> {
        let outcome = if self.has_time(&attempt.lease) {
            method.create(attempt).await
        } else {
            let detail = "the server had been paused, and too little of its lease was left".into();
            Outcome::NotSent(NotSent { detail, is_credentials: false })
        };
        self.note_outcome(&outcome, attempt.method.as_str());
        let news = match outcome {
            Outcome::Accepted(seen) => News::Seen(Box::new(seen)),
            Outcome::Rejected(rejection) => News::Rejected(rejection),
            Outcome::NotSent(not_sent) => News::NotSent(not_sent),
            Outcome::Unknown(why) => News::Unknown(why),
        };
        if let Settled::Superseded = self.settle(Change { reply_for, ..Change::result(attempt, news) }).await? {
            tracing::warn!(attempt = %attempt.id, "an answer came after its lease; the successor asks the provider");
        }
        Ok(())
    }

    fn note_outcome<T>(&self, outcome: &Outcome<T>, method: &'static str) {
        let name = match outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::Rejected(_) => "rejected",
            Outcome::NotSent(_) => "not_sent",
            Outcome::Unknown(_) => "unknown",
        };
        metrics::counter!("umclique_sends_total", "method" => method, "outcome" => name).increment(1);
        match outcome {
            Outcome::NotSent(not_sent) if not_sent.is_credentials => self.note_credentials(true),
            Outcome::Accepted(_) | Outcome::Rejected(_) => self.note_credentials(false),
            Outcome::NotSent(_) | Outcome::Unknown(_) => {}
        }
    }
}

/// What one caller can easily change of an address is left out: an IPv6 network of 64 bits counts as one.
#[must_use]
pub fn limited_as(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
    }
}

async fn live_attempt(tx: &mut Tx, session: &Session) -> Result<Option<Attempt>, Error> {
    match &session.last_attempt {
        Some(last) => Ok(attempts::get(tx, last).await?.filter(|attempt| attempt.live)),
        None => Ok(None),
    }
}
