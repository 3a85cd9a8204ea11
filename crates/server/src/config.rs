//! The configuration: environment variables `UMCLIQUE_…` over one TOML file, read once, a bad value named at start.

use crate::payments::Limits;
use base64::Engine as _;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// Every setting, as it stands in the TOML file; the environment variable is `UMCLIQUE_` and the name in capitals.
pub const SETTINGS: [&str; 24] = [
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
    "epag_base_url",
    "epag_api_key",
    "epag_api_secret",
    "epag_contract_id",
    "epag_link_hosts",
    "epag_timeout_ms",
];

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
}

impl Config {
    /// How long a worker may be away before somebody else takes over. A cancel and a query, each with a login, fit in; and
    /// should they not, the fence of the lease keeps the late result out.
    #[must_use]
    pub fn lease_ms(&self) -> i64 {
        let timeout_ms = self.epag.as_ref().map_or(20_000, |epag| epag.timeout_ms);
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
            if let Some(setting) = setting.filter(|setting| SETTINGS.contains(&setting.as_str())) {
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
            secret_key_hashes: secret_key_hashes(values)?,
            server_key: server_key(values, "server_key")?
                .ok_or_else(|| values.missing("server_key", "at least 32 random characters; keep them"))?,
            server_key_previous: server_key(values, "server_key_previous")?,
            allowed_origins: origins(values)?,
            trusted_proxies: values.list("trusted_proxies", "127.0.0.1,::1", "IP addresses")?,
            merchant_name: values.get("merchant_name").unwrap_or("Umclique").to_owned(),
            webhook_url: values.url("webhook_url")?,
            webhook_secrets: webhook_secrets(values)?,
            limits: limits(values, sandbox_url.is_some())?,
            sandbox_url,
            logs_json: match values.get("log_format") {
                None | Some("text") => false,
                Some("json") => true,
                Some(_) => return Err(values.bad("log_format", "text or json")),
            },
            epag: epag(values)?,
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
        let providers = self.epag.iter().map(|epag| epag.base_url.as_str());
        if self.sandbox_url.is_some() && !providers.chain(self.sandbox_url.as_deref()).all(is_loopback_url) {
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
        if !SETTINGS.contains(&setting.as_str()) {
            return Err(ConfigError::Unknown(setting, SETTINGS.join(", ")));
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

/// The settings as texts.
struct Values(BTreeMap<String, String>);

impl Values {
    fn get(&self, setting: &str) -> Option<&str> {
        self.0.get(setting).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    fn bad(&self, setting: &str, expected: &'static str) -> ConfigError {
        ConfigError::Bad(format!("UMCLIQUE_{}", setting.to_uppercase()), expected)
    }

    fn missing(&self, setting: &str, what: &'static str) -> ConfigError {
        ConfigError::Missing(format!("UMCLIQUE_{}", setting.to_uppercase()), what)
    }

    fn parse<T: std::str::FromStr>(
        &self,
        setting: &str,
        default: &str,
        expected: &'static str,
    ) -> Result<T, ConfigError> {
        self.get(setting).unwrap_or(default).parse().map_err(|_| self.bad(setting, expected))
    }

    fn list<T: std::str::FromStr>(
        &self,
        setting: &str,
        default: &str,
        expected: &'static str,
    ) -> Result<Vec<T>, ConfigError> {
        let text = self.get(setting).unwrap_or(default);
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|_| self.bad(setting, expected))).collect()
    }

    fn url(&self, setting: &str) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.get(setting) else { return Ok(None) };
        let is_web =
            reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_web {
            return Err(self.bad(setting, "an absolute http or https address"));
        }
        Ok(Some(text.trim_end_matches('/').to_owned()))
    }
}

fn secret_key_hashes(values: &Values) -> Result<Vec<String>, ConfigError> {
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

fn server_key(values: &Values, setting: &str) -> Result<Option<SecretString>, ConfigError> {
    match values.get(setting) {
        Some(key) if key.len() < 32 => Err(values.bad(setting, "at least 32 characters")),
        key => Ok(key.map(Into::into)),
    }
}

fn origins(values: &Values) -> Result<Vec<String>, ConfigError> {
    let origins: Vec<String> = values.list("allowed_origins", "", "origins")?;
    let is_origin =
        |text: &String| reqwest::Url::parse(text).is_ok_and(|url| &url.origin().ascii_serialization() == text);
    if origins.iter().all(is_origin) {
        Ok(origins)
    } else {
        Err(values.bad("allowed_origins", "exact origins such as https://shop.example, without a path"))
    }
}

fn webhook_secrets(values: &Values) -> Result<Vec<Vec<u8>>, ConfigError> {
    let secrets: Vec<String> = values.list("webhook_secrets", "", "whsec_… keys")?;
    let decode = |secret: &String| {
        let text = secret.strip_prefix("whsec_")?;
        base64::engine::general_purpose::STANDARD.decode(text).ok().filter(|key| key.len() >= 16)
    };
    let keys: Option<Vec<_>> = secrets.iter().map(decode).collect();
    keys.ok_or_else(|| values.bad("webhook_secrets", "whsec_ and base64 of at least 16 bytes"))
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

fn epag(values: &Values) -> Result<Option<EpagSettings>, ConfigError> {
    let Some(base_url) = values.url("epag_base_url")? else { return Ok(None) };
    let need =
        |setting: &str, what| values.get(setting).map(str::to_owned).ok_or_else(|| values.missing(setting, what));
    let timeout_ms: u64 = values.parse("epag_timeout_ms", "20000", "milliseconds")?;
    if !(100..=20_000).contains(&timeout_ms) {
        return Err(values.bad("epag_timeout_ms", "100 to 20000 milliseconds"));
    }
    Ok(Some(EpagSettings {
        base_url,
        api_key: need("epag_api_key", "from ePag's dashboard")?.into(),
        api_secret: need("epag_api_secret", "from ePag's dashboard")?.into(),
        contract_id: need("epag_contract_id", "from ePag's contract list")?,
        link_hosts: values.list("epag_link_hosts", "picpay.com", "host names")?,
        timeout_ms,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let least = [("UMCLIQUE_SECRET_KEYS", "sk_demo"), ("UMCLIQUE_SERVER_KEY", "0123456789abcdef0123456789abcdef")];
        let all = least.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(None, all)
    }

    #[test]
    fn the_least_configuration_offers_no_method() {
        let config = load(&[]).expect("enough to start");
        assert!(config.epag.is_none());
        assert_eq!(config.database_url, "sqlite://umclique.db");
    }

    #[test]
    fn a_bad_value_is_named_and_not_shown() {
        for (name, value) in [
            ("UMCLIQUE_SERVER_KEY", "too-short-secret"),
            ("UMCLIQUE_SECRET_KEYS", "pk_wrong-secret"),
            ("UMCLIQUE_LISTEN", "nowhere-secret"),
            ("UMCLIQUE_ADMIN_LISTEN", "0.0.0.0:9"),
            ("UMCLIQUE_ALLOWED_ORIGINS", "https://shop.example/secret"),
            ("UMCLIQUE_WEBHOOK_SECRETS", "whsec_secret"),
            ("UMCLIQUE_EPAG_BASE_URL", "secret"),
            ("UMCLIQUE_PUBLIC_URL", "ftp://secret"),
            ("UMCLIQUE_LOG_FORMAT", "secret"),
        ] {
            let error = load(&[(name, value)]).expect_err(name).to_string();
            assert!(error.contains(name), "{error} should name {name}");
            assert!(!error.contains("secret") || !value.contains("secret") || !error.contains(value), "{error}");
        }
    }

    #[test]
    fn a_sandbox_clock_never_drives_a_real_provider() {
        let epag = [
            ("UMCLIQUE_SANDBOX_URL", "http://127.0.0.1:8090"),
            ("UMCLIQUE_EPAG_API_KEY", "k"),
            ("UMCLIQUE_EPAG_API_SECRET", "s"),
            ("UMCLIQUE_EPAG_CONTRACT_ID", "c"),
        ];
        let with = |base: &'static str| load(&[&epag[..], &[("UMCLIQUE_EPAG_BASE_URL", base)]].concat());
        assert!(with("http://127.0.0.1:8090/epag").is_ok());
        assert!(with("https://api.epag.io").is_err());
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("umclique.toml");
        std::fs::write(&path, "listn = \"127.0.0.1:1\"").expect("written");
        let error = Config::load(Some(&path), std::iter::empty()).expect_err("refused").to_string();
        assert!(error.contains("listn") && error.contains("admin_listen"), "{error}");
    }
}
