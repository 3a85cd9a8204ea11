//! What must be known to speak to ePag. Filled by the server's configuration, checked once by `PicpayQr::new`.

use super::EpagError;
use secrecy::SecretString;
use std::net::IpAddr;

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
        self.base_url =
            checked_url(&self.base_url).ok_or(EpagError::Configured { variable: "UMCLIQUE_EPAG_BASE_URL" })?;
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

    /// Nothing but plain HTTP to this machine is ever sent.
    pub(super) fn is_plain_http(&self) -> bool {
        self.base_url.starts_with("http://")
    }
}

/// An address that can be prefixed to a path, and over which a secret may go.
fn checked_url(text: &str) -> Option<String> {
    let url = reqwest::Url::parse(text.trim()).ok()?;
    let host = url.host_str()?;
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let is_private = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    let is_bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    (is_private && is_bare).then(|| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::checked_url;

    #[test]
    fn secrets_go_out_in_the_clear_only_to_this_machine() {
        for (text, expected) in [
            ("https://api.epag.io", Some("https://api.epag.io")),
            ("https://api.epag.io/", Some("https://api.epag.io")),
            ("http://127.0.0.1:8090/epag/", Some("http://127.0.0.1:8090/epag")),
            ("http://localhost:8090/epag", Some("http://localhost:8090/epag")),
            ("http://[::1]:8090", Some("http://[::1]:8090")),
            ("http://api.epag.io", None),
            ("http://127.0.0.1.example.com", None),
            ("https://user:word@api.epag.io", None),
            ("https://api.epag.io?x=1", None),
            ("https://api.epag.io#x", None),
            ("ftp://127.0.0.1", None),
            ("api.epag.io", None),
            ("", None),
        ] {
            assert_eq!(checked_url(text).as_deref(), expected, "{text:?}");
        }
    }
}
