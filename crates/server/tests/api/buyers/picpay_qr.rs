//! What payers of PicPay's codes do, and what goes wrong at ePag.

use super::Door;
use crate::world::Opened;
use serde_json::json;

/// The first word chooses what becomes of the payment.
pub(super) const NAMES: [&str; 5] = ["Ana Souza", "PAID Souza", "PAID Lima", "DECLINED Souza", "IN_ANALYSIS Souza"];

pub(super) const FAULTS: [(&str, &str); 20] = [
    ("create", "lost_reply"),
    ("create", "error_502_executed"),
    ("create", "error_502"),
    ("create", "error_500"),
    ("create", "reset"),
    ("create", "garbage"),
    ("create", "rate_limited"),
    ("create", "wrong_amount"),
    ("query", "error_500"),
    ("query", "unauthorized"),
    ("query_reference", "error_500"),
    ("capture", "lost_reply"),
    ("capture", "error_502"),
    ("cancel", "lost_reply"),
    ("cancel", "error_502"),
    ("refund", "lost_reply"),
    ("refund", "error_502"),
    ("callback", "lose"),
    ("callback", "duplicate"),
    ("callback", "reorder"),
];

impl Door {
    /// The payer pays every open code of the session, as somebody with two phones might.
    pub(super) async fn pay_whatever_is_open(&self, session: &Opened) {
        for payment in self.payments(session).await {
            if let Some(token) = payment["provider_reference"].as_str() {
                self.control(&format!("epag/payments/{token}/pay"), &json!({})).await;
            }
        }
    }
}
