//! A shop with stored cards at a fresh sandbox's processor: what these tests share.

use std::ops::Deref;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use umclique_sandbox::Webhooks;

pub(crate) use crate::desk::{Answer, Desk, PATIENCE, read, text};
pub(crate) use crate::mailbox::{Letter, Mailbox, Word};

/// A shop.
pub(crate) struct Shop {
    desk: Desk,
    pub(crate) mailbox: Mailbox,
}

impl Deref for Shop {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl Shop {
    /// A shop whose address gives these answers to webhooks.
    pub(crate) async fn hearing(answers: &[u16]) -> Self {
        let mailbox = Mailbox::new(answers, Word::default()).await;
        let webhooks = Webhooks { psp_url: Some(mailbox.url.clone()), ..Webhooks::default() };
        let desk = Desk::new(webhooks).await;
        Self { desk, mailbox }
    }

    /// A shop that is told nothing.
    pub(crate) async fn new() -> Self {
        let shop = Self::hearing(&[]).await;
        shop.set(json!({ "webhooks": false })).await;
        shop
    }

    /// A read, not sent yet.
    pub(crate) fn query(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(&format!("/psp{path}"))).bearer_auth("psp_demo_token")
    }

    /// A write under a key, not sent yet.
    pub(crate) fn request(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        let request = self.client.request(Method::POST, self.url(&format!("/psp{path}")));
        request.bearer_auth("psp_demo_token").header("idempotency-key", key).body(body.to_string())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.query(path)).await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        read(self.request(path, key, body)).await.expect("an answer")
    }

    /// Takes money of a card that pays; answers the charge's id.
    pub(crate) async fn captured(&self, reference: &str) -> String {
        self.charged(&order(reference)).await
    }

    /// Reserves money of a card that pays; answers the charge's id.
    pub(crate) async fn authorized(&self, reference: &str) -> String {
        self.charged(&reservation(reference)).await
    }

    async fn charged(&self, body: &Value) -> String {
        let (status, charge) = self.post("/charges", &text(&body["reference"]), body).await;
        assert_eq!(status, 201, "{charge}");
        text(&charge["id"])
    }

    /// The status that reading shows.
    pub(crate) async fn status(&self, charge: &str) -> String {
        text(&self.get(&format!("/charges/{charge}")).await.1["status"])
    }

    pub(crate) async fn set(&self, settings: Value) {
        self.control("/psp/settings", &settings).await;
    }

    pub(crate) async fn fault(&self, call: &str, fault: &str) {
        self.control("/psp/faults", &json!({ "call": call, "fault": fault, "delay_ms": 50 })).await;
    }
}

/// BRL 29.50 of a card that pays.
pub(crate) fn order(reference: &str) -> Value {
    json!({
        "reference": reference, "credential_reference": "stored_1", "amount_minor": 2950, "currency": "BRL",
        "capture": true, "metadata": { "whatsapp_reference_id": format!("{reference}.1") }
    })
}

/// The same, reserved only.
pub(crate) fn reservation(reference: &str) -> Value {
    let mut body = order(reference);
    body["capture"] = json!(false);
    body
}

/// The same, of another card.
pub(crate) fn of_card(reference: &str, card: &str) -> Value {
    let mut body = order(reference);
    body["credential_reference"] = json!(card);
    body
}

/// The code of a refusal, which is a problem.
pub(crate) fn problem((status, body): &Answer) -> (u16, String) {
    assert_eq!(body["status"], json!(status), "{body}");
    for name in ["type", "title", "detail"] {
        assert!(body[name].is_string(), "{body}");
    }
    (*status, text(&body["code"]))
}

/// What a refusal must be.
pub(crate) fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Kinds and amounts as [`Shop::ledger`] has them.
pub(crate) fn entries(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(kind, amount)| ((*kind).to_owned(), *amount)).collect()
}
