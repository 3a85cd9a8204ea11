//! The shop that receives the webhooks: it verifies, refuses when told to, and keeps what it took.

use super::{World, text, wait_for};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::sync::{Arc, Mutex};

pub(super) const WEBHOOK_SECRET: &str = "whsec_dW1jbGlxdWUtZGVtby13ZWJob29rLXNlY3JldA==";

/// A webhook as the shop received it; its signature was good.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

#[derive(Clone, Default)]
pub(super) struct Shop {
    received: Arc<Mutex<Vec<Received>>>,
    refuse: Arc<Mutex<usize>>,
}

impl Shop {
    /// Listens on a free port; the address is returned.
    pub(super) async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let app = axum::Router::new().route("/webhooks", axum::routing::post(take_webhook)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }
}

impl World {
    /// The webhooks that the shop took.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shop.received.lock().expect("no test panics with it").clone()
    }

    /// The shop refuses the next `times` deliveries.
    pub(crate) fn refuse_webhooks(&self, times: usize) {
        *self.shop.refuse.lock().expect("no test panics with it") = times;
    }

    pub(crate) async fn until_received(&self, kind: &str) -> Received {
        wait_for(kind, || async {
            let all = self.received();
            all.iter()
                .find(|it| it.kind == kind)
                .cloned()
                .ok_or_else(|| all.iter().map(|it| it.kind.clone()).collect::<Vec<_>>())
        })
        .await
    }
}

/// A shop verifies first, with the reference implementation, and then believes.
async fn take_webhook(State(shop): State<Shop>, headers: HeaderMap, body: String) -> StatusCode {
    {
        let mut refuse = shop.refuse.lock().expect("no test panics with it");
        if *refuse > 0 {
            *refuse -= 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let webhook = standardwebhooks::Webhook::new(WEBHOOK_SECRET).expect("a key");
    let timestamp = header("webhook-timestamp").parse().unwrap_or(0);
    let signature = webhook.sign(&header("webhook-id"), timestamp, body.as_bytes()).expect("signed");
    if signature != header("webhook-signature") {
        return StatusCode::UNAUTHORIZED;
    }
    let payload: Value = serde_json::from_str(&body).expect("webhooks are JSON");
    let received = Received { id: header("webhook-id"), kind: text(&payload["type"]), data: payload["data"].clone() };
    shop.received.lock().expect("no test panics with it").push(received);
    StatusCode::OK
}
