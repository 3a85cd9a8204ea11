//! A server, its sandbox and its shop, and what one does with them.

use crate::database::Database;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use umclique_sandbox::{Options, Sandbox};
use umclique_server::Running;
use umclique_server::config::Config;

pub(crate) const SECRET_KEY: &str = "sk_test_of_the_shop";
pub(crate) const TAX_ID: &str = "529.982.247-25";
const WEBHOOK_SECRET: &str = "whsec_dW1jbGlxdWUtZGVtby13ZWJob29rLXNlY3JldA==";

/// A webhook as the shop received it; its signature was good.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

#[derive(Clone)]
struct ShopState {
    received: Arc<Mutex<Vec<Received>>>,
    refuse: Arc<Mutex<usize>>,
}

pub(crate) struct World {
    pub(crate) server: Running,
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    pub(crate) database: Database,
    nobodys: Option<Database>,
    settings: BTreeMap<String, String>,
    shop: ShopState,
}

/// A session, as the shop's server got it.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl World {
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// A world whose server has some settings of its own.
    pub(crate) async fn start_with(database: Database, own: &[(&str, &str)]) -> Self {
        let listen = "127.0.0.1:0".parse().expect("an address");
        let sandbox = umclique_sandbox::start(Options { listen, seed: 7 }).await.expect("the sandbox starts");
        let shop = ShopState { received: Arc::default(), refuse: Arc::default() };
        let shop_url = start_shop(shop.clone()).await;
        let mut settings = settings(&database.url, &sandbox.url(), &shop_url);
        settings.extend(own.iter().map(|(name, value)| (format!("UMCLIQUE_{name}"), (*value).to_owned())));
        let server = start_server(&settings).await;
        let http = Client::builder().no_proxy().build().expect("a client");
        let world = Self { server, sandbox, http, database, nobodys: None, settings, shop };
        world.control("epag/settings", json!({"settle_delay_ms": 0})).await;
        world
    }

    /// Another server on the same database.
    pub(crate) async fn another_server(&self) -> Running {
        start_server(&self.settings).await
    }

    /// Starts the server again, with some settings of its own.
    pub(crate) async fn restart_with(&mut self, own: &[(&str, &str)]) {
        self.settings.extend(own.iter().map(|(name, value)| (format!("UMCLIQUE_{name}"), (*value).to_owned())));
        self.pause_server().await;
        self.resume_server().await;
    }

    /// Stops this world's own server, so that another program can have the database.
    pub(crate) async fn pause_server(&mut self) {
        // A server on a database of nobody's takes its place meanwhile.
        let mut idle = self.settings.clone();
        let nobodys = Database::sqlite();
        idle.insert("UMCLIQUE_DATABASE_URL".into(), nobodys.url.clone());
        self.nobodys = Some(nobodys);
        let idle = start_server(&idle).await;
        std::mem::replace(&mut self.server, idle).stop().await;
    }

    /// Starts it again on the same database.
    pub(crate) async fn resume_server(&mut self) {
        let server = start_server(&self.settings).await;
        std::mem::replace(&mut self.server, server).stop().await;
    }

    /// What the server was started with, for starting it as a program.
    pub(crate) fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address)
    }

    /// A request of the shop's.
    pub(crate) fn shop(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(SECRET_KEY)
    }

    /// A request of the buyer's.
    pub(crate) fn buyer(&self, session: &Opened, method: Method, path: &str) -> RequestBuilder {
        let path = format!("/v1/checkout_sessions/{}{path}", session.id);
        self.http.request(method, self.url(&path)).bearer_auth(&session.secret)
    }

    /// Creates a session of BRL 123.45, changed by `with`.
    pub(crate) async fn open(&self, with: Value) -> Opened {
        let session = ok(Ok(self.create_as(&key(), &session_body(with)).await)).await;
        Opened { id: text(&session["id"]), secret: text(&session["client_secret"]) }
    }

    /// The shop creates a session, under `key`.
    pub(crate) async fn create_as(&self, key: &str, body: &Value) -> Response {
        let request = self.shop(Method::POST, "/v1/checkout_sessions").header("idempotency-key", key);
        request.json(body).send().await.expect("the server answers")
    }

    /// The buyer presses pay, under `key`.
    pub(crate) async fn confirm_as(&self, session: &Opened, key: &str) -> Response {
        let body = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
        let request = self.buyer(session, Method::POST, "/confirm").header("idempotency-key", key);
        request.json(&body).send().await.expect("the server answers")
    }

    /// The buyer presses pay.
    pub(crate) async fn confirm(&self, session: &Opened) -> Value {
        ok(Ok(self.confirm_as(session, &key()).await)).await
    }

    /// The buyer leaves an attempt.
    pub(crate) async fn leave(&self, session: &Opened, attempt: &str) -> Value {
        let request = self.buyer(session, Method::POST, "/cancel").header("idempotency-key", key());
        ok(request.json(&json!({"attempt": attempt})).send().await).await
    }

    pub(crate) async fn session(&self, session: &Opened) -> Value {
        ok(self.buyer(session, Method::GET, "").send().await).await
    }

    pub(crate) async fn payment(&self, id: &str) -> Value {
        ok(self.shop(Method::GET, &format!("/v1/payments/{id}")).send().await).await
    }

    /// The shop's call on a payment, with a fresh key.
    pub(crate) async fn ask(&self, payment: &str, verb: &str, body: Value) -> Response {
        let request =
            self.shop(Method::POST, &format!("/v1/payments/{payment}/{verb}")).header("idempotency-key", key());
        request.json(&body).send().await.expect("the server answers")
    }

    /// Waits until the session is in `status`, looking at it as a waiting page does.
    pub(crate) async fn until(&self, session: &Opened, status: &str) -> Value {
        wait_for(&format!("session {status}"), || async {
            let seen = ok(self.buyer(session, Method::GET, "/status?check=true").send().await).await;
            if seen["status"] == status { Ok(seen) } else { Err(seen) }
        })
        .await
    }

    /// Waits until the payment fits.
    pub(crate) async fn until_payment(
        &self,
        id: &str,
        what: &str,
        fits: impl Fn(&Value) -> bool + Send + Sync,
    ) -> Value {
        wait_for(what, || async {
            let seen = self.payment(id).await;
            if fits(&seen) { Ok(seen) } else { Err(seen) }
        })
        .await
    }

    /// A call of the sandbox's control.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/_control/{path}", self.sandbox.url()));
        ok(request.json(&body).send().await).await
    }

    pub(crate) async fn fault(&self, call: &str, fault: &str, times: u32) {
        self.control("epag/faults", json!({"call": call, "fault": fault, "times": times})).await;
    }

    /// Moves the virtual clock, and waits until the server follows.
    pub(crate) async fn advance(&self, seconds: i64) {
        self.control("clock", json!({"advance_s": seconds})).await;
        let clock = ok(self.http.get(format!("{}/_control/clock", self.sandbox.url())).send().await).await;
        let offset_ms = clock["offset_s"].as_i64().expect("an offset") * 1_000;
        let clock = self.server.payments.clock.clone();
        wait_for("the server's clock", || async {
            let ahead_ms = clock.now_ms() - clock.real_ms();
            if (ahead_ms - offset_ms).abs() < 1_000 { Ok(()) } else { Err(ahead_ms) }
        })
        .await;
    }

    /// The sandbox's payments that carry our reference.
    pub(crate) async fn at_epag(&self, reference: &str) -> Vec<Value> {
        let all = ok(self.http.get(format!("{}/_control/epag/payments", self.sandbox.url())).send().await).await;
        let list = all["data"].as_array().expect("a list of payments").clone();
        list.into_iter().filter(|payment| payment["reference"] == reference).collect()
    }

    /// The payer pays at ePag.
    pub(crate) async fn pay(&self, payment_token: &str) {
        self.control(&format!("epag/payments/{payment_token}/pay"), json!({})).await;
    }

    /// What really happened at the providers.
    pub(crate) async fn ledger(&self) -> Vec<Value> {
        let ledger = ok(self.http.get(format!("{}/_control/ledger", self.sandbox.url())).send().await).await;
        ledger.as_array().expect("a list").clone()
    }

    /// The sum of one kind of entry under our reference.
    pub(crate) async fn ledger_sum(&self, kind: &str, reference: &str) -> u64 {
        let fits = |entry: &&Value| entry["kind"] == kind && entry["reference"] == reference;
        self.ledger().await.iter().filter(fits).map(|entry| entry["amount_minor"].as_u64().expect("an amount")).sum()
    }

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

    /// Ends the test: the books hold, and no event is left behind.
    pub(crate) async fn finish(self) {
        wait_for("an empty outbox", || async {
            let mut tx = self.server.payments.db.read().await.expect("the database answers");
            let backlog = umclique_server::store::outbox::backlog(&mut tx).await.expect("counted");
            if backlog == (0, 0) { Ok(()) } else { Err(backlog) }
        })
        .await;
        assert_eq!(self.server.payments.audit().await.expect("audited"), Vec::<String>::new());
        self.server.stop().await;
    }
}

/// What a shop sends for BRL 123.45, changed by `with`.
pub(crate) fn session_body(with: Value) -> Value {
    let mut body = json!({"amount_minor": 12_345, "currency": "BRL", "reference": "Pedido 1001",
        "return_url": "https://loja.example/obrigado", "buyer": {"name": "Ana Souza", "email": "ana@example.com"}});
    merge(&mut body, with);
    body
}

fn settings(database_url: &str, sandbox_url: &str, shop_url: &str) -> BTreeMap<String, String> {
    [
        ("LISTEN", "127.0.0.1:0"),
        ("ADMIN_LISTEN", "127.0.0.1:0"),
        ("DATABASE_URL", database_url),
        ("SECRET_KEYS", SECRET_KEY),
        ("SERVER_KEY", "a-key-for-tests-a-key-for-tests-a-key"),
        ("ALLOWED_ORIGINS", "https://loja.example"),
        ("MERCHANT_NAME", "Loja Exemplo"),
        ("WEBHOOK_URL", &format!("{shop_url}/webhooks")),
        ("WEBHOOK_SECRETS", WEBHOOK_SECRET),
        ("SANDBOX_URL", sandbox_url),
        ("EPAG_BASE_URL", &format!("{sandbox_url}/epag")),
        ("EPAG_API_KEY", "epag_demo_key"),
        ("EPAG_API_SECRET", "epag_demo_secret"),
        ("EPAG_CONTRACT_ID", "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01"),
        ("EPAG_TIMEOUT_MS", "5000"),
    ]
    .into_iter()
    .map(|(name, value)| (format!("UMCLIQUE_{name}"), value.to_owned()))
    .collect()
}

async fn start_server(settings: &BTreeMap<String, String>) -> Running {
    let pairs = settings.iter().map(|(name, value)| (name.clone(), value.clone()));
    let config = Config::load(None, pairs).expect("the settings are good");
    umclique_server::start(config).await.expect("the server starts")
}

async fn start_shop(state: ShopState) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let app = axum::Router::new().route("/webhooks", axum::routing::post(take_webhook)).with_state(state);
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// A shop verifies first, with the reference implementation, and then believes.
async fn take_webhook(State(shop): State<ShopState>, headers: HeaderMap, body: String) -> StatusCode {
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

/// The JSON of a successful answer.
pub(crate) async fn ok(answer: reqwest::Result<Response>) -> Value {
    let answer = answer.expect("an answer");
    let (status, url) = (answer.status(), answer.url().path().to_owned());
    let body = answer.text().await.expect("a body");
    assert!(status.is_success(), "{url} answered {status}: {body}");
    if body.is_empty() { Value::Null } else { serde_json::from_str(&body).expect("JSON") }
}

/// The problem of a refused request, whose status must be `status`.
pub(crate) async fn problem(answer: Response, status: u16) -> Value {
    let (got, kind) = (answer.status(), answer.headers().get("content-type").cloned());
    let body = answer.text().await.expect("a body");
    assert_eq!(got.as_u16(), status, "{body}");
    assert_eq!(kind.expect("a content type"), "application/problem+json");
    serde_json::from_str(&body).expect("JSON")
}

/// Waits until `look` says `Ok`; after half a minute the last `Err` is shown.
pub(crate) async fn wait_for<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(
    what: &str,
    look: impl Fn() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) => assert!(Instant::now() < deadline, "waited in vain for {what}; last seen: {seen:?}"),
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

/// A fresh idempotency key.
pub(crate) fn key() -> String {
    umclique_server::keys::new_row_id()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("expected a text, got {value}")).to_owned()
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
