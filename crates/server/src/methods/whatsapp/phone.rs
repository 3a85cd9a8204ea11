//! Whether two spellings of a phone number are one buyer. Pure. Never logs a number.
//!
//! WhatsApp may drop or add the ninth digit that Brazilian mobile numbers got in front. Source: WhatsApp Cloud API "Phone
//! numbers" and "Send messages", `contacts[].wa_id`.

/// Where the ninth digit stands: behind country and area.
const NINTH_AT: usize = 4;

/// The same for all spellings of one buyer's number; `None` where it is no number.
pub(super) fn key(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|char| !matches!(char, '+' | ' ' | '-' | '(' | ')' | '.')).collect();
    if !(8..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let has_ninth = digits.starts_with("55") && digits.len() == 13 && digits.as_bytes()[NINTH_AT] == b'9';
    Some(if has_ninth { format!("{}{}", &digits[..NINTH_AT], &digits[NINTH_AT + 1..]) } else { digits })
}

/// Whether both are numbers, and of one buyer.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    key(one).is_some_and(|one| key(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ninth_digit_makes_no_other_buyer() {
        for (one, other, expected) in [
            ("+5511999990000", "5511999990000", true),
            ("+5511999990000", "551199990000", true),
            ("551199990000", "+55 (11) 99999-0000", true),
            ("+5511999990000", "5511999990001", false),
            ("+5511999990000", "5521999990000", false),
            // A landline never had one, and no other country has it.
            ("551130000000", "5511930000000", true),
            ("14155550123", "4155550123", false),
            ("", "", false),
            ("551199999000x", "551199999000x", false),
        ] {
            assert_eq!(is_same(one, other), expected, "{one} {other}");
        }
    }
}
