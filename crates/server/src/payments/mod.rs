//! Decides what happens to money: claim, send, settle, complete.
//!
//! Called by `http/` and `worker/`. No transaction is open while a provider is called: write the intent, call, write the
//! result. `status.rs` alone decides a status, `settle/` alone writes one.

pub mod audit;
pub mod come_back;
pub mod confirm;
pub mod create;
pub mod elsewhere;
pub mod hear;
pub mod hub;
pub mod news;
pub mod operate;
pub mod resolve;
pub mod resume;
pub mod schedule;
pub mod send;
pub mod settle;
pub mod status;
pub mod tell;
pub mod tend;
pub mod tend_operation;
mod turn;
pub mod view;

use crate::clock::{Clock, SECOND};
use crate::error::Error;
use crate::keys::ServerKey;
use crate::methods::Methods;
use crate::store::{Attempt, Db, Lease, Session, attempts, sessions};
use hub::Hub;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use umclique_wire::{AttemptId, SessionId, SessionView};

/// How long a look at a session keeps its provider asked often.
pub const WATCH_MS: i64 = 40 * SECOND;

/// What limits a session, against card testing and runaway loops.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Attempts per session.
    pub attempts: u64,
    /// Declines per session.
    pub declines: u64,
    /// New sessions per minute and key.
    pub sessions_per_minute: i64,
    /// New attempts per minute and buyer's address.
    pub confirms_per_minute: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { attempts: 10, declines: 5, sessions_per_minute: 600, confirms_per_minute: 60 }
    }
}

/// What the server says of itself to buyers.
#[derive(Clone, Debug)]
pub struct Merchant {
    /// The shop's name.
    pub name: String,
}

/// Everything that money decisions need. Shared by all requests and workers of a process.
#[derive(Debug)]
pub struct Payments {
    /// The books.
    pub db: Db,
    /// Business time and real time.
    pub clock: Clock,
    /// What makes client secrets and callback paths.
    pub keys: ServerKey,
    /// The configured methods.
    pub methods: Methods,
    /// What the server says of itself.
    pub merchant: Merchant,
    /// What limits a session.
    pub limits: Limits,
    /// How long a worker may be away before somebody else takes over: longer than its calls to the provider take.
    pub lease_ms: i64,
    /// Who waits for a session's change.
    pub hub: Hub,
    /// Wakes the worker.
    pub wake: Arc<Notify>,
    /// Sends under way: a stop waits for them.
    pub tasks: TaskTracker,
}

impl Payments {
    /// Reads a session together with its live or last attempt, from one snapshot.
    pub async fn session(&self, id: &SessionId) -> Result<(Session, Option<Attempt>), Error> {
        let mut tx = self.db.read().await?;
        let session = sessions::get(&mut tx, id).await?.ok_or(Error::NotFound("session"))?;
        let attempt = match &session.last_attempt {
            Some(last) => attempts::get(&mut tx, last).await?,
            None => None,
        };
        Ok((session, attempt))
    }

    /// A session as the buyer sees it.
    pub async fn session_view(&self, id: &SessionId) -> Result<SessionView, Error> {
        let (session, attempt) = self.session(id).await?;
        let view = view::session(self, &session, attempt.as_ref());
        Ok(SessionView { suggested: view::suggested(self, &session), ..view })
    }

    /// Notes that somebody looks at a session, so that its provider is asked more often.
    pub async fn watch(&self, id: &SessionId) -> Result<(), Error> {
        let (session, attempt) = self.session(id).await?;
        let now_ms = self.clock.now_ms();
        let is_fresh = session.watched_until_ms > now_ms + WATCH_MS / 2;
        let Some(attempt) = attempt.filter(|attempt| attempt.live && !is_fresh) else { return Ok(()) };
        let Some(soon) = schedule::next_tend(&attempt, true, now_ms) else { return Ok(()) };
        let mut tx = self.db.begin().await?;
        // The attempt before its session, as everywhere: two that lock in different orders wait for each other.
        attempts::hasten(&mut tx, &attempt.id, soon, self.clock.real_ms()).await?;
        sessions::watch(&mut tx, id, now_ms + WATCH_MS).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Somebody has reason to believe that an attempt changed: it is asked about soon, and not too often.
    pub async fn hasten(&self, id: &AttemptId) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        let Some(attempt) = attempts::get(&mut tx, id).await? else { return Ok(()) };
        let earliest = attempt.asked_at_ms + schedule::ASK_AT_MOST_EVERY_MS;
        let at_ms = earliest.max(self.clock.now_ms());
        attempts::hasten(&mut tx, id, at_ms, self.clock.real_ms()).await?;
        crate::store::operations::hasten(&mut tx, id, at_ms).await?;
        tx.commit().await?;
        self.wake.notify_waiters();
        Ok(())
    }

    /// Whether enough of a lease is left for a call to the provider: one that was paused must not send what its successor
    /// has given up. A lease is four calls long, and some more.
    pub(crate) fn has_time(&self, lease: &Lease) -> bool {
        self.clock.real_ms() + self.lease_ms / 4 < lease.until_real_ms
    }
}
