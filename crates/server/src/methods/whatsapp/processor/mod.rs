//! The shop's own card processor, behind one small trait: WhatsApp only tells that the buyer wants to pay, and the money is
//! moved here. Called by `charge.rs`; knows nothing of chats.

pub mod bridge;
pub mod contract;
mod error;
mod signal;

pub(super) use error::Call;
pub use error::ProcessorError;

use crate::methods::Taken;
use async_trait::async_trait;
use axum::http::HeaderMap;
use contract::{Charge, Refund};
use umclique_wire::Money;

/// A charge of a stored card. The same on every try, so that its key never carries another order.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChargeOrder<'a> {
    /// The attempt's id: our reference, and the name by which a repetition is told.
    pub(super) reference: &'a str,
    /// The processor's name for the card.
    pub(super) card: &'a str,
    /// How much.
    pub(super) amount: Money,
    /// Take it at once; else reserve it.
    pub(super) is_captured: bool,
}

/// Where a charge is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lookup<'a> {
    /// The processor's own id of it.
    Id(&'a str),
    /// Ours. There may be several.
    Reference(&'a str),
}

/// What a shop's card processor can do. Every change has a key: the same key never changes anything twice.
#[async_trait]
pub(super) trait CardProcessor: Send + Sync + std::fmt::Debug {
    /// Charges a stored card. A decline is an answer, not an error.
    async fn charge(&self, order: ChargeOrder<'_>) -> Result<Charge, ProcessorError>;

    /// What became of a charge. An empty list: the processor knows nothing of it.
    async fn find(&self, lookup: Lookup<'_>) -> Result<Vec<Charge>, ProcessorError>;

    /// Takes what was reserved, or a part of it; the rest is let go.
    async fn capture(&self, charge: &str, amount: Money, key: &str) -> Result<(), ProcessorError>;

    /// Gives up what was not captured.
    async fn cancel(&self, charge: &str, key: &str) -> Result<(), ProcessorError>;

    /// Gives money back. `reference` is our id of the refund, and its key.
    async fn refund(&self, charge: &str, amount: Money, reference: &str) -> Result<Refund, ProcessorError>;

    /// All refunds of a charge.
    async fn refunds(&self, charge: &str) -> Result<Vec<Refund>, ProcessorError>;

    /// What a post of the processor's is to us: a signal that something changed, which proves nothing.
    fn take(&self, headers: &HeaderMap, body: &[u8]) -> Taken;
}
