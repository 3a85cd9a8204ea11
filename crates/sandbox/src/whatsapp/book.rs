//! Everything WhatsApp knows: buyers with their chats, and orders by `reference_id`, which is unique in the whole business.
//! Bounded: the oldest order and the oldest chat are forgotten when a new one does not fit.

use std::collections::{HashMap, VecDeque};

use super::buyers::Buyer;
use super::orders::Order;
use super::phone::Phone;
use super::settings::Settings;

/// The most chats there are.
const MAX_BUYERS: usize = 200_000;

/// The books of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Book {
    buyers: HashMap<String, Buyer>,
    buyer_sequence: VecDeque<String>,
    orders: HashMap<String, Order>,
    sequence: VecDeque<String>,
    /// The messages of this second, for the throughput limit.
    pub(super) this_second: (i64, u32),
}

impl Book {
    /// A buyer who was heard of.
    pub(super) fn buyer(&self, key: &str) -> Option<&Buyer> {
        self.buyers.get(key)
    }

    /// The same, to be changed.
    pub(super) fn buyer_mut(&mut self, key: &str) -> Option<&mut Buyer> {
        self.buyers.get_mut(key)
    }

    /// The buyer with this number, who is made where nobody heard of them.
    pub(super) fn meet(&mut self, phone: &Phone, settings: &Settings) -> &mut Buyer {
        let (key, wa_id) = (phone.key(), phone.wa_id(settings.wa_id_ninth_digit));
        if !self.buyers.contains_key(&key) {
            if self.buyers.len() >= MAX_BUYERS
                && let Some(oldest) = self.buyer_sequence.pop_front()
            {
                self.buyers.remove(&oldest);
            }
            self.buyer_sequence.push_back(key.clone());
        }
        let buyer = self.buyers.entry(key.clone()).or_insert_with(|| Buyer::new(&key, wa_id.clone()));
        buyer.wa_id = wa_id;
        buyer
    }

    /// All chats, the youngest acquaintance first.
    pub(super) fn buyers(&self) -> impl Iterator<Item = &Buyer> {
        self.buyer_sequence.iter().rev().filter_map(|key| self.buyers.get(key))
    }

    /// One order.
    pub(super) fn order(&self, reference: &str) -> Option<&Order> {
        self.orders.get(reference)
    }

    /// Keeps an order, or replaces it by what became of it.
    pub(super) fn put(&mut self, order: Order, max_orders: u32) {
        let reference = order.details.reference.clone();
        if self.orders.insert(reference.clone(), order).is_some() {
            return;
        }
        self.sequence.push_back(reference);
        if self.sequence.len() > usize::try_from(max_orders).unwrap_or(usize::MAX)
            && let Some(oldest) = self.sequence.pop_front()
        {
            self.orders.remove(&oldest);
        }
    }

    /// All orders, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Order> {
        self.sequence.iter().rev().filter_map(|reference| self.orders.get(reference))
    }
}
