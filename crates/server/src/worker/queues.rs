//! Rows that are due: takes them, and works on each in a task of its own. Every row may be worked on twice.

use crate::error::Error;
use crate::payments::Payments;
use crate::store::due::{Claim, Queue};
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many rows of one queue are worked on at once by one process.
const AT_ONCE: usize = 32;

/// A queue, and what is done with its rows.
pub(super) struct Line<T: 'static, W> {
    queue: &'static Queue<T>,
    lease_ms: i64,
    /// Its own: refunds do not wait until no attempt is due.
    permits: Arc<Semaphore>,
    work: W,
}

impl<T: Send + 'static, W> Line<T, W> {
    /// `lease_ms`: how long one row may take before somebody else tries.
    pub(super) fn new(queue: &'static Queue<T>, lease_ms: i64, work: W) -> Self {
        Self { queue, lease_ms, permits: Arc::new(Semaphore::new(AT_ONCE)), work }
    }

    /// Works on what is due, as far as there are hands.
    pub(super) async fn turn<F>(&self, payments: &Arc<Payments>) -> Result<(), Error>
    where
        W: Fn(Arc<Payments>, T) -> F,
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let Some((mut held, limit)) = take_permits(&self.permits) else { return Ok(()) };
        let (now_ms, real_ms) = (payments.clock.now_ms(), payments.clock.real_ms());
        let claim = Claim { now_ms, real_ms, lease_ms: self.lease_ms, limit };
        for row in self.queue.claim(&payments.db, claim).await? {
            let (table, id) = (self.queue.table, (self.queue.id)(&row).to_owned());
            let working = (self.work)(Arc::clone(payments), row);
            let (this, permit) = (Arc::clone(payments), held.split(1));
            payments.tasks.spawn(async move {
                if let Err(error) = working.await {
                    tracing::error!(table, id, %error, "a row could not be worked on; its lease runs out");
                }
                drop(permit);
                // There is a hand free, and the row may have kept another one waiting.
                this.wake.notify_waiters();
            });
        }
        Ok(())
    }
}

/// Takes the permits that are free. They are held before a row is claimed: none waits with its lease running.
fn take_permits(permits: &Arc<Semaphore>) -> Option<(OwnedSemaphorePermit, i64)> {
    let free = u32::try_from(permits.available_permits()).ok().filter(|free| *free > 0)?;
    let held = Arc::clone(permits).try_acquire_many_owned(free).ok()?;
    Some((held, i64::from(free)))
}
