//! Everything at once: sandbox, server, shop and browser, each fresh, each on a free port. Used through [`journey`](crate::journey).

use crate::axe::Axe;
use crate::browser::Browser;
use crate::checkout::Checkout;
use crate::http::Api;
use crate::page;
use crate::process::Process;
use crate::tools::Tools;
use crate::wait::until;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use umclique_sandbox::Sandbox;
use umclique_shop::Shop;

const SECRET_KEY: &str = "sk_demo";
const WEBHOOK_SECRET: &str = "whsec_dW1jbGlxdWUtZGVtby13ZWJob29rLXNlY3JldA==";
const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A whole shop with its provider.
pub struct World {
    /// The browser of the buyer.
    pub browser: Browser,
    /// The sandbox's control.
    pub sandbox: Api,
    /// The merchant server, with the secret key.
    pub server: Api,
    /// The shop's own API.
    pub shop: Api,
    /// axe-core.
    pub axe: Axe,
    shop_url: String,
    server_url: String,
    sandbox_url: String,
    process: Process,
    _sandbox: Sandbox,
    _shop: Shop,
    _folder: TempDir,
}

impl World {
    /// Starts everything.
    pub(crate) async fn start(tools: &Tools, server: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let sandbox = umclique_sandbox::start(umclique_sandbox::Options { listen: LOOPBACK, seed: 1 }).await;
        let sandbox = sandbox.expect("the sandbox starts");
        // The server must know the shop's address and the shop the server's, so the shop's port is taken first.
        let listener = TcpListener::bind(LOOPBACK).await.expect("a free port");
        let shop_url = format!("http://{}", listener.local_addr().expect("bound"));
        let (process, server_url) = start_server(server, &folder, &sandbox.url(), &shop_url).await;
        let shop = umclique_shop::start_on(listener, shop_options(tools, &server_url, sandbox.url()));
        Self {
            browser: Browser::start(tools).await,
            sandbox: Api::open(&sandbox.url()),
            server: Api::with_key(&server_url, SECRET_KEY),
            shop: Api::open(&shop_url),
            axe: Axe::new(tools.axe.clone()),
            sandbox_url: sandbox.url(),
            shop_url,
            server_url,
            process,
            _sandbox: sandbox,
            _shop: shop.expect("the shop starts"),
            _folder: folder,
        }
    }

    /// The address of one of the shop's pages.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.shop_url)
    }

    /// The merchant server's origin.
    #[must_use]
    pub fn server_url(&self) -> &str {
        &self.server_url
    }

    /// Where a person plays the buyer.
    #[must_use]
    pub fn buyer_page(&self) -> String {
        format!("{}/_buyer", self.sandbox_url)
    }

    /// Opens the shop, picks who buys, and checks out. Gives the order's reference.
    pub async fn check_out(&self, query: &str, buyer: &str) -> String {
        self.browser.open(&self.page(&format!("/{query}"))).await;
        page::check_out(&self.browser, buyer).await
    }

    /// Makes an order of one of everything for Ana Souza, with these wishes of the shop's API, and opens it on the shop's page.
    pub async fn check_out_for(&self, wishes: Value) -> String {
        let mut cart = json!({ "items": [{ "id": "coffee", "quantity": 1 }, { "id": "mug", "quantity": 1 },
            { "id": "filter", "quantity": 1 }], "buyer": { "name": "Ana Souza", "email": "ana@example.com" } });
        for (name, wish) in wishes.as_object().into_iter().flatten() {
            cart[name] = wish.clone();
        }
        let made = self.shop.post("/shop/sessions", cart).await;
        let reference = made["order"]["reference"].as_str().expect("a reference").to_owned();
        self.browser.open(&self.page("/")).await;
        let keep = "sessionStorage.setItem(`umclique-shop:${arguments[0]}`, JSON.stringify(arguments[1]))";
        self.browser.run(keep, vec![json!(reference), made["session"].clone()]).await;
        self.browser.open(&self.page(&format!("/?order={reference}"))).await;
        reference
    }

    /// The page's checkout.
    #[must_use]
    pub fn checkout(&self) -> Checkout<'_> {
        Checkout::of(&self.browser)
    }

    /// The order as the shop's back end knows it.
    pub async fn order(&self, reference: &str) -> Value {
        let orders = self.shop.get("/shop/orders").await;
        let mut list = orders["orders"].as_array().cloned().unwrap_or_default();
        list.retain(|order| order["reference"] == reference);
        list.pop().unwrap_or_else(|| panic!("the shop does not know {reference}"))
    }

    /// Waits until the shop has received a webhook of this type for the order, and gives the order.
    pub async fn webhook(&self, reference: &str, kind: &str) -> Value {
        until(&format!("the shop receives {kind} for {reference}"), async || {
            let order = self.order(reference).await;
            let has_it =
                order["webhooks"].as_array().is_some_and(|hooks| hooks.iter().any(|hook| hook["type"] == kind));
            has_it.then_some(order)
        })
        .await
    }

    /// The payments that the server has for the order.
    pub async fn payments(&self, reference: &str) -> Vec<Value> {
        let session = self.order(reference).await["session"].as_str().expect("a session").to_owned();
        let list = self.server.get(&format!("/v1/payments?session={session}")).await;
        list["data"].as_array().cloned().unwrap_or_default()
    }

    /// The payment that the buyer looks at now.
    pub async fn open_payment(&self, reference: &str) -> Value {
        until("the server has an open payment", async || {
            self.payments(reference).await.into_iter().find(|payment| payment["status"] == "requires_action")
        })
        .await
    }

    /// The payer acts at the provider on the order's open payment: `pay`, `decline`, `expire`.
    pub async fn payer(&self, reference: &str, act: &str) {
        let payment = self.open_payment(reference).await;
        let token = payment["provider_reference"].as_str().expect("a payment token");
        self.sandbox.post(&format!("/_control/epag/payments/{token}/{act}"), json!({})).await;
    }

    /// Every payment that the provider knows of.
    pub async fn provider_payments(&self) -> Vec<Value> {
        let list = self.sandbox.get("/_control/epag/payments").await;
        list["data"].as_array().cloned().expect("a list")
    }

    /// The provider's own record of a payment.
    pub async fn provider_payment(&self, token: &str) -> Value {
        let all = self.provider_payments().await;
        all.into_iter().find(|payment| payment["payment_token"] == token).expect("the provider knows it")
    }

    /// What really happened at the provider, of this kind.
    pub async fn ledger(&self, kind: &str) -> Vec<Value> {
        let ledger = self.sandbox.get("/_control/ledger").await;
        ledger.as_array().into_iter().flatten().filter(|entry| entry["kind"] == kind).cloned().collect()
    }

    /// Scripts the provider's next answers.
    pub async fn fault(&self, fault: Value) {
        self.sandbox.post("/_control/epag/faults", fault).await;
    }

    /// Moves the provider's clock, and the server's with it.
    pub async fn advance_s(&self, seconds: u64) {
        self.sandbox.post("/_control/clock", json!({ "advance_s": seconds })).await;
    }

    /// Prints what a person wants to know after a failure.
    pub(crate) async fn report(&self) {
        eprintln!("provider: {:#}", self.sandbox.get("/_control/epag/payments").await);
        eprintln!("ledger: {:#}", self.sandbox.get("/_control/ledger").await);
        eprintln!("shop: {:#}", self.shop.get("/shop/orders").await);
        eprintln!("server log:\n{}", self.process.log());
    }

    /// Closes everything that would outlive the test.
    pub(crate) async fn stop(mut self) {
        self.browser.stop().await;
        self.process.kill().await;
    }
}

fn shop_options(tools: &Tools, server: &str, sandbox: String) -> umclique_shop::Options {
    umclique_shop::Options {
        listen: LOOPBACK,
        server: server.to_owned(),
        component: tools.component.clone(),
        secret_key: SECRET_KEY.to_owned(),
        webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
        sandbox: Some(sandbox),
        public_url: None,
        react: tools.react.clone(),
    }
}

/// Starts the server as a shop's operator would. Another program may take the free port first; then another one is tried.
async fn start_server(server: &Path, folder: &TempDir, sandbox: &str, shop: &str) -> (Process, String) {
    for attempt in 0..3 {
        let listener = TcpListener::bind(LOOPBACK).await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        drop(listener);
        let url = format!("http://{address}");
        let mut command = Command::new(server);
        command.arg("serve").env_clear().envs([
            ("RUST_LOG", "info"),
            ("UMCLIQUE_LISTEN", &address.to_string()),
            ("UMCLIQUE_ADMIN_LISTEN", "127.0.0.1:0"),
            ("UMCLIQUE_PUBLIC_URL", &url),
            ("UMCLIQUE_DATABASE_URL", &format!("sqlite://{}", folder.path().join("server.db").display())),
            ("UMCLIQUE_SECRET_KEYS", SECRET_KEY),
            ("UMCLIQUE_SERVER_KEY", "a-key-for-tests-of-at-least-32-characters"),
            ("UMCLIQUE_ALLOWED_ORIGINS", shop),
            ("UMCLIQUE_MERCHANT_NAME", "Loja Exemplo"),
            ("UMCLIQUE_WEBHOOK_URL", &format!("{shop}/shop/webhooks")),
            ("UMCLIQUE_WEBHOOK_SECRETS", WEBHOOK_SECRET),
            ("UMCLIQUE_SANDBOX_URL", sandbox),
            ("UMCLIQUE_EPAG_BASE_URL", &format!("{sandbox}/epag")),
            ("UMCLIQUE_EPAG_API_KEY", "epag_demo_key"),
            ("UMCLIQUE_EPAG_API_SECRET", "epag_demo_secret"),
            ("UMCLIQUE_EPAG_CONTRACT_ID", "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01"),
        ]);
        let mut process = Process::start(command, &folder.path().join(format!("server-{attempt}.log")));
        if process.announced("umclique-server listening on ").await.is_some() {
            return (process, url);
        }
        eprintln!("the server did not start:\n{}", process.log());
    }
    panic!("the server starts on one of three free ports");
}
