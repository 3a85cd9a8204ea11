//! Creates a session: looks whether its key came before, checks what the shop sent, claims the key, stores.

mod check;
mod request;

pub use check::{is_birth_date, is_email};
pub use request::{CreateSession, EpagData, Goods, Item, ProviderData};

use super::Payments;
use crate::clock::MINUTE;
use crate::error::Error;
use crate::keys::is_same_body;
use crate::store::{Session, idempotency, known, limits, sessions};

/// What a creation answers, now and on every retry.
#[derive(Debug)]
pub struct Created {
    /// The answer as it is kept.
    pub answer: String,
    /// What stood for the body when it was kept.
    pub fingerprint: String,
}

impl Payments {
    /// Creates a session under the caller's scope, key and fingerprint, counted in `bucket`.
    /// `render` makes the answer that is kept for replay.
    pub async fn create_session(
        &self,
        (scope, key, fingerprint): (&str, &str, &str),
        bucket: &str,
        request: &CreateSession,
        render: impl Fn(&Session) -> String + Send,
    ) -> Result<Created, Error> {
        // Before every other question: a retry gets its answer, whatever is configured or counted by now.
        let mut tx = self.db.read().await?;
        if let Some(known) = idempotency::get(&mut tx, scope, key).await? {
            return replay(known, fingerprint);
        }
        let now_ms = self.clock.now_ms();
        let mut session = check::checked(request, now_ms).map_err(Error::Invalid)?;
        session.known = known::of_buyer(&mut tx, &session.buyer).await?;
        drop(tx);
        if !self.methods.can_charge(&session) {
            return Err(Error::NoMethod(format!("{} {}", session.amount.currency(), session.amount.to_decimal())));
        }
        let mut tx = self.db.begin().await?;
        let count = limits::count(&mut tx, bucket, now_ms, MINUTE).await?;
        if count > self.limits.sessions_per_minute {
            return Err(Error::TooMany("new sessions"));
        }
        if !idempotency::claim(&mut tx, scope, key, fingerprint, session.id.as_str(), now_ms).await? {
            return Err(Error::KeyInUse);
        }
        sessions::insert(&mut tx, &session, self.clock.real_ms()).await?;
        let answer = render(&session);
        idempotency::answer(&mut tx, scope, key, 201, &answer).await?;
        tx.commit().await?;
        Ok(Created { answer, fingerprint: fingerprint.to_owned() })
    }
}

fn replay(known: idempotency::Known, fingerprint: &str) -> Result<Created, Error> {
    if !is_same_body(&known.fingerprint, fingerprint) {
        return Err(Error::KeyReused);
    }
    // Claim and answer of a session are one transaction, so there is always an answer.
    let (_, answer) = known.answer.ok_or(Error::KeyInUse)?;
    Ok(Created { answer, fingerprint: known.fingerprint })
}
