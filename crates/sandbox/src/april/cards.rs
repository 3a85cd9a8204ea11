//! The test cards, in one table. April's own list was not found, so this one is ours; docs/SANDBOX.md has the same.

/// What the issuer does with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issuer {
    /// Pays.
    Pays,
    /// Refuses with this `errorCode` and this `detail`.
    Refuses(&'static str, &'static str),
    /// Insists on a 3DS challenge, so many rounds of it.
    Challenges { rounds: u32 },
    /// Insists on a 3DS challenge and refuses although the shopper passed it.
    Mistrusts,
}

/// A card that the sandbox knows; no other one can be used.
#[derive(Debug)]
pub(super) struct TestCard {
    pub(super) number: &'static str,
    pub(super) issuer: Issuer,
}

const fn refuses(number: &'static str, code: &'static str, detail: &'static str) -> TestCard {
    TestCard { number, issuer: Issuer::Refuses(code, detail) }
}

/// All of them.
pub(super) static CARDS: [TestCard; 15] = [
    TestCard { number: "4242424242424242", issuer: Issuer::Pays },
    refuses("4000000000000002", "card_declined", "Card was declined"),
    refuses("4000000000009995", "insufficient_funds", "Card has insufficient funds"),
    refuses("4000000000000069", "expired_card", "Card has expired"),
    refuses("4000000000000127", "incorrect_cvc", "Card security code is incorrect"),
    refuses("4000000000000119", "processing_error", "An error occurred while processing the card"),
    refuses("4000000000000036", "do_not_honor", "Card issuer does not honour the payment"),
    refuses("4000000000000044", "not_permitted", "Payment is not permitted on this card"),
    refuses("4000000000009979", "stolen_card", "Card was reported stolen"),
    refuses("4000000000009987", "pickup_card", "Card must be picked up"),
    refuses("4100000000000019", "fraudulent", "Payment is suspected to be fraudulent"),
    TestCard { number: "4000000000003220", issuer: Issuer::Challenges { rounds: 1 } },
    TestCard { number: "4000000000003246", issuer: Issuer::Challenges { rounds: 2 } },
    TestCard { number: "4000000000003238", issuer: Issuer::Mistrusts },
    // A second one that pays, for shoppers with two saved cards.
    TestCard { number: "4000000360000006", issuer: Issuer::Pays },
];

impl TestCard {
    /// The card of a number; spaces do not count.
    pub(super) fn find(number: &str) -> Option<&'static Self> {
        let digits: String = number.chars().filter(|character| !character.is_whitespace()).collect();
        CARDS.iter().find(|card| card.number == digits)
    }

    /// `4242`.
    pub(super) fn last4(&self) -> &'static str {
        &self.number[self.number.len() - 4..]
    }

    /// How many challenges the issuer insists on.
    pub(super) fn rounds(&self) -> u32 {
        match self.issuer {
            Issuer::Pays | Issuer::Refuses(..) => 0,
            Issuer::Challenges { rounds } => rounds,
            Issuer::Mistrusts => 1,
        }
    }
}

/// Whether the check digit of a card number is right.
pub(super) fn has_check_digit(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let values = digits.chars().rev().map(|character| character.to_digit(10)).enumerate();
    let mut sum = 0;
    for (index, digit) in values {
        let Some(digit) = digit else { return false };
        sum += if index % 2 == 1 { doubled(digit) } else { digit };
    }
    (12..=19).contains(&digits.len()) && sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::{CARDS, TestCard, has_check_digit};

    #[test]
    fn every_test_card_is_a_card_number_and_stands_once() {
        for card in &CARDS {
            assert!(has_check_digit(card.number), "{}", card.number);
            assert_eq!(CARDS.iter().filter(|other| other.number == card.number).count(), 1, "{}", card.number);
        }
        assert!(!has_check_digit("4242424242424241") && !has_check_digit("42") && !has_check_digit("4242 4242"));
    }

    #[test]
    fn spaces_do_not_hide_a_card() {
        assert_eq!(TestCard::find("4242 4242 4242 4242").map(TestCard::last4), Some("4242"));
        assert!(TestCard::find("4111111111111111").is_none());
    }
}
