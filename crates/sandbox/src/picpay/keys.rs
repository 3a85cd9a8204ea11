//! `x-Idempotency-Key`: one name, one execution, one answer. A final answer is given again bit for bit; while the first
//! request is being processed the others get 208; an answer that is not final is forgotten. Source: PicPay "Idempotency key".
//! Undocumented; we assume: a key belongs to one shop and one call, and another body under it changes nothing.

use std::collections::{HashMap, VecDeque};

use super::calls::Call;
use super::reply::Reply;

/// The longest key; published as "usually 255".
pub(super) const MAX_LENGTH: usize = 255;

/// A key where it counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) client: &'static str,
    pub(super) call: Call,
    pub(super) text: String,
}

#[derive(Debug)]
struct Entry {
    /// Of the first request's body.
    fingerprint: [u8; 32],
    /// None while it is being processed.
    reply: Option<Reply>,
}

/// What is known about a key.
#[derive(Debug)]
pub(super) enum Claim {
    /// Nothing; from now on it is being processed.
    Fresh,
    Processing,
    Done {
        reply: Reply,
        is_same_body: bool,
    },
}

/// All keys of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Keys {
    entries: HashMap<Key, Entry>,
    finished: VecDeque<Key>,
}

impl Keys {
    /// Takes a key for a request, or says what became of it.
    pub(super) fn claim(&mut self, key: &Key, fingerprint: [u8; 32]) -> Claim {
        match self.entries.get(key) {
            None => {
                self.entries.insert(key.clone(), Entry { fingerprint, reply: None });
                Claim::Fresh
            }
            Some(Entry { reply: None, .. }) => Claim::Processing,
            Some(Entry { reply: Some(reply), fingerprint: first }) => {
                Claim::Done { reply: reply.clone(), is_same_body: *first == fingerprint }
            }
        }
    }

    /// Ends the processing: a final answer is kept, any other lets the next request execute.
    pub(super) fn finish(&mut self, key: &Key, reply: &Reply, most: u32) {
        if !reply.is_final() {
            return self.release(key);
        }
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.reply = Some(reply.clone());
        self.finished.push_back(key.clone());
        if self.finished.len() > usize::try_from(most).unwrap_or(usize::MAX)
            && let Some(oldest) = self.finished.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    /// Forgets a key that was being processed.
    pub(super) fn release(&mut self, key: &Key) {
        self.entries.remove(key);
    }
}
