//! The buyer brought back what was asked of them: claim the round, send, settle.

use super::Payments;
use super::confirm::live_attempt;
use super::news::News;
use super::send::{BuyerCall, Claimed, TRIES};
use super::settle::Change;
use crate::error::Error;
use crate::methods::Answer;
use crate::store::{Attempt, CloseIntent, grants, idempotency, sessions};
use std::sync::Arc;
use umclique_wire::{AttemptStatus, ResumeRequest};

/// One answer of the buyer.
pub type Resume = BuyerCall<ResumeRequest>;

impl Resume {
    fn scope(&self) -> String {
        format!("buyer|POST /v1/checkout_sessions/{}/resume", self.session)
    }
}

impl Payments {
    /// Claims the next round of the session's live attempt, sends it and settles the outcome. The answer is a snapshot as
    /// JSON text.
    pub async fn resume(self: &Arc<Self>, resume: Resume) -> Result<String, Error> {
        for _ in 0..TRIES {
            let claimed = self.try_claim_round(&resume).await?;
            if let Some(reply) = self.send_claimed(claimed, &resume.scope(), &resume.key).await? {
                return Ok(reply);
            }
        }
        Err(Error::Contended)
    }

    async fn try_claim_round(&self, resume: &Resume) -> Result<Claimed, Error> {
        let scope = resume.scope();
        let mut tx = self.db.begin().await?;
        if let Some(known) = idempotency::get(&mut tx, &scope, &resume.key).await? {
            return self.replay(tx, (&scope, &resume.key, &resume.fingerprint), known).await;
        }
        let mut session = sessions::get(&mut tx, &resume.session).await?.ok_or(Error::NotFound("session"))?;
        let live = live_attempt(&mut tx, &session).await?;
        let mut attempt = live.filter(|attempt| is_asked(attempt, &resume.request)).ok_or(Error::NotAsked)?;
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
        let details =
            method.resume(&Answer { attempt: &attempt, request: &resume.request, returned: returned.as_ref() })?;
        self.count_press(&mut tx, resume.address, now_ms).await?;
        let key = (scope.as_str(), resume.key.as_str(), resume.fingerprint.as_str());
        if self.claim_round(tx, &mut session, &mut attempt, details, key).await? {
            Ok(Claimed::Attempt(Box::new(attempt), method))
        } else {
            Ok(Claimed::Again)
        }
    }
}

/// Whether the attempt waits for just this answer. One that comes late or twice names a round that is over.
fn is_asked(attempt: &Attempt, request: &ResumeRequest) -> bool {
    attempt.id == request.attempt
        && attempt.round == request.round
        && attempt.status == AttemptStatus::RequiresAction
        && attempt.close_intent.is_none()
}
