//! What the shop and the buyer ask of the server.

use super::tools::merge;
use super::{SECRET_KEY, TAX_ID, World, key, ok, text, wait_for};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A session, as the shop's server got it.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Opened {
    /// Reads the answer to a session's creation.
    pub(crate) fn read(session: &Value) -> Self {
        Self { id: text(&session["id"]), secret: text(&session["client_secret"]) }
    }
}

impl World {
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
        Opened::read(&ok(Ok(self.create_as(&key(), &session_body(with)).await)).await)
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

    /// Every attempt at a session.
    pub(crate) async fn payments_of(&self, session: &Opened) -> Vec<Value> {
        let path = format!("/v1/payments?session={}&limit=100", session.id);
        ok(self.shop(Method::GET, &path).send().await).await["data"].as_array().expect("a list").clone()
    }

    /// The shop's call on a payment, with a fresh key.
    pub(crate) async fn ask(&self, payment: &str, verb: &str, body: Value) -> Response {
        self.ask_as(&key(), payment, verb, body).await
    }

    /// The shop's call on a payment, under `key`.
    pub(crate) async fn ask_as(&self, key: &str, payment: &str, verb: &str, body: Value) -> Response {
        let request = self.shop(Method::POST, &format!("/v1/payments/{payment}/{verb}")).header("idempotency-key", key);
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
}

/// What a shop sends for BRL 123.45, changed by `with`.
pub(crate) fn session_body(with: Value) -> Value {
    let mut body = json!({"amount_minor": 12_345, "currency": "BRL", "reference": "Pedido 1001",
        "return_url": "https://loja.example/obrigado", "buyer": {"name": "Ana Souza", "email": "ana@example.com"}});
    merge(&mut body, with);
    body
}
