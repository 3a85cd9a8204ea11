//! The configuration: environment variables `UMCLIQUE_…` over one TOML file, read once, a bad value named at start.

mod april;
mod epag;
mod keys;
mod picpay;
mod values;
mod whatsapp;

pub use epag::EpagSettings;
pub use picpay::PicpaySettings;
pub use values::ConfigError;

use crate::methods::april::AprilConfig;
use crate::methods::whatsapp::WhatsappConfig;
use crate::payments::Limits;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use values::Values;

/// Every setting that is no provider's, as it stands in the TOML file; the environment variable is `UMCLIQUE_` and the
/// name in capitals.
const SETTINGS: &[&str] = &[
    "listen",
    "admin_listen",
    "public_url",
    "database_url",
    "secret_keys",
    "server_key",
    "server_key_previous",
    "allowed_origins",
    "trusted_proxies",
    "merchant_name",
    "webhook_url",
    "webhook_secrets",
    "sandbox_url",
    "max_attempts",
    "max_declines",
    "sessions_per_minute",
    "confirms_per_minute",
    "log_format",
];

/// The shop's name where none is set.
const MERCHANT_NAME: &str = "Umclique";

/// Every setting.
pub fn settings() -> impl Iterator<Item = &'static str> {
    let own = [epag::SETTINGS, april::SETTINGS, picpay::SETTINGS, whatsapp::SETTINGS];
    SETTINGS.iter().chain(own.into_iter().flatten()).copied()
}

fn is_setting(name: &str) -> bool {
    settings().any(|setting| setting == name)
}

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where buyers, the shop and the providers connect.
    pub listen: SocketAddr,
    /// Where the operator connects: readiness and metrics. Loopback.
    pub admin_listen: SocketAddr,
    /// How the world reaches `listen`; builds every callback. `None`: the address that `listen` got.
    pub public_url: Option<String>,
    /// `sqlite://path` or `postgres://…`.
    pub database_url: String,
    /// SHA-256 of the accepted secret keys, in hex.
    pub secret_key_hashes: Vec<String>,
    /// Makes client secrets, fingerprints and callback paths.
    pub server_key: SecretString,
    /// The one before it.
    pub server_key_previous: Option<SecretString>,
    /// Exact origins of pages that embed the component from elsewhere.
    pub allowed_origins: Vec<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Shown to buyers.
    pub merchant_name: String,
    /// Where events are delivered; `None`: they are only listed.
    pub webhook_url: Option<String>,
    /// The keys that sign them, decoded; two during rotation.
    pub webhook_secrets: Vec<Vec<u8>>,
    /// Follows this sandbox's clock.
    pub sandbox_url: Option<String>,
    /// Against card testing.
    pub limits: Limits,
    /// Logs as JSON lines instead of text.
    pub logs_json: bool,
    /// PicPay by QR code; `None`: not offered.
    pub epag: Option<EpagSettings>,
    /// Cards and instalments; `None`: not offered.
    pub april: Option<AprilConfig>,
    /// PicPay 1-Click; `None`: not offered.
    pub picpay: Option<PicpaySettings>,
    /// WhatsApp one-click, with the shop's card processor; `None`: not offered.
    pub whatsapp: Option<WhatsappConfig>,
}

impl Config {
    /// How long a worker may be away before somebody else takes over. A cancel and a query, each with a login, fit in; and
    /// should they not, the fence of the lease keeps the late result out.
    #[must_use]
    pub fn lease_ms(&self) -> i64 {
        let epag = self.epag.as_ref().map(|epag| epag.timeout_ms);
        let april = self.april.as_ref().map(|april| april.timeout_ms);
        let picpay = self.picpay.as_ref().map(|picpay| picpay.timeout_ms);
        let whatsapp = self.whatsapp.as_ref().map(|whatsapp| whatsapp.timeout_ms.max(whatsapp.processor.timeout_ms));
        let timeout_ms = epag.max(april).max(picpay).max(whatsapp).unwrap_or(20_000);
        i64::try_from(timeout_ms * 9 / 2).unwrap_or(i64::MAX)
    }

    /// Reads the file, if there is one, and the environment over it.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut values = match file {
            Some(path) => read_file(path)?,
            None => BTreeMap::new(),
        };
        for (name, value) in environment {
            let setting = name.strip_prefix("UMCLIQUE_").map(str::to_ascii_lowercase);
            if let Some(setting) = setting.filter(|setting| is_setting(setting)) {
                values.insert(setting, value);
            }
        }
        Self::from_values(&Values(values))
    }

    fn from_values(values: &Values) -> Result<Self, ConfigError> {
        let sandbox_url = values.url("sandbox_url")?;
        let config = Self {
            listen: values.parse("listen", "127.0.0.1:8080", "an address and port, as in 127.0.0.1:8080")?,
            admin_listen: values.parse("admin_listen", "127.0.0.1:8081", "a loopback address and port")?,
            public_url: values.url("public_url")?,
            database_url: values.get("database_url").unwrap_or("sqlite://umclique.db").to_owned(),
            secret_key_hashes: keys::secret_key_hashes(values)?,
            server_key: keys::server_key(values, "server_key")?
                .ok_or_else(|| values.missing("server_key", "at least 32 random characters; keep them"))?,
            server_key_previous: keys::server_key(values, "server_key_previous")?,
            allowed_origins: keys::origins(values)?,
            trusted_proxies: values.list("trusted_proxies", "127.0.0.1,::1", "IP addresses")?,
            merchant_name: values.get("merchant_name").unwrap_or(MERCHANT_NAME).to_owned(),
            webhook_url: values.url("webhook_url")?,
            webhook_secrets: keys::webhook_secrets(values)?,
            limits: limits(values, sandbox_url.is_some())?,
            sandbox_url,
            logs_json: match values.get("log_format") {
                None | Some("text") => false,
                Some("json") => true,
                Some(_) => return Err(values.bad("log_format", "text or json")),
            },
            epag: epag::read(values)?,
            april: april::read(values)?,
            picpay: picpay::read(values)?,
            whatsapp: whatsapp::read(values)?,
        };
        config.check(values)?;
        Ok(config)
    }

    fn check(&self, values: &Values) -> Result<(), ConfigError> {
        if !self.admin_listen.ip().is_loopback() {
            return Err(values.bad("admin_listen", "a loopback address: it shows metrics to anyone who connects"));
        }
        if self.webhook_url.is_some() && self.webhook_secrets.is_empty() {
            return Err(values.missing("webhook_secrets", "whsec_… keys, so that the shop can verify what it receives"));
        }
        let epag = self.epag.iter().map(|epag| epag.base_url.as_str());
        let april = self.april.iter().map(|april| april.base_url.as_str());
        let picpay = self.picpay.iter().map(|picpay| picpay.base_url.as_str());
        let whatsapp = self.whatsapp.iter().flat_map(|it| [it.base_url.as_str(), it.processor.base_url.as_str()]);
        let mut addresses = epag.chain(april).chain(picpay).chain(whatsapp).chain(self.sandbox_url.as_deref());
        if self.sandbox_url.is_some() && !addresses.all(is_loopback_url) {
            return Err(values
                .bad("sandbox_url", "only loopback providers beside it: a sandbox clock must not drive real money"));
        }
        Ok(())
    }
}

fn is_loopback_url(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| match url.host_str() {
        Some("localhost") => true,
        Some(host) => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        None => false,
    })
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File(name.clone(), error))?;
    let table: toml::Table = text.parse().map_err(|error| ConfigError::Toml(name, Box::new(error)))?;
    let mut values = BTreeMap::new();
    for (setting, value) in table {
        if !is_setting(&setting) {
            return Err(ConfigError::Unknown(setting, settings().collect::<Vec<_>>().join(", ")));
        }
        values.insert(setting, flatten(&value));
    }
    Ok(values)
}

fn flatten(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(list) => list.iter().map(flatten).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn limits(values: &Values, is_sandbox: bool) -> Result<Limits, ConfigError> {
    // Rehearsals and load tests come from one address and have no cards to test.
    let (sessions, confirms) = if is_sandbox { ("60000", "60000") } else { ("600", "60") };
    Ok(Limits {
        attempts: values.parse("max_attempts", "10", "a number")?,
        declines: values.parse("max_declines", "5", "a number")?,
        sessions_per_minute: values.parse("sessions_per_minute", sessions, "a number")?,
        confirms_per_minute: values.parse("confirms_per_minute", confirms, "a number")?,
    })
}

#[cfg(test)]
mod tests;
