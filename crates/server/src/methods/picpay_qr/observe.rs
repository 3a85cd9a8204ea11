//! From ePag's answers to what they say about an attempt, compared with what it should be.
//!
//! Called by `create` and `find`. Pure. A token that is known is always told, so that a wrong payment can be closed.

use super::amount::{Amount, decimal};
use super::codes::Code;
use super::details::Details;
use super::fields::Fields;
use super::{EpagError, payload, status};
use crate::clock::brazil_day_end_ms;
use crate::methods::Observation;
use crate::store::Attempt;
use umclique_wire::{AttemptStatus, FailureCode};

const TOKEN: [&str; 2] = ["payment_token", "paymentToken"];
const STATUS: [&str; 2] = ["transaction_status", "transactionStatus"];

/// A payment that was just made.
pub(super) struct Created {
    pub(super) observation: Observation,
    /// The image, still as ePag sent it.
    pub(super) code: Option<String>,
    /// The last day that the answer names, if it is a day.
    pub(super) expires_on: Option<String>,
    /// What the payer is asked for.
    pub(super) payer_minor: u64,
}

/// Reads the answer of a creation.
pub(super) fn created(answer: &str, attempt: &Attempt, now_ms: i64) -> Result<Created, EpagError> {
    let fields = Fields::parse(answer).ok_or(EpagError::Unreadable { what: "it is not a JSON object" })?;
    if reference(&fields).is_some_and(|reference| reference != attempt.id.as_str()) {
        return Err(EpagError::Unreadable { what: "it names another reference" });
    }
    let mut observation = seen(&fields, attempt, now_ms)?;
    let totals = fields.object("totals");
    let total = |name: &str| totals.as_ref().and_then(|totals| totals.amount(&[name]));
    let asset = totals.as_ref().and_then(|totals| totals.text(&["asset"]));
    let order_minor = attempt.amount.minor();
    let base = total("amount").or_else(|| fields.amount(&["amount"]));
    let fees_minor = total("customer_fees").and_then(Amount::minor).unwrap_or(0);
    let asked = total("customer_amount");
    // Fees never make it cheaper, and a sum that does not add up is nothing to show.
    let payer_minor = asked.and_then(Amount::minor).unwrap_or_else(|| order_minor.saturating_add(fees_minor));
    observation.payer_amount_minor = Some(payer_minor);
    observation.mismatch = observation
        .mismatch
        .or_else(|| other_currency(asset.as_deref()))
        .or_else(|| other_amount("the payment", base, order_minor))
        .or_else(|| {
            asked.and_then(|asked| {
                other_amount("the payer's total", Some(asked), order_minor.saturating_add(fees_minor))
            })
        })
        .or_else(|| base.is_none().then(|| "the answer names no amount".to_owned()));
    let expires_on =
        fields.text(&["expiration_date", "expirationDate"]).and_then(|day| day.get(..10).map(str::to_owned));
    Ok(Created {
        observation,
        code: fields.text(&["qr_code", "picpay_qr_code"]),
        expires_on: expires_on.filter(|day| brazil_day_end_ms(day).is_some()),
        payer_minor,
    })
}

/// Reads one payment of a query. Amount and currency are compared where they are told.
pub(super) fn seen(fields: &Fields, attempt: &Attempt, now_ms: i64) -> Result<Observation, EpagError> {
    let token = fields.text(&TOKEN).filter(|token| payload::path_segment(token).is_ok());
    let provider_reference = token.ok_or(EpagError::Unreadable { what: "it names no payment" })?;
    let told = fields.text(&STATUS).unwrap_or_default();
    let meaning = status::meaning(&told);
    let code =
        fields.text(&["errorCode", "error_code"]).and_then(|code| Code::parse(&code)).filter(|code| !code.is_none());
    let status = if meaning.is_expired_or_canceled && is_day_over(attempt, now_ms) {
        AttemptStatus::Expired
    } else {
        meaning.status
    };
    let received = fields.amount(&["amount_received", "amountReceived"]);
    // "Paid" with an amount that cannot be read is not yet paid: it is asked again.
    if status == AttemptStatus::Succeeded && matches!(received, Some(Amount::Unusable)) {
        return Err(EpagError::Unreadable { what: "its received amount is no amount" });
    }
    let received_minor = received.and_then(Amount::minor);
    let refunded = fields.amount(&["refunded_amount", "refundedAmount"]).and_then(Amount::minor);
    let refunded_minor = match refunded {
        None | Some(0) if meaning.is_all_refunded => received_minor.or(Some(attempt.amount.minor())),
        told => told,
    };
    let currency = other_currency(fields.text(&["currency"]).as_deref());
    Ok(Observation {
        status,
        provider_reference,
        payer_amount_minor: None,
        next_action: None,
        failure: failure(status, meaning.has_failure, &told, code.as_ref()),
        provider_code: code
            .filter(|_| meaning.has_failure)
            .map(|code| code.as_str().to_owned())
            .or_else(|| plain_word(&told)),
        received_minor,
        refunded_minor,
        is_disputed: meaning.is_disputed,
        mismatch: currency.or_else(|| other_amount("the payment", fields.amount(&["amount"]), attempt.amount.minor())),
        details: None,
    })
}

/// Our reference, as the answer echoes it.
pub(super) fn reference(fields: &Fields) -> Option<String> {
    fields.text(&["reference_id", "reference", "referenceId"])
}

/// Reads the answer to a capture or a cancel: accepted, for this payment.
pub(super) fn accepted(answer: &str, token: &str) -> Result<(), EpagError> {
    let fields = Fields::parse(answer).ok_or(EpagError::Unreadable { what: "it is not a JSON object" })?;
    match fields.text(&TOKEN) {
        Some(told) if told == token => Ok(()),
        Some(_) => Err(EpagError::Unreadable { what: "it tells of another payment" }),
        None => Err(EpagError::Unreadable { what: "it names no payment" }),
    }
}

/// Whether the last day on which the attempt's code could be paid is over.
fn is_day_over(attempt: &Attempt, now_ms: i64) -> bool {
    let details = serde_json::from_value::<Details>(attempt.details.clone()).ok();
    details.and_then(|details| brazil_day_end_ms(&details.expires_on)).is_some_and(|end_ms| now_ms >= end_ms)
}

/// Beside CANCELED no reason is told: who wanted it closed is known better by the caller.
fn failure(status: AttemptStatus, has_failure: bool, told: &str, code: Option<&Code>) -> Option<FailureCode> {
    let by_code = code.and_then(|code| code.decline().or_else(|| code.refusal()));
    let by_status = if told == "ERROR" { FailureCode::ProviderUnavailable } else { FailureCode::Declined };
    match status {
        AttemptStatus::Expired => Some(FailureCode::Expired),
        _ => has_failure.then(|| by_code.unwrap_or(by_status)),
    }
}

fn other_currency(told: Option<&str>) -> Option<String> {
    told.filter(|told| *told != "BRL").map(|_| "the payment is in another currency than BRL".to_owned())
}

fn other_amount(what: &str, told: Option<Amount>, expected_minor: u64) -> Option<String> {
    match told? {
        Amount::Exact(minor) if minor == expected_minor => None,
        Amount::Exact(minor) => Some(format!("{what} is {} and should be {}", decimal(minor), decimal(expected_minor))),
        Amount::Unusable => {
            Some(format!("{what} is not in reais and centavos and should be {}", decimal(expected_minor)))
        }
    }
}

/// A status that is one word of the documented alphabet, for the timeline.
fn plain_word(told: &str) -> Option<String> {
    let is_word = (1..=40).contains(&told.len()) && told.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    is_word.then(|| told.to_owned())
}
