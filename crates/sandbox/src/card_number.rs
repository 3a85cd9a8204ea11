//! Knows a card's number when it sees one, so that nothing here ever keeps one. Only last digits and opaque references may
//! come in.

/// Whether a text has 13 to 19 digits that pass the Luhn check, with or without spaces and hyphens between them.
pub(crate) fn is_card_number(text: &str) -> bool {
    let is_separator = |byte: &u8| matches!(byte, b' ' | b'-');
    let digits: Vec<u8> = text.bytes().filter(|byte| !is_separator(byte)).collect();
    (13..=19).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && passes_luhn(&digits)
}

fn passes_luhn(digits: &[u8]) -> bool {
    let weigh = |(index, digit): (usize, &u8)| {
        let digit = u32::from(digit - b'0');
        if index % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
    };
    digits.iter().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::is_card_number;

    #[test]
    fn card_numbers_are_known_in_every_dress() {
        for number in ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005"] {
            assert!(is_card_number(number), "{number}");
        }
        for other in ["4242424242424241", "424242424242", "cred_4242424242424242", "pa_1.1", "4242"] {
            assert!(!is_card_number(other), "{other}");
        }
    }
}
