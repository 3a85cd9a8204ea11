//! One field of a buyer form: its text, whether its error may show yet, and the rules for name, e-mail and tax id.
//!
//! Used by the methods' forms. Pure: knows nothing of the page.

use crate::text::Key;
use umclique_wire::{BuyerField, TaxId, TaxIdError};

/// A field and what the buyer did with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldState {
    text: String,
    was_left: bool,
    is_refused: bool,
    is_typed: bool,
}

impl FieldState {
    /// The text as it is shown.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The buyer typed. What the server said of the old text no longer counts.
    pub fn input(&mut self, field: BuyerField, text: &str) {
        self.text = if field == BuyerField::TaxId { mask_tax_id(text) } else { text.to_owned() };
        self.is_refused = false;
        self.is_typed = true;
    }

    /// What stands there until the buyer types: what an account of theirs tells, or nothing.
    pub fn suggest(&mut self, text: &str) {
        if !self.is_typed {
            text.clone_into(&mut self.text);
        }
    }

    /// The buyer left the field, or pressed pay. An untouched field stays quiet until pay.
    pub fn leave(&mut self, is_pay: bool) {
        self.was_left |= is_pay || !self.text.is_empty();
    }

    /// The server does not take the text.
    pub fn refuse(&mut self) {
        self.is_refused = true;
    }

    /// The value to send, or what is wrong.
    pub fn value(&self, field: BuyerField) -> Result<String, Key> {
        check(field, &self.text)
    }

    /// The error to show now, if any.
    #[must_use]
    pub fn shown_error(&self, field: BuyerField) -> Option<Key> {
        let own = check(field, &self.text).err().filter(|_| self.was_left);
        own.or(self.is_refused.then_some(Key::FieldRefused))
    }
}

fn check(field: BuyerField, text: &str) -> Result<String, Key> {
    let trimmed = text.trim_ascii();
    match field {
        BuyerField::TaxId => TaxId::parse(trimmed).map(|id| id.as_str().to_owned()).map_err(|error| match error {
            TaxIdError::Empty => Key::TaxIdEmpty,
            TaxIdError::TooShort => Key::TaxIdShort,
            TaxIdError::Character | TaxIdError::Length => Key::TaxIdShape,
            TaxIdError::CheckDigits => Key::TaxIdDigits,
        }),
        BuyerField::Name if trimmed.split_ascii_whitespace().count() >= 2 => Ok(trimmed.to_owned()),
        BuyerField::Name => Err(Key::NameEmpty),
        BuyerField::Email if looks_like_email(trimmed) => Ok(trimmed.to_owned()),
        BuyerField::Email => Err(Key::EmailShape),
        BuyerField::Unknown => Err(Key::FieldRefused),
    }
}

/// Only what is surely wrong is refused; whether an address exists is not ours to know.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let labels_are_filled = domain.split('.').all(|label| !label.is_empty());
    !local.is_empty()
        && domain.contains('.')
        && labels_are_filled
        && !domain.contains('@')
        && !text.bytes().any(|byte| byte.is_ascii_whitespace())
}

/// Writes a tax id as people do: `529.982.247-25`, and from the twelfth character on `11.222.333/0001-81`.
#[must_use]
pub fn mask_tax_id(text: &str) -> String {
    let bare: Vec<char> = significant(text).take(14).map(|letter| letter.to_ascii_uppercase()).collect();
    let is_cnpj = bare.len() > 11 || bare.iter().any(char::is_ascii_alphabetic);
    let marks: &[(usize, char)] =
        if is_cnpj { &[(2, '.'), (5, '.'), (8, '/'), (12, '-')] } else { &[(3, '.'), (6, '.'), (9, '-')] };
    let mut masked = String::with_capacity(18);
    for (at, letter) in bare.into_iter().enumerate() {
        if let Some((_, mark)) = marks.iter().find(|(place, _)| *place == at) {
            masked.push(*mark);
        }
        masked.push(letter);
    }
    masked
}

/// Where the caret belongs after masking: behind as many significant characters as before. In UTF-16 units, all ASCII.
#[must_use]
pub fn caret_after_mask(typed: &str, caret: usize, masked: &str) -> usize {
    let behind = typed.chars().take(caret).filter(char::is_ascii_alphanumeric).count();
    let mut seen = 0;
    for (at, letter) in masked.chars().enumerate() {
        if seen == behind {
            return at;
        }
        seen += usize::from(letter.is_ascii_alphanumeric());
    }
    masked.len()
}

fn significant(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(char::is_ascii_alphanumeric)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tax_id_is_written_as_people_do() {
        for (typed, masked) in [
            ("", ""),
            ("529", "529"),
            ("5299", "529.9"),
            ("52998224725", "529.982.247-25"),
            ("529.982.247-2", "529.982.247-2"),
            ("529982247251", "52.998.224/7251"),
            ("11222333000181", "11.222.333/0001-81"),
            ("12abc34501de35", "12.ABC.345/01DE-35"),
            ("112223330001819999", "11.222.333/0001-81"),
            (" 5 2 9 ", "529"),
        ] {
            assert_eq!(mask_tax_id(typed), masked, "{typed:?}");
        }
    }

    #[test]
    fn the_caret_stays_behind_the_digit_that_was_typed() {
        for (typed, caret, expected) in
            [("5299", 4, 5), ("529.9", 3, 3), ("1529.982", 1, 1), ("529.982", 7, 7), ("", 0, 0)]
        {
            assert_eq!(caret_after_mask(typed, caret, &mask_tax_id(typed)), expected, "{typed:?} at {caret}");
        }
    }

    #[test]
    fn each_field_says_what_is_wrong() {
        for (field, text, expected) in [
            (BuyerField::TaxId, "529.982.247-25", Ok("52998224725")),
            (BuyerField::TaxId, "529.982.247-2", Err(Key::TaxIdShort)),
            (BuyerField::TaxId, "529.982.247-26", Err(Key::TaxIdDigits)),
            (BuyerField::TaxId, "529.982.247-251", Err(Key::TaxIdShape)),
            (BuyerField::TaxId, "", Err(Key::TaxIdEmpty)),
            (BuyerField::Name, " Ana Souza ", Ok("Ana Souza")),
            (BuyerField::Name, "Ana", Err(Key::NameEmpty)),
            (BuyerField::Email, "ana@example.com", Ok("ana@example.com")),
            (BuyerField::Email, "ana@example", Err(Key::EmailShape)),
            (BuyerField::Email, "ana@@example.com", Err(Key::EmailShape)),
            (BuyerField::Email, "@example.com", Err(Key::EmailShape)),
            (BuyerField::Email, "ana@example..com", Err(Key::EmailShape)),
        ] {
            assert_eq!(check(field, text), expected.map(str::to_owned), "{field:?} {text:?}");
        }
    }

    #[test]
    fn an_error_waits_until_the_field_was_left_or_pay_was_pressed() {
        let mut field = FieldState::default();
        field.leave(false);
        assert_eq!(field.shown_error(BuyerField::TaxId), None, "an untouched field stays quiet");
        field.input(BuyerField::TaxId, "5299");
        assert_eq!(field.shown_error(BuyerField::TaxId), None);
        field.leave(false);
        assert_eq!(field.shown_error(BuyerField::TaxId), Some(Key::TaxIdShort));
        field.input(BuyerField::TaxId, "52998224725");
        assert_eq!(field.shown_error(BuyerField::TaxId), None);
        field.refuse();
        assert_eq!(field.shown_error(BuyerField::TaxId), Some(Key::FieldRefused));
        field.input(BuyerField::TaxId, "5299822472");
        assert_eq!(field.shown_error(BuyerField::TaxId), Some(Key::TaxIdShort));
        let mut untouched = FieldState::default();
        untouched.leave(true);
        assert_eq!(untouched.shown_error(BuyerField::TaxId), Some(Key::TaxIdEmpty));
    }

    #[test]
    fn what_is_suggested_stands_until_the_buyer_types() {
        let mut field = FieldState::default();
        field.suggest("ana@example.com");
        assert_eq!(field.value(BuyerField::Email).as_deref(), Ok("ana@example.com"));
        field.suggest("");
        assert_eq!(field.text(), "", "another session, whose buyer is somebody else");
        field.input(BuyerField::Email, "");
        field.suggest("ana@example.com");
        assert_eq!(field.text(), "", "who took it out does not want it back");
    }

    proptest! {
        #[test]
        fn masking_twice_changes_nothing_and_loses_nothing(typed in ".{0,24}") {
            let once = mask_tax_id(&typed);
            prop_assert_eq!(mask_tax_id(&once), once.clone());
            let kept: String = significant(&typed).take(14).map(|letter| letter.to_ascii_uppercase()).collect();
            prop_assert_eq!(significant(&once).collect::<String>(), kept);
            prop_assert!(caret_after_mask(&typed, typed.chars().count(), &once) <= once.len());
        }
    }
}
