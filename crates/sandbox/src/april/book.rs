//! Everything April knows: orders by id with their transactions, tokens, sources, customers. Bounded: the oldest orders and
//! tokens are forgotten when new ones do not fit.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::order::{Order, Transaction};
use super::token::{Source, Token, TokenState};
use crate::clock::TimerId;

/// A shopper that the merchant registered.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) email: String,
}

/// The books of one sandbox.
#[derive(Debug, Default)]
pub(super) struct Book {
    orders: HashMap<String, Order>,
    sequence: VecDeque<String>,
    /// Transactions and challenges, each to its order.
    owners: HashMap<String, String>,
    tokens: HashMap<String, Token>,
    token_sequence: VecDeque<String>,
    /// Saved cards, in the order of their ids.
    pub(super) sources: BTreeMap<String, Source>,
    /// By `cust_…`.
    pub(super) customers: HashMap<String, Customer>,
    /// By what signing in gave out, the customer's id.
    pub(super) sign_ins: HashMap<String, String>,
    /// E-mail addresses, in lower case, whose owner has been checked for instalments.
    pub(super) identified: HashSet<String>,
}

impl Book {
    /// One order.
    pub(super) fn order(&self, id: &str) -> Option<&Order> {
        self.orders.get(id)
    }

    /// One order, to be changed.
    pub(super) fn order_mut(&mut self, id: &str) -> Option<&mut Order> {
        self.orders.get_mut(id)
    }

    /// One order and one token, both to be changed.
    pub(super) fn order_and_token(&mut self, order: &str, token: &str) -> (Option<&mut Order>, Option<&mut Token>) {
        (self.orders.get_mut(order), self.tokens.get_mut(token))
    }

    /// The order of a transaction or of a challenge.
    pub(super) fn owner_mut(&mut self, id: &str) -> Option<&mut Order> {
        self.orders.get_mut(self.owners.get(id)?)
    }

    /// A transaction and its order.
    pub(super) fn transaction(&self, id: &str) -> Option<(&Order, &Transaction)> {
        let order = self.orders.get(self.owners.get(id)?)?;
        order.transactions.iter().find(|transaction| transaction.id == id).map(|transaction| (order, transaction))
    }

    /// Remembers which order a transaction or a challenge belongs to.
    pub(super) fn own(&mut self, id: String, order: &str) {
        self.owners.insert(id, order.to_owned());
    }

    /// Keeps an order. Answers the timers of the one that had to go, if any.
    pub(super) fn insert_order(&mut self, order: Order, max_orders: u32) -> Vec<TimerId> {
        let mut orphaned = Vec::new();
        if self.sequence.len() >= usize::try_from(max_orders).unwrap_or(usize::MAX) {
            orphaned = self.forget_oldest();
        }
        self.sequence.push_back(order.id.clone());
        self.orders.insert(order.id.clone(), order);
        orphaned
    }

    fn forget_oldest(&mut self) -> Vec<TimerId> {
        let Some(order) = self.sequence.pop_front().and_then(|id| self.orders.remove(&id)) else { return Vec::new() };
        for transaction in &order.transactions {
            self.owners.remove(&transaction.id);
            for challenge in &transaction.challenges {
                self.owners.remove(&challenge.id);
            }
        }
        order.transactions.iter().filter_map(|transaction| transaction.deadline).collect()
    }

    /// All orders, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Order> {
        self.sequence.iter().rev().filter_map(|id| self.orders.get(id))
    }

    /// One token.
    pub(super) fn token(&self, id: &str) -> Option<&Token> {
        self.tokens.get(id)
    }

    /// Changes the state of a token that may have been forgotten.
    pub(super) fn mark_token(&mut self, id: &str, state: TokenState) {
        if let Some(token) = self.tokens.get_mut(id) {
            token.state = state;
        }
    }

    /// Keeps a token; there are as many as orders, and as many again that nobody used.
    pub(super) fn insert_token(&mut self, token: Token, max_orders: u32) {
        let most = usize::try_from(max_orders).unwrap_or(usize::MAX).saturating_mul(2);
        while self.token_sequence.len() >= most {
            let oldest = self.token_sequence.pop_front();
            oldest.and_then(|id| self.tokens.remove(&id));
        }
        self.token_sequence.push_back(token.id.clone());
        self.tokens.insert(token.id.clone(), token);
    }

    /// The customer who signed in with this.
    pub(super) fn signed_in(&self, custom_token: &str) -> Option<&Customer> {
        self.customers.get(self.sign_ins.get(custom_token)?)
    }
}
