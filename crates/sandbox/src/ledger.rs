//! What really happened to money at the providers. Tests compare it with the server's books. It is only appended to.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use crate::clock::rfc3339;
use crate::world::lock;

/// How many entries are kept; older ones are dropped, and counted.
const KEPT: usize = 500_000;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The payer paid, without an authorization before.
    Charge,
    /// The payer's money was reserved.
    Authorization,
    /// Reserved money was taken; the rest of the reservation is released.
    Capture,
    /// A reservation was released without taking anything.
    Void,
    /// Money went back to the payer.
    Refund,
}

/// One movement.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) provider: &'static str,
    pub(crate) kind: Kind,
    /// The provider's id of the movement: the payment, or the refund.
    pub(crate) id: String,
    /// The provider's id of the payment.
    pub(crate) payment: String,
    /// What the merchant sent as its own reference.
    pub(crate) reference: String,
    pub(crate) amount_minor: i64,
    pub(crate) currency: &'static str,
    pub(crate) at_ms: i64,
}

/// An entry as control shows it.
#[derive(Debug, Serialize)]
pub(crate) struct EntryView {
    provider: &'static str,
    kind: Kind,
    id: String,
    payment: String,
    reference: String,
    amount_minor: i64,
    currency: &'static str,
    at: String,
}

/// The book of movements.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Mutex<(VecDeque<Entry>, u64)>,
}

impl Ledger {
    /// Writes one movement.
    pub(crate) fn push(&self, entry: Entry) {
        let mut book = lock(&self.entries);
        if book.0.len() == KEPT {
            book.0.pop_front();
            book.1 += 1;
        }
        book.0.push_back(entry);
    }

    /// All movements in order, or those of one reference, and how many were dropped.
    pub(crate) fn list(&self, reference: Option<&str>) -> (Vec<EntryView>, u64) {
        let book = lock(&self.entries);
        let wanted = book.0.iter().filter(|entry| reference.is_none_or(|wanted| entry.reference == wanted));
        (wanted.cloned().map(EntryView::from).collect(), book.1)
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *lock(&self.entries) = (VecDeque::new(), 0);
    }
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        Self {
            provider: entry.provider,
            kind: entry.kind,
            id: entry.id,
            payment: entry.payment,
            reference: entry.reference,
            amount_minor: entry.amount_minor,
            currency: entry.currency,
            at: rfc3339(entry.at_ms),
        }
    }
}
