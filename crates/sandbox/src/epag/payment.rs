//! One payment at ePag and its refunds: plain data with the sums that follow from it. Who may change it is in `life.rs`.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::settings::Settings;
use super::status::Status;
use crate::clock::TimerId;

/// Something that happens to a payment by itself, later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The outcome that the payer's first name chose.
    Settle,
    /// The QR's last day is over.
    QrEnds,
    /// The reservation is too old.
    AuthorizationEnds,
    /// An accepted capture takes effect.
    Capture { amount: i64 },
    /// An accepted cancel takes effect.
    Void,
    /// An accepted refund takes effect.
    Refund { id: u64 },
}

/// An operation that was accepted and has not taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pending {
    Capture,
    Cancel,
}

/// Who pays.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    pub(super) full_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) tax_id: String,
    pub(super) birth_date: Option<String>,
}

/// A refund's progress. `REQUESTED` is over before the first answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefundStatus {
    Processing,
    Completed,
    Failed,
}

impl RefundStatus {
    /// As ePag writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

/// Money on its way back.
#[derive(Clone, Debug)]
pub(super) struct Refund {
    pub(super) id: u64,
    pub(super) amount: i64,
    pub(super) status: RefundStatus,
    pub(super) notification_url: Option<Arc<str>>,
    pub(super) created_at_ms: i64,
}

/// A payment. Amounts are cents of BRL unless they say otherwise.
#[derive(Debug)]
pub(super) struct Payment {
    pub(super) token: Uuid,
    pub(super) reference: String,
    pub(super) notification_url: Arc<str>,
    pub(super) status: Status,
    pub(super) created_at_ms: i64,
    pub(super) expiration: Date,
    pub(super) amount: i64,
    /// As the merchant sent it, in cents of `original_asset`.
    pub(super) original_amount: i64,
    pub(super) original_asset: String,
    pub(super) delay_capture: bool,
    pub(super) person: Person,
    pub(super) extra_data: Option<Box<RawValue>>,
    /// The settings it was created under: fees, payee and the kind of QR stay what they were.
    pub(super) terms: Arc<Settings>,
    pub(super) received: i64,
    pub(super) refunded: i64,
    pub(super) paid_at_ms: Option<i64>,
    pub(super) error_code: Option<String>,
    pub(super) cancellation: Option<&'static str>,
    pub(super) pending: Option<Pending>,
    pub(super) refunds: Vec<Refund>,
    pub(super) history: Vec<(i64, Status)>,
    /// The end of the QR or of the authorization, whichever comes next.
    pub(super) deadline: Option<TimerId>,
}

impl Payment {
    /// What the payer is asked for: base and fees.
    pub(super) fn customer_amount(&self) -> i64 {
        self.amount + self.terms.fee_total()
    }

    /// What can still be asked back; refunds under way count as gone.
    pub(super) fn refundable(&self) -> i64 {
        let under_way = self.refunds.iter().filter(|refund| refund.status == RefundStatus::Processing);
        let reserved: i64 = under_way.map(|refund| refund.amount).sum();
        let paid = if self.received == 0 { 0 } else { self.received + self.terms.fee_total() };
        paid - self.refunded - reserved
    }

    /// The first word of the payer's name, which chooses the outcome.
    pub(super) fn outcome_word(&self) -> &str {
        self.person.full_name.as_deref().and_then(|name| name.split_whitespace().next()).unwrap_or("")
    }
}
