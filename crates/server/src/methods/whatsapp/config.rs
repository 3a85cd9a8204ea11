//! What must be known to write to buyers in WhatsApp, and to charge their cards. Filled by the server's configuration, checked
//! once by `Whatsapp::new`.

use super::WhatsappError;
use super::processor::bridge::BridgeConfig;
use crate::methods::http_client;
use secrecy::{ExposeSecret as _, SecretString};

/// Where WhatsApp's Cloud API is.
pub const BASE_URL: &str = "https://graph.facebook.com";
/// The edition that the documents' samples have.
pub const API_VERSION: &str = "v24.0";
/// The language that templates are approved in, unless told otherwise.
pub const TEMPLATE_LANGUAGE: &str = "pt_BR";

/// Access to WhatsApp, and to the shop's own card processor.
#[derive(Clone, Debug)]
pub struct WhatsappConfig {
    /// Where the Cloud API is: [`BASE_URL`]. Plain HTTP only on loopback.
    pub base_url: String,
    /// As in [`API_VERSION`].
    pub api_version: String,
    /// The id of the number that the shop writes from.
    pub phone_number_id: String,
    /// The system user's token.
    pub access_token: SecretString,
    /// What WhatsApp signs its posts with.
    pub app_secret: SecretString,
    /// The one before it, during rotation.
    pub app_secret_previous: Option<SecretString>,
    /// What WhatsApp proves itself with when it asks whether the address of its posts is ours.
    pub verify_token: SecretString,
    /// The shop's number as people dial it: opens the chat on a phone. Digits, with or without a plus sign.
    pub display_number: Option<String>,
    /// The approved template for orders outside of the 24-hour window; `None`: such buyers pay another way.
    pub order_template: Option<String>,
    /// The approved template for news of orders outside of the window; `None`: they are not told.
    pub status_template: Option<String>,
    /// The language of both.
    pub template_language: String,
    /// The most that one call takes, in milliseconds.
    pub timeout_ms: u64,
    /// The shop's name, as its buyers know it.
    pub merchant_name: String,
    /// The shop's own card processor.
    pub processor: BridgeConfig,
}

impl WhatsappConfig {
    /// The same without trailing slashes, once it is known that it can work.
    pub(super) fn checked(mut self) -> Result<Self, WhatsappError> {
        let fail = |variable| Err(WhatsappError::Configured { variable });
        let Some(base_url) = http_client::base_url(&self.base_url) else { return fail("UMCLIQUE_WHATSAPP_BASE_URL") };
        self.base_url = base_url;
        if !is_version(&self.api_version) {
            return fail("UMCLIQUE_WHATSAPP_API_VERSION");
        }
        let is_number = |text: &str| (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(&self.phone_number_id) {
            return fail("UMCLIQUE_WHATSAPP_PHONE_NUMBER_ID");
        }
        let previous = self.app_secret_previous.as_ref();
        for (secret, variable) in [
            (Some(&self.access_token), "UMCLIQUE_WHATSAPP_ACCESS_TOKEN"),
            (Some(&self.app_secret), "UMCLIQUE_WHATSAPP_APP_SECRET"),
            (previous, "UMCLIQUE_WHATSAPP_APP_SECRET_PREVIOUS"),
            (Some(&self.verify_token), "UMCLIQUE_WHATSAPP_VERIFY_TOKEN"),
        ] {
            if secret.is_some_and(|secret| !is_plain(secret.expose_secret())) {
                return fail(variable);
            }
        }
        if let Some(number) = &self.display_number {
            let digits: String = number.chars().filter(|char| !matches!(char, '+' | ' ' | '-' | '(' | ')')).collect();
            if !is_number(&digits) {
                return fail("UMCLIQUE_WHATSAPP_DISPLAY_NUMBER");
            }
            self.display_number = Some(digits);
        }
        let is_name = |name: &String| {
            (1..=512).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        if self.order_template.as_ref().is_some_and(|name| !is_name(name)) {
            return fail("UMCLIQUE_WHATSAPP_ORDER_TEMPLATE");
        }
        if self.status_template.as_ref().is_some_and(|name| !is_name(name)) {
            return fail("UMCLIQUE_WHATSAPP_STATUS_TEMPLATE");
        }
        if !is_language(&self.template_language) {
            return fail("UMCLIQUE_WHATSAPP_TEMPLATE_LANGUAGE");
        }
        self.processor = self.processor.checked()?;
        Ok(self)
    }
}

/// A secret that can stand in a header.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

/// `v24.0`.
fn is_version(text: &str) -> bool {
    let parts = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// `pt_BR`.
fn is_language(text: &str) -> bool {
    let is_part = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.split('_').all(is_part)
}
