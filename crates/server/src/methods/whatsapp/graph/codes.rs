//! WhatsApp's error codes, and what each means to us. Pure. Source: WhatsApp Cloud API "Error codes"; 2040, 2046 and 2047 from
//! WhatsApp's payments pages.

use serde_json::Value;

/// What a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Meaning {
    /// This buyer cannot get such a message: not on WhatsApp, an old app, payments not enabled.
    Unreachable,
    /// More than 24 hours since the buyer wrote: only a template passes.
    WindowClosed,
    /// The order cannot go that way, or cannot be cancelled.
    NoTransition,
    /// Our token is invalid, or may not do this.
    Credentials,
    /// The account is limited, restricted or unpaid: an operator must act.
    Account,
    /// Too much at once: later it passes.
    Limited,
    /// Our own bug: it will be refused the next time, too.
    Invalid,
    /// The template is missing or wrong.
    Template,
    /// Theirs: later it passes.
    Temporary,
    /// A code that no document mentions here.
    Undocumented,
}

/// What a code means.
pub(in super::super) fn of(code: u32) -> Meaning {
    match code {
        2_040 | 131_026 | 131_051 => Meaning::Unreachable,
        131_047 => Meaning::WindowClosed,
        2_046 | 2_047 => Meaning::NoTransition,
        0 | 3 | 10 | 190 | 200..=299 | 131_005 => Meaning::Credentials,
        368 | 131_031 | 131_042 | 131_048 | 134_011 => Meaning::Account,
        4 | 80_007 | 130_429 | 131_056 => Meaning::Limited,
        // 33: the number that we write from is not known.
        33 | 100 | 131_008 | 131_009 | 135_000 => Meaning::Invalid,
        132_000..=132_016 => Meaning::Template,
        1 | 2 | 131_000 | 131_016 | 133_004 => Meaning::Temporary,
        _ => Meaning::Undocumented,
    }
}

/// A refusal: its code, and its details without anything that could be a number of somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// WhatsApp's code.
    pub code: u32,
    /// For the log.
    pub details: String,
}

impl Said {
    /// Reads the body of a refusal; `None`: it has another form.
    pub(in super::super) fn read(body: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(body).ok()?;
        Self::of_error(body.get("error")?)
    }

    /// Reads an error, of an answer or of a status: both have a code and perhaps details.
    pub(in super::super) fn of_error(error: &Value) -> Option<Self> {
        let code = u32::try_from(error.get("code")?.as_u64()?).ok()?;
        let details = error.pointer("/error_data/details").and_then(Value::as_str);
        Some(Self { code, details: clean(details.unwrap_or_default()) })
    }

    /// Whether it complains about the order's name. Undocumented which code a name gets that was used before; we assume
    /// 131009 with details that say so.
    pub(in super::super) fn is_used_name(&self) -> bool {
        self.code == 131_009 && self.details.contains("reference_id")
    }
}

/// At most 200 plain characters, and no long number: details may quote whom we wrote to.
fn clean(details: &str) -> String {
    let mut clean = String::new();
    let mut digits = 0;
    for char in details.chars().filter(|char| !char.is_control()).take(200) {
        digits = if char.is_ascii_digit() { digits + 1 } else { 0 };
        match digits {
            0..=5 => clean.push(char),
            6 => clean.push('…'),
            _ => {}
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_code_has_its_meaning() {
        for (codes, meaning) in [
            (&[2_040, 131_026, 131_051][..], Meaning::Unreachable),
            (&[131_047], Meaning::WindowClosed),
            (&[2_046, 2_047], Meaning::NoTransition),
            (&[0, 3, 10, 190, 200, 250, 299, 131_005], Meaning::Credentials),
            (&[368, 131_031, 131_042, 131_048, 134_011], Meaning::Account),
            (&[4, 80_007, 130_429, 131_056], Meaning::Limited),
            (&[33, 100, 131_008, 131_009, 135_000], Meaning::Invalid),
            (&[132_000, 132_001, 132_016], Meaning::Template),
            (&[1, 2, 131_000, 131_016, 133_004], Meaning::Temporary),
            (&[5, 199, 300, 131_999, 132_017, 999_999], Meaning::Undocumented),
        ] {
            for code in codes {
                assert_eq!(of(*code), meaning, "{code}");
            }
        }
    }

    #[test]
    fn a_refusal_is_read_and_shows_no_number() {
        let body = r##"{"error":{"message":"(#131009) Parameter value is not valid","type":"OAuthException","code":131009,
            "error_data":{"messaging_product":"whatsapp","details":"reference_id of 5511999990000 is used"},"fbtrace_id":"A"}}"##;
        let said = Said::read(body).expect("a refusal");
        assert!(said.is_used_name() && !said.details.contains("999990000"), "{said:?}");
        for body in
            ["", "{}", "<html>", r#"{"error":"no"}"#, r#"{"error":{"code":"131009"}}"#, r#"{"error":{"code":-1}}"#]
        {
            assert_eq!(Said::read(body), None, "{body}");
        }
        let other = r#"{"error":{"code":131009,"error_data":{"details":"order.subtotal must be the sum"}}}"#;
        assert!(!Said::read(other).expect("a refusal").is_used_name());
    }
}
