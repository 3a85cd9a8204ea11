//! What all imitated providers share: clock, ledger, scripted faults, journal, ids, and the stop signal.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, rfc3339};
use crate::faults::{Fault, Faults};
use crate::ids::Ids;
use crate::journal::{Journal, Line};
use crate::ledger::Ledger;

/// The shared state of one sandbox.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) ids: Ids,
    /// Cancelled when the sandbox is dropped; everything spawned ends with it.
    pub(crate) stop: CancellationToken,
}

impl World {
    /// A world without money in it.
    pub(crate) fn new(seed: u64, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            clock: Clock::default(),
            ledger: Ledger::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            ids: Ids::new(seed),
            stop,
        })
    }

    /// Notes a call of a provider; the status is none where the connection was closed without an answer.
    pub(crate) fn note_call(
        &self,
        provider: &'static str,
        call: &'static str,
        path: String,
        status: Option<u16>,
        fault: Option<Fault>,
    ) {
        let at = rfc3339(self.clock.now_ms());
        self.journal.push(Line { provider, call, path, status, fault: fault.map(Fault::name), attempt: None, at });
    }

    /// Empties everything but the sequence of ids, so that an id never means two payments in one run.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        self.ledger.clear();
        self.faults.clear(None);
        self.journal.clear();
    }
}

/// Locks a mutex; a panic elsewhere while it was held does not stop the sandbox.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
