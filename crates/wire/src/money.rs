//! Money in minor units, and the decimal texts that some providers want.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency that at least one method can charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Australian dollar, two decimals.
    Aud,
    /// Brazilian real, two decimals.
    Brl,
}

impl Currency {
    /// The currency's three letters, as in `BRL`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aud => "AUD",
            Self::Brl => "BRL",
        }
    }

    /// Reads the three upper-case letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Aud, Self::Brl].into_iter().find(|currency| currency.as_str() == text)
    }

    /// How many decimals the major unit has.
    #[must_use]
    pub fn decimals(self) -> u32 {
        match self {
            Self::Aud | Self::Brl => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an amount was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// More than [`Money::MAX_MINOR`].
    TooLarge,
    /// Below zero after a subtraction.
    Negative,
    /// Two currencies in one sum.
    MixedCurrencies,
    /// Not digits with at most the currency's decimals.
    NotDecimal,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the amount is larger than 999999999999 minor units",
            Self::Negative => "the amount would be below zero",
            Self::MixedCurrencies => "amounts of two currencies cannot be added or compared",
            Self::NotDecimal => "expected digits with at most the currency's decimals, like 123.40",
        })
    }
}

impl std::error::Error for MoneyError {}

/// An amount in minor units. BRL 3.00 is `Money::from_minor(300, Currency::Brl)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: u64,
    currency: Currency,
}

impl Money {
    /// The largest amount: it fits a BIGINT, and a JavaScript number, with room for sums.
    pub const MAX_MINOR: u64 = 999_999_999_999;

    /// An amount of `minor` units, at most [`Money::MAX_MINOR`].
    pub fn from_minor(minor: u64, currency: Currency) -> Result<Self, MoneyError> {
        if minor > Self::MAX_MINOR {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// The amount in minor units.
    #[must_use]
    pub fn minor(self) -> u64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, of the same currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let sum = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Self::from_minor(sum, self.currency)
    }

    /// The difference, of the same currency, never below zero.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let rest = self.minor.checked_sub(other.minor).ok_or(MoneyError::Negative)?;
        Ok(Self { minor: rest, currency: self.currency })
    }

    /// The amount in major units with all decimals: BRL 3.00 is `3.00`. No grouping, always a point.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let unit = 10_u64.pow(self.currency.decimals());
        let width = self.currency.decimals() as usize;
        format!("{}.{:0width$}", self.minor / unit, self.minor % unit)
    }

    /// Reads a decimal text exactly: `3`, `3.0`, `3.00` and `3.000` are all BRL 3.00; `3.001` is refused, never rounded.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) || text.ends_with('.') {
            return Err(MoneyError::NotDecimal);
        }
        let decimals = currency.decimals() as usize;
        let (kept, dropped) = fraction.split_at(fraction.len().min(decimals));
        if dropped.bytes().any(|byte| byte != b'0') {
            return Err(MoneyError::NotDecimal);
        }
        let minor_text = format!("{whole}{kept:0<decimals$}");
        let minor = minor_text.parse::<u64>().map_err(|_| MoneyError::TooLarge)?;
        Self::from_minor(minor, currency)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::MixedCurrencies) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decimals_round_trip(minor in 0..=Money::MAX_MINOR) {
            let amount = Money::from_minor(minor, Currency::Brl).expect("within the limit");
            prop_assert_eq!(Money::from_decimal(&amount.to_decimal(), Currency::Brl), Ok(amount));
        }

        #[test]
        fn what_is_added_can_be_taken_away(a in 0..=Money::MAX_MINOR / 2, b in 0..=Money::MAX_MINOR / 2) {
            let (a, b) = (brl(a), brl(b));
            prop_assert_eq!(a.checked_add(b).and_then(|sum| sum.checked_sub(b)), Ok(a));
        }
    }

    fn brl(minor: u64) -> Money {
        Money::from_minor(minor, Currency::Brl).expect("within the limit")
    }

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        for (text, expected) in [
            ("3", Ok(300)),
            ("3.0", Ok(300)),
            ("59.90", Ok(5_990)),
            ("59.9", Ok(5_990)),
            ("0.01", Ok(1)),
            ("59.900", Ok(5_990)),
            ("59.901", Err(MoneyError::NotDecimal)),
            ("-1", Err(MoneyError::NotDecimal)),
            ("1e3", Err(MoneyError::NotDecimal)),
            ("1.", Err(MoneyError::NotDecimal)),
            (".5", Err(MoneyError::NotDecimal)),
            ("", Err(MoneyError::NotDecimal)),
            ("1,50", Err(MoneyError::NotDecimal)),
            ("99999999999999999999", Err(MoneyError::TooLarge)),
            ("10000000000.00", Err(MoneyError::TooLarge)),
        ] {
            assert_eq!(Money::from_decimal(text, Currency::Brl).map(Money::minor), expected, "{text:?}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let aud = Money::from_minor(1, Currency::Aud).expect("within the limit");
        assert_eq!(brl(1).checked_add(aud), Err(MoneyError::MixedCurrencies));
        assert_eq!(brl(1).checked_sub(brl(2)), Err(MoneyError::Negative));
    }
}
