//! CPF and CNPJ: check digits, and how people write them. The rules are Brazil's public ones.

use std::fmt;

/// Why a text is not a tax id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxIdError {
    /// Nothing was typed.
    Empty,
    /// A character that is neither a digit nor usual punctuation (nor a letter, for a CNPJ).
    Character,
    /// Fewer characters than a CPF has.
    TooShort,
    /// More than a CPF, but not as many as a CNPJ; or more than that.
    Length,
    /// The check digits do not fit the rest: a typing error.
    CheckDigits,
}

impl fmt::Display for TaxIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "expected a CPF (11 digits) or a CNPJ (14 characters)",
            Self::Character => "expected digits only for a CPF, digits and letters for a CNPJ",
            Self::TooShort | Self::Length => "a CPF has 11 digits and a CNPJ 14 characters",
            Self::CheckDigits => "the check digits do not match; one of the digits is mistyped",
        })
    }
}

impl std::error::Error for TaxIdError {}

/// A CPF or CNPJ whose check digits fit, without punctuation.
#[derive(Clone, PartialEq, Eq)]
pub enum TaxId {
    /// A person's: 11 digits.
    Cpf(String),
    /// A company's: 12 letters or digits, then two check digits.
    Cnpj(String),
}

impl TaxId {
    /// Reads a tax id with or without its usual punctuation.
    pub fn parse(text: &str) -> Result<Self, TaxIdError> {
        let bare: String = text
            .chars()
            .filter(|letter| !matches!(letter, '.' | '-' | '/') && !letter.is_whitespace())
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        if bare.is_empty() {
            return Err(TaxIdError::Empty);
        }
        if !bare.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
            return Err(TaxIdError::Character);
        }
        match bare.len() {
            0..=10 => Err(TaxIdError::TooShort),
            11 => parse_cpf(bare),
            14 => parse_cnpj(bare),
            _ => Err(TaxIdError::Length),
        }
    }

    /// Digits (and a CNPJ's letters) only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cpf(bare) | Self::Cnpj(bare) => bare,
        }
    }

    /// For logs and views: all but the last two characters hidden.
    #[must_use]
    pub fn masked(&self) -> String {
        let bare = self.as_str();
        format!("{}{}", "•".repeat(bare.len() - 2), &bare[bare.len() - 2..])
    }
}

/// Never shows the tax id.
impl fmt::Debug for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

fn parse_cpf(bare: String) -> Result<TaxId, TaxIdError> {
    let digits = bare.as_bytes();
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(TaxIdError::Character);
    }
    let all_equal = digits.iter().all(|digit| digit == &digits[0]);
    let first = cpf_check_digit(&digits[..9]);
    let second = cpf_check_digit(&digits[..10]);
    if all_equal || digits[9] != first || digits[10] != second {
        return Err(TaxIdError::CheckDigits);
    }
    Ok(TaxId::Cpf(bare))
}

/// The sum weighs the digits down to 2; a remainder of 10 is written as 0.
fn cpf_check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().rev().zip(2..).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let rest = (sum * 10 % 11) % 10;
    b'0' + u8::try_from(rest).expect("below 10")
}

fn parse_cnpj(bare: String) -> Result<TaxId, TaxIdError> {
    let bytes = bare.as_bytes();
    if !bytes[12..].iter().all(u8::is_ascii_digit) {
        return Err(TaxIdError::Character);
    }
    let all_equal = bytes.iter().all(|byte| byte == &bytes[0]);
    let first = cnpj_check_digit(&bytes[..12]);
    let second = cnpj_check_digit(&bytes[..13]);
    if all_equal || bytes[12] != first || bytes[13] != second {
        return Err(TaxIdError::CheckDigits);
    }
    Ok(TaxId::Cnpj(bare))
}

/// Weights run from 2 to 9 and again from 2, counted from the right; a letter's value is its ASCII code less 48.
fn cnpj_check_digit(bytes: &[u8]) -> u8 {
    let sum: u32 = bytes.iter().rev().zip((2..=9).cycle()).map(|(byte, weight)| u32::from(byte - 48) * weight).sum();
    let rest = sum % 11;
    let digit = if rest < 2 { 0 } else { 11 - rest };
    b'0' + u8::try_from(digit).expect("below 10")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_decide() {
        for (text, expected) in [
            ("39784045087", Ok("39784045087")),
            ("12345678909", Ok("12345678909")),
            ("529.982.247-25", Ok("52998224725")),
            (" 529 982 247 25 ", Ok("52998224725")),
            ("11.222.333/0001-81", Ok("11222333000181")),
            ("12ABC34501DE35", Ok("12ABC34501DE35")),
            ("12.abc.345/01de-35", Ok("12ABC34501DE35")),
            ("397840450870", Err(TaxIdError::Length)),
            ("39784045088", Err(TaxIdError::CheckDigits)),
            ("11111111111", Err(TaxIdError::CheckDigits)),
            ("00000000000000", Err(TaxIdError::CheckDigits)),
            ("11222333000182", Err(TaxIdError::CheckDigits)),
            ("12ABC34501DE36", Err(TaxIdError::CheckDigits)),
            ("12ABC34501DEA5", Err(TaxIdError::Character)),
            ("5299822472A", Err(TaxIdError::Character)),
            ("5299822", Err(TaxIdError::TooShort)),
            ("５２９98224725", Err(TaxIdError::Character)),
            ("", Err(TaxIdError::Empty)),
        ] {
            assert_eq!(TaxId::parse(text).as_ref().map(TaxId::as_str).map_err(|error| *error), expected, "{text:?}");
        }
    }

    #[test]
    fn a_tax_id_is_never_printed() {
        let tax_id = TaxId::parse("52998224725").expect("valid");
        assert_eq!(format!("{tax_id:?}"), "•••••••••25");
    }
}
