//! Everything about WhatsApp that control can switch: `GET` and `POST /_control/whatsapp/settings`. The names here are the
//! names in the JSON; docs/SANDBOX.md explains each.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::errors;
use crate::control::merged;
use crate::deliveries::Manner;

/// How the window of a buyer stands who was never heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WindowDefault {
    /// So that a demo works at once.
    Open,
    /// As it really is: until the buyer writes.
    Closed,
}

/// In which order the statuses of one message come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StatusOrder {
    InOrder,
    Reversed,
}

/// What becomes of a status that an order has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Repeat {
    Accepted,
    /// 2046.
    Refused,
}

/// What a status message may say of an order that was sent without its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SimplifiedStatus {
    PaymentOnly,
    Any,
}

/// What is done with the digit that Brazilian mobile numbers got in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum NinthDigit {
    Keep,
    Drop,
    Add,
}

/// How updates share one POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BatchShape {
    /// An entry, a change, a value: each takes its turn.
    Mixed,
    /// One entry each.
    Entries,
    /// One change each, in one entry.
    Changes,
    /// All in the lists of one value.
    Values,
}

/// The switches. Times are virtual unless docs/SANDBOX.md says real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) webhook_url: Option<String>,
    pub(super) verify_token: String,
    pub(super) app_secret: String,
    pub(super) webhooks: bool,
    pub(super) webhook_timeout_ms: u32,
    pub(super) webhook_first_retry_ms: u32,
    pub(super) webhook_max_retry_ms: u32,
    pub(super) webhook_give_up_ms: u32,
    pub(super) batch_size: u16,
    pub(super) batch_wait_ms: u32,
    pub(super) batch_shape: BatchShape,
    pub(super) escape_unicode: bool,
    pub(super) send_phone: bool,
    pub(super) statuses: bool,
    pub(super) sent_after_ms: u32,
    pub(super) delivered_after_ms: u32,
    /// None: never by itself.
    pub(super) read_after_ms: Option<u32>,
    pub(super) status_order: StatusOrder,
    pub(super) skip_delivered: bool,
    pub(super) window_default: WindowDefault,
    pub(super) window_hours: u16,
    /// Refusals that come as a `failed` status, after a 200.
    pub(super) late_errors: Vec<u32>,
    pub(super) repeat: Repeat,
    pub(super) simplified_status: SimplifiedStatus,
    pub(super) order_required: bool,
    pub(super) strict_messaging_product: bool,
    /// None: any name.
    pub(super) templates: Option<Vec<String>>,
    pub(super) wa_id_ninth_digit: NinthDigit,
    pub(super) pair_limit: bool,
    pub(super) pair_burst: u16,
    pub(super) pair_interval_ms: u32,
    /// 0: no limit.
    pub(super) messages_per_second: u16,
    pub(super) random_errors_permille: u16,
    pub(super) account_error: Option<u32>,
    pub(super) latency_ms: u32,
    pub(super) max_orders: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            webhook_url: None,
            verify_token: "whatsapp_demo_verify_token".to_owned(),
            app_secret: "whatsapp_demo_app_secret".to_owned(),
            webhooks: true,
            webhook_timeout_ms: 10_000,
            webhook_first_retry_ms: 1_000,
            webhook_max_retry_ms: 6 * 3_600_000,
            webhook_give_up_ms: 7 * 86_400_000,
            batch_size: 1,
            batch_wait_ms: 1_000,
            batch_shape: BatchShape::Mixed,
            escape_unicode: false,
            send_phone: true,
            statuses: true,
            sent_after_ms: 0,
            delivered_after_ms: 0,
            read_after_ms: Some(0),
            status_order: StatusOrder::InOrder,
            skip_delivered: false,
            window_default: WindowDefault::Open,
            window_hours: 24,
            late_errors: vec![2040, 2046, 2047],
            repeat: Repeat::Accepted,
            simplified_status: SimplifiedStatus::PaymentOnly,
            order_required: false,
            strict_messaging_product: true,
            templates: None,
            wa_id_ninth_digit: NinthDigit::Keep,
            pair_limit: false,
            pair_burst: 45,
            pair_interval_ms: 6_000,
            messages_per_second: 0,
            random_errors_permille: 0,
            account_error: None,
            latency_ms: 0,
            max_orders: 200_000,
        }
    }
}

impl Settings {
    /// These settings with the named ones replaced; a wrong name or value is refused with the list of right ones.
    pub(super) fn with(&self, changes: Map<String, Value>) -> Result<Self, String> {
        let settings = merged(self, changes)?;
        settings.check()?;
        Ok(settings)
    }

    /// The settings of the first day, for the same webhook.
    pub(super) fn fresh(&self) -> Self {
        let Self { webhook_url, verify_token, app_secret, .. } = self.clone();
        Self { webhook_url, verify_token, app_secret, ..Self::default() }
    }

    fn check(&self) -> Result<(), String> {
        if self.webhook_url.as_ref().is_some_and(|url| reqwest::Url::parse(url).is_err()) {
            return Err("webhook_url must be an absolute URL".to_owned());
        }
        if !(1..=1_000).contains(&self.batch_size) {
            return Err("batch_size must be between 1 and 1000, the most updates of one webhook".to_owned());
        }
        if let Some(code) = self.late_errors.iter().find(|code| !errors::CAN_BE_LATE.contains(code)) {
            return Err(format!("late_errors cannot have {code}; it can have {:?}", errors::CAN_BE_LATE));
        }
        if self.random_errors_permille > 1_000 {
            return Err("random_errors_permille must be at most 1000, which is always".to_owned());
        }
        if self.pair_burst == 0 || self.pair_interval_ms == 0 {
            return Err("pair_burst and pair_interval_ms must be at least 1".to_owned());
        }
        if self.max_orders == 0 {
            return Err("max_orders must be at least 1".to_owned());
        }
        Ok(())
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
