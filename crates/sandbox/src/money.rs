//! Decimal text to cents and back, exactly. Amounts inside the sandbox are whole cents in an `i64`; there are no floats.

use serde_json::value::RawValue;

/// Why a decimal number is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecimalError {
    /// Not a JSON number.
    NotANumber,
    /// More than two digits behind the point; `1.230` has three.
    TooManyDecimals,
    /// More than fifteen digits before the point.
    TooLarge,
}

/// Reads the text of a JSON number with at most two decimals: `59.9` and `59.90` are 5990.
pub(crate) fn cents(text: &str) -> Result<i64, DecimalError> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }
    let (mantissa, exponent) = split_exponent(digits)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let decimals = i64::try_from(fraction.len()).map_err(|_| DecimalError::TooManyDecimals)? - exponent;
    let unscaled = format!("{whole}{fraction}");
    let unscaled = unscaled.trim_start_matches('0');
    if unscaled.len() > 17 {
        return Err(DecimalError::TooLarge);
    }
    let unscaled: i64 = if unscaled.is_empty() { 0 } else { unscaled.parse().map_err(|_| DecimalError::NotANumber)? };
    if decimals > 2 {
        return Err(DecimalError::TooManyDecimals);
    }
    let shift = u32::try_from(2 - decimals).map_err(|_| DecimalError::TooLarge)?;
    let factor = 10_i64.checked_pow(shift).ok_or(DecimalError::TooLarge);
    let value = if unscaled == 0 { 0 } else { unscaled.checked_mul(factor?).ok_or(DecimalError::TooLarge)? };
    Ok(if is_negative { -value } else { value })
}

fn split_exponent(digits: &str) -> Result<(&str, i64), DecimalError> {
    match digits.split_once(['e', 'E']) {
        None => Ok((digits, 0)),
        Some((mantissa, exponent)) => {
            let exponent = exponent.parse().map_err(|_| DecimalError::TooLarge)?;
            if (-400..=400).contains(&exponent) { Ok((mantissa, exponent)) } else { Err(DecimalError::TooLarge) }
        }
    }
}

/// Two decimals, always: 5990 is `59.90`.
pub(crate) fn fixed(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// A JSON number as short as it gets: 5990 is `59.9`, 6000 is `60`.
pub(crate) fn number(cents: i64) -> Box<RawValue> {
    let mut text = fixed(cents);
    let short = text.trim_end_matches('0').trim_end_matches('.').len();
    text.truncate(short);
    RawValue::from_string(text).expect("digits with a point are a JSON number")
}

/// Multiplies by a rate given in millionths; half a cent is rounded up, in the merchant's favour.
pub(crate) fn convert(cents: i64, rate_micro: i64) -> Option<i64> {
    cents.checked_mul(rate_micro)?.checked_add(500_000).map(|scaled| scaled / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::{DecimalError, cents, convert, fixed, number};

    #[test]
    fn decimals_are_read_exactly() {
        for (text, expected) in [
            ("59.9", Ok(5990)),
            ("59.90", Ok(5990)),
            ("0.01", Ok(1)),
            ("0.29", Ok(29)),
            ("10000", Ok(1_000_000)),
            ("1e2", Ok(10_000)),
            ("5.99E+1", Ok(5990)),
            ("-3", Ok(-300)),
            ("0", Ok(0)),
            ("59.900", Err(DecimalError::TooManyDecimals)),
            ("0.001", Err(DecimalError::TooManyDecimals)),
            ("1e-3", Err(DecimalError::TooManyDecimals)),
            ("1e300", Err(DecimalError::TooLarge)),
            ("123456789012345678901", Err(DecimalError::TooLarge)),
            ("\"59.90\"", Err(DecimalError::NotANumber)),
            ("true", Err(DecimalError::NotANumber)),
        ] {
            assert_eq!(cents(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_short_and_strings_have_two_decimals() {
        for (value, short, long) in
            [(5990, "59.9", "59.90"), (0, "0", "0.00"), (6000, "60", "60.00"), (1, "0.01", "0.01")]
        {
            assert_eq!(number(value).get(), short);
            assert_eq!(fixed(value), long);
        }
    }

    #[test]
    fn half_a_cent_is_rounded_up() {
        assert_eq!(convert(1, 5_500_000), Some(6));
        assert_eq!(convert(100, 5_000_000), Some(500));
    }
}
