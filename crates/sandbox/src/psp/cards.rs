//! Stored cards by the references that the processor gave them. A name that begins with `card_` and a behaviour behaves so;
//! any other card pays. There are no numbers here.

use serde::{Deserialize, Serialize};

/// What a card does when it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Behaviour {
    Approves,
    Declined,
    InsufficientFunds,
    Expired,
    /// Stays `pending` until control settles it.
    Pending,
    /// Pays, and takes its time.
    Slow,
}

/// Why a charge was declined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Decline {
    pub(super) code: String,
    pub(super) message: String,
}

impl Behaviour {
    const NAMED: [(&'static str, Self); 6] = [
        ("approves", Self::Approves),
        ("declined", Self::Declined),
        ("insufficient_funds", Self::InsufficientFunds),
        ("expired", Self::Expired),
        ("pending", Self::Pending),
        ("slow", Self::Slow),
    ];

    /// What a card's reference says: `card_declined`, or `card_declined_ana`.
    pub(super) fn of(reference: &str) -> Self {
        let rest = reference.strip_prefix("card_").unwrap_or_default();
        let says = |name: &str| rest.strip_prefix(name).is_some_and(|tail| tail.is_empty() || tail.starts_with('_'));
        Self::NAMED.into_iter().find(|(name, _)| says(name)).map_or(Self::Approves, |(_, behaviour)| behaviour)
    }

    /// The issuer's no, if it says no at once.
    pub(super) fn decline(self) -> Option<Decline> {
        match self {
            Self::Declined => Some(Decline::new("card_declined")),
            Self::InsufficientFunds => Some(Decline::new("insufficient_funds")),
            Self::Expired => Some(Decline::new("expired_card")),
            Self::Approves | Self::Pending | Self::Slow => None,
        }
    }
}

impl Decline {
    /// With the usual words for a code.
    pub(super) fn new(code: &str) -> Self {
        let message = match code {
            "insufficient_funds" => "There is not enough money on the card.",
            "expired_card" => "The card has expired.",
            _ => "The card was declined.",
        };
        Self { code: code.to_owned(), message: message.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::Behaviour;

    #[test]
    fn a_card_behaves_as_its_reference_says() {
        for (reference, expected) in [
            ("card_declined", Behaviour::Declined),
            ("card_declined_ana", Behaviour::Declined),
            ("card_declinedx", Behaviour::Approves),
            ("card_insufficient_funds", Behaviour::InsufficientFunds),
            ("card_pending_1", Behaviour::Pending),
            ("card_slow", Behaviour::Slow),
            ("anything", Behaviour::Approves),
            ("", Behaviour::Approves),
        ] {
            assert_eq!(Behaviour::of(reference), expected, "{reference}");
        }
    }
}
