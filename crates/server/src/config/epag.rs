//! ePag's settings. Without its address PicPay by QR is not offered.

use super::values::{ConfigError, Values};
use secrecy::SecretString;

/// Their names.
pub(super) const SETTINGS: &[&str] =
    &["epag_base_url", "epag_api_key", "epag_api_secret", "epag_contract_id", "epag_link_hosts", "epag_timeout_ms"];

/// How ePag is reached.
#[derive(Clone, Debug)]
pub struct EpagSettings {
    /// Without a slash at the end.
    pub base_url: String,
    /// From ePag's dashboard.
    pub api_key: SecretString,
    /// From ePag's dashboard.
    pub api_secret: SecretString,
    /// From ePag's contract list.
    pub contract_id: String,
    /// Hosts that a QR code may lead to, with their subdomains.
    pub link_hosts: Vec<String>,
    /// How long a call may take in all.
    pub timeout_ms: u64,
}

/// Reads them.
pub(super) fn read(values: &Values) -> Result<Option<EpagSettings>, ConfigError> {
    let Some(base_url) = values.url("epag_base_url")? else { return Ok(None) };
    Ok(Some(EpagSettings {
        base_url,
        api_key: values.need("epag_api_key", "from ePag's dashboard")?.into(),
        api_secret: values.need("epag_api_secret", "from ePag's dashboard")?.into(),
        contract_id: values.need("epag_contract_id", "from ePag's contract list")?,
        link_hosts: values.list("epag_link_hosts", "picpay.com", "host names")?,
        timeout_ms: values.timeout_ms("epag_timeout_ms")?,
    }))
}
