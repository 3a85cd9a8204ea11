//! Everything about April that control can switch: `GET` and `POST /_control/april/settings`. The names here are the
//! names in the JSON; docs/SANDBOX.md explains each.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::merged;
use crate::deliveries::Manner;

/// The published shapes of a successful Pay Order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplyShape {
    /// `PayOrderComplete` with plain fields: the authorisation page, and what the official plugin needs.
    Wrapped,
    /// The same fields without a wrapper, `payType` for `type`.
    Flat,
    /// `PayOrderComplete` with `transactionDetails`: the API reference.
    Reference,
}

/// What reading an order answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderShape {
    /// As cancelling and updating answer it.
    Bare,
    /// As creating answers it.
    Wrapped,
}

/// What refunds and captures answer, beside 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OperationReply {
    Body,
    Empty,
}

/// When the gateway decides about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Settle {
    AtOnce,
    /// When control says so: the transaction is `pending` until then.
    Pending,
}

/// How the checkout script behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Script {
    Ok,
    /// Answered once control releases it, or after `script_delay_ms`.
    Late,
    /// Never answered.
    Never,
    /// Loads, and throws before it defines anything.
    Throws,
}

/// The switches. Times are virtual unless docs/SANDBOX.md says real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) reply_shape: ReplyShape,
    pub(super) order_shape: OrderShape,
    /// 200, or the predecessor's 403.
    pub(super) challenge_status: u16,
    pub(super) operation_reply: OperationReply,
    pub(super) settle: Settle,
    pub(super) surcharge_basis_points: u32,
    pub(super) token_life_s: u32,
    pub(super) source_life_s: u32,
    pub(super) authorization_days: u16,
    pub(super) capture_allowed: bool,
    pub(super) ignore_order_filters: bool,
    pub(super) script: Script,
    pub(super) script_delay_ms: Option<u32>,
    pub(super) report_field_errors: bool,
    pub(super) latency_ms: u32,
    pub(super) rate_limited: bool,
    pub(super) webhooks: bool,
    pub(super) webhook_url: Option<String>,
    pub(super) webhook_source: Option<IpAddr>,
    pub(super) webhook_timeout_ms: u32,
    pub(super) webhook_first_retry_ms: u32,
    pub(super) webhook_max_retry_ms: u32,
    pub(super) webhook_give_up_ms: u32,
    pub(super) max_orders: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reply_shape: ReplyShape::Wrapped,
            order_shape: OrderShape::Bare,
            challenge_status: 200,
            operation_reply: OperationReply::Body,
            settle: Settle::AtOnce,
            surcharge_basis_points: 0,
            token_life_s: 600,
            source_life_s: 600,
            authorization_days: 7,
            capture_allowed: true,
            ignore_order_filters: false,
            script: Script::Ok,
            script_delay_ms: None,
            report_field_errors: false,
            latency_ms: 0,
            rate_limited: false,
            webhooks: true,
            webhook_url: None,
            webhook_source: None,
            webhook_timeout_ms: 10_000,
            webhook_first_retry_ms: 2_000,
            webhook_max_retry_ms: 600_000,
            webhook_give_up_ms: 6 * 3_600_000,
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

    fn check(&self) -> Result<(), String> {
        if ![200, 403].contains(&self.challenge_status) {
            return Err("challenge_status must be 200, or 403 as the predecessor had it".to_owned());
        }
        if self.surcharge_basis_points > 10_000 {
            return Err("surcharge_basis_points must be at most 10000, which doubles the amount".to_owned());
        }
        if self.webhook_url.as_ref().is_some_and(|url| reqwest::Url::parse(url).is_err()) {
            return Err("webhook_url must be an absolute URL".to_owned());
        }
        if self.max_orders == 0 {
            return Err("max_orders must be at least 1".to_owned());
        }
        Ok(())
    }

    /// What the shopper pays on top of an amount; half a cent is rounded up, in April's favour.
    pub(super) fn surcharge(&self, amount: i64) -> i64 {
        (amount.saturating_mul(self.surcharge_basis_points.into()).saturating_add(5_000)) / 10_000
    }

    /// How webhooks are sent.
    pub(super) fn manner(&self) -> Manner {
        Manner {
            source: self.webhook_source,
            timeout_ms: self.webhook_timeout_ms,
            first_retry_ms: self.webhook_first_retry_ms,
            max_retry_ms: self.webhook_max_retry_ms,
            give_up_ms: self.webhook_give_up_ms,
        }
    }
}
