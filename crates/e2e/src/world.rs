//! Everything at once: sandbox, server, shop and browser, each fresh, each on a free port. Used through [`journey`](crate::journey).

use crate::axe::Axe;
use crate::browser::Browser;
use crate::checkout::Checkout;
use crate::http::Api;
use crate::page;
use crate::process::Process;
use crate::server::{self, LOOPBACK, SECRET_KEY, Setting, WEBHOOK_SECRET};
use crate::tools::Tools;
use crate::wait::until;
use crate::wishes::Wishes;
use futures::FutureExt;
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use tempfile::TempDir;
use tokio::net::TcpListener;
use umclique_sandbox::Sandbox;
use umclique_shop::Shop;

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
    tools: Tools,
    _sandbox: Sandbox,
    _shop: Shop,
    _folder: TempDir,
}

impl World {
    /// Starts everything.
    pub(crate) async fn start(tools: Tools, program: &Path, wishes: Wishes) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let running = umclique_sandbox::start(umclique_sandbox::Options { listen: LOOPBACK, seed: 1 }).await;
        let running = running.expect("the sandbox starts");
        let sandbox = Api::open(&running.url());
        // The server must know the shop's address and the shop the server's, so the shop's port is taken first.
        let listener = TcpListener::bind(LOOPBACK).await.expect("a free port");
        let shop_url = format!("http://{}", listener.local_addr().expect("bound"));
        let (sandbox_url, more) = (running.url(), wishes.settings(&sandbox).await);
        let setting = Setting { program, folder: folder.path(), sandbox: &sandbox_url, shop: &shop_url, more };
        let (process, server_url) = server::start(&setting).await;
        wishes.introduce(&sandbox, &server_url).await;
        let shop = umclique_shop::start_on(listener, shop_options(&tools, &server_url, running.url()));
        Self {
            browser: Browser::start(&tools).await,
            sandbox,
            server: Api::with_key(&server_url, SECRET_KEY),
            shop: Api::open(&shop_url),
            axe: Axe::new(tools.axe.clone()),
            sandbox_url,
            shop_url,
            server_url,
            process,
            tools,
            _sandbox: running,
            _shop: shop.expect("the shop starts"),
            _folder: folder,
        }
    }

    /// The address of one of the shop's pages.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.shop_url)
    }

    /// Does something in a browser that shares nothing with the buyer's: another profile, or another person's.
    pub async fn in_another_browser(&self, name: &str, act: impl AsyncFnOnce(&Browser)) {
        let browser = Browser::start(&self.tools).await;
        let outcome = AssertUnwindSafe(act(&browser)).catch_unwind().await;
        if outcome.is_err() {
            browser.report(&format!("{name}-elsewhere")).await;
        }
        browser.stop().await;
        crate::finish(outcome);
    }

    /// The merchant server's origin.
    #[must_use]
    pub fn server_url(&self) -> &str {
        &self.server_url
    }

    /// The address of one of the sandbox's pages.
    #[must_use]
    pub fn sandbox_page(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox_url)
    }

    /// Where a person plays the buyer.
    #[must_use]
    pub fn buyer_page(&self) -> String {
        self.sandbox_page("/_buyer")
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
        self.check_out_cart("", cart).await
    }

    /// Makes an order of this cart, and opens it on the shop's page in the language and currency of `query`.
    pub async fn check_out_cart(&self, query: &str, cart: Value) -> String {
        let made = self.shop.post("/shop/sessions", cart).await;
        let reference = made["order"]["reference"].as_str().expect("a reference").to_owned();
        self.browser.open(&self.page("/")).await;
        let keep = "sessionStorage.setItem(`umclique-shop:${arguments[0]}`, JSON.stringify(arguments[1]))";
        self.browser.run(keep, vec![json!(reference), made["session"].clone()]).await;
        let query = if query.is_empty() { "?" } else { &format!("{query}&") };
        self.browser.open(&self.page(&format!("/{query}order={reference}"))).await;
        reference
    }

    /// Host and port of the sandbox, as a page's `script-hosts` names them.
    #[must_use]
    pub fn sandbox_host(&self) -> &str {
        self.sandbox_url.trim_start_matches("http://")
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
        eprintln!("April: {:#}", self.sandbox.get("/_control/april/orders").await);
        eprintln!("PicPay: {:#}", self.sandbox.get("/_control/picpay/charges").await);
        eprintln!("chats: {:#}", self.sandbox.get("/_control/whatsapp/orders").await);
        eprintln!("card processor: {:#}", self.sandbox.get("/_control/psp/charges").await);
        eprintln!("ledger: {:#}", self.sandbox.get("/_control/ledger").await);
        eprintln!("shop: {:#}", self.shop.get("/shop/orders").await);
        let payments = self.server.get("/v1/payments").await;
        for payment in payments["data"].as_array().into_iter().flatten() {
            let id = payment["id"].as_str().unwrap_or_default();
            eprintln!("payment: {:#}", self.server.get(&format!("/v1/payments/{id}")).await);
        }
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
