//! What must be known to speak to ePag. Filled by the server's configuration, checked once by `PicpayQr::new`.

use super::EpagError;
use crate::methods::http_client;
use secrecy::SecretString;

/// Access to ePag, and what stands in its requests.
#[derive(Clone, Debug)]
pub struct EpagConfig {
    /// Where its API is, with or without a path: `https://api.epag.io`. Plain HTTP only on loopback.
    pub base_url: String,
    /// The API key.
    pub api_key: SecretString,
    /// The API key's secret.
    pub api_secret: SecretString,
    /// The contract under which payments are made, a UUID.
    pub contract_id: String,
    /// Whom the buyer is told to pay where the code itself names nobody.
    pub merchant_name: String,
    /// Where the world reaches this server, for the callbacks.
    pub public_url: String,
    /// Hosts beside picpay.com, with all below them, to which a code may lead.
    pub allowed_link_hosts: Vec<String>,
    /// The most that one call takes, its login included, in milliseconds.
    pub timeout_ms: u64,
}

impl EpagConfig {
    /// The same without trailing slashes, once its addresses are known to be usable.
    pub(super) fn checked(mut self) -> Result<Self, EpagError> {
        self.base_url = http_client::base_url(&self.base_url)
            .ok_or(EpagError::Configured { variable: "UMCLIQUE_EPAG_BASE_URL" })?;
        self.public_url = self.public_url.trim_end_matches('/').to_owned();
        for (text, variable) in
            [(&self.contract_id, "UMCLIQUE_EPAG_CONTRACT_ID"), (&self.public_url, "UMCLIQUE_PUBLIC_URL")]
        {
            if text.trim().is_empty() {
                return Err(EpagError::Configured { variable });
            }
        }
        Ok(self)
    }
}
