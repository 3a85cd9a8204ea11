//! PicPay 1-Click's settings. Without its address the wallet is not offered.

use super::values::{ConfigError, Values};
use crate::methods::picpay_wallet::Edition;
use crate::vault::Vault;
use secrecy::SecretString;

/// Their names.
pub(super) const SETTINGS: &[&str] = &[
    "picpay_base_url",
    "picpay_client_id",
    "picpay_client_secret",
    "picpay_api_key",
    "picpay_edition",
    "picpay_scopes",
    "picpay_timeout_ms",
    "vault_keys",
];

/// What is asked for unless told otherwise. Source: PicPay "OAuth2 flow" of 2022.
const SCOPES: &str = "openid payments.charge payments.refund profile";

/// What the environment says about PicPay 1-Click.
#[derive(Clone, Debug)]
pub struct PicpaySettings {
    /// Where its API is.
    pub base_url: String,
    /// The public half of our credentials.
    pub client_id: String,
    /// The secret half.
    pub client_secret: SecretString,
    /// The `Api-Key` of older credentials.
    pub api_key: Option<SecretString>,
    /// Which edition is spoken.
    pub edition: Edition,
    /// What the buyer is asked for.
    pub scopes: String,
    /// The most that one call takes.
    pub timeout_ms: u64,
    /// What seals buyers' tokens.
    pub vault: Vault,
}

/// Reads them.
pub(super) fn read(values: &Values) -> Result<Option<PicpaySettings>, ConfigError> {
    let Some(base_url) = values.url("picpay_base_url")? else { return Ok(None) };
    let keys =
        values.need("vault_keys", "id:base64 of 32 random bytes; the first seals buyers' tokens, all open them")?;
    Ok(Some(PicpaySettings {
        base_url,
        client_id: values.need("picpay_client_id", "the client_id of PicPay's credential")?,
        client_secret: values.need("picpay_client_secret", "the client_secret of PicPay's credential")?.into(),
        api_key: values.get("picpay_api_key").map(Into::into),
        edition: match values.get("picpay_edition") {
            None | Some("current") => Edition::Current,
            Some("legacy") => Edition::Legacy,
            Some(_) => return Err(values.bad("picpay_edition", "current or legacy")),
        },
        scopes: values.get("picpay_scopes").unwrap_or(SCOPES).to_owned(),
        timeout_ms: values.timeout_ms("picpay_timeout_ms")?,
        vault: Vault::parse(&keys)
            .map_err(|_| values.bad("vault_keys", "id:base64 pairs, each of 32 random bytes and another id"))?,
    }))
}
