//! A merchant against a fresh sandbox on a free port: what the sandbox's own tests share.

use std::ops::Deref;

use serde_json::{Value, json};
use umclique_sandbox::Webhooks;

pub(crate) use crate::desk::{Answer, Desk, PATIENCE, read};
pub(crate) use crate::receiver::Receiver;

pub(crate) const CONTRACT: &str = "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01";
/// Nobody listens there: the discard port.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9/cb";

/// A merchant with a token.
pub(crate) struct Merchant {
    desk: Desk,
    pub(crate) token: String,
}

impl Deref for Merchant {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl Merchant {
    pub(crate) async fn new() -> Self {
        let desk = Desk::new(Webhooks::default()).await;
        let mut merchant = Self { desk, token: String::new() };
        merchant.sign_in().await;
        merchant
    }

    pub(crate) async fn sign_in(&mut self) {
        let (status, body) = self.auth("apiKey=epag_demo_key&apiSecret=epag_demo_secret").await;
        assert_eq!(status, 200, "{body}");
        self.token = body["token"].as_str().expect("a token").to_owned();
    }

    pub(crate) async fn auth(&self, form: &str) -> Answer {
        let request = self.client.post(self.url("/epag/auth")).body(form.to_owned());
        read(request.header("content-type", "application/x-www-form-urlencoded")).await.expect("an answer")
    }

    /// A GET at ePag.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.client.get(self.url(&format!("/epag{path}"))).header("x-auth-token", &self.token);
        read(request).await.expect("an answer")
    }

    /// A POST at ePag.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_post(path, &body.to_string()).await.expect("an answer")
    }

    /// A POST at ePag that may stay without an answer.
    pub(crate) async fn try_post(&self, path: &str, body: &str) -> reqwest::Result<Answer> {
        let request = self.client.post(self.url(&format!("/epag{path}"))).header("x-auth-token", &self.token);
        read(request.body(body.to_owned())).await
    }

    pub(crate) async fn set(&self, settings: Value) {
        self.control("/epag/settings", &settings).await;
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.control("/epag/faults", &fault).await;
    }

    /// Creates a payment and answers its token.
    pub(crate) async fn create(&self, order: &Value) -> String {
        let (status, body) = self.post("/picpay/simple", order).await;
        assert_eq!(status, 200, "{body}");
        body["payment_token"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn status(&self, token: &str) -> String {
        let (status, body) = self.get(&format!("/payment/{token}")).await;
        assert_eq!(status, 200, "{body}");
        body["transactionStatus"].as_str().expect("a status").to_owned()
    }

    /// The payer does something: `pay`, `decline`, `expire`, `analyze`, `dispute`.
    pub(crate) async fn act(&self, token: &str, verb: &str) -> Answer {
        self.try_control(&format!("/epag/payments/{token}/{verb}"), &json!({})).await
    }
}

/// BRL 59.90 by somebody whose name chooses no outcome.
pub(crate) fn order(reference: &str) -> Value {
    named_order(reference, "Ana Souza")
}

/// BRL 59.90 by somebody.
pub(crate) fn named_order(reference: &str, name: &str) -> Value {
    json!({
        "contract_id": CONTRACT, "reference_id": reference, "notification_url": NOWHERE,
        "payment": { "amount": 59.90, "currency": "BRL", "country": "BR" },
        "person": { "full_name": name, "email": "ana@example.com", "tax_id": "52998224725" },
        "extra_data": { "loja": "12" }
    })
}

/// The same with `delay_capture`.
pub(crate) fn authorized_order(reference: &str, name: &str) -> Value {
    let mut order = named_order(reference, name);
    order["payment"]["delay_capture"] = json!(true);
    order
}
