//! Everything PicPay knows: buyers, links, idempotency keys, and charges by id and by reference. Bounded: the oldest charge
//! is forgotten when a new one does not fit.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::buyers::{Buyer, demo_buyers};
use super::charge::{Caller, Charge};
use super::keys::Keys;
use super::links::Links;

/// Which charge a call speaks of; at least one of the two.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    pub(super) transaction: Option<String>,
    pub(super) reference: Option<String>,
}

/// The books of one sandbox.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) buyers: BTreeMap<String, Buyer>,
    pub(super) links: Links,
    pub(super) keys: Keys,
    charges: HashMap<String, Charge>,
    sequence: VecDeque<String>,
    by_reference: HashMap<String, Vec<String>>,
    /// Further ids of charges: legacy partial refunds give new ones.
    aliases: HashMap<String, String>,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            buyers: demo_buyers(),
            links: Links::default(),
            keys: Keys::default(),
            charges: HashMap::new(),
            sequence: VecDeque::new(),
            by_reference: HashMap::new(),
            aliases: HashMap::new(),
        }
    }
}

impl Book {
    /// One charge.
    pub(super) fn charge(&self, id: &str) -> Option<&Charge> {
        self.charges.get(self.original(id))
    }

    /// One charge and its buyer, both to be changed.
    pub(super) fn charge_and_buyer(&mut self, id: &str) -> Option<(&mut Charge, &mut Buyer)> {
        let id = self.original(id).to_owned();
        let charge = self.charges.get_mut(&id)?;
        let buyer = self.buyers.get_mut(&charge.buyer)?;
        Some((charge, buyer))
    }

    fn original<'a>(&'a self, id: &'a str) -> &'a str {
        self.aliases.get(id).map_or(id, String::as_str)
    }

    /// Lets another id name the same charge.
    pub(super) fn alias(&mut self, id: String, charge: &str) {
        self.aliases.insert(id, charge.to_owned());
    }

    /// The charge that a caller means: both ids must fit where both are given. Of several under one reference it is the
    /// living one, else the newest.
    pub(super) fn find(&self, ids: &Ids, caller: &Caller) -> Option<&Charge> {
        let fits = |charge: &&Charge| {
            charge.is_of(caller)
                && ids.reference.as_ref().is_none_or(|wanted| charge.order.reference.as_ref() == Some(wanted))
        };
        if let Some(id) = &ids.transaction {
            return self.charge(id).filter(fits);
        }
        let reference = ids.reference.as_deref()?;
        let living = self.of_reference(reference).filter(fits).rfind(|charge| charge.status.is_live());
        living.or_else(|| self.of_reference(reference).rfind(fits))
    }

    /// Whether a living charge of this shop has the reference.
    pub(super) fn has_living(&self, client: &str, reference: &str) -> bool {
        self.of_reference(reference).any(|charge| charge.client == client && charge.status.is_live())
    }

    fn of_reference(&self, reference: &str) -> impl DoubleEndedIterator<Item = &Charge> {
        let ids = self.by_reference.get(reference).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.charges.get(id))
    }

    /// Keeps a charge. Answers the one that had to go, if any.
    pub(super) fn insert(&mut self, charge: Charge, max_charges: u32) -> Option<Charge> {
        let is_full = self.sequence.len() >= usize::try_from(max_charges).unwrap_or(usize::MAX);
        let forgotten = if is_full { self.forget_oldest() } else { None };
        self.sequence.push_back(charge.id.clone());
        if let Some(reference) = &charge.order.reference {
            self.by_reference.entry(reference.clone()).or_default().push(charge.id.clone());
        }
        self.charges.insert(charge.id.clone(), charge);
        forgotten
    }

    fn forget_oldest(&mut self) -> Option<Charge> {
        let charge = self.sequence.pop_front().and_then(|id| self.charges.remove(&id))?;
        if let Some(reference) = &charge.order.reference
            && let Some(ids) = self.by_reference.get_mut(reference)
        {
            ids.retain(|id| *id != charge.id);
            if ids.is_empty() {
                self.by_reference.remove(reference);
            }
        }
        for refund in &charge.refunds {
            self.aliases.remove(&refund.id);
        }
        Some(charge)
    }

    /// All charges, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Charge> {
        self.sequence.iter().rev().filter_map(|id| self.charges.get(id))
    }
}
