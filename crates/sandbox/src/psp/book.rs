//! Everything the processor knows: charges by id and by reference, idempotency keys, and cards that control told how to
//! behave. Bounded: the oldest charge is forgotten when a new one does not fit.

use std::collections::{HashMap, VecDeque};

use super::cards::Behaviour;
use super::charge::Charge;
use super::pipeline::Reply;
use crate::keys::Keys;

/// A key counts for one path.
pub(super) type Key = (String, String);

/// The books of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) keys: Keys<Key, Reply>,
    pub(super) cards: HashMap<String, Behaviour>,
    charges: HashMap<String, Charge>,
    sequence: VecDeque<String>,
    by_reference: HashMap<String, Vec<String>>,
    /// The charge of a refund.
    refunds: HashMap<String, String>,
}

impl Book {
    /// One charge.
    pub(super) fn charge(&self, id: &str) -> Option<&Charge> {
        self.charges.get(id)
    }

    /// The same, to be changed.
    pub(super) fn charge_mut(&mut self, id: &str) -> Option<&mut Charge> {
        self.charges.get_mut(id)
    }

    /// The charges of one reference, oldest first.
    pub(super) fn of_reference(&self, reference: &str) -> impl Iterator<Item = &Charge> {
        let ids = self.by_reference.get(reference).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.charges.get(id))
    }

    /// The charge that a refund belongs to.
    pub(super) fn charge_of_refund(&self, refund: &str) -> Option<&Charge> {
        self.refunds.get(refund).and_then(|charge| self.charges.get(charge))
    }

    /// Lets a refund be found.
    pub(super) fn note_refund(&mut self, refund: &str, charge: &str) {
        self.refunds.insert(refund.to_owned(), charge.to_owned());
    }

    /// Keeps a charge. Answers the one that had to go, if any.
    pub(super) fn insert(&mut self, charge: Charge, max_charges: u32) -> Option<Charge> {
        let is_full = self.sequence.len() >= usize::try_from(max_charges).unwrap_or(usize::MAX);
        let forgotten = if is_full { self.forget_oldest() } else { None };
        self.sequence.push_back(charge.id.clone());
        self.by_reference.entry(charge.order.reference.clone()).or_default().push(charge.id.clone());
        self.charges.insert(charge.id.clone(), charge);
        forgotten
    }

    fn forget_oldest(&mut self) -> Option<Charge> {
        let charge = self.sequence.pop_front().and_then(|id| self.charges.remove(&id))?;
        if let Some(ids) = self.by_reference.get_mut(&charge.order.reference) {
            ids.retain(|id| *id != charge.id);
            if ids.is_empty() {
                self.by_reference.remove(&charge.order.reference);
            }
        }
        for refund in &charge.refunds {
            self.refunds.remove(&refund.id);
        }
        Some(charge)
    }

    /// All charges, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Charge> {
        self.sequence.iter().rev().filter_map(|id| self.charges.get(id))
    }
}
