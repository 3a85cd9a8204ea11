//! A shop and a browser with a script where the merchant server would be, so that every screen can be shown on demand.
//!
//! Used through [`staged`](crate::staged). The script keeps no books: what is charged is the journeys' business.

use crate::axe::Axe;
use crate::browser::Browser;
use crate::checkout::Checkout;
use crate::page;
use crate::tools::Tools;
use crate::views::SESSION;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::StreamExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;
use tokio::sync::watch;
use umclique_shop::Shop;

/// What the script answers to whoever asks for the session.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A snapshot.
    View(Value),
    /// Nothing, for ever.
    Silence,
    /// A problem.
    Problem(u16, &'static str),
    /// Two hundred, and a page of some other program.
    Garbage,
}

/// What the script says, and how often it was asked.
struct Script {
    reply: watch::Sender<Reply>,
    asked: AtomicU64,
}

/// The scripted world.
pub struct Stage {
    /// The browser of the buyer.
    pub browser: Browser,
    /// axe-core.
    pub axe: Axe,
    script: Arc<Script>,
    version: AtomicU64,
    shop: Shop,
    server: tokio::task::JoinHandle<()>,
}

impl Stage {
    /// Starts script, shop and browser.
    pub(crate) async fn start(tools: &Tools) -> Self {
        let script = Arc::new(Script { reply: watch::Sender::new(Reply::Silence), asked: AtomicU64::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let server_url = format!("http://{}", listener.local_addr().expect("bound"));
        let router = router(script.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the script is served") });
        let shop = umclique_shop::start(umclique_shop::Options {
            listen: "127.0.0.1:0".parse().expect("an address"),
            server: server_url,
            component: tools.component.clone(),
            secret_key: "sk_demo".to_owned(),
            webhook_secrets: vec![],
            sandbox: None,
            public_url: None,
            react: tools.react.clone(),
        });
        let shop = shop.await.expect("the shop starts");
        let (browser, axe) = (Browser::start(tools).await, Axe::new(tools.axe.clone()));
        Self { browser, axe, script, version: AtomicU64::new(1), shop, server }
    }

    /// The address of one of the shop's pages.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.shop.url())
    }

    /// Opens the shop and checks out; the element then asks the script.
    pub async fn check_out(&self, query: &str) {
        self.browser.open(&self.page(&format!("/{query}"))).await;
        page::check_out(&self.browser, "").await;
    }

    /// Lets the server say this from now on, under a higher version. Streams that are open hear it at once.
    pub fn say(&self, view: impl serde::Serialize) {
        let mut view = json!(view);
        view["version"] = json!(self.version.fetch_add(1, Ordering::Relaxed));
        self.answer(Reply::View(view));
    }

    /// Lets the server answer so from now on.
    pub fn answer(&self, reply: Reply) {
        self.script.reply.send_replace(reply);
    }

    /// How many status streams are open.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.script.reply.receiver_count()
    }

    /// How often anything about the session was asked.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.script.asked.load(Ordering::Relaxed)
    }

    /// The page's checkout.
    #[must_use]
    pub fn checkout(&self) -> Checkout<'_> {
        Checkout::of(&self.browser)
    }

    /// Closes everything that would outlive the test.
    pub(crate) async fn stop(self) {
        self.browser.stop().await;
        self.server.abort();
    }
}

fn router(script: Arc<Script>) -> Router {
    let session = || async { (StatusCode::CREATED, Json(json!({ "id": SESSION, "client_secret": "secret" }))) };
    Router::new()
        .route("/v1/checkout_sessions", post(session))
        .route("/v1/checkout_sessions/{id}", get(show_session))
        .route("/v1/checkout_sessions/{id}/status", get(show_status))
        .route("/v1/checkout_sessions/{id}/confirm", post(show_session))
        .route("/v1/checkout_sessions/{id}/cancel", post(show_session))
        .with_state(script)
}

async fn show_session(State(script): State<Arc<Script>>) -> Response {
    script.asked.fetch_add(1, Ordering::Relaxed);
    let reply = script.reply.borrow().clone();
    match reply {
        Reply::View(view) => Json(view).into_response(),
        Reply::Silence => std::future::pending().await,
        Reply::Problem(status, code) => {
            let status = StatusCode::from_u16(status).expect("a status");
            let body = json!({ "status": status.as_u16(), "code": code, "title": code }).to_string();
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
        }
        Reply::Garbage => "<html>bad gateway</html>".into_response(),
    }
}

/// The stream, where it is asked for: what is said now, and whatever is said later.
async fn show_status(State(script): State<Arc<Script>>, headers: HeaderMap) -> Response {
    let wants_stream =
        headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/event-stream"));
    if !wants_stream || !matches!(*script.reply.borrow(), Reply::View(_)) {
        return show_session(State(script)).await;
    }
    script.asked.fetch_add(1, Ordering::Relaxed);
    let mut receiver = script.reply.subscribe();
    receiver.mark_changed();
    let events = futures::stream::unfold(receiver, async |mut receiver| {
        receiver.changed().await.ok()?;
        let reply = receiver.borrow_and_update().clone();
        Some((reply, receiver))
    });
    let events = events.map(|reply| match reply {
        Reply::View(view) => Ok(format!("event: session\nid: {}\ndata: {view}\n\n", view["version"])),
        _ => Err(std::io::Error::other("the script ends the stream")),
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(events)).into_response()
}
