//! The virtual clock: real time plus an offset that control moves forward. Timers are due in virtual time and fire in
//! order, so advancing by ten days plays ten days. It never runs backwards, except by a reset.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::world::lock;

/// What a timer does; it is given the moment it was due, in unix milliseconds.
type Action = Box<dyn FnOnce(i64) + Send>;

/// A timer that can still be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerId {
    due_ms: i64,
    number: u64,
}

/// Virtual time of all providers.
#[derive(Default)]
pub(crate) struct Clock {
    offset_ms: AtomicI64,
    number: AtomicU64,
    timers: Mutex<BTreeMap<TimerId, Action>>,
    /// Held while actions run, so that two wake-ups cannot run them out of order.
    firing: Mutex<()>,
    changed: Notify,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("offset_ms", &self.offset_ms).finish_non_exhaustive()
    }
}

impl Clock {
    /// Now, in unix milliseconds of virtual time.
    pub(crate) fn now_ms(&self) -> i64 {
        Timestamp::now().as_millisecond().saturating_add(self.offset_ms())
    }

    /// How far virtual time is ahead of real time.
    pub(crate) fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }

    /// Moves time forward and runs everything that became due, in order, before it returns.
    pub(crate) fn advance(&self, by_ms: i64) {
        self.offset_ms.fetch_add(by_ms, Ordering::SeqCst);
        self.fire_due();
    }

    /// Runs `action` once `due_ms` has come. Must not be called with `due_ms` in the past expecting it to run at once:
    /// it runs at the next wake-up.
    pub(crate) fn at(&self, due_ms: i64, action: impl FnOnce(i64) + Send + 'static) -> TimerId {
        let id = TimerId { due_ms, number: self.number.fetch_add(1, Ordering::Relaxed) };
        let mut timers = lock(&self.timers);
        timers.insert(id, Box::new(action));
        let is_next = timers.first_key_value().is_some_and(|(first, _)| *first == id);
        drop(timers);
        if is_next {
            self.changed.notify_one();
        }
        id
    }

    /// Forgets a timer; nothing happens if it has fired.
    pub(crate) fn cancel(&self, id: TimerId) {
        lock(&self.timers).remove(&id);
    }

    /// Back to real time, without timers.
    pub(crate) fn reset(&self) {
        lock(&self.timers).clear();
        self.offset_ms.store(0, Ordering::SeqCst);
    }

    /// Fires timers for ever, as their time comes.
    pub(crate) async fn run(&self) {
        const IDLE: Duration = Duration::from_secs(3600);
        loop {
            self.fire_due();
            let next = lock(&self.timers).first_key_value().map(|(id, _)| id.due_ms);
            let wait = next.map_or(IDLE, |due| {
                let ms = due.saturating_sub(self.now_ms()).clamp(0, 3_600_000);
                Duration::from_millis(u64::try_from(ms).unwrap_or(0))
            });
            tokio::select! {
                () = self.changed.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    fn fire_due(&self) {
        let _firing = lock(&self.firing);
        while let Some((id, action)) = self.take_due() {
            action(id.due_ms);
        }
    }

    fn take_due(&self) -> Option<(TimerId, Action)> {
        let mut timers = lock(&self.timers);
        let first = timers.first_entry()?;
        (first.key().due_ms <= self.now_ms()).then(|| first.remove_entry())
    }
}

/// `2025-03-04T10:15:30.618Z`, as control and ledger write times.
pub(crate) fn rfc3339(ms: i64) -> String {
    format!("{:.3}", timestamp(ms))
}

/// A moment as jiff knows it; what does not fit is the end of time.
pub(crate) fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::Clock;
    use crate::world::lock;

    #[test]
    fn advancing_fires_due_timers_in_order_and_leaves_the_rest() {
        let clock = Clock::default();
        let start = clock.now_ms();
        let fired = Arc::new(Mutex::new(Vec::new()));
        for delay in [5_000, 1_000, 90_000] {
            let fired = fired.clone();
            clock.at(start + delay, move |due| lock(&fired).push(due - start));
        }
        clock.advance(10_000);
        assert_eq!(*lock(&fired), [1_000, 5_000]);
    }

    #[test]
    fn a_cancelled_timer_never_fires() {
        let clock = Clock::default();
        let fired = Arc::new(Mutex::new(false));
        let seen = fired.clone();
        let id = clock.at(clock.now_ms() + 1_000, move |_| *lock(&seen) = true);
        clock.cancel(id);
        clock.advance(10_000);
        assert!(!*lock(&fired));
    }
}
