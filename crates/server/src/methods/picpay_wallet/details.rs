//! What this method keeps with an attempt. Written by `prepare` and `resume` before a send, read again by every call. Pure.

use super::PicpayError;
use crate::store::Attempt;
use serde::{Deserialize, Serialize};

/// What is kept. A nonce and a return code are hashes here, a login is an id: nothing in it opens anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    /// Reserve now, capture later.
    pub(super) is_manual: bool,
    /// The login that pays; `None`: the buyer must consent first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) grant: Option<String>,
    /// SHA-256 of a text that stays in the buyer's browser, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nonce_sha256: Option<String>,
    /// Whom a login that has paid is kept for: the shop's own id of the buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) buyer: Option<String>,
}

impl Details {
    /// What is kept with an attempt.
    pub(super) fn of(attempt: &Attempt) -> Result<Self, PicpayError> {
        serde_json::from_value(attempt.details.clone())
            .map_err(|_| PicpayError::Unsendable { what: "the attempt's stored details" })
    }

    /// As it is stored.
    pub(super) fn stored(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("its keys are texts, so it is JSON")
    }

    /// The login that pays, or paid.
    pub(super) fn grant(&self) -> Result<&str, PicpayError> {
        self.grant.as_deref().ok_or(PicpayError::Lapsed)
    }
}
