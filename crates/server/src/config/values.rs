//! Settings as texts, and how they become values. A bad one is named, never shown: it may be a secret.

use std::collections::BTreeMap;

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {0} cannot be read: {1}")]
    File(String, std::io::Error),
    /// The file is not TOML.
    #[error("the configuration file {0} is not TOML: {1}")]
    Toml(String, Box<toml::de::Error>),
    /// A name that no setting has.
    #[error("the configuration file has an unknown setting {0:?}; known are: {1}")]
    Unknown(String, String),
    /// Something must be said.
    #[error("set {0}: {1}")]
    Missing(String, &'static str),
    /// Something cannot be used. The value itself may be a secret, so it is not shown.
    #[error("{0} cannot be used: expected {1}")]
    Bad(String, &'static str),
}

/// The settings as texts.
pub(super) struct Values(pub(super) BTreeMap<String, String>);

impl Values {
    pub(super) fn get(&self, setting: &str) -> Option<&str> {
        self.0.get(setting).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    pub(super) fn bad(&self, setting: &str, expected: &'static str) -> ConfigError {
        ConfigError::Bad(format!("UMCLIQUE_{}", setting.to_uppercase()), expected)
    }

    pub(super) fn missing(&self, setting: &str, what: &'static str) -> ConfigError {
        ConfigError::Missing(format!("UMCLIQUE_{}", setting.to_uppercase()), what)
    }

    pub(super) fn parse<T: std::str::FromStr>(
        &self,
        setting: &str,
        default: &str,
        expected: &'static str,
    ) -> Result<T, ConfigError> {
        self.get(setting).unwrap_or(default).parse().map_err(|_| self.bad(setting, expected))
    }

    pub(super) fn list<T: std::str::FromStr>(
        &self,
        setting: &str,
        default: &str,
        expected: &'static str,
    ) -> Result<Vec<T>, ConfigError> {
        let text = self.get(setting).unwrap_or(default);
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|_| self.bad(setting, expected))).collect()
    }

    pub(super) fn url(&self, setting: &str) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.get(setting) else { return Ok(None) };
        let is_web =
            reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_web {
            return Err(self.bad(setting, "an absolute http or https address"));
        }
        Ok(Some(text.trim_end_matches('/').to_owned()))
    }

    /// A setting that others make necessary.
    pub(super) fn need(&self, setting: &str, what: &'static str) -> Result<String, ConfigError> {
        self.get(setting).map(str::to_owned).ok_or_else(|| self.missing(setting, what))
    }

    /// The most that a call to a provider takes: a lease is several times as long.
    pub(super) fn timeout_ms(&self, setting: &str) -> Result<u64, ConfigError> {
        let timeout_ms = self.parse(setting, "20000", "milliseconds")?;
        if (100..=20_000).contains(&timeout_ms) {
            Ok(timeout_ms)
        } else {
            Err(self.bad(setting, "100 to 20000 milliseconds"))
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, setting: &str) -> Result<bool, ConfigError> {
        self.parse(setting, "false", "true or false")
    }
}
