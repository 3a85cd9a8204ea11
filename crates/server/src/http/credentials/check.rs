//! What is a stored card, and what only looks like one: every field is checked, and whatever looks like a card's number is
//! refused. Pure. Nothing of a value stands in a problem.

use super::CreateCredential;
use crate::keys;
use crate::store::credentials::Credential;
use umclique_wire::FieldProblem;

/// The card that the request describes, or every field that is wrong with it.
pub(super) fn checked(request: CreateCredential, now_ms: i64) -> Result<Credential, Vec<FieldProblem>> {
    let CreateCredential { buyer, last_four_digits, brand, psp_reference } = request;
    let id = buyer.id.clone().unwrap_or_else(|| "none".into());
    let is_text =
        |text: &str, most: usize| (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let is_e164 = buyer.phone.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0')
    });
    let is_four = last_four_digits.len() == 4 && last_four_digits.bytes().all(|digit| digit.is_ascii_digit());
    let is_name = (1..=128).contains(&psp_reference.len()) && psp_reference.bytes().all(|byte| byte.is_ascii_graphic());
    let mut problems = Vec::new();
    for (is_good, field, detail) in [
        (is_e164, "buyer.phone", "expected a WhatsApp number in E.164, as in +5511999990000"),
        (is_text(&id, 120), "buyer.id", "expected 1 to 120 characters without control characters"),
        (is_four, "last_four_digits", "expected four digits"),
        (is_text(&brand, 30), "brand", "expected 1 to 30 characters without control characters"),
        (is_name, "psp_reference", "expected 1 to 128 visible ASCII characters"),
        (!looks_like_a_card(&id), "buyer.id", CARD),
        (!looks_like_a_card(&brand), "brand", CARD),
        (!looks_like_a_card(&psp_reference), "psp_reference", CARD),
    ] {
        if !is_good {
            problems.push(problem(field, detail));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let (phone, id) = (buyer.phone, buyer.id);
    Ok(Credential {
        id: keys::new_credential_id(),
        phone,
        buyer: id,
        last_four: last_four_digits,
        brand,
        psp_reference,
        created_at_ms: now_ms,
    })
}

const CARD: &str =
    "this looks like a card's number, which must never come here; send the processor's own name for the card";

/// Whether digits, with or without blanks, dashes and points between them, are as many as a card's number has, begin as one
/// does, and pass the check that every one passes. A phone with Brazil's 55 in front has 13 digits and is none.
fn looks_like_a_card(text: &str) -> bool {
    let joined: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '.')).collect();
    let runs = joined.split(|letter: char| !letter.is_ascii_digit());
    runs.map(str::as_bytes).any(|run| has_a_cards_form(run) && passes_luhn(run))
}

/// Source: ISO/IEC 7812-1; 13 digits are Visa's old ones, 14 are Diners Club's, 15 American Express's.
fn has_a_cards_form(digits: &[u8]) -> bool {
    match (digits.len(), digits.first()) {
        (13, first) => first == Some(&b'4'),
        (14 | 15, first) => first == Some(&b'3'),
        (16..=19, Some(first)) => (b'2'..=b'6').contains(first),
        _ => false,
    }
}

/// Source: ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| luhn_weight(at, u32::from(digit - b'0'))).sum();
    sum.is_multiple_of(10)
}

fn luhn_weight(at: usize, digit: u32) -> u32 {
    match at % 2 {
        0 => digit,
        _ if digit > 4 => digit * 2 - 9,
        _ => digit * 2,
    }
}

/// What is wrong with a field.
pub(super) fn problem(field: &str, detail: &str) -> FieldProblem {
    FieldProblem { field: field.into(), detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_cards_number_is_refused_wherever_it_stands() {
        for (text, is_card) in [
            ("4242424242424242", true),
            ("4242 4242 4242 4242", true),
            ("4242-4242-4242-4242", true),
            ("card_4242424242424242_visa", true),
            ("378282246310005", true),
            ("card_visa_4242", false),
            ("4222222222222", true),
            ("36227206271667", true),
            ("4242424242424241", false),
            ("5511900000026", false),
            ("11222333000181", false),
            ("card_9f2c1d7e-1b1f-4f0a-9a0e-6f0f8c110d5f", false),
            ("", false),
        ] {
            assert_eq!(looks_like_a_card(text), is_card, "{text}");
        }
    }
}
