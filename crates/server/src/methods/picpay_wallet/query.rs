//! `GET /v1/payments`: what became of a charge, and its refunds. Amounts are read as exact decimals, times with or without a
//! zone. Pure. Source: PicPay "API reference".

use super::PicpayError;
use crate::methods::{Observation, RefundSeen, RefundState, http_client};
use crate::store::Attempt;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;
use serde_json::value::RawValue;
use umclique_wire::{AttemptStatus, Currency, FailureCode, Money};

/// A payment as PicPay shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    id: String,
    #[serde(default)]
    reference_id: Option<String>,
    status: String,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    paid_at: Option<String>,
    value: Box<RawValue>,
    #[serde(default)]
    refunded_value: Option<Box<RawValue>>,
    #[serde(default)]
    transactions: Vec<Transaction>,
}

#[derive(Debug, Deserialize)]
struct Transaction {
    #[serde(default)]
    captured_value: Option<Box<RawValue>>,
    #[serde(default)]
    refunds: Vec<Refund>,
}

#[derive(Debug, Deserialize)]
struct Refund {
    id: String,
    #[serde(default)]
    value: Option<Box<RawValue>>,
}

/// How long a charge whose answer was lost must have been paid before it counts. What succeeds after PicPay's own time was
/// over is given back by PicPay itself; undocumented when, we assume within two minutes.
const SETTLED_AFTER_MS: i64 = 120_000;

impl Payment {
    /// Reads an answer to a question about `attempt`.
    pub(super) fn read(body: &str, attempt: &Attempt) -> Result<Self, PicpayError> {
        let payment: Self =
            serde_json::from_str(body).map_err(|_| PicpayError::Unreadable { what: "it is no payment" })?;
        if !http_client::is_path_segment(&payment.id) {
            return Err(PicpayError::Unreadable { what: "its id is none" });
        }
        if payment.reference_id.as_deref().is_some_and(|reference| reference != attempt.id.as_str()) {
            return Err(PicpayError::Unreadable { what: "it tells of another payment" });
        }
        Ok(payment)
    }

    /// What it means for the attempt.
    pub(super) fn observed(&self, attempt: &Attempt, now_ms: i64) -> Result<Observation, PicpayError> {
        let value_minor = minor(&self.value)?;
        let captured = self.transactions.iter().find_map(|transaction| transaction.captured_value.as_ref());
        let received_minor = captured.map(|value| minor(value)).transpose()?.unwrap_or(value_minor);
        let refunded_minor = self.refunded_value.as_ref().map(|value| minor(value)).transpose()?.unwrap_or(0);
        let status = self.status_for(attempt, now_ms)?;
        let is_other = attempt.captured_minor == 0 && value_minor != attempt.amount.minor();
        Ok(Observation {
            status,
            provider_reference: self.id.clone(),
            payer_amount_minor: None,
            next_action: None,
            failure: (status == AttemptStatus::Failed).then(|| self.failure()),
            provider_code: Some(self.status.clone()).filter(|word| is_word(word)),
            received_minor: Some(received_minor),
            refunded_minor: Some(refunded_minor),
            is_disputed: false,
            mismatch: is_other.then(|| format!("PicPay has a payment of {value_minor} minor units")),
            details: None,
        })
    }

    fn status_for(&self, attempt: &Attempt, now_ms: i64) -> Result<AttemptStatus, PicpayError> {
        // Nobody was told yet that it is paid, or could be captured.
        let is_unconfirmed = attempt.captured_minor == 0 && attempt.status != AttemptStatus::RequiresCapture;
        Ok(match self.status.as_str() {
            "AUTHORIZED" => AttemptStatus::RequiresCapture,
            "EXPIRED" => AttemptStatus::Expired,
            "CANCELLED" | "CANCELED" => AttemptStatus::Canceled,
            // PicPay's time was over, and it gave the late money back by itself: nobody paid.
            "REFUNDED" if is_unconfirmed => AttemptStatus::Failed,
            "PAID" | "PARTIALLY_REFUNDED" if is_unconfirmed && !self.is_settled(now_ms) => {
                return Err(PicpayError::TooYoung);
            }
            "PAID" | "PARTIALLY_REFUNDED" | "REFUNDED" => AttemptStatus::Succeeded,
            "ERROR" => AttemptStatus::Failed,
            _ => AttemptStatus::Processing,
        })
    }

    fn failure(&self) -> FailureCode {
        if self.status == "ERROR" { FailureCode::Declined } else { FailureCode::ProviderUnavailable }
    }

    fn is_settled(&self, now_ms: i64) -> bool {
        let paid_at = self.paid_at.as_deref().or(self.created_at.as_deref());
        paid_at.and_then(time_ms).is_some_and(|at_ms| now_ms - at_ms >= SETTLED_AFTER_MS)
    }

    /// Its refunds, each of which is done: PicPay tells no state of them.
    pub(super) fn refunds(&self) -> Result<Vec<RefundSeen>, PicpayError> {
        let seen = |refund: &Refund| {
            let amount_minor = refund.value.as_ref().map(|value| minor(value)).transpose()?;
            Ok(RefundSeen { id: refund.id.clone(), state: RefundState::Succeeded, amount_minor })
        };
        let listed: Vec<_> =
            self.transactions.iter().flat_map(|it| &it.refunds).map(seen).collect::<Result<_, PicpayError>>()?;
        let sum_minor: u64 = listed.iter().filter_map(|refund| refund.amount_minor).fold(0, u64::saturating_add);
        let has_all_amounts = listed.iter().all(|refund| refund.amount_minor.is_some());
        let told_minor = self.refunded_value.as_ref().map(|value| minor(value)).transpose()?.unwrap_or(0);
        if has_all_amounts && sum_minor < told_minor {
            return Err(PicpayError::Unreadable { what: "its list of refunds is not whole" });
        }
        Ok(listed)
    }
}

fn minor(value: &RawValue) -> Result<u64, PicpayError> {
    Money::from_decimal(value.get(), Currency::Brl)
        .map(Money::minor)
        .map_err(|_| PicpayError::Unreadable { what: "an amount in it is none" })
}

fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// A moment: `2025-03-04T10:15:30-03:00`, or `2025-03-04 10:15:30` without a zone. Undocumented which zone that is; we assume
/// São Paulo, UTC−3 all year.
pub(super) fn time_ms(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let local: DateTime = text.parse().ok()?;
    let sao_paulo = TimeZone::fixed(Offset::constant(-3));
    local.to_zoned(sao_paulo).ok().map(|at| at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_moment_say_the_same() {
        // 2025-03-04T13:15:30Z
        let expected = Some(1_741_094_130_000);
        assert_eq!(time_ms("2025-03-04T10:15:30-03:00"), expected);
        assert_eq!(time_ms("2025-03-04 10:15:30"), expected);
        for text in ["", "yesterday", "2025-13-04 10:15:30"] {
            assert_eq!(time_ms(text), None, "{text}");
        }
    }
}
