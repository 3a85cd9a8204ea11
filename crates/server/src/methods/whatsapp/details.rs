//! What this method keeps with an attempt. Written by `prepare`, by the reactions to what WhatsApp tells, and with the answers
//! of sends; read again by every call. Pure.

use super::WhatsappError;
use super::cart::Cart;
use super::texts::Language;
use crate::store::Attempt;
use serde::{Deserialize, Serialize};
use umclique_wire::{CredentialId, Delivery};

/// How the order goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    /// As itself, while the buyer's 24-hour window is open.
    Interactive,
    /// In an approved template, which needs no window.
    Template,
}

/// What is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    /// The card, in our word: the messenger shows it back to us.
    pub(super) credential: CredentialId,
    /// The card, in the processor's word.
    pub(super) psp_reference: String,
    /// The card, in its owner's word.
    pub(super) last_four: String,
    /// Whom to write to: E.164 with its plus sign.
    pub(super) to: String,
    /// What WhatsApp calls the buyer, once it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) wa_id: Option<String>,
    /// Reserve now, capture later.
    pub(super) is_manual: bool,
    /// The buyer's language.
    pub(super) language: Language,
    /// The shop's name for the order.
    pub(super) order: String,
    /// Downloaded or served, not shipped.
    pub(super) is_digital: bool,
    /// What is bought.
    pub(super) cart: Cart,
    /// When a tap is too late. Unix milliseconds.
    pub(super) expires_at_ms: i64,
    /// Which order message is the last one. From 1.
    pub(super) number: u32,
    /// How it goes out.
    pub(super) form: Form,
    /// WhatsApp took it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_sent: bool,
    /// How far it came, as far as it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delivery: Option<Delivery>,
    /// The buyer tapped *Send payment* on this order message: from now on the card is charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tap: Option<u32>,
    /// The processor's id of the charge, once it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) charge: Option<String>,
}

impl Details {
    /// What is kept with an attempt.
    pub(super) fn of(attempt: &Attempt) -> Result<Self, WhatsappError> {
        serde_json::from_value(attempt.details.clone())
            .map_err(|_| WhatsappError::Unsendable { what: "the attempt's stored details" })
    }

    /// As it is stored.
    pub(super) fn stored(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("its keys are texts, so it is JSON")
    }

    /// What WhatsApp knows the buyer by.
    pub(super) fn address(&self) -> &str {
        self.wa_id.as_deref().unwrap_or(&self.to)
    }

    /// The next order message, in another form.
    pub(super) fn next_in(&self, form: Form) -> Self {
        Self { number: self.number + 1, form, is_sent: false, delivery: None, ..self.clone() }
    }
}

/// Never shows who buys, nor with what.
impl std::fmt::Debug for Details {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Details").field("number", &self.number).field("tap", &self.tap).finish_non_exhaustive()
    }
}
