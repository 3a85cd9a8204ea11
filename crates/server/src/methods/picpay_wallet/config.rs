//! What must be known to speak to PicPay. Filled by the server's configuration, checked once by `PicpayWallet::new`.

use super::PicpayError;
use crate::methods::http_client;
use secrecy::{ExposeSecret as _, SecretString};

/// Which edition of the published API is spoken. Source: PicPay "API reference", its revisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// Since October 2024: idempotency keys, references, reservations, refunds by either id.
    #[default]
    Current,
    /// July 2022 to March 2024: a charge is its value, no key, no reference, refunds by path. What gets lost can be found by
    /// nobody but a person.
    Legacy,
}

/// Access to PicPay.
#[derive(Clone, Debug)]
pub struct PicpayConfig {
    /// Where its API is: `https://api.picpay.com`. Plain HTTP only on loopback.
    pub base_url: String,
    /// The public half of our credentials.
    pub client_id: String,
    /// The secret half.
    pub client_secret: SecretString,
    /// The `Api-Key` of older credentials, sent where it is configured.
    pub api_key: Option<SecretString>,
    /// Which edition is spoken.
    pub edition: Edition,
    /// What the buyer is asked for; empty: what the credentials have.
    pub scopes: String,
    /// How the world reaches this server: the callback is below it, and must be registered at PicPay letter by letter.
    pub public_url: String,
    /// The most that one call takes, in milliseconds.
    pub timeout_ms: u64,
}

impl PicpayConfig {
    /// Where PicPay sends the browser back to.
    pub(super) fn redirect_uri(&self) -> String {
        format!("{}/providers/{}/callback", self.public_url.trim_end_matches('/'), super::PROVIDER)
    }

    /// The same without trailing slashes, once it is known that it can work.
    pub(super) fn checked(mut self) -> Result<Self, PicpayError> {
        let fail = |variable| Err(PicpayError::Configured { variable });
        let Some(base_url) = http_client::base_url(&self.base_url) else { return fail("UMCLIQUE_PICPAY_BASE_URL") };
        self.base_url = base_url;
        let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain(&self.client_id) {
            return fail("UMCLIQUE_PICPAY_CLIENT_ID");
        }
        if !is_plain(self.client_secret.expose_secret()) {
            return fail("UMCLIQUE_PICPAY_CLIENT_SECRET");
        }
        if self.api_key.as_ref().is_some_and(|key| !is_plain(key.expose_secret())) {
            return fail("UMCLIQUE_PICPAY_API_KEY");
        }
        if reqwest::Url::parse(&self.redirect_uri()).is_err() {
            return fail("UMCLIQUE_PUBLIC_URL");
        }
        Ok(self)
    }
}
