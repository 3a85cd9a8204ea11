//! What a buyer does at PicPay, and what the sandbox's control shows of it.

use super::{Opened, World, key, ok, text};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use serde_json::{Value, json};
use umclique_server::keys::sha256_hex;

/// The address of the server's that is registered at PicPay; nobody listens there in these tests.
const PUBLIC_URL: &str = "http://127.0.0.1:8080";
/// 32 bytes that nobody guesses here.
pub(crate) const VAULT_KEYS: &str = "k1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
/// What stays in the buyer's browser.
pub(crate) const NONCE: &str = "a text that never leaves the browser";

impl World {
    /// The same world, with the wallet configured.
    pub(crate) async fn with_wallet(mut self) -> Self {
        self.restart_with_wallet(&[]).await;
        self
    }

    /// The same, with some settings of its own.
    pub(crate) async fn restart_with_wallet(&mut self, own: &[(&str, &str)]) {
        let base_url = format!("{}/picpay", self.sandbox.url());
        let usual = [
            ("PUBLIC_URL", PUBLIC_URL),
            ("PICPAY_BASE_URL", base_url.as_str()),
            ("PICPAY_CLIENT_ID", "picpay_demo_client"),
            ("PICPAY_CLIENT_SECRET", "picpay_demo_secret"),
            ("PICPAY_TIMEOUT_MS", "5000"),
            ("VAULT_KEYS", VAULT_KEYS),
        ];
        self.restart_with(&[&usual, own].concat()).await;
    }

    /// A session of BRL 60.00 of the shop's buyer `buyer`.
    pub(crate) async fn open_for(&self, buyer: Option<&str>, with: Value) -> Opened {
        let mut body = json!({"amount_minor": 6_000});
        if let Some(buyer) = buyer {
            body["buyer"] = json!({"id": buyer});
        }
        super::tools::merge(&mut body, with);
        self.open(body).await
    }

    /// The buyer picks the wallet, under `key`.
    pub(crate) async fn press_wallet(&self, session: &Opened, key: &str, details: Value) -> Response {
        let request = self.buyer(session, Method::POST, "/confirm").header("idempotency-key", key);
        request.json(&json!({"method": "picpay_wallet", "details": details})).send().await.expect("an answer")
    }

    /// The press of the one click at another server on the same database; not sent yet.
    pub(crate) fn one_click_at(&self, server: &str, session: &Opened, key: &str) -> RequestBuilder {
        let url = format!("http://{server}/v1/checkout_sessions/{}/confirm", session.id);
        let request = self.http.post(url).bearer_auth(&session.secret).header("idempotency-key", key);
        request.json(&json!({"method": "picpay_wallet", "details": {}}))
    }

    /// The buyer picks the wallet, with a nonce.
    pub(crate) async fn confirm_wallet(&self, session: &Opened) -> Value {
        ok(Ok(self.press_wallet(session, &key(), json!({"nonce_sha256": sha256_hex(NONCE)})).await)).await
    }

    /// The buyer presses the one click of a linked account.
    pub(crate) async fn one_click(&self, session: &Opened) -> Value {
        ok(Ok(self.press_wallet(session, &key(), json!({})).await)).await
    }

    /// Where PicPay sends the browser of somebody who decides.
    pub(crate) async fn decide(&self, authorize_url: &str, buyer: &str, accept: bool) -> String {
        let wish = json!({"authorize_url": authorize_url, "user": buyer, "accept": accept});
        text(&self.control("picpay/consent", wish).await["redirect_to"])
    }

    /// A browser follows an address of the server's callback; its answer, not followed.
    pub(crate) async fn visit(&self, address: &str) -> Response {
        let url = Url::parse(address).expect("an address");
        let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let browser = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        browser.get(self.url(&path)).send().await.expect("an answer")
    }

    /// The same, where the browser must be sent on to the shop: that address.
    pub(crate) async fn sent_on(&self, address: &str) -> Url {
        let answer = self.visit(address).await;
        assert_eq!(answer.status(), 303, "{address}");
        Url::parse(answer.headers()["location"].to_str().expect("a text")).expect("an address")
    }

    /// Somebody consents in the browser that the snapshot sends to PicPay: the code that the browser brings back.
    pub(crate) async fn consent(&self, asked: &Value, buyer: &str) -> String {
        assert_eq!(asked["next_action"]["type"], "redirect", "{asked}");
        let back = self.decide(&text(&asked["next_action"]["url"]), buyer, true).await;
        let shop = self.sent_on(&back).await;
        assert_eq!(parameter(&shop, "umclique_session").as_deref(), asked["id"].as_str());
        parameter(&shop, "umclique_return").expect("a code")
    }

    /// A browser opens the server's page of a return.
    pub(crate) async fn page(&self, session: &Opened, code: &str) -> Response {
        let path = format!("/v1/checkout_sessions/{}/return?umclique_return={code}", session.id);
        self.http.get(self.url(&path)).send().await.expect("an answer")
    }

    /// The page's button is pressed.
    pub(crate) async fn press_page(&self, session: &Opened, code: &str) -> Response {
        let path = format!("/v1/checkout_sessions/{}/return", session.id);
        let form = [("umclique_return", code)];
        self.http.post(self.url(&path)).form(&form).send().await.expect("an answer")
    }

    /// The first time: consent, come back, pay.
    pub(crate) async fn connect_and_pay(&self, session: &Opened, buyer: &str) -> Value {
        let asked = self.confirm_wallet(session).await;
        let code = self.consent(&asked, buyer).await;
        self.answer(session, json!({"return_code": code, "nonce": NONCE})).await
    }

    /// A buyer of the shop who is linked to a wallet, and has paid once.
    pub(crate) async fn linked(&self, buyer: &str, wallet: &str) -> String {
        let session = self.open_for(Some(buyer), json!({})).await;
        let paid = self.connect_and_pay(&session, wallet).await;
        assert_eq!(paid["status"], "succeeded", "{paid}");
        text(&paid["attempt"]["id"])
    }

    pub(crate) async fn picpay_fault(&self, call: &str, fault: &str, times: u32) {
        self.control("picpay/faults", json!({"call": call, "fault": fault, "times": times})).await;
    }

    /// PicPay's charges that carry our reference, the newest first.
    pub(crate) async fn charges(&self, reference: &str) -> Vec<Value> {
        let url = format!("{}/_control/picpay/charges?reference={reference}", self.sandbox.url());
        ok(self.http.get(url).send().await).await["data"].as_array().expect("a list").clone()
    }

    /// Calls of one kind that PicPay answered.
    pub(crate) async fn picpay_calls(&self, call: &str) -> usize {
        let url = format!("{}/_control/picpay/calls?call={call}", self.sandbox.url());
        ok(self.http.get(url).send().await).await["data"].as_array().expect("a list").len()
    }

    /// What a buyer's payment has cost in the end.
    pub(crate) async fn net(&self, reference: &str) -> u64 {
        self.ledger_sum("charge", reference).await - self.ledger_sum("refund", reference).await
    }

    /// A buyer's newest token grows old at once, as PicPay sees it.
    pub(crate) async fn expire(&self, wallet: &str, token: &str) {
        self.control(&format!("picpay/links/{wallet}/expire"), json!({"token": token})).await;
    }

    /// The shop asks for a buyer's link.
    pub(crate) async fn link(&self, buyer: &str) -> Response {
        self.shop(Method::GET, &format!("/v1/buyers/{buyer}/links/picpay")).send().await.expect("an answer")
    }
}

/// A parameter of an address.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
