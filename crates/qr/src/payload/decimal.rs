//! Amounts in reais as text, read exactly into centavos.
//!
//! Called by `br_code` and `picpay`. Never rounds: a third decimal other than zero is refused.

/// Most centavos that are understood, as in the rest of the project: R$ 9 999 999 999.99.
const MINOR_MAX: u64 = 999_999_999_999;

/// Centavos of `123`, `123.4` or `123.40`; `None` for anything else.
pub(super) fn minor(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > 20 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let mut decimals = fraction.bytes().map(|byte| u64::from(byte - b'0'));
    let centavos = decimals.next()? * 10 + decimals.next().unwrap_or(0);
    if decimals.any(|digit| digit != 0) {
        return None;
    }
    let minor = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(centavos)?;
    (minor <= MINOR_MAX).then_some(minor)
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, expected) in [
            ("123.45", Some(12_345)),
            ("123.4", Some(12_340)),
            ("123", Some(12_300)),
            ("0.01", Some(1)),
            ("0.00", Some(0)),
            ("1.500", Some(150)),
            ("1.505", None),
            ("1,50", None),
            ("-1.00", None),
            ("+1.00", None),
            ("1e3", None),
            (".5", None),
            ("5.", None),
            ("", None),
            ("1.2.3", None),
            ("9999999999.99", Some(999_999_999_999)),
            ("10000000000.00", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(minor(text), expected, "{text:?}");
        }
    }
}
