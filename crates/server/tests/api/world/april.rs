//! What a buyer does in April's frame, and what the sandbox's control shows of it.

use super::{Opened, World, key, ok, text};
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// Cards of the sandbox, by what becomes of them.
pub(crate) const PAYS: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const STOLEN: &str = "4000000000009979";
pub(crate) const PROCESSING_ERROR: &str = "4000000000000119";
pub(crate) const CHALLENGED: &str = "4000000000003220";
pub(crate) const CHALLENGED_TWICE: &str = "4000000000003246";

impl World {
    /// Creates a session of AUD 600.00, changed by `with`.
    pub(crate) async fn open_aud(&self, with: Value) -> Opened {
        let mut body = json!({"amount_minor": 60_000, "currency": "AUD"});
        super::tools::merge(&mut body, with);
        self.open(body).await
    }

    /// The buyer picks April and presses on.
    pub(crate) async fn confirm_april(&self, session: &Opened) -> Value {
        let request = self.buyer(session, Method::POST, "/confirm").header("idempotency-key", key());
        ok(request.json(&json!({"method": "april", "details": {}})).send().await).await
    }

    /// A session whose order is there and waits for a token, and its payment.
    pub(crate) async fn collecting(&self, with: Value) -> (Opened, String) {
        let session = self.open_aud(with).await;
        let asked = self.confirm_april(&session).await;
        assert_eq!(asked["next_action"]["type"], "collect_token", "{asked}");
        let payment = text(&asked["attempt"]["id"]);
        (session, payment)
    }

    /// April's frame makes a token of a card: what `resume` sends.
    pub(crate) async fn token(&self, card: &str, kind: &str, amount_minor: u64) -> Value {
        let wish = json!({"card": card, "amount_minor": amount_minor, "currency": "AUD", "kind": kind});
        let made = self.control("april/tokens", wish).await;
        json!({"token": made["token"], "kind": kind})
    }

    /// The buyer answers what the session asks for now, under `key`.
    pub(crate) async fn answer_as(&self, session: &Opened, key: &str, answer: Value) -> Response {
        let seen = self.session(session).await;
        let mut body = json!({"attempt": seen["attempt"]["id"], "round": seen["attempt"]["round"]});
        super::tools::merge(&mut body, answer);
        let request = self.buyer(session, Method::POST, "/resume").header("idempotency-key", key);
        request.json(&body).send().await.expect("the server answers")
    }

    /// The buyer answers what the session asks for now.
    pub(crate) async fn answer(&self, session: &Opened, answer: Value) -> Value {
        ok(Ok(self.answer_as(session, &key(), answer).await)).await
    }

    /// The buyer types a card and presses pay.
    pub(crate) async fn pay_by(&self, session: &Opened, card: &str) -> Value {
        let amount_minor = self.session(session).await["amount_minor"].as_u64().expect("an amount");
        let token = self.token(card, "Card", amount_minor).await;
        self.answer(session, token).await
    }

    /// The buyer does something in the challenge that the session shows.
    pub(crate) async fn in_challenge(&self, seen: &Value, act: &str) {
        self.control(&format!("april/challenges/{}/{act}", challenge_of(seen)), json!({})).await;
    }

    /// April's orders that carry our reference, the newest first.
    pub(crate) async fn orders(&self, reference: &str) -> Vec<Value> {
        let url = format!("{}/_control/april/orders?reference={reference}", self.sandbox.url());
        ok(self.http.get(url).send().await).await["data"].as_array().expect("a list").clone()
    }

    /// Waits until the books say this of a refund.
    pub(crate) async fn until_operation(&self, id: &str, status: &str) {
        let id = id.to_owned();
        super::wait_for(&format!("a refund that is {status}"), || async {
            let mut tx = self.server.payments.db.read().await.expect("the database answers");
            let operation =
                umclique_server::store::operations::get(&mut tx, &id).await.expect("read").expect("it is there");
            let seen = operation.status.as_str();
            if seen == status { Ok(()) } else { Err(seen) }
        })
        .await;
    }

    pub(crate) async fn april_fault(&self, call: &str, fault: &str, times: u32) {
        self.control("april/faults", json!({"call": call, "fault": fault, "times": times})).await;
    }
}

/// The id of the challenge that a snapshot asks for.
pub(crate) fn challenge_of(seen: &Value) -> String {
    let action = seen["next_action"]["action"].as_str().unwrap_or_else(|| panic!("a challenge, not {seen}"));
    let action: Value = serde_json::from_str(action).expect("JSON");
    text(&action["threeDSAuthorisationId"])
}
