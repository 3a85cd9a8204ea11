//! Ctrl-C and its relatives: the first asks every child to end, and the task then unwinds by itself and cleans up;
//! a second one, or fifteen seconds, ends the children at once.

use super::{kill_all, stop_all};
use crate::error::{Error, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// nextest gives its tests ten seconds; this is a little more.
const PATIENCE: Duration = Duration::from_secs(15);

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Whether the person asked us to end. No new child is started from then on.
pub(crate) fn is_stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

/// Starts listening for signals.
pub(crate) fn watch_signals() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(Error::start("the signal handler"))?;
    let (sender, receiver) = channel();
    std::thread::spawn(move || signals.forever().try_for_each(|_| sender.send(())));
    std::thread::spawn(move || {
        if receiver.recv().is_err() {
            return;
        }
        STOPPED.store(true, Ordering::SeqCst);
        stop_all();
        match receiver.recv_timeout(PATIENCE) {
            Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => kill_all(),
        }
    });
    Ok(())
}
