//! The buyer brought back what was asked of them: claim the round, send, settle.

use super::Payments;
use super::confirm::live_attempt;
use super::news::News;
use super::send::{BuyerCall, Claimed, TRIES};
use super::settle::Change;
use crate::error::Error;
use crate::methods::{Answer, Method};
use crate::store::grants::Returned;
use crate::store::{Attempt, CloseIntent, grants, idempotency, sessions};
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;
use umclique_wire::{AttemptId, AttemptStatus, ResumeRequest, SessionId};

/// One answer of the buyer.
pub type Resume = BuyerCall<ResumeRequest>;

/// A round that somebody answers.
pub(super) struct Round<'a> {
    /// The session.
    pub(super) session: &'a SessionId,
    /// Its attempt, as the one who answers knows it.
    pub(super) attempt: &'a AttemptId,
    /// The round that asked.
    pub(super) round: u32,
    /// Scope, key and fingerprint under which the answer is taken once.
    pub(super) key: (&'a str, &'a str, &'a str),
    /// Where it came from, for the limit.
    pub(super) address: IpAddr,
}

/// Checks the answer, and turns it into the attempt's next details.
pub(super) type Taking<'a> = &'a (dyn Fn(&dyn Method, &Attempt, Option<&Returned>) -> Result<Value, Error> + Sync);

impl Payments {
    /// Claims the next round of the session's live attempt, sends it and settles the outcome. The answer is a snapshot as
    /// JSON text.
    pub async fn resume(self: &Arc<Self>, resume: Resume) -> Result<String, Error> {
        let Resume { session, key, fingerprint, address, request } = resume;
        let scope = format!("buyer|POST /v1/checkout_sessions/{session}/resume");
        let round = Round {
            session: &session,
            attempt: &request.attempt,
            round: request.round,
            key: (&scope, &key, &fingerprint),
            address,
        };
        self.answer_round(&round, &|method, attempt, returned| {
            method.resume(&Answer { attempt, request: &request, returned })
        })
        .await
    }

    /// The same, however the answer is to be taken.
    pub(super) async fn answer_round(self: &Arc<Self>, round: &Round<'_>, taking: Taking<'_>) -> Result<String, Error> {
        let (scope, key, _) = round.key;
        for _ in 0..TRIES {
            let claimed = self.try_claim_round(round, taking).await?;
            if let Some(reply) = self.send_claimed(claimed, scope, key).await? {
                return Ok(reply);
            }
        }
        Err(Error::Contended)
    }

    async fn try_claim_round(&self, round: &Round<'_>, taking: Taking<'_>) -> Result<Claimed, Error> {
        let mut tx = self.db.begin().await?;
        if let Some(known) = idempotency::get(&mut tx, round.key.0, round.key.1).await? {
            return self.replay(tx, round.key, known).await;
        }
        let mut session = sessions::get(&mut tx, round.session).await?.ok_or(Error::NotFound("session"))?;
        let live = live_attempt(&mut tx, &session).await?;
        let Some(mut attempt) = live.filter(|attempt| is_asked(attempt, round)) else {
            return self.refuse(&mut tx, (round.key.0, round.key.1), Error::NotAsked).await;
        };
        if self.had_its_declines(&session) {
            drop(tx);
            self.settle(Change::requested(&attempt.id, News::CloseRequested(CloseIntent::Declines))).await?;
            return Err(Error::AttemptsExhausted("declines"));
        }
        let now_ms = self.clock.now_ms();
        if session.expires_at_ms <= now_ms || session.end.is_some() {
            return Err(Error::SessionNotPayable("expired"));
        }
        let method = self.methods.get(attempt.method).cloned().ok_or(Error::NotAsked)?;
        let returned = grants::returned(&mut tx, &attempt.id, attempt.round).await?;
        let details = taking(&*method, &attempt, returned.as_ref())?;
        self.count_press(&mut tx, round.address, now_ms).await?;
        if self.claim_round(tx, &mut session, &mut attempt, details, round.key).await? {
            Ok(Claimed::Attempt(Box::new(attempt), method))
        } else {
            Ok(Claimed::Again)
        }
    }
}

/// Whether the attempt waits for just this answer. One that comes late or twice names a round that is over.
fn is_asked(attempt: &Attempt, round: &Round<'_>) -> bool {
    attempt.id == *round.attempt
        && attempt.round == round.round
        && attempt.status == AttemptStatus::RequiresAction
        && attempt.close_intent.is_none()
}
