//! Who waits for a session's change. Woken at once by this process's own changes, and by a poll for the others'.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;
use umclique_wire::SessionId;

/// The waiting readers of a process, by session.
#[derive(Debug, Default)]
pub struct Hub {
    waiting: Mutex<HashMap<SessionId, watch::Sender<u64>>>,
}

impl Hub {
    /// Begins to wait for versions of a session; `None` where `at_most` readers wait already.
    /// Subscribe first, then read the session: so no change is missed.
    pub fn subscribe(&self, session: &SessionId, at_most: usize) -> Option<watch::Receiver<u64>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = waiting.entry(session.clone()).or_insert_with(|| watch::channel(0).0);
        (sender.receiver_count() < at_most).then(|| sender.subscribe())
    }

    /// Tells the readers of a session that it has a new version. Older versions are dropped.
    pub fn changed(&self, session: &SessionId, version: u64) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = waiting.get(session) {
            sender.send_if_modified(|known| {
                let is_news = version > *known;
                if is_news {
                    *known = version;
                }
                is_news
            });
        }
    }

    /// Forgets sessions that nobody waits for any more, and tells how many are left.
    pub fn sweep(&self) -> usize {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, sender| sender.receiver_count() > 0);
        waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::new_session_id;

    #[tokio::test]
    async fn readers_are_woken_by_newer_versions_only() {
        let hub = Hub::default();
        let session = new_session_id();
        let mut reader = hub.subscribe(&session, 1).expect("the first reader");
        assert!(hub.subscribe(&session, 1).is_none());
        hub.changed(&session, 2);
        reader.changed().await.expect("the hub is alive");
        assert_eq!(*reader.borrow_and_update(), 2);
        hub.changed(&session, 1);
        assert!(!reader.has_changed().expect("the hub is alive"));
        drop(reader);
        assert_eq!(hub.sweep(), 0);
    }
}
