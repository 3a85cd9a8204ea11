//! Ends a session: at once where nothing can charge, else once its live attempt is closed.

use super::{Change, Settled, TRIES};
use crate::error::Error;
use crate::payments::news::News;
use crate::payments::{Payments, status};
use crate::store::sessions::SessionEnd;
use crate::store::{CloseIntent, Session, attempts, sessions};
use umclique_wire::{AttemptStatus, SessionId};

impl Payments {
    /// Ends a session that has no live attempt, or has its live attempt closed first. Returns the session as it then is.
    pub async fn end_session(&self, id: &SessionId, end: SessionEnd) -> Result<Session, Error> {
        for _ in 0..TRIES {
            let mut tx = self.db.begin().await?;
            let mut session = sessions::get(&mut tx, id).await?.ok_or(Error::NotFound("session"))?;
            let live = match &session.last_attempt {
                Some(last) => attempts::get(&mut tx, last).await?.filter(|attempt| attempt.live),
                None => None,
            };
            // Reserved money is the shop's to void; time alone never touches it.
            let is_reserved = live.as_ref().is_some_and(|attempt| attempt.status == AttemptStatus::RequiresCapture);
            if session.status.is_final() || (is_reserved && end == SessionEnd::Expiry) {
                return Ok(session);
            }
            if let Some(attempt) = live.as_ref().filter(|_| is_reserved) {
                self.check_void(attempt)?;
            }
            if let Some(attempt) = live {
                drop(tx);
                let intent = match end {
                    SessionEnd::Shop => CloseIntent::Shop,
                    SessionEnd::Expiry => CloseIntent::Expiry,
                };
                let news = News::CloseRequested(intent);
                let change = Change { end: Some(end), ..Change::requested(&attempt.id, news) };
                match self.settle(change).await? {
                    // Another attempt may have begun meanwhile, which nobody has asked to close yet.
                    Settled::Written(_, session) if session.last_attempt.as_ref() != Some(&attempt.id) => continue,
                    Settled::Written(_, session) => return Ok(*session),
                    Settled::Superseded => return Ok(session),
                }
            }
            session.end.get_or_insert(end);
            status::end(&mut session);
            if sessions::update(&mut tx, &mut session, self.clock.real_ms()).await? {
                tx.commit().await?;
                self.hub.changed(&session.id, session.version);
                return Ok(session);
            }
        }
        Err(Error::Contended)
    }
}
