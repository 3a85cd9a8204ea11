//! All payments ePag knows, by token and by reference. Bounded: the oldest is forgotten when a new one does not fit.

use std::collections::{HashMap, VecDeque};

use uuid::Uuid;

use super::payment::{Payment, Refund};
use crate::clock::TimerId;

/// The payments of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Book {
    payments: HashMap<Uuid, Payment>,
    order: VecDeque<Uuid>,
    by_reference: HashMap<String, Vec<Uuid>>,
    refunds: HashMap<u64, Uuid>,
    last_refund: u64,
}

impl Book {
    /// One payment, to be changed.
    pub(super) fn payment_mut(&mut self, token: &Uuid) -> Option<&mut Payment> {
        self.payments.get_mut(token)
    }

    /// Keeps a payment. Answers the deadline of the one that had to go, if any.
    pub(super) fn insert(&mut self, payment: Payment, max_payments: u32) -> Option<TimerId> {
        let mut orphaned = None;
        if self.order.len() >= usize::try_from(max_payments).unwrap_or(usize::MAX) {
            orphaned = self.forget_oldest();
        }
        self.order.push_back(payment.token);
        self.by_reference.entry(payment.reference.clone()).or_default().push(payment.token);
        self.payments.insert(payment.token, payment);
        orphaned
    }

    fn forget_oldest(&mut self) -> Option<TimerId> {
        let token = self.order.pop_front()?;
        let payment = self.payments.remove(&token)?;
        if let Some(tokens) = self.by_reference.get_mut(&payment.reference) {
            tokens.retain(|other| *other != token);
            if tokens.is_empty() {
                self.by_reference.remove(&payment.reference);
            }
        }
        for refund in &payment.refunds {
            self.refunds.remove(&refund.id);
        }
        payment.deadline
    }

    /// All payments with a reference, in the order they were made.
    pub(super) fn by_reference(&self, reference: &str) -> impl Iterator<Item = &Payment> {
        let tokens = self.by_reference.get(reference).map(Vec::as_slice).unwrap_or_default();
        tokens.iter().filter_map(|token| self.payments.get(token))
    }

    /// All payments, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Payment> {
        self.order.iter().rev().filter_map(|token| self.payments.get(token))
    }

    /// A number for a refund of this payment.
    pub(super) fn next_refund_id(&mut self, token: Uuid) -> u64 {
        self.last_refund += 1;
        self.refunds.insert(self.last_refund, token);
        self.last_refund
    }

    /// A refund and its payment.
    pub(super) fn refund(&self, id: u64) -> Option<(&Payment, &Refund)> {
        let payment = self.payments.get(self.refunds.get(&id)?)?;
        payment.refunds.iter().find(|refund| refund.id == id).map(|refund| (payment, refund))
    }

    /// Forgets all payments; refund numbers go on.
    pub(super) fn clear(&mut self) {
        *self = Self { last_refund: self.last_refund, ..Self::default() };
    }
}
