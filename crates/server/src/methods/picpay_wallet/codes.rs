//! PicPay's refusals: which are final, and what the buyer can do about each. Pure. Source: PicPay "API reference", errors, and
//! "Idempotency key", the list of errors that are not executed again.
//!
//! Decided by HTTP status and `business_code`; where only a message is published, by the message, which is shown to nobody.

use serde_json::Value;
use umclique_wire::FailureCode;

/// What a refusal says, as far as it may be repeated: a code of theirs, or our word for one of their published messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// As in `DUPLICATED_TRANSACTION`, or `insufficient_funds` where only a message is published.
    pub(super) code: Option<String>,
    /// Names of fields that it does not take.
    pub(super) fields: Vec<String>,
}

/// The published bare messages, and our words for them.
const MESSAGES: [(&str, &str); 14] = [
    ("Unauthorized", "no_token"),
    ("Invalid authentication credentials", "wrong_token"),
    ("Bad token; invalid JSON", "no_jwt"),
    (r#"Token claims invalid: ["exp"]="token expired""#, "expired_token"),
    ("Insufficient funds", "insufficient_funds"),
    ("Invalid funding source", "invalid_funding_source"),
    ("Funding source unavailable", "funding_source_unavailable"),
    ("The account is closed", "account_closed"),
    ("The account is on hold", "account_on_hold"),
    ("Unauthorized transaction", "unauthorized_transaction"),
    ("Invalid Permission", "invalid_permission"),
    ("Transaction could not be refund", "not_refundable"),
    ("Transaction not found", "transaction_not_found"),
    ("API rate limit exceeded", "rate_limited"),
];

impl Said {
    /// Reads any of the four published forms: a bare message, one with a code, one with fields by name or as a list, and
    /// OAuth's. `None`: it is none of them.
    pub(super) fn read(body: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(body).ok()?;
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let message = text("message").or_else(|| text("error"))?;
        let code = text("business_code").filter(|code| is_code(code)).map(str::to_owned);
        let known = MESSAGES.iter().find(|(known, _)| *known == message.trim_end_matches('.')).map(|(_, word)| *word);
        let oauth = text("error").filter(|error| is_code(error));
        let code = code.or_else(|| known.or(oauth).map(str::to_owned));
        Some(Self { code, fields: fields(body.get("errors")) })
    }

    fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }
}

/// Names only: what is said about them may quote what the buyer typed.
fn fields(errors: Option<&Value>) -> Vec<String> {
    let names: Vec<&str> = match errors {
        Some(Value::Object(by_name)) => by_name.keys().map(String::as_str).collect(),
        Some(Value::Array(list)) => list.iter().filter_map(|error| error.get("field")?.as_str()).collect(),
        _ => Vec::new(),
    };
    names.into_iter().filter(|name| is_code(name)).take(10).map(str::to_owned).collect()
}

/// A word of the documented alphabet, so that nothing else of an answer gets into logs and timelines.
fn is_code(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
    is_plain && (1..=48).contains(&text.len())
}

/// What a refused charge means to the buyer. `None`: it settles nothing.
pub(super) fn of_charge(status: u16, said: &Said) -> Option<FailureCode> {
    match (status, said.code()) {
        // A living charge has our reference: it can only be our own, so it is looked for.
        (400, "DUPLICATED_TRANSACTION") => None,
        (406, "insufficient_funds") => Some(FailureCode::InsufficientFunds),
        // Our shop, or our data: the buyer can do nothing about either.
        (403 | 406, "invalid_permission") | (422, _) => Some(FailureCode::ProviderUnavailable),
        (403 | 406, _) => Some(FailureCode::Declined),
        // Declined, at a status that is not published.
        (400..=499, "unauthorized_transaction") if status != 401 => Some(FailureCode::Declined),
        _ => None,
    }
}

/// What a refused capture, cancel or refund means: whether it is settled that it was not done. After 404 and 409 one has to
/// read what is there.
pub(super) fn of_operation(status: u16, _: &Said) -> Option<FailureCode> {
    matches!(status, 400 | 403 | 406 | 422).then_some(FailureCode::Declined)
}

/// What a refused cancel means: 409 is a charge that is captured, lapsed or cancelled already.
pub(super) fn of_cancel(status: u16, said: &Said) -> Option<FailureCode> {
    if status == 409 { Some(FailureCode::Declined) } else { of_operation(status, said) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FailureCode::{Declined, InsufficientFunds, ProviderUnavailable};

    fn said(body: &str) -> Said {
        Said::read(body).unwrap_or_else(|| panic!("{body} is a refusal"))
    }

    #[test]
    fn every_published_refusal_of_a_charge_has_its_meaning() {
        for (status, body, meaning) in [
            (400, r#"{"message":"Duplicated transaction.","business_code":"DUPLICATED_TRANSACTION"}"#, None),
            (
                403,
                r#"{"message":"Funding source unavailable","business_code":"FUNDING_SOURCE_UNAVAILABLE"}"#,
                Some(Declined),
            ),
            (403, r#"{"message":"Invalid Permission"}"#, Some(ProviderUnavailable)),
            (406, r#"{"message":"Insufficient funds"}"#, Some(InsufficientFunds)),
            (406, r#"{"message":"Invalid funding source."}"#, Some(Declined)),
            (406, r#"{"message":"The account is closed."}"#, Some(Declined)),
            (406, r#"{"message":"The account is on hold."}"#, Some(Declined)),
            (406, r#"{"message":"Unauthorized transaction."}"#, Some(Declined)),
            (402, r#"{"message":"Unauthorized transaction."}"#, Some(Declined)),
            (406, r#"{"message":"Something new"}"#, Some(Declined)),
            (
                422,
                r#"{"message":"The given data was invalid.","errors":{"value":["x"]},"business_code":"INVALID_INPUT"}"#,
                Some(ProviderUnavailable),
            ),
            (401, r#"{"message":"Unauthorized"}"#, None),
            (401, r#"{"message":"Unauthorized transaction."}"#, None),
            (404, r#"{"message":"no Route matched with those values"}"#, None),
            (408, r#"{"message":"Request took too long to process.","business_code":"REQUEST_TIMEOUT"}"#, None),
            (429, r#"{"message":"API rate limit exceeded"}"#, None),
            (500, r#"{"message":"Oops! An unexpected error occurred.","business_code":"INTERNAL_ERROR"}"#, None),
            (503, r#"{"message":"Service temporarily unavailable.","business_code":"SERVICE_UNAVAILABLE"}"#, None),
        ] {
            assert_eq!(of_charge(status, &said(body)), meaning, "{status} {body}");
        }
    }

    #[test]
    fn all_four_forms_are_read_and_nothing_personal_is_kept() {
        for (body, code, fields) in [
            (r#"{"message":"The account is closed."}"#, Some("account_closed"), &[][..]),
            (r#"{"message":"x","business_code":"INTERNAL_ERROR"}"#, Some("INTERNAL_ERROR"), &[]),
            (
                r#"{"message":"x","errors":{"value":["12"]},"business_code":"INVALID_INPUT"}"#,
                Some("INVALID_INPUT"),
                &["value"],
            ),
            (r#"{"message":"x","errors":[{"field":"value","message":"12"}]}"#, None, &["value"]),
            (r#"{"error":"invalid_token","error_description":"of ana@example.com"}"#, Some("invalid_token"), &[]),
            (r#"{"message":"ana@example.com is closed","business_code":"a b"}"#, None, &[]),
            (r#"{"message":"Token claims invalid: [\"exp\"]=\"token expired\""}"#, Some("expired_token"), &[]),
        ] {
            let said = said(body);
            assert_eq!(
                (said.code.as_deref(), said.fields),
                (code, fields.iter().map(|it| (*it).to_owned()).collect()),
                "{body}"
            );
        }
        for body in ["", "{}", "[]", "<html>", r#"{"message":1}"#, r#"{"transaction_id":"1"}"#] {
            assert_eq!(Said::read(body), None, "{body}");
        }
    }

    #[test]
    fn operations_are_settled_by_what_cannot_have_been_done() {
        let nothing = Said::default();
        for (status, operation, cancel) in [
            (400, true, true),
            (403, true, true),
            (404, false, false),
            (406, true, true),
            (408, false, false),
            (409, false, true),
            (422, true, true),
            (500, false, false),
        ] {
            assert_eq!(of_operation(status, &nothing).is_some(), operation, "{status}");
            assert_eq!(of_cancel(status, &nothing).is_some(), cancel, "{status}");
        }
    }
}
