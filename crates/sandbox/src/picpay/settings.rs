//! Everything about PicPay that control can switch: `GET` and `POST /_control/picpay/settings`. The names here are the
//! names in the JSON; docs/SANDBOX.md explains each.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::merged;

/// Which edition of the published API is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Edition {
    /// Since October 2024: idempotency key, UUIDs, references, refunds with a body.
    Current,
    /// July 2022 to March 2024: `Api-Key`, numeric ids, forms, refunds by path with 204.
    Legacy,
}

/// When the consent screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConsentScreen {
    /// Until the buyer has consented, as published.
    FirstTime,
    Always,
}

/// How `errors` of a 422 is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldErrors {
    /// `{"value":["…"]}`
    ByField,
    /// `[{"field":"value","message":"…"}]`, as the first edition had it.
    List,
}

/// Which `reference_id` the answer to a charge has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChargeReference {
    Echo,
    /// Another one, as in the published sample.
    Other,
}

/// Which `transaction_id` the answer to a partial refund has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PartialRefundId {
    /// The refund's own.
    New,
    /// The charge's.
    Original,
}

/// The switches. Times are virtual unless docs/SANDBOX.md says real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) edition: Edition,
    pub(super) redirect_uris: Vec<String>,
    pub(super) scopes: String,
    pub(super) buyer: String,
    pub(super) consent_screen: ConsentScreen,
    pub(super) code_life_s: u32,
    pub(super) token_life_s: u32,
    pub(super) refresh_life_s: u32,
    pub(super) refresh_allowed: bool,
    pub(super) needs_redirect_uri: bool,
    pub(super) token_extras: bool,
    pub(super) authorization_days: u16,
    pub(super) timeout_ms: u32,
    /// 408, or the 500 that one page has.
    pub(super) timeout_status: u16,
    pub(super) late_success_after_ms: u32,
    pub(super) late_refund_after_ms: u32,
    pub(super) strict_keys: bool,
    pub(super) field_errors: FieldErrors,
    pub(super) charge_reference: ChargeReference,
    pub(super) partial_refund_id: PartialRefundId,
    pub(super) keep_declined: bool,
    pub(super) latency_ms: u32,
    pub(super) rate_limited: bool,
    pub(super) max_charges: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            edition: Edition::Current,
            redirect_uris: vec!["http://127.0.0.1:8080/providers/picpay/callback".to_owned()],
            scopes: "openid payments.charge payments.refund profile".to_owned(),
            buyer: "ana".to_owned(),
            consent_screen: ConsentScreen::FirstTime,
            code_life_s: 60,
            token_life_s: 300,
            refresh_life_s: 1_800,
            refresh_allowed: true,
            needs_redirect_uri: true,
            token_extras: true,
            authorization_days: 5,
            timeout_ms: 30_000,
            timeout_status: 408,
            late_success_after_ms: 1_000,
            late_refund_after_ms: 1_000,
            strict_keys: false,
            field_errors: FieldErrors::ByField,
            charge_reference: ChargeReference::Echo,
            partial_refund_id: PartialRefundId::New,
            keep_declined: false,
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
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        if let Some(uri) = self.redirect_uris.iter().find(|uri| reqwest::Url::parse(uri).is_err()) {
            return Err(format!("redirect_uris must be absolute URLs, `{uri}` is none"));
        }
        if self.scopes.split_whitespace().next().is_none() {
            return Err("scopes must name at least one scope".to_owned());
        }
        if ![408, 500].contains(&self.timeout_status) {
            return Err("timeout_status must be 408, or 500 as one published page has it".to_owned());
        }
        if self.max_charges == 0 {
            return Err("max_charges must be at least 1".to_owned());
        }
        Ok(())
    }

    /// Whether the API of 2022 is spoken.
    pub(super) fn is_legacy(&self) -> bool {
        self.edition == Edition::Legacy
    }
}
