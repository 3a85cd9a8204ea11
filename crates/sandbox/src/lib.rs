//! A local copy of the payment providers: what a shop, the server's tests and the demo pay against.
//!
//! Written only from the providers' documents, so that a misreading in the server's clients cannot hide in shared
//! types. All state is in memory. It never talks to anything but the callback addresses it was given.

mod april;
mod buyer;
mod card_number;
mod clock;
mod control;
mod deliveries;
mod epag;
mod faults;
mod http;
mod ids;
mod journal;
mod json;
mod keys;
mod ledger;
mod money;
mod picpay;
mod psp;
mod sign;
mod whatsapp;
mod world;

use std::net::SocketAddr;

use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::april::April;
use crate::epag::Epag;
use crate::picpay::PicPay;
use crate::psp::Psp;
use crate::whatsapp::WhatsApp;
use crate::world::World;

/// How to start a sandbox.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Payment tokens, refund ids and access tokens are drawn from this seed.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 0)), seed: 1 }
    }
}

/// Whom providers tell what happened, where they cannot be told in a call. What is `None` is told to nobody, or is what
/// docs/SANDBOX.md says; control can change all of it later.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    /// The shop's address for WhatsApp's webhooks.
    pub whatsapp_url: Option<String>,
    /// The word by which that address is verified.
    pub whatsapp_verify_token: Option<String>,
    /// What WhatsApp signs with.
    pub whatsapp_app_secret: Option<String>,
    /// The shop's address for the card processor's webhooks.
    pub psp_url: Option<String>,
    /// What the card processor signs with.
    pub psp_secret: Option<String>,
}

/// A running sandbox. It stops, with every timer and callback, when dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    _stop: DropGuard,
}

impl Sandbox {
    /// The origin of everything: ePag is under `/epag`, April under `/april`, PicPay under `/picpay`, WhatsApp under
    /// `/whatsapp`, the card processor under `/psp`, control under `/_control`, the buyer page at `/_buyer`.
    #[must_use]
    pub fn url(&self) -> String {
        origin(self.address)
    }

    /// The address that was really bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

fn origin(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Starts a sandbox on the current tokio runtime; it answers as soon as this returns.
///
/// # Errors
///
/// When the address cannot be bound.
pub async fn start(options: Options) -> std::io::Result<Sandbox> {
    start_with(options, Webhooks::default()).await
}

/// Starts a sandbox that knows from the start where webhooks go.
///
/// # Errors
///
/// When the address cannot be bound.
pub async fn start_with(options: Options, webhooks: Webhooks) -> std::io::Result<Sandbox> {
    // Callbacks go over plain HTTP, but where TLS is built along for others, its provider must be named.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let stop = CancellationToken::new();
    let world = World::new(options.seed, stop.clone());
    let epag = Epag::new(world.clone());
    let april = April::new(world.clone(), origin(address));
    let picpay = PicPay::new(world.clone());
    let whatsapp = WhatsApp::new(world.clone(), &webhooks);
    let psp = Psp::new(world.clone(), webhooks);

    let timers = world.clone();
    let stopped = stop.clone();
    tokio::spawn(async move { stopped.run_until_cancelled(timers.clock.run()).await });

    let app = axum::Router::new()
        .nest("/epag", epag::router(epag.clone()))
        .nest("/april", april::router(april.clone()))
        .nest("/picpay", picpay::router(picpay.clone()))
        .nest("/whatsapp", whatsapp::router(whatsapp.clone()))
        .nest("/psp", psp::router(psp.clone()))
        .nest("/_control", control::router(world, epag, april, picpay, whatsapp, psp))
        .nest("/_buyer", buyer::router())
        .route("/", get(|| async { Redirect::temporary("/_buyer") }))
        // Browsers ask; a 404 would be an error in the page's console.
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }));
    let stopped = stop.clone();
    tokio::spawn(async move { stopped.run_until_cancelled(http::serve(listener, app, stopped.clone())).await });

    Ok(Sandbox { address, _stop: stop.drop_guard() })
}
