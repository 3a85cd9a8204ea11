//! Everything about the card processor that control can switch: `GET` and `POST /_control/psp/settings`. The names here are
//! the names in the JSON; docs/SANDBOX.md explains each.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::charge::RefundStatus;
use crate::control::merged;
use crate::deliveries::Manner;

/// The switches. Times are virtual unless docs/SANDBOX.md says real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) webhook_url: Option<String>,
    pub(super) webhook_secret: String,
    pub(super) webhooks: bool,
    pub(super) webhook_timeout_ms: u32,
    pub(super) webhook_first_retry_ms: u32,
    pub(super) webhook_max_retry_ms: u32,
    pub(super) webhook_give_up_ms: u32,
    pub(super) authorization_days: u16,
    /// What a refund is when it is answered; `pending` until control settles it.
    pub(super) refund_outcome: RefundStatus,
    /// How long a new charge is not found by its reference.
    pub(super) find_lag_ms: u32,
    /// What `card_slow` takes, in real time.
    pub(super) slow_ms: u32,
    pub(super) latency_ms: u32,
    pub(super) rate_limited: bool,
    pub(super) max_charges: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            webhook_url: None,
            webhook_secret: "psp_demo_webhook_secret".to_owned(),
            webhooks: true,
            webhook_timeout_ms: 10_000,
            webhook_first_retry_ms: 2_000,
            webhook_max_retry_ms: 600_000,
            webhook_give_up_ms: 6 * 3_600_000,
            authorization_days: 7,
            refund_outcome: RefundStatus::Succeeded,
            find_lag_ms: 0,
            slow_ms: 3_000,
            latency_ms: 0,
            rate_limited: false,
            max_charges: 200_000,
        }
    }
}

impl Settings {
    /// These settings with the named ones replaced; a wrong name or value is refused with the list of right ones.
    pub(super) fn with(&self, changes: Map<String, Value>) -> Result<Self, String> {
        let settings = merged(self, changes)?;
        if settings.webhook_url.as_ref().is_some_and(|url| reqwest::Url::parse(url).is_err()) {
            return Err("webhook_url must be an absolute URL".to_owned());
        }
        if settings.max_charges == 0 {
            return Err("max_charges must be at least 1".to_owned());
        }
        Ok(settings)
    }

    /// The settings of the first day, for the same webhook.
    pub(super) fn fresh(&self) -> Self {
        let Self { webhook_url, webhook_secret, .. } = self.clone();
        Self { webhook_url, webhook_secret, ..Self::default() }
    }

    /// How webhooks are sent.
    pub(super) fn manner(&self) -> Manner {
        Manner {
            source: None,
            timeout_ms: self.webhook_timeout_ms,
            first_retry_ms: self.webhook_first_retry_ms,
            max_retry_ms: self.webhook_max_retry_ms,
            give_up_ms: self.webhook_give_up_ms,
        }
    }
}
