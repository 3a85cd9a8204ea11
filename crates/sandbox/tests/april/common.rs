//! A merchant against a fresh sandbox on a free port: what the tests of April share.

use std::ops::Deref;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use umclique_sandbox::Webhooks;

pub(crate) use crate::desk::{Answer, Desk, PATIENCE, read, text};
pub(crate) use crate::receiver::Receiver;

pub(crate) const SECRET: &str = "sandbox_sk_demo";
pub(crate) const PUBLIC: &str = "sandbox_pk_demo";
pub(crate) const MARKETPLACE: &str = "sandbox_api_demo";
pub(crate) const MERCHANT: &str = "mcht_Demo000000000001";

pub(crate) const OK: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const CHALLENGED: &str = "4000000000003220";
pub(crate) const MISTRUSTED: &str = "4000000000003238";
pub(crate) const TWICE: &str = "4000000000003246";

/// A merchant with a sandbox of its own.
pub(crate) struct Merchant {
    desk: Desk,
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
        Self { desk }
    }

    /// A request to April with a credential.
    pub(crate) fn request(&self, key: &str, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.url(&format!("/april{path}")));
        request.header("authorization", format!("Bearer {key}"))
    }

    /// A call with the secret key that may stay without an answer.
    pub(crate) async fn try_call(&self, method: Method, path: &str, body: &Value) -> reqwest::Result<Answer> {
        let request = self.request(SECRET, method, path);
        read(if body.is_null() { request } else { request.body(body.to_string()) }).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_call(Method::GET, path, &Value::Null).await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_call(Method::POST, path, body).await.expect("an answer")
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.try_call(Method::PATCH, path, body).await.expect("an answer")
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.try_call(Method::DELETE, path, &Value::Null).await.expect("an answer")
    }

    pub(crate) async fn set(&self, settings: Value) {
        self.control("/april/settings", &settings).await;
    }

    pub(crate) async fn fault(&self, call: &str, fault: &str) {
        self.control("/april/faults", &json!({ "call": call, "fault": fault, "delay_ms": 150 })).await;
    }

    /// Creates an order and answers its id.
    pub(crate) async fn order(&self, reference: &str, amount: i64) -> String {
        let (status, body) = self.post("/orders", &order(reference, amount)).await;
        assert_eq!(status, 200, "{body}");
        text(&body["OnlineOrder"]["order"]["orderId"])
    }

    /// A token of this kind, as April's frame would have made it.
    pub(crate) async fn token_of(&self, kind: &str, card: &str, amount: i64) -> String {
        let wish = json!({ "card": card, "amount_minor": amount, "currency": "AUD", "kind": kind });
        text(&self.control("/april/tokens", &wish).await["token"])
    }

    /// A card's token.
    pub(crate) async fn token(&self, card: &str, amount: i64) -> String {
        self.token_of("Card", card, amount).await
    }

    pub(crate) async fn pay(&self, order: &str, token: &str) -> Answer {
        self.post(&format!("/orders/{order}/pay"), &by_card(token)).await
    }

    pub(crate) async fn confirm(&self, order: &str, token: &str, challenge: &str) -> Answer {
        self.post(&format!("/orders/{order}/pay"), &confirmed(token, challenge)).await
    }

    /// Creates an order of this amount and pays it; answers order and transaction.
    pub(crate) async fn paid(&self, reference: &str, amount: i64) -> (String, String) {
        let order = self.order(reference, amount).await;
        let (status, body) = self.pay(&order, &self.token(OK, amount).await).await;
        assert_eq!(status, 200, "{body}");
        (order, text(&body["PayOrderComplete"]["transactionId"]))
    }

    /// Creates an order and reserves its amount; answers order and transaction.
    pub(crate) async fn authorised(&self, reference: &str, amount: i64) -> (String, String) {
        let order = self.order(reference, amount).await;
        let token = self.token(OK, amount).await;
        let body = json!({ "PayByCard": { "paymentTokenId": token, "authoriseOnly": true } });
        let (status, body) = self.post(&format!("/orders/{order}/pay"), &body).await;
        assert_eq!((status, &body["PayOrderComplete"]["transactionStatus"]), (200, &json!("not_captured")), "{body}");
        (order, text(&body["PayOrderComplete"]["transactionId"]))
    }

    pub(crate) async fn refund(&self, transaction: &str, amount: i64) -> Answer {
        self.patch(&format!("/transactions/{transaction}"), &json!({ "CreateRefund": { "refundAmount": amount } }))
            .await
    }

    pub(crate) async fn capture(&self, transaction: &str) -> Answer {
        self.patch(&format!("/transactions/{transaction}"), &json!({ "CaptureFunds": {} })).await
    }

    /// `purchaseDetails` of a transaction.
    pub(crate) async fn purchase(&self, transaction: &str) -> Value {
        let (status, body) = self.get(&format!("/transactions/{transaction}")).await;
        assert_eq!(status, 200, "{body}");
        body["purchaseDetails"].clone()
    }

    pub(crate) async fn order_status(&self, order: &str) -> String {
        let (status, body) = self.get(&format!("/orders/{order}")).await;
        assert_eq!(status, 200, "{body}");
        text(&body["status"])
    }
}

/// The smallest order that a merchant should send.
pub(crate) fn order(reference: &str, amount: i64) -> Value {
    json!({ "CreateOnlineOrder": {
        "referenceOrderId": reference,
        "amount": { "minorCurrencyUnits": amount, "currency": "AUD" },
        "description": "2 item(s)",
        "billing": {
            "address": { "line1": "1 Test St", "city": "Perth", "state": "WA", "postalCode": "6000", "country": "AU" },
            "name": "Bo Test"
        },
        "metadata": { "shop": "12" }
    } })
}

pub(crate) fn by_card(token: &str) -> Value {
    json!({ "PayByCard": { "paymentTokenId": token } })
}

pub(crate) fn confirmed(token: &str, challenge: &str) -> Value {
    json!({ "Confirm3DSComplete": {
        "paymentTokenId": token, "threeDSResponse": { "threeDSAuthorisationId": challenge }
    } })
}

/// The id of the challenge that an answer asks for.
pub(crate) fn challenge_of((status, body): &Answer) -> String {
    assert_eq!(*status, 200, "{body}");
    text(&body["ThreeDSAuthorisationRequired"]["threeDSAuthorisationId"])
}

/// The errorCode of a refusal.
pub(crate) fn refusal((status, body): &Answer) -> (u16, String) {
    assert_eq!(body["statusCode"], json!(status), "{body}");
    (*status, text(&body["errorCode"]))
}
