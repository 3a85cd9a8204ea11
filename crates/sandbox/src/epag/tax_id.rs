//! CPF and CNPJ check digits by Brazil's public rules. Digits as they come: punctuation makes a tax id invalid here.

/// Eleven digits, not all the same, the last two fitting the rest.
pub(super) fn is_cpf(text: &str) -> bool {
    let Some(digits) = values(text, 11, |byte| byte.is_ascii_digit()) else { return false };
    if digits.iter().all(|digit| *digit == digits[0]) {
        return false;
    }
    let check = |length: usize| {
        let sum: u32 =
            digits[..length].iter().zip((2..=length as u32 + 1).rev()).map(|(digit, weight)| digit * weight).sum();
        sum * 10 % 11 % 10
    };
    check(9) == digits[9] && check(10) == digits[10]
}

/// Fourteen characters; the first twelve may be capital letters since July 2026, worth ASCII − 48.
pub(super) fn is_cnpj(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let Some(digits) = values(text, 14, is_allowed) else { return false };
    if digits[12] > 9 || digits[13] > 9 || digits.iter().all(|digit| *digit == digits[0]) {
        return false;
    }
    let check = |length: usize| {
        let weights = (2..=9).cycle();
        let sum: u32 = digits[..length].iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum();
        let rest = sum % 11;
        if rest < 2 { 0 } else { 11 - rest }
    };
    check(12) == digits[12] && check(13) == digits[13]
}

fn values(text: &str, length: usize, is_allowed: impl Fn(u8) -> bool) -> Option<Vec<u32>> {
    let fits = text.len() == length && text.bytes().all(is_allowed);
    fits.then(|| text.bytes().map(|byte| u32::from(byte - b'0')).collect())
}

#[cfg(test)]
mod tests {
    use super::{is_cnpj, is_cpf};

    #[test]
    fn cpf_check_digits_decide() {
        for good in ["39784045087", "12345678909", "52998224725"] {
            assert!(is_cpf(good), "{good}");
        }
        for bad in ["397840450870", "39784045088", "11111111111", "529.982.247-25", "", "3978404508x"] {
            assert!(!is_cpf(bad), "{bad}");
        }
    }

    #[test]
    fn cnpj_check_digits_decide_also_with_letters() {
        for good in ["11222333000181", "12ABC34501DE35"] {
            assert!(is_cnpj(good), "{good}");
        }
        for bad in ["11222333000182", "12abc34501de35", "00000000000000", "1122233300018", "12ABC34501DEAB"] {
            assert!(!is_cnpj(bad), "{bad}");
        }
    }
}
