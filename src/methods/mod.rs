//! The payment methods: for each a folder with its form (pure) and its inputs (Yew).
//!
//! `shell` keeps one [`Forms`] per element, so that what the buyer typed outlives declines, new codes and new sessions.

pub mod field;
pub mod picpay_qr;

use field::FieldState;
use umclique_wire::{AprilDetails, BuyerField, ConfirmRequest, MethodKind, MethodOffer};

/// What the buyer has chosen and typed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    chosen: Option<MethodKind>,
    picpay_qr: picpay_qr::form::Form,
}

/// Whether this version can pay with a method; one that it cannot is left out.
#[must_use]
pub fn has_form(kind: MethodKind) -> bool {
    match kind {
        MethodKind::PicpayQr | MethodKind::April => true,
        MethodKind::PicpayWallet | MethodKind::Whatsapp | MethodKind::Unknown => false,
    }
}

impl Forms {
    /// The chosen method, if it is on offer; a single offer is chosen by itself.
    #[must_use]
    pub fn chosen(&self, offers: &[MethodOffer]) -> Option<MethodKind> {
        let mut known = offers.iter().map(|offer| offer.kind).filter(|kind| has_form(*kind));
        let first = known.clone().next()?;
        let is_only_one = known.clone().nth(1).is_none();
        self.chosen.filter(|chosen| known.any(|kind| kind == *chosen)).or(is_only_one.then_some(first))
    }

    /// The buyer picked a method.
    pub fn choose(&mut self, kind: MethodKind) {
        self.chosen = Some(kind);
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
    pub fn submit(&mut self, kind: MethodKind, needs: &[BuyerField]) -> Result<ConfirmRequest, BuyerField> {
        match kind {
            MethodKind::PicpayQr => self.picpay_qr.submit(needs).map(ConfirmRequest::PicpayQr),
            // Its own frame asks, and only after that.
            MethodKind::April => Ok(ConfirmRequest::April(AprilDetails {})),
            MethodKind::PicpayWallet | MethodKind::Whatsapp | MethodKind::Unknown => Err(BuyerField::Unknown),
        }
    }
}
