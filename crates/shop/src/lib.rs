//! The demo shop: the worked example of an integration, for developers of any language.
//!
//! Its back end holds the secret key, makes checkout sessions with prices of its own, receives signed webhooks and asks for
//! refunds, all in plain HTTP and JSON. Started by `cargo xtask demo` and by the browser tests.
//! It shares no code with the server, so what works here works from PHP as well. It never trusts an amount of the browser,
//! and it keeps its orders in memory only: a real shop has a database.

mod accounts;
mod book;
mod cart;
mod catalogue;
mod checkout;
mod clock;
mod problem;
mod routes;
pub mod webhook;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Where April keeps its script and frame. Source: April's plugin for WooCommerce.
const APRIL: &str = "https://checkout-v3.au.meetapril.io";

/// How the shop runs.
pub struct Options {
    /// Where the shop listens; port 0 means a free one.
    pub listen: SocketAddr,
    /// The merchant server's origin, as in `http://127.0.0.1:8080`.
    pub server: String,
    /// The folder of the packaged component: `umclique.js` and its files.
    pub component: PathBuf,
    /// The secret key of the merchant server, `sk_…`. Never leaves the back end.
    pub secret_key: String,
    /// The secrets that sign webhooks, `whsec_…`: one, or two during a rotation.
    pub webhook_secrets: Vec<String>,
    /// The sandbox's origin, where there is one: its clock may run ahead, and its page plays the buyer.
    pub sandbox: Option<String>,
    /// The shop's origin as buyers see it; where it listens, if absent.
    pub public_url: Option<String>,
    /// React, bundled for the test page `/strict-mode` by `cargo xtask test e2e`. No other page needs it.
    pub react: Option<PathBuf>,
}

/// Why the shop did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, or not ours.
    #[error("the shop cannot listen on {address} ({source}); choose another one with --listen")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A webhook secret that is not `whsec_` and base64.
    #[error("webhook secret {position} is not whsec_ followed by base64; check --webhook-secret")]
    WebhookSecret {
        /// Counted from one; the secret itself is not repeated.
        position: usize,
    },
    /// An origin that no browser would send.
    #[error("{value:?} is not an origin like http://127.0.0.1:8080; check {option}")]
    Origin {
        /// The option to mend.
        option: &'static str,
        /// What it said.
        value: String,
    },
    /// The HTTP client could not be made.
    #[error("the shop's HTTP client cannot start: {0}")]
    Client(#[from] reqwest::Error),
}

/// What every route knows.
pub(crate) struct App {
    book: book::Book,
    visits: accounts::Visits,
    checkout: checkout::Checkout,
    http: reqwest::Client,
    server: String,
    component: PathBuf,
    react: Option<PathBuf>,
    verifier: webhook::Verifier,
    clock: clock::Clock,
    sandbox: Option<String>,
    /// The origin of April's script and frame.
    april: String,
    public_url: String,
    /// Turns true when the shop stops, and ends the streams that would otherwise stay open.
    stopping: watch::Receiver<bool>,
}

/// A running shop; stops when dropped.
pub struct Shop {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Shop {
    /// Where the shop is, as in `http://127.0.0.1:8000`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.task.abort();
    }
}

/// Starts the shop on `options.listen`.
pub async fn start(options: Options) -> Result<Shop, StartError> {
    let address = options.listen;
    let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
    start_on(listener, options)
}

/// Starts the shop on a listener that is already bound, for those who must know the shop's address before its server's.
pub fn start_on(listener: TcpListener, options: Options) -> Result<Shop, StartError> {
    let wanted = options.listen;
    let address = listener.local_addr().map_err(|source| StartError::Listen { address: wanted, source })?;
    let (stop, stopping) = watch::channel(false);
    let app = Arc::new(build(options, address, stopping.clone())?);
    let service = routes::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let task = tokio::spawn(async move {
        let stopped = until_true(stopping);
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the shop stopped");
        }
    });
    Ok(Shop { address, stop, task })
}

fn build(options: Options, address: SocketAddr, stopping: watch::Receiver<bool>) -> Result<App, StartError> {
    let server = origin("--server", &options.server)?;
    let sandbox = options.sandbox.map(|sandbox| origin("--sandbox", &sandbox)).transpose()?;
    let public_url = match options.public_url {
        Some(public_url) => origin("--public-url", &public_url)?,
        None => format!("http://{address}"),
    };
    let http = checkout::http_client()?;
    Ok(App {
        book: book::Book::default(),
        visits: accounts::Visits::default(),
        checkout: checkout::Checkout::new(http.clone(), &server, options.secret_key),
        clock: clock::Clock::new(http.clone(), sandbox.clone()),
        verifier: webhook::Verifier::new(&options.webhook_secrets)
            .map_err(|position| StartError::WebhookSecret { position })?,
        http,
        server,
        component: options.component,
        react: options.react,
        april: sandbox.clone().unwrap_or_else(|| APRIL.to_owned()),
        sandbox,
        public_url,
        stopping,
    })
}

fn origin(option: &'static str, value: &str) -> Result<String, StartError> {
    let bare = value.trim_end_matches('/');
    if routes::is_origin(bare) {
        Ok(bare.to_owned())
    } else {
        Err(StartError::Origin { option, value: value.to_owned() })
    }
}

/// Returns once the value is true, or nobody can change it any more.
pub(crate) async fn until_true(mut receiver: watch::Receiver<bool>) {
    let _ended = receiver.wait_for(|stopping| *stopping).await;
}
