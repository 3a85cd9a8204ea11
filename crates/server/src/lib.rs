//! The merchant server: it performs the charges, keeps their books and tells the shop.
//!
//! `http/` parses and answers, `payments/` decides, `methods/` speak to providers, `store/` keeps, `worker` completes.

pub mod clock;
pub mod config;
pub mod csp;
pub mod error;
pub mod http;
pub mod keys;
pub mod methods;
pub mod payments;
pub mod query;
pub mod store;
pub mod vault;
pub mod webhooks;
pub mod worker;

use config::Config;
use keys::ServerKey;
use methods::Methods;
use methods::april::April;
use methods::picpay_qr::{EpagConfig, PicpayQr};
use methods::picpay_wallet::{PicpayConfig, PicpayWallet};
use methods::whatsapp::Whatsapp;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use payments::{Merchant, Payments, hub::Hub};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::{Db, StoreError};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use umclique_wire::MethodKind;
use vault::grants::Grants;
use webhooks::deliver::Target;

/// Why the server does not start. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port.
    #[error(
        "the address {0} cannot be listened on ({1}); choose another with UMCLIQUE_LISTEN or UMCLIQUE_ADMIN_LISTEN"
    )]
    Listen(SocketAddr, std::io::Error),
    /// The database.
    #[error("the database cannot be opened: {0}")]
    Store(#[from] StoreError),
    /// A method.
    #[error("PicPay by QR cannot be set up: {0}")]
    Epag(#[from] methods::picpay_qr::EpagError),
    /// A method.
    #[error("April cannot be set up: {0}")]
    April(#[from] methods::april::AprilError),
    /// A method.
    #[error("PicPay 1-Click cannot be set up: {0}")]
    Picpay(#[from] methods::picpay_wallet::PicpayError),
    /// A method.
    #[error("WhatsApp one-click cannot be set up: {0}")]
    Whatsapp(#[from] methods::whatsapp::WhatsappError),
    /// The HTTP client.
    #[error("an HTTP client cannot be made: {0}")]
    Http(#[from] reqwest::Error),
    /// Metrics.
    #[error("metrics cannot be recorded: {0}")]
    Metrics(String),
}

/// A running server. Stops when told to, or dropped.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the operator's listener is.
    pub admin_address: SocketAddr,
    /// Its inside, for tools and tests.
    pub payments: Arc<Payments>,
    stop: CancellationToken,
    servers: TaskTracker,
}

impl Running {
    /// Takes no new requests, finishes the calls under way, closes the database.
    pub async fn stop(self) {
        self.stop.cancel();
        self.servers.close();
        self.payments.tasks.close();
        let patience = Duration::from_secs(30);
        let _ = tokio::time::timeout(patience, self.payments.tasks.wait()).await;
        let _ = tokio::time::timeout(Duration::from_secs(2), self.servers.wait()).await;
        self.payments.db.close().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Opens the database and puts everything together that decides about money, without listening or working.
pub async fn open(config: &Config, public_url: &str, is_server: bool) -> Result<Arc<Payments>, StartError> {
    // Whoever installed a provider before us installed this one: it is the only one in this program.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let clock = clock::Clock::default();
    let keys = ServerKey::new(config.server_key.clone(), config.server_key_previous.clone());
    // What cannot work is told before the database is opened, and made again on it.
    configured_methods(config, public_url, &clock, &keys, &Db::nowhere())?;
    let db = Db::open(&config.database_url, is_server).await?;
    let methods = configured_methods(config, public_url, &clock, &keys, &db)?;
    Ok(Arc::new(Payments {
        db,
        clock,
        keys,
        methods,
        merchant: Merchant { name: config.merchant_name.clone() },
        limits: config.limits,
        lease_ms: config.lease_ms(),
        hub: Hub::default(),
        wake: Arc::new(Notify::new()),
        tasks: TaskTracker::new(),
    }))
}

fn configured_methods(
    config: &Config,
    public_url: &str,
    clock: &clock::Clock,
    keys: &ServerKey,
    db: &Db,
) -> Result<Methods, StartError> {
    let mut methods = Methods::default();
    if let Some(epag) = &config.epag {
        let epag = EpagConfig {
            base_url: epag.base_url.clone(),
            api_key: epag.api_key.clone(),
            api_secret: epag.api_secret.clone(),
            contract_id: epag.contract_id.clone(),
            merchant_name: config.merchant_name.clone(),
            public_url: public_url.to_owned(),
            allowed_link_hosts: epag.link_hosts.clone(),
            timeout_ms: epag.timeout_ms,
        };
        methods = methods.with(PicpayQr::new(epag, clock.clone(), keys.clone())?);
    }
    if let Some(april) = &config.april {
        methods = methods.with(April::new(april.clone())?);
    }
    if let Some(picpay) = &config.picpay {
        let vault = picpay.vault.clone();
        let grants = Grants::new(MethodKind::PicpayWallet, db.clone(), clock.clone(), vault);
        let picpay = PicpayConfig {
            base_url: picpay.base_url.clone(),
            client_id: picpay.client_id.clone(),
            client_secret: picpay.client_secret.clone(),
            api_key: picpay.api_key.clone(),
            edition: picpay.edition,
            scopes: picpay.scopes.clone(),
            public_url: public_url.to_owned(),
            timeout_ms: picpay.timeout_ms,
        };
        methods = methods.with(PicpayWallet::new(picpay, grants, clock.clone(), keys.clone())?);
    }
    if let Some(whatsapp) = &config.whatsapp {
        methods = methods.with(Whatsapp::new(whatsapp.clone(), clock.clone())?);
    }
    Ok(methods)
}

/// Whose scripts and frames a shop's page must let in for the configured methods.
pub fn page_sources(config: &Config) -> Result<Vec<String>, StartError> {
    let keys = ServerKey::new(config.server_key.clone(), None);
    Ok(configured_methods(config, "http://127.0.0.1", &clock::Clock::default(), &keys, &Db::nowhere())?.page_sources())
}

/// Starts everything and returns once requests are answered.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let metrics = metrics_handle()?;
    let listener = listen(config.listen).await?;
    let admin_listener = listen(config.admin_listen).await?;
    let (address, admin_address) = (local(&listener, config.listen)?, local(&admin_listener, config.admin_listen)?);
    let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let payments = open(&config, &public_url, true).await?;
    if let Some(url) = &config.sandbox_url {
        // Before the first request, so that nothing is ever dated by the wrong clock.
        let first = worker::follow_sandbox(Arc::clone(&payments), reqwest::Client::new(), url.clone()).await;
        first.unwrap_or_else(|error| tracing::warn!(%error, "the sandbox's clock is not known yet"));
    }
    let target = match config.webhook_url {
        Some(url) => Some(Target::new(url, config.webhook_secrets)?),
        None => None,
    };
    let stop = CancellationToken::new();
    worker::start(&payments, target, config.sandbox_url, &stop);
    let app = Arc::new(http::App {
        payments: Arc::clone(&payments),
        secret_key_hashes: config.secret_key_hashes,
        trusted_proxies: config.trusted_proxies,
    });
    let (router, _) = http::router(app, &config.allowed_origins);
    let servers = TaskTracker::new();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    servers.spawn(axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future());
    let admin = http::admin::router(Arc::clone(&payments), metrics);
    servers
        .spawn(axum::serve(admin_listener, admin).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future());
    Ok(Running { address, admin_address, payments, stop, servers })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen(address, error))
}

fn local(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|error| StartError::Listen(asked, error))
}

/// The recorder is the process's; several servers in one process (tests) share it.
fn metrics_handle() -> Result<PrometheusHandle, StartError> {
    static HANDLE: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let install = || PrometheusBuilder::new().install_recorder().map_err(|error| error.to_string());
    HANDLE.get_or_init(install).clone().map_err(StartError::Metrics)
}

/// The description of the API as JSON, made from the code.
#[must_use]
pub fn openapi() -> String {
    let payments = Arc::new(Payments {
        db: Db::nowhere(),
        clock: clock::Clock::default(),
        keys: ServerKey::new("no requests are answered with this key".into(), None),
        methods: Methods::default(),
        merchant: Merchant { name: String::new() },
        limits: payments::Limits::default(),
        lease_ms: 0,
        hub: Hub::default(),
        wake: Arc::new(Notify::new()),
        tasks: TaskTracker::new(),
    });
    let app = http::App { payments, secret_key_hashes: Vec::new(), trusted_proxies: Vec::new() };
    let (_, api) = http::router(Arc::new(app), &[]);
    http::openapi::document(&api)
}
