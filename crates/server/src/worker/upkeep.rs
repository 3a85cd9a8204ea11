//! What is done now and then: buyers' logins are kept alive, and what is old is forgotten. By business time, so that a jump of
//! the sandbox's clock is followed at once.

use crate::clock::{DAY, MINUTE};
use crate::error::Error;
use crate::payments::Payments;
use crate::store::{grants, idempotency, inbox, limits};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How often buyers' logins are looked at that would end soon.
const LOGINS_EVERY_MS: i64 = MINUTE;
/// How often what is old is forgotten.
const FORGET_EVERY_MS: i64 = 10 * MINUTE;
/// How many logins are forgotten at once.
const LOGINS_AT_ONCE: i64 = 200;

/// When something was done last. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Last(Arc<AtomicI64>);

impl Last {
    /// Whether it is to be done again; then it counts as done. A clock that was set back is no reason to wait for long.
    fn is_due(&self, every_ms: i64, now_ms: i64) -> bool {
        let is_due = (now_ms - self.0.load(Ordering::Relaxed)).abs() >= every_ms;
        if is_due {
            self.0.store(now_ms, Ordering::Relaxed);
        }
        is_due
    }
}

/// Keeps buyers' logins alive that are needed and would end soon.
pub(super) async fn keep_logins(payments: Arc<Payments>, last: Last) -> Result<(), Error> {
    if last.is_due(LOGINS_EVERY_MS, payments.clock.now_ms()) {
        payments.methods.keep_logins().await;
    }
    Ok(())
}

/// Forgets keys after 30 days, signed posts after seven, counters after one, and logins that lapsed a day ago and that nobody
/// needs.
pub(super) async fn forget_old(payments: Arc<Payments>, last: Last) -> Result<(), Error> {
    let now_ms = payments.clock.now_ms();
    if !last.is_due(FORGET_EVERY_MS, now_ms) {
        return Ok(());
    }
    let mut tx = payments.db.begin().await?;
    idempotency::forget(&mut tx, now_ms - 30 * DAY).await?;
    limits::forget(&mut tx, now_ms - DAY).await?;
    inbox::forget(&mut tx, now_ms - 7 * DAY).await?;
    tx.commit().await?;
    // Apart, because somebody may connect one of these accounts in this very moment: then it is tried again.
    let mut tx = payments.db.begin().await?;
    grants::forget_lapsed(&mut tx, now_ms - DAY, LOGINS_AT_ONCE).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_at_once_and_then_after_its_time_whichever_way_the_clock_jumps() {
        let last = Last::default();
        let start_ms = 1_700_000_000_000;
        for (now_ms, expected) in
            [(0, true), (1, false), (MINUTE - 1, false), (MINUTE, true), (-DAY, true), (1 - DAY, false)]
        {
            assert_eq!(last.is_due(MINUTE, start_ms + now_ms), expected, "{now_ms}");
        }
    }
}
