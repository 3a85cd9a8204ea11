//! Keys and origins: what opens the server, and to whom.

use super::values::{ConfigError, Values};
use base64::Engine as _;
use secrecy::SecretString;

pub(super) fn secret_key_hashes(values: &Values) -> Result<Vec<String>, ConfigError> {
    let keys: Vec<String> = values.list("secret_keys", "", "keys that begin with sk_")?;
    if keys.is_empty() {
        return Err(
            values.missing("secret_keys", "one sk_… key, or two during rotation; or their SHA-256 as sha256:hex")
        );
    }
    let hash = |key: &String| match key.strip_prefix("sha256:") {
        Some(hex) if hex.len() == 64 => Ok(hex.to_ascii_lowercase()),
        None if key.starts_with("sk_") && key.len() >= 7 => Ok(crate::keys::sha256_hex(key)),
        _ => Err(values.bad("secret_keys", "sk_… keys, or sha256: and 64 hex digits")),
    };
    keys.iter().map(hash).collect()
}

pub(super) fn server_key(values: &Values, setting: &str) -> Result<Option<SecretString>, ConfigError> {
    match values.get(setting) {
        Some(key) if key.len() < 32 => Err(values.bad(setting, "at least 32 characters")),
        key => Ok(key.map(Into::into)),
    }
}

pub(super) fn origins(values: &Values) -> Result<Vec<String>, ConfigError> {
    let origins: Vec<String> = values.list("allowed_origins", "", "origins")?;
    let is_origin =
        |text: &String| reqwest::Url::parse(text).is_ok_and(|url| &url.origin().ascii_serialization() == text);
    if origins.iter().all(is_origin) {
        Ok(origins)
    } else {
        Err(values.bad("allowed_origins", "exact origins such as https://shop.example, without a path"))
    }
}

pub(super) fn webhook_secrets(values: &Values) -> Result<Vec<Vec<u8>>, ConfigError> {
    let secrets: Vec<String> = values.list("webhook_secrets", "", "whsec_… keys")?;
    let decode = |secret: &String| {
        let text = secret.strip_prefix("whsec_")?;
        base64::engine::general_purpose::STANDARD.decode(text).ok().filter(|key| key.len() >= 16)
    };
    let keys: Option<Vec<_>> = secrets.iter().map(decode).collect();
    keys.ok_or_else(|| values.bad("webhook_secrets", "whsec_ and base64 of at least 16 bytes"))
}
