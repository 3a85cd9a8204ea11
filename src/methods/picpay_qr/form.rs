//! The form of PicPay by QR code: name, e-mail and tax id, each only where the session lacks it.
//!
//! Kept by `Forms`. Pure: the inputs are drawn by `components`, the values are checked again by the server.

use crate::methods::field::FieldState;
use umclique_wire::{BuyerField, PicpayQrDetails};

/// What the buyer typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    name: FieldState,
    email: FieldState,
    tax_id: FieldState,
    unknown: FieldState,
}

impl Form {
    /// One field.
    #[must_use]
    pub fn field(&self, field: BuyerField) -> &FieldState {
        match field {
            BuyerField::Name => &self.name,
            BuyerField::Email => &self.email,
            BuyerField::TaxId => &self.tax_id,
            BuyerField::Unknown => &self.unknown,
        }
    }

    fn field_mut(&mut self, field: BuyerField) -> &mut FieldState {
        match field {
            BuyerField::Name => &mut self.name,
            BuyerField::Email => &mut self.email,
            BuyerField::TaxId => &mut self.tax_id,
            BuyerField::Unknown => &mut self.unknown,
        }
    }

    /// The buyer typed.
    pub fn input(&mut self, field: BuyerField, text: &str) {
        self.field_mut(field).input(field, text);
    }

    /// What the e-mail's field begins with.
    pub fn suggest_email(&mut self, email: &str) {
        self.email.suggest(email);
    }

    /// The buyer left a field.
    pub fn leave(&mut self, field: BuyerField) {
        self.field_mut(field).leave(false);
    }

    /// The server does not take these fields.
    pub fn refuse(&mut self, fields: &[BuyerField]) {
        for field in fields {
            self.field_mut(*field).refuse();
        }
    }

    /// The details to send, or the first field that is missing or wrong.
    pub fn submit(&mut self, needs: &[BuyerField]) -> Result<PicpayQrDetails, BuyerField> {
        let mut details = PicpayQrDetails::default();
        let mut first_wrong = None;
        // A field that this version cannot draw is left out; the server then says that it is missing.
        for field in needs.iter().copied().filter(|field| *field != BuyerField::Unknown) {
            let state = self.field_mut(field);
            state.leave(true);
            match (state.value(field), field) {
                (Ok(value), BuyerField::Name) => details.name = Some(value),
                (Ok(value), BuyerField::Email) => details.email = Some(value),
                (Ok(value), BuyerField::TaxId) => details.tax_id = Some(value),
                (Ok(_), BuyerField::Unknown) => {}
                (Err(_), _) => first_wrong = first_wrong.or(Some(field)),
            }
        }
        first_wrong.map_or(Ok(details), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_session_lacks_is_sent() {
        let mut form = Form::default();
        form.input(BuyerField::TaxId, "52998224725");
        form.input(BuyerField::Name, "Ana Souza");
        let details = form.submit(&[BuyerField::TaxId, BuyerField::Unknown]).expect("a valid CPF is enough");
        assert_eq!(details.tax_id.as_deref(), Some("52998224725"));
        assert_eq!((details.name, details.email, details.birth_date), (None, None, None));
    }

    #[test]
    fn the_first_wrong_field_is_named_and_all_errors_show() {
        let mut form = Form::default();
        let needs = [BuyerField::Name, BuyerField::Email, BuyerField::TaxId];
        form.input(BuyerField::Name, "Ana Souza");
        assert_eq!(form.submit(&needs), Err(BuyerField::Email));
        assert!(form.field(BuyerField::Email).shown_error(BuyerField::Email).is_some());
        assert!(form.field(BuyerField::TaxId).shown_error(BuyerField::TaxId).is_some());
        assert!(form.field(BuyerField::Name).shown_error(BuyerField::Name).is_none());
    }
}
