//! April's settings. Without its address cards and instalments are not offered.

use super::values::{ConfigError, Values};
use crate::methods::april::{AprilConfig, Credential, SCRIPT_URL, WebhookIds};

/// Their names.
pub(super) const SETTINGS: &[&str] = &[
    "april_base_url",
    "april_secret_key",
    "april_marketplace_key",
    "april_merchant_id",
    "april_public_key",
    "april_script_url",
    "april_script_integrity",
    "april_request_3ds",
    "april_hide_full_pay",
    "april_hide_instalments",
    "april_timeout_ms",
    "april_webhook_marketplace_id",
    "april_webhook_merchant_id",
    "april_webhook_subscription_id",
];

/// Reads them.
pub(super) fn read(values: &Values) -> Result<Option<AprilConfig>, ConfigError> {
    let Some(base_url) = values.url("april_base_url")? else { return Ok(None) };
    let own = |setting: &str| values.get(setting).map(str::to_owned);
    Ok(Some(AprilConfig {
        base_url,
        credential: credential(values)?,
        public_key: values.need("april_public_key", "the key for browsers, live_pk_… or sandbox_pk_…")?,
        script_url: values.url("april_script_url")?.unwrap_or_else(|| SCRIPT_URL.to_owned()),
        script_integrity: own("april_script_integrity"),
        request_3ds: values.flag("april_request_3ds")?,
        hide_full_pay: values.flag("april_hide_full_pay")?,
        hide_instalments: values.flag("april_hide_instalments")?,
        timeout_ms: values.timeout_ms("april_timeout_ms")?,
        webhook: WebhookIds {
            marketplace_id: own("april_webhook_marketplace_id"),
            merchant_id: own("april_webhook_merchant_id"),
            subscription_id: own("april_webhook_subscription_id"),
        },
    }))
}

/// A merchant's own key, or a marketplace's for one merchant.
fn credential(values: &Values) -> Result<Credential, ConfigError> {
    match (values.get("april_secret_key"), values.get("april_marketplace_key")) {
        (Some(key), None) => Ok(Credential::Merchant(key.into())),
        (None, Some(key)) => {
            let merchant_id = values.need("april_merchant_id", "the merchant for whom the marketplace's key acts")?;
            Ok(Credential::Marketplace { key: key.into(), merchant_id })
        }
        (Some(_), Some(_)) => Err(values.bad("april_marketplace_key", "either it or UMCLIQUE_APRIL_SECRET_KEY")),
        (None, None) => Err(values.missing("april_secret_key", "live_sk_… or sandbox_sk_…, from April's portal")),
    }
}
