//! The form of PicPay 1-Click: nothing to type, and whose account pays.
//!
//! Kept by `Forms`. Pure: what the confirm needs besides is made by `shell` when it is sent.

use umclique_wire::{MethodOffer, PicpayWalletDetails, Saved};

/// What the buyer chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    is_switching: bool,
}

impl Form {
    /// The account that pays with one click, where there is one and the buyer wants no other.
    #[must_use]
    pub fn account<'a>(&self, offer: &'a MethodOffer) -> Option<&'a Saved> {
        offer.saved.first().filter(|_| !self.is_switching)
    }

    /// The buyer wants another account, or comes back to the one that is linked.
    pub fn switch(&mut self, is_switching: bool) {
        self.is_switching = is_switching;
    }

    /// The details to send. Only a link that is there can be given up.
    #[must_use]
    pub fn submit(&self, offer: &MethodOffer) -> PicpayWalletDetails {
        PicpayWalletDetails { nonce_sha256: None, reconnect: self.is_switching && !offer.saved.is_empty() }
    }
}
