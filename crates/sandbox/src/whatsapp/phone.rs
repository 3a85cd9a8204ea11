//! Phone numbers as the Cloud API takes and gives them: digits, with or without `+`, spaces and brackets, and the ninth digit
//! of Brazilian mobile numbers, which WhatsApp may drop or add. Source: "Phone numbers", WhatsApp Cloud API.

use super::settings::NinthDigit;

/// Where the ninth digit stands: behind country and area.
const NINTH_AT: usize = 4;

/// A number: digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phone(String);

impl Phone {
    /// Reads a number; `None` when it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix('+').unwrap_or(text);
        let digits: String = digits.chars().filter(|char| !matches!(char, ' ' | '-' | '(' | ')' | '.')).collect();
        let is_number = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(Self(digits))
    }

    /// Names the same person with and without the ninth digit.
    pub(super) fn key(&self) -> String {
        self.wa_id(NinthDigit::Drop)
    }

    /// The number as WhatsApp gives it back.
    pub(super) fn wa_id(&self, rule: NinthDigit) -> String {
        let digits = &self.0;
        let is_mobile = |at: usize| digits.as_bytes().get(at).is_some_and(|digit| (b'6'..=b'9').contains(digit));
        let is_brazilian = digits.starts_with("55");
        match rule {
            NinthDigit::Drop if is_brazilian && digits.len() == 13 && digits.as_bytes()[NINTH_AT] == b'9' => {
                format!("{}{}", &digits[..NINTH_AT], &digits[NINTH_AT + 1..])
            }
            NinthDigit::Add if is_brazilian && digits.len() == 12 && is_mobile(NINTH_AT) => {
                format!("{}9{}", &digits[..NINTH_AT], &digits[NINTH_AT..])
            }
            _ => digits.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NinthDigit, Phone};

    #[test]
    fn the_ninth_digit_comes_and_goes_and_names_the_same_person() {
        for (text, keep, drop, add) in [
            ("+55 (11) 99999-0000", "5511999990000", "551199990000", "5511999990000"),
            ("551199990000", "551199990000", "551199990000", "5511999990000"),
            // A landline never had one.
            ("551130000000", "551130000000", "551130000000", "551130000000"),
            ("+14155550123", "14155550123", "14155550123", "14155550123"),
        ] {
            let phone = Phone::parse(text).expect("a number");
            let forms = [NinthDigit::Keep, NinthDigit::Drop, NinthDigit::Add].map(|rule| phone.wa_id(rule));
            assert_eq!(forms, [keep, drop, add], "{text}");
            assert_eq!(phone.key(), drop);
        }
        for text in ["", "1234567", "1234567890123456", "55 11 9999x", "++551199990000"] {
            assert_eq!(Phone::parse(text), None, "{text}");
        }
    }
}
