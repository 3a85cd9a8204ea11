//! Idempotency keys: one name, one execution, one answer. What counts as one name, and which answers are kept, is the
//! provider's business; here it is only remembered who is being processed and what was answered.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

#[derive(Debug)]
struct Entry<R> {
    /// Of the first request's body.
    fingerprint: [u8; 32],
    /// None while it is being processed.
    reply: Option<R>,
}

/// What is known about a key.
#[derive(Debug)]
pub(crate) enum Claim<R> {
    /// Nothing; from now on it is being processed.
    Fresh,
    Processing {
        is_same_body: bool,
    },
    Done {
        reply: R,
        is_same_body: bool,
    },
}

/// All keys of one provider, with its answers.
#[derive(Debug)]
pub(crate) struct Keys<K, R> {
    entries: HashMap<K, Entry<R>>,
    finished: VecDeque<K>,
}

impl<K, R> Default for Keys<K, R> {
    fn default() -> Self {
        Self { entries: HashMap::new(), finished: VecDeque::new() }
    }
}

impl<K: Clone + Eq + Hash, R: Clone> Keys<K, R> {
    /// Takes a key for a request, or says what became of it.
    pub(crate) fn claim(&mut self, key: &K, fingerprint: [u8; 32]) -> Claim<R> {
        let Some(entry) = self.entries.get(key) else {
            self.entries.insert(key.clone(), Entry { fingerprint, reply: None });
            return Claim::Fresh;
        };
        let is_same_body = entry.fingerprint == fingerprint;
        match &entry.reply {
            None => Claim::Processing { is_same_body },
            Some(reply) => Claim::Done { reply: reply.clone(), is_same_body },
        }
    }

    /// Ends the processing with an answer that is kept; the oldest is forgotten when there are more than `most`.
    pub(crate) fn finish(&mut self, key: &K, reply: R, most: u32) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.reply = Some(reply);
        self.finished.push_back(key.clone());
        if self.finished.len() > usize::try_from(most).unwrap_or(usize::MAX)
            && let Some(oldest) = self.finished.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    /// Forgets a key that was being processed, so that the next request executes.
    pub(crate) fn release(&mut self, key: &K) {
        self.entries.remove(key);
    }
}
