//! Amounts as ePag writes them: JSON numbers here, strings there. Read digit by digit, never through a float.

use serde_json::value::RawValue;
use umclique_wire::{Currency, Money};

/// An amount in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    /// Centavos.
    Exact(u64),
    /// Something stands there that is not reais and centavos: an exponent, a third decimal, a sign, a word.
    Unusable,
}

impl Amount {
    /// Reads `59.9`, `59.90` and `"59.90"`; `None` where nothing is told.
    pub(super) fn read(raw: &RawValue) -> Option<Self> {
        let text = raw.get();
        if text == "null" {
            return None;
        }
        let decimal = if text.starts_with('"') { serde_json::from_str(text).ok() } else { Some(text.to_owned()) };
        let money = decimal.and_then(|decimal: String| Money::from_decimal(&decimal, Currency::Brl).ok());
        Some(money.map_or(Self::Unusable, |money| Self::Exact(money.minor())))
    }

    /// Centavos, where they can be told.
    pub(super) fn minor(self) -> Option<u64> {
        match self {
            Self::Exact(minor) => Some(minor),
            Self::Unusable => None,
        }
    }
}

/// Centavos as people in Brazil's code read them, for the log: `59.90`.
pub(super) fn decimal(minor: u64) -> String {
    Money::from_minor(minor, Currency::Brl).map_or_else(|_| "too much".to_owned(), Money::to_decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (json, expected) in [
            ("59.9", Some(Amount::Exact(5_990))),
            ("59.90", Some(Amount::Exact(5_990))),
            ("\"59.90\"", Some(Amount::Exact(5_990))),
            ("\"59.9\"", Some(Amount::Exact(5_990))),
            ("0", Some(Amount::Exact(0))),
            ("10000", Some(Amount::Exact(1_000_000))),
            ("0.1", Some(Amount::Exact(10))),
            ("0.30000000000000004", Some(Amount::Unusable)),
            ("5.99e1", Some(Amount::Unusable)),
            ("5990E-2", Some(Amount::Unusable)),
            ("-59.90", Some(Amount::Unusable)),
            ("59.901", Some(Amount::Unusable)),
            ("\"59,90\"", Some(Amount::Unusable)),
            ("\"R$ 59.90\"", Some(Amount::Unusable)),
            ("\"\"", Some(Amount::Unusable)),
            ("true", Some(Amount::Unusable)),
            ("{}", Some(Amount::Unusable)),
            ("[59.90]", Some(Amount::Unusable)),
            ("99999999999999999999999999", Some(Amount::Unusable)),
            ("null", None),
        ] {
            let raw = RawValue::from_string(json.to_owned()).expect("the case is JSON");
            assert_eq!(Amount::read(&raw), expected, "{json}");
        }
    }
}
