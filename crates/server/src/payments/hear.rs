//! Works on what providers posted and signed: every word of it, in its order. Called by the worker with the post's lease held,
//! perhaps twice for the same post: each word is done once, because what it does is written together with the proof that it
//! was done.

use super::news::News;
use super::settle::{Change, Settled};
use super::{Payments, schedule};
use crate::error::Error;
use crate::methods::{Ear, Heard, Method, NewMessage, Reaction};
use crate::store::inbox::{self, Post};
use crate::store::{Attempt, Session, Tx, attempts, messages, sessions, timeline};
use umclique_wire::{AttemptId, AttemptStatus, MethodKind};

/// How often a row that others keep changing is tried again.
const TRIES: usize = 20;

impl Payments {
    /// Keeps a signed post until it is worked on.
    pub async fn keep(&self, method: MethodKind, body: &str) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        inbox::add(&mut tx, method, body, self.clock.now_ms()).await?;
        tx.commit().await?;
        self.wake.notify_waiters();
        Ok(())
    }

    /// Works on a kept post, and notes that it is done. What went wrong is tried again as a whole.
    pub async fn hear(&self, post: Post) -> Result<(), Error> {
        let next_ms = schedule::next_hearing(post.tries, self.clock.now_ms());
        let Some(method) = self.methods.get(post.method) else {
            return self.put_away(&post, "its method is not configured here", Some(next_ms)).await;
        };
        let words = match method.heard(&post.body) {
            Ok(words) => words,
            // It will never be readable: a person may look at it.
            Err(why) => return self.put_away(&post, &why, None).await,
        };
        if let Err(error) = self.react_to_all(&**method, &words).await {
            // What has to wait is no fault: buyers may be faster than the answer to our own message.
            if !matches!(error, Error::Contended) {
                tracing::warn!(post = %post.id, %error, "a signed notice could not be worked on; it is tried again");
            }
            return self.put_away(&post, &error.to_string(), Some(next_ms)).await;
        }
        let mut tx = self.db.begin().await?;
        inbox::done(&mut tx, &post.id, self.clock.now_ms()).await?;
        Ok(tx.commit().await?)
    }

    async fn put_away(&self, post: &Post, why: &str, next_ms: Option<i64>) -> Result<(), Error> {
        if next_ms.is_none() {
            tracing::error!(post = %post.id, why, "a signed notice cannot be read; it is kept for a person");
        }
        let mut tx = self.db.begin().await?;
        inbox::failed(&mut tx, &post.id, why, next_ms).await?;
        Ok(tx.commit().await?)
    }

    async fn react_to_all(&self, method: &dyn Method, words: &[Heard]) -> Result<(), Error> {
        // A word that has to wait holds up none of the others: each is done once, however often it is read.
        let mut outcome = Ok(());
        for heard in words {
            outcome = outcome.and(self.react(method, heard).await);
        }
        outcome
    }

    async fn react(&self, method: &dyn Method, heard: &Heard) -> Result<(), Error> {
        for _ in 0..TRIES {
            let mut tx = self.db.begin().await?;
            let Some(attempt) = attempts::get(&mut tx, &heard.attempt).await? else { return Ok(()) };
            if attempt.method != method.kind() {
                return Ok(());
            }
            let session = sessions::get(&mut tx, &attempt.session).await?.ok_or(Error::NotFound("session"))?;
            let now_ms = self.clock.now_ms();
            let is_open = is_open(&attempt, &session, now_ms);
            let ear = Ear { word: &heard.word, attempt: &attempt, session: &session, is_open, now_ms };
            let news = match method.react(ear) {
                Reaction::Nothing => return Ok(()),
                Reaction::Later => return Err(Error::Contended),
                Reaction::Round { .. } if !is_open => return Ok(()),
                Reaction::Round { details, detail } => {
                    if self.begin_round_unasked(tx, session, attempt, details, &detail).await? {
                        return Ok(());
                    }
                    continue;
                }
                Reaction::Refuse { detail, message } => {
                    return self.refuse_to_charge(tx, &attempt.id, &detail, message.as_ref()).await;
                }
                Reaction::Message { id, state, failure } => {
                    return self.note_message(tx, &attempt.id, (&id, state, failure.as_deref())).await;
                }
                Reaction::Note { kind, detail, next_action, details } => {
                    News::Heard { kind, detail, next_action, details }
                }
                Reaction::End { failure, detail } => News::Unreachable(failure, detail),
            };
            drop(tx);
            let change = Change { version: Some(attempt.version), ..Change::requested(&heard.attempt, news) };
            if let Settled::Written(..) = self.settle(change).await? {
                return Ok(());
            }
        }
        Err(Error::Contended)
    }

    /// Nothing is charged, and the buyer is told once. The line on the timeline comes with the message: a post that comes
    /// twice adds neither.
    async fn refuse_to_charge(
        &self,
        mut tx: Tx,
        attempt: &AttemptId,
        detail: &str,
        message: Option<&NewMessage>,
    ) -> Result<(), Error> {
        let now_ms = self.clock.now_ms();
        let is_new = match message {
            Some(message) => messages::add(&mut tx, attempt, message, now_ms).await?,
            None => true,
        };
        if is_new {
            timeline::add(&mut tx, attempt, now_ms, "not_charged", detail).await?;
            tx.commit().await?;
            self.wake.notify_waiters();
        }
        Ok(())
    }

    /// How far a message came.
    async fn note_message(
        &self,
        mut tx: Tx,
        attempt: &AttemptId,
        (id, state, failure): (&str, &str, Option<&str>),
    ) -> Result<(), Error> {
        if !messages::note_state(&mut tx, attempt, id, state).await? {
            return Ok(());
        }
        let detail = match failure {
            None => format!("a message to the buyer is {state}"),
            Some(why) => {
                messages::fail(&mut tx, id, why).await?;
                format!("a message to the buyer was refused: {why}")
            }
        };
        timeline::add(&mut tx, attempt, self.clock.now_ms(), "message", &detail).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether a buyer's confirmation can still be charged.
fn is_open(attempt: &Attempt, session: &Session, now_ms: i64) -> bool {
    attempt.live
        && attempt.status == AttemptStatus::RequiresAction
        && attempt.close_intent.is_none()
        && session.end.is_none()
        && session.expires_at_ms > now_ms
}
