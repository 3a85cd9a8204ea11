//! The payment methods: for each a folder with its form (pure) and its inputs (Yew).
//!
//! `shell` keeps one [`Forms`] per element, so that what the buyer typed outlives declines, new codes and new sessions.

pub mod field;
pub mod picpay_qr;
pub mod picpay_wallet;
pub mod whatsapp;

use field::FieldState;
use umclique_wire::{AprilDetails, BuyerField, ConfirmRequest, MethodKind, MethodOffer, Saved, SessionView};

/// What the buyer has chosen and typed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    chosen: Option<MethodKind>,
    picpay_qr: picpay_qr::form::Form,
    picpay_wallet: picpay_wallet::form::Form,
    whatsapp: whatsapp::form::Form,
}

/// Whether this version can pay by an offer; one by which it cannot is left out.
#[must_use]
pub fn has_form(offer: &MethodOffer) -> bool {
    match offer.kind {
        MethodKind::PicpayQr | MethodKind::April | MethodKind::PicpayWallet => true,
        MethodKind::Whatsapp => !offer.saved.is_empty(),
        MethodKind::Unknown => false,
    }
}

impl Forms {
    /// The chosen method, if it is on offer; a single offer is chosen by itself.
    #[must_use]
    pub fn chosen(&self, offers: &[MethodOffer]) -> Option<MethodKind> {
        let mut known = offers.iter().filter(|offer| has_form(offer)).map(|offer| offer.kind);
        let first = known.clone().next()?;
        let is_only_one = known.clone().nth(1).is_none();
        self.chosen.filter(|chosen| known.any(|kind| kind == *chosen)).or(is_only_one.then_some(first))
    }

    /// The buyer picked a method, and a card of it where it has several.
    pub fn choose(&mut self, kind: MethodKind, card: Option<String>) {
        self.chosen = Some(kind);
        self.picpay_wallet.switch(false);
        self.whatsapp.choose(card);
    }

    /// The buyer wants to pay with another account than the one that is linked.
    pub fn switch_account(&mut self) {
        self.picpay_wallet.switch(true);
    }

    /// What a press pays with, where the buyer types nothing: a linked account, a stored card.
    #[must_use]
    pub fn saved<'a>(&self, offer: &'a MethodOffer) -> Option<&'a Saved> {
        match offer.kind {
            MethodKind::PicpayWallet => self.picpay_wallet.account(offer),
            MethodKind::Whatsapp => self.whatsapp.card(offer),
            MethodKind::PicpayQr | MethodKind::April | MethodKind::Unknown => None,
        }
    }

    /// A field of a method's form.
    #[must_use]
    pub fn field(&self, kind: MethodKind, field: BuyerField) -> &FieldState {
        match kind {
            MethodKind::PicpayQr
            | MethodKind::April
            | MethodKind::PicpayWallet
            | MethodKind::Whatsapp
            | MethodKind::Unknown => self.picpay_qr.field(field),
        }
    }

    /// What a session tells of its buyer begins the form, where the buyer has not typed.
    pub fn suggest(&mut self, view: &SessionView) {
        let email = view.suggested.as_ref().and_then(|suggested| suggested.email.as_deref());
        self.picpay_qr.suggest_email(email.unwrap_or_default());
    }

    /// The buyer typed.
    pub fn input(&mut self, kind: MethodKind, field: BuyerField, text: &str) {
        match kind {
            MethodKind::PicpayQr => self.picpay_qr.input(field, text),
            MethodKind::April | MethodKind::PicpayWallet | MethodKind::Whatsapp | MethodKind::Unknown => {}
        }
    }

    /// The buyer left a field; from now on its error shows.
    pub fn leave(&mut self, kind: MethodKind, field: BuyerField) {
        match kind {
            MethodKind::PicpayQr => self.picpay_qr.leave(field),
            MethodKind::April | MethodKind::PicpayWallet | MethodKind::Whatsapp | MethodKind::Unknown => {}
        }
    }

    /// The server does not take these fields as they are.
    pub fn refuse(&mut self, kind: MethodKind, fields: &[BuyerField]) {
        match kind {
            MethodKind::PicpayQr => self.picpay_qr.refuse(fields),
            MethodKind::April | MethodKind::PicpayWallet | MethodKind::Whatsapp | MethodKind::Unknown => {}
        }
    }

    /// What pay would send. Where a field is missing or wrong, all errors show, and the first such field is named.
    pub fn submit(&mut self, offer: &MethodOffer) -> Result<ConfirmRequest, BuyerField> {
        match offer.kind {
            MethodKind::PicpayQr => self.picpay_qr.submit(&offer.needs).map(ConfirmRequest::PicpayQr),
            MethodKind::PicpayWallet => Ok(ConfirmRequest::PicpayWallet(self.picpay_wallet.submit(offer))),
            // Its own frame asks, and only after that.
            MethodKind::April => Ok(ConfirmRequest::April(AprilDetails {})),
            MethodKind::Whatsapp => {
                self.whatsapp.submit(offer).map(ConfirmRequest::Whatsapp).ok_or(BuyerField::Unknown)
            }
            MethodKind::Unknown => Err(BuyerField::Unknown),
        }
    }
}
