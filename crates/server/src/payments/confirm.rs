//! The buyer pressed pay: claim, send, settle.

use super::Payments;
use super::send::{BuyerCall, Claimed, TRIES};
use crate::clock::MINUTE;
use crate::error::Error;
use crate::methods::Press;
use crate::store::{Attempt, Lease, Session, Tx, attempts, grants, idempotency, limits, sessions};
use std::net::IpAddr;
use std::sync::Arc;
use umclique_wire::{ConfirmRequest, SessionStatus};

/// One press of the pay button.
pub type Confirm = BuyerCall<ConfirmRequest>;

impl Confirm {
    fn scope(&self) -> String {
        format!("buyer|POST /v1/checkout_sessions/{}/confirm", self.session)
    }
}

impl Payments {
    /// Claims the session, sends the payment and settles the outcome. The answer is a snapshot as JSON text.
    pub async fn confirm(self: &Arc<Self>, confirm: Confirm) -> Result<String, Error> {
        for _ in 0..TRIES {
            let claimed = self.try_claim(&confirm).await?;
            if let Some(reply) = self.send_claimed(claimed, &confirm.scope(), &confirm.key).await? {
                return Ok(reply);
            }
        }
        Err(Error::Contended)
    }

    async fn try_claim(&self, confirm: &Confirm) -> Result<Claimed, Error> {
        let scope = confirm.scope();
        let mut tx = self.db.begin().await?;
        if let Some(known) = idempotency::get(&mut tx, &scope, &confirm.key).await? {
            return self.replay(tx, (&scope, &confirm.key, &confirm.fingerprint), known).await;
        }
        let mut session = sessions::get(&mut tx, &confirm.session).await?.ok_or(Error::NotFound("session"))?;
        if let Some(live) = live_attempt(&mut tx, &session).await? {
            return self.join(tx, &scope, confirm, &session, &live).await;
        }
        let now_ms = self.clock.now_ms();
        if let Err(refusal) = self.check_payable(&session, now_ms) {
            return self.refuse(&mut tx, (&scope, &confirm.key), refusal).await;
        }
        self.count_press(&mut tx, confirm.address, now_ms).await?;
        let kind = confirm.request.kind();
        let is_offered = self.offers(&session).iter().any(|offer| offer.kind == kind);
        let Some(method) = self.methods.get(kind).filter(|_| is_offered).cloned() else {
            return Err(Error::NotPossible(format!("{} is not offered here; pick one of methods", kind.as_str())));
        };
        let press = Press { session: &session, request: &confirm.request, address: confirm.address, now_ms };
        let prepared = method.prepare(&press).map_err(Error::Invalid)?;
        if let (true, Some(buyer)) = (prepared.forgets_link, &session.buyer.id) {
            grants::unlink(&mut tx, kind, buyer).await?;
        }
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

    /// Presses of one address, against card testing.
    pub(super) async fn count_press(&self, tx: &mut Tx, address: IpAddr, now_ms: i64) -> Result<(), Error> {
        let count = limits::count(tx, &format!("confirms|{}", limited_as(address)), now_ms, MINUTE).await?;
        if count > self.limits.confirms_per_minute {
            return Err(Error::TooMany("payment attempts"));
        }
        Ok(())
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
            watch_until_ms: Some(prepared.watch_until_ms),
            // The worker looks as soon as the lease is over: should we be killed, it completes what we began.
            lease: Lease { until_real_ms: self.clock.real_ms() + self.lease_ms, epoch: 1 },
            ..Attempt::begun(&session.id, (request.kind(), session.amount), prepared.details, now_ms)
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

pub(super) async fn live_attempt(tx: &mut Tx, session: &Session) -> Result<Option<Attempt>, Error> {
    match &session.last_attempt {
        Some(last) => Ok(attempts::get(tx, last).await?.filter(|attempt| attempt.live)),
        None => Ok(None),
    }
}
