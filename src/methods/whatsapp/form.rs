//! The form of WhatsApp: which of the buyer's stored cards.
//!
//! Kept by `Forms`. Pure: each card is a row of the method list.

use umclique_wire::{CredentialId, MethodOffer, Saved, WhatsappDetails};

/// What the buyer chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    card: Option<String>,
}

impl Form {
    /// The buyer picked a card, by its `id`.
    pub fn choose(&mut self, card: Option<String>) {
        self.card = card;
    }

    /// The card that would be charged: the one that was picked, while it is there, or else the newest.
    #[must_use]
    pub fn card<'a>(&self, offer: &'a MethodOffer) -> Option<&'a Saved> {
        offer.saved.iter().find(|card| card.id.is_some() && card.id == self.card).or(offer.saved.first())
    }

    /// The details to send, unless there is no card.
    #[must_use]
    pub fn submit(&self, offer: &MethodOffer) -> Option<WhatsappDetails> {
        let credential = CredentialId::parse(self.card(offer)?.id.as_deref()?).ok()?;
        Some(WhatsappDetails { credential })
    }
}
