//! Settings of WhatsApp, and of the shop's card processor behind it. Without any of them WhatsApp is not offered; with some,
//! what is missing is named.

use super::values::{ConfigError, Values};
use crate::methods::whatsapp::{API_VERSION, BASE_URL, BridgeConfig, TEMPLATE_LANGUAGE, WhatsappConfig};

/// Their names.
pub(super) const SETTINGS: &[&str] = &[
    "whatsapp_base_url",
    "whatsapp_api_version",
    "whatsapp_phone_number_id",
    "whatsapp_access_token",
    "whatsapp_app_secret",
    "whatsapp_app_secret_previous",
    "whatsapp_verify_token",
    "whatsapp_display_number",
    "whatsapp_order_template",
    "whatsapp_status_template",
    "whatsapp_template_language",
    "whatsapp_timeout_ms",
    "psp_base_url",
    "psp_token",
    "psp_webhook_secret",
    "psp_timeout_ms",
];

/// Reads them.
pub(super) fn read(values: &Values) -> Result<Option<WhatsappConfig>, ConfigError> {
    if SETTINGS.iter().all(|setting| values.get(setting).is_none()) {
        return Ok(None);
    }
    let own = |setting: &str| values.get(setting).map(str::to_owned);
    let or = |setting: &str, usual: &str| values.get(setting).unwrap_or(usual).to_owned();
    Ok(Some(WhatsappConfig {
        base_url: values.url("whatsapp_base_url")?.unwrap_or_else(|| BASE_URL.to_owned()),
        api_version: or("whatsapp_api_version", API_VERSION),
        phone_number_id: values.need("whatsapp_phone_number_id", "the id of the number, from Meta's app dashboard")?,
        access_token: values.need("whatsapp_access_token", "the token of a system user of Meta's business")?.into(),
        app_secret: values.need("whatsapp_app_secret", "the app secret, from Meta's app dashboard")?.into(),
        app_secret_previous: values.get("whatsapp_app_secret_previous").map(Into::into),
        verify_token: values
            .need("whatsapp_verify_token", "the text that you entered with the webhook's address")?
            .into(),
        display_number: own("whatsapp_display_number"),
        order_template: own("whatsapp_order_template"),
        status_template: own("whatsapp_status_template"),
        template_language: or("whatsapp_template_language", TEMPLATE_LANGUAGE),
        timeout_ms: values.timeout_ms("whatsapp_timeout_ms")?,
        merchant_name: or("merchant_name", super::MERCHANT_NAME),
        processor: BridgeConfig {
            base_url: values.url("psp_base_url")?.ok_or_else(|| {
                values.missing("psp_base_url", "the bridge to your own card processor; see docs/API.md")
            })?,
            token: values.need("psp_token", "what the bridge to your card processor knows us by")?.into(),
            webhook_secret: values.get("psp_webhook_secret").map(Into::into),
            timeout_ms: values.timeout_ms("psp_timeout_ms")?,
        },
    }))
}
