//! What must be known to speak to April. Filled by the server's configuration, checked once by `April::new`.

use super::AprilError;
use crate::methods::http_client;
use secrecy::{ExposeSecret as _, SecretString};

/// The checkout script that April publishes. Source: its WooCommerce plugin 1.0.3.
pub const SCRIPT_URL: &str = "https://checkout-v3.au.meetapril.io/v3/checkout-v3.0.0.min.js";

/// Access to April, and what its frame is told.
#[derive(Clone, Debug)]
pub struct AprilConfig {
    /// Where its API is, with or without a path: `https://api.au.meetapril.io`. Plain HTTP only on loopback.
    pub base_url: String,
    /// Our key.
    pub credential: Credential,
    /// The key for browsers, `live_pk_…` or `sandbox_pk_…`. It is shown to everybody.
    pub public_key: String,
    /// Where its checkout script is; [`SCRIPT_URL`] unless there is a reason.
    pub script_url: String,
    /// The script's subresource integrity, as in `sha384-…`.
    pub script_integrity: Option<String>,
    /// Ask for 3-D Secure with each card. The card's bank may ask for it in any case.
    pub request_3ds: bool,
    /// Leave out paying the whole at once.
    pub hide_full_pay: bool,
    /// Leave out paying in instalments.
    pub hide_instalments: bool,
    /// The most that one call takes, with all its requests, in milliseconds.
    pub timeout_ms: u64,
    /// Whose webhooks are listened to.
    pub webhook: WebhookIds,
}

/// A key of ours at April. It never leaves the server.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A merchant's secret key, `live_sk_…` or `sandbox_sk_…`.
    Merchant(SecretString),
    /// A marketplace's key, `live_api_…` or `sandbox_api_…`, acting for one merchant.
    Marketplace {
        /// The key.
        key: SecretString,
        /// The merchant, `mcht_…`.
        merchant_id: String,
    },
}

/// What a webhook must name, each where it is known. April publishes no signature, so this keeps out noise, not liars.
#[derive(Clone, Debug, Default)]
pub struct WebhookIds {
    /// `mktp_…`, where the subscription is a marketplace's.
    pub marketplace_id: Option<String>,
    /// `mcht_…`, where the subscription is a merchant's.
    pub merchant_id: Option<String>,
    /// `webhook_…`.
    pub subscription_id: Option<String>,
}

impl Credential {
    /// The key itself.
    pub(super) fn key(&self) -> &SecretString {
        match self {
            Self::Merchant(key) | Self::Marketplace { key, .. } => key,
        }
    }

    fn variable(&self) -> &'static str {
        match self {
            Self::Merchant(_) => "UMCLIQUE_APRIL_SECRET_KEY",
            Self::Marketplace { .. } => "UMCLIQUE_APRIL_MARKETPLACE_KEY",
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Merchant(_) => "sk",
            Self::Marketplace { .. } => "api",
        }
    }
}

impl AprilConfig {
    /// Where the script is, and April's other hosts: it is not published which of them its frame uses.
    pub(super) fn page_sources(&self) -> Vec<String> {
        let script = reqwest::Url::parse(&self.script_url).map(|url| url.origin().ascii_serialization());
        let is_published = script.as_ref().is_ok_and(|origin| origin.ends_with(".au.meetapril.io"));
        if is_published { vec!["https://*.au.meetapril.io".to_owned()] } else { script.into_iter().collect() }
    }

    /// The same without trailing slashes, once it is known that it can work, and that no secret is about to be shown.
    pub(super) fn checked(mut self) -> Result<Self, AprilError> {
        let fail = |variable| Err(AprilError::Configured { variable });
        let Some(base_url) = http_client::base_url(&self.base_url) else { return fail("UMCLIQUE_APRIL_BASE_URL") };
        self.base_url = base_url;
        let Some(environment) = environment(&self.public_key, "pk") else { return fail("UMCLIQUE_APRIL_PUBLIC_KEY") };
        if self::environment(self.credential.key().expose_secret(), self.credential.kind()) != Some(environment) {
            return fail(self.credential.variable());
        }
        if let Credential::Marketplace { merchant_id, .. } = &self.credential
            && !http_client::is_path_segment(merchant_id)
        {
            return fail("UMCLIQUE_APRIL_MERCHANT_ID");
        }
        if http_client::base_url(&self.script_url).is_none() {
            return fail("UMCLIQUE_APRIL_SCRIPT_URL");
        }
        if self.script_integrity.as_deref().is_some_and(|integrity| !is_integrity(integrity)) {
            return fail("UMCLIQUE_APRIL_SCRIPT_INTEGRITY");
        }
        if self.hide_full_pay && self.hide_instalments {
            // The frame would have nothing to show, and says so as an error.
            return fail("UMCLIQUE_APRIL_HIDE_FULL_PAY");
        }
        Ok(self)
    }
}

/// The environment of a key of the given kind: `live` of `live_pk_…`. `None` where it is no such key.
fn environment<'a>(key: &'a str, kind: &str) -> Option<&'a str> {
    let (environment, rest) = key.split_once('_')?;
    let body = rest.strip_prefix(kind)?.strip_prefix('_')?;
    let is_plain = body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let is_known = matches!(environment, "live" | "sandbox");
    (is_known && is_plain && (1..=200).contains(&body.len())).then_some(environment)
}

fn is_integrity(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    text.split_once('-').is_some_and(|(hash, digest)| {
        matches!(hash, "sha256" | "sha384" | "sha512")
            && (44..=88).contains(&digest.len())
            && digest.bytes().all(is_base64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> AprilConfig {
        AprilConfig {
            base_url: "https://api.sandbox.au.meetapril.io/".to_owned(),
            credential: Credential::Merchant("sandbox_sk_demo".into()),
            public_key: "sandbox_pk_demo".to_owned(),
            script_url: SCRIPT_URL.to_owned(),
            script_integrity: None,
            request_3ds: false,
            hide_full_pay: false,
            hide_instalments: false,
            timeout_ms: 1_000,
            webhook: WebhookIds::default(),
        }
    }

    fn marketplace(key: &str, merchant_id: &str) -> Credential {
        Credential::Marketplace { key: key.into(), merchant_id: merchant_id.to_owned() }
    }

    fn refused(change: impl FnOnce(&mut AprilConfig)) -> Option<&'static str> {
        let mut config = config();
        change(&mut config);
        match config.checked() {
            Ok(_) => None,
            Err(AprilError::Configured { variable }) => Some(variable),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_sound_configuration_passes() {
        assert_eq!(config().checked().expect("it is sound").base_url, "https://api.sandbox.au.meetapril.io");
        assert_eq!(refused(|it| it.credential = marketplace("sandbox_api_x_y-1", "mcht_Abc")), None);
        assert_eq!(refused(|it| it.script_url = "http://127.0.0.1:8090/april/checkout.js".to_owned()), None);
        assert_eq!(refused(|it| it.script_integrity = Some(format!("sha384-{}", "A".repeat(64)))), None);
        assert_eq!(refused(|it| it.hide_full_pay = true), None);
    }

    #[test]
    fn no_secret_key_gets_to_where_the_public_one_is_shown() {
        for key in
            ["sandbox_sk_demo", "sandbox_api_demo", "test_pk_demo", "pk_demo", "sandbox_pk_", "sandbox_pk_a b", ""]
        {
            let variable = refused(|it| it.public_key = key.to_owned());
            assert_eq!(variable, Some("UMCLIQUE_APRIL_PUBLIC_KEY"), "{key:?}");
        }
    }

    #[test]
    fn the_keys_are_of_one_environment_and_of_their_kind() {
        for key in ["live_sk_demo", "sandbox_pk_demo", "sandbox_api_demo", "sandbox_sk_", "sk_demo", "sandbox_sk_a\nb"]
        {
            let variable = refused(|it| it.credential = Credential::Merchant(key.into()));
            assert_eq!(variable, Some("UMCLIQUE_APRIL_SECRET_KEY"), "{key:?}");
        }
        for key in ["live_api_demo", "sandbox_sk_demo"] {
            let variable = refused(|it| it.credential = marketplace(key, "mcht_1"));
            assert_eq!(variable, Some("UMCLIQUE_APRIL_MARKETPLACE_KEY"), "{key:?}");
        }
        assert_eq!(refused(|it| it.credential = marketplace("sandbox_api_x", "")), Some("UMCLIQUE_APRIL_MERCHANT_ID"));
        let live = refused(|it| {
            it.public_key = "live_pk_1".to_owned();
            it.credential = Credential::Merchant("live_sk_1".into());
        });
        assert_eq!(live, None);
    }

    #[test]
    fn addresses_and_hashes_are_checked() {
        assert_eq!(refused(|it| it.base_url = "http://api.example".into()), Some("UMCLIQUE_APRIL_BASE_URL"));
        for url in
            ["http://cdn.example/x.js", "//cdn.example/x.js", "javascript:alert(1)", "https://a:b@cdn.example/x.js"]
        {
            assert_eq!(refused(|it| it.script_url = url.into()), Some("UMCLIQUE_APRIL_SCRIPT_URL"), "{url}");
        }
        for integrity in
            ["", "sha384", "sha384-", "md5-AAAA", "sha384-\" onload=\"x", &format!("sha384-{}", "é".repeat(40))]
        {
            let variable = refused(|it| it.script_integrity = Some(integrity.to_owned()));
            assert_eq!(variable, Some("UMCLIQUE_APRIL_SCRIPT_INTEGRITY"), "{integrity}");
        }
        let nothing_to_show = refused(|it| (it.hide_full_pay, it.hide_instalments) = (true, true));
        assert_eq!(nothing_to_show, Some("UMCLIQUE_APRIL_HIDE_FULL_PAY"));
    }

    #[test]
    fn no_secret_is_printed() {
        let config = AprilConfig { credential: marketplace("sandbox_api_secret", "mcht_1"), ..config() };
        assert!(!format!("{config:?}").contains("sandbox_api_secret"));
    }
}
