//! A shop that writes to buyers of a fresh sandbox on a free port: what these tests share.

use std::ops::Deref;
use std::sync::Mutex;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use umclique_sandbox::Webhooks;

pub(crate) use crate::desk::{Answer, Desk, PATIENCE, read, text};
pub(crate) use crate::mailbox::{Letter, Mailbox, Word};

pub(crate) const ANA: &str = "+5511999990000";
pub(crate) const ANAS_ID: &str = "5511999990000";
pub(crate) const APP_SECRET: &str = "whatsapp_demo_app_secret";
pub(crate) const VERIFY_TOKEN: &str = "whatsapp_demo_verify_token";

/// A shop with a sandbox of its own, which posts to the shop's mailbox.
pub(crate) struct Shop {
    desk: Desk,
    pub(crate) mailbox: Mailbox,
    word: Word,
}

impl Deref for Shop {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl Shop {
    /// A shop that was verified before anything happens, and that is told of messages, not of their way.
    pub(crate) async fn new() -> Self {
        let shop = Self::unverified(&[], Some(VERIFY_TOKEN)).await;
        assert_eq!(shop.control("/whatsapp/webhook/verify", &json!({})).await["verified"], true);
        shop.set(json!({ "statuses": false })).await;
        shop
    }

    /// The same, told of statuses, too.
    pub(crate) async fn with_statuses() -> Self {
        let shop = Self::new().await;
        shop.set(json!({ "statuses": true })).await;
        shop
    }

    /// A shop whose address gives these answers.
    pub(crate) async fn unverified(answers: &[u16], word: Option<&str>) -> Self {
        let word = Word::new(Mutex::new(word.map(str::to_owned)));
        let mailbox = Mailbox::new(answers, word.clone()).await;
        let webhooks = Webhooks { whatsapp_url: Some(mailbox.url.clone()), ..Webhooks::default() };
        let desk = Desk::new(webhooks).await;
        Self { desk, mailbox, word }
    }

    /// From now on the address answers to this word.
    pub(crate) fn trust(&self, word: &str) {
        *self.word.lock().expect("nobody panicked") = Some(word.to_owned());
    }

    /// A send, not sent yet.
    pub(crate) fn request(&self, body: &Value) -> RequestBuilder {
        let url = self.url("/whatsapp/v24.0/100000000000001/messages");
        self.client.post(url).bearer_auth("whatsapp_demo_token").json(body)
    }

    /// A send, whatever is answered.
    pub(crate) async fn send(&self, body: &Value) -> Answer {
        read(self.request(body)).await.expect("an answer")
    }

    /// A send that must be accepted; answers the message's id.
    pub(crate) async fn accepted(&self, body: &Value) -> String {
        let (status, answer) = self.send(body).await;
        assert_eq!(status, 200, "{answer}");
        text(&answer["messages"][0]["id"])
    }

    /// Asks Ana to pay.
    pub(crate) async fn ask(&self, reference: &str) -> String {
        self.accepted(&order(reference)).await
    }

    /// Reports on Ana's order.
    pub(crate) async fn report(&self, reference: &str, parameters: Value) -> Answer {
        self.send(&report(reference, parameters)).await
    }

    pub(crate) async fn set(&self, settings: Value) {
        self.control("/whatsapp/settings", &settings).await;
    }

    pub(crate) async fn fault(&self, call: &str, fault: &str) {
        self.control("/whatsapp/faults", &json!({ "call": call, "fault": fault, "delay_ms": 100 })).await;
    }

    /// The buyer taps.
    pub(crate) async fn tap(&self, reference: &str, how: Value) -> Value {
        self.control(&format!("/whatsapp/orders/{reference}/tap"), &how).await
    }

    /// An order that expires so many seconds from now.
    pub(crate) async fn expiring(&self, reference: &str, seconds: i64) -> Value {
        let now: jiff::Timestamp = text(&self.see("/clock").await["now"]).parse().expect("RFC 3339");
        // Up to the next whole second, so that nothing is lost on the way there.
        let at_s = (now.as_millisecond() + 999).div_euclid(1_000) + seconds;
        let mut body = order(reference);
        body["interactive"]["action"]["parameters"]["order"]["expiration"] =
            json!({ "timestamp": at_s.to_string(), "description": "Vale por pouco tempo" });
        body
    }

    pub(crate) async fn order(&self, reference: &str) -> Value {
        self.see(&format!("/whatsapp/orders/{reference}")).await
    }
}

/// The code of a refusal in the Graph API's shape.
pub(crate) fn code((status, body): &Answer) -> (u16, i64) {
    assert_eq!(body["error"]["type"], "OAuthException", "{body}");
    (*status, body["error"]["code"].as_i64().expect("a code"))
}

pub(crate) fn amount(value: i64) -> Value {
    json!({ "value": value, "offset": 100 })
}

/// The published sample, under a reference.
pub(crate) fn order(reference: &str) -> Value {
    json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": ANA, "type": "interactive",
        "interactive": {
            "type": "order_details", "body": { "text": "Confira seu pedido" },
            "action": { "name": "review_and_pay", "parameters": parameters(reference) }
        }
    })
}

pub(crate) fn parameters(reference: &str) -> Value {
    json!({
        "reference_id": reference, "type": "physical-goods", "payment_type": "br",
        "payment_settings": [{ "type": "offsite_card_pay",
            "offsite_card_pay": { "last_four_digits": "4242", "credential_id": "cred_9f2" } }],
        "currency": "BRL", "total_amount": amount(2950),
        "order": {
            "status": "pending", "tax": amount(200), "shipping": amount(450),
            "items": [{ "retailer_id": "sku-1", "name": "Lata", "amount": amount(1150), "quantity": 2 }],
            "subtotal": amount(2300)
        }
    })
}

/// The same without the cart.
pub(crate) fn simplified(reference: &str) -> Value {
    let mut body = order(reference);
    let parameters = &mut body["interactive"]["action"]["parameters"];
    parameters.as_object_mut().expect("an object").remove("order");
    body
}

/// What became of an order: `{"order":…}`, `{"payment":…}`.
pub(crate) fn report(reference: &str, parameters: Value) -> Value {
    let mut parameters = parameters;
    parameters["reference_id"] = json!(reference);
    json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": ANA, "type": "interactive",
        "interactive": {
            "type": "order_status", "body": { "text": "Pagamento aprovado" },
            "action": { "name": "review_order", "parameters": parameters }
        }
    })
}

/// A plain text.
pub(crate) fn words(to: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "to": to, "type": "text", "text": { "body": "Obrigado" } })
}

/// The value of a letter's first change.
pub(crate) fn value(letter: &Letter) -> Value {
    letter.json()["entry"][0]["changes"][0]["value"].clone()
}

/// A letter's first message.
pub(crate) fn message(letter: &Letter) -> Value {
    value(letter)["messages"][0].clone()
}

/// Who sent it.
pub(crate) fn contact(letter: &Letter) -> Value {
    value(letter)["contacts"][0].clone()
}

/// What a tap says.
pub(crate) fn payment(letter: &Letter) -> Value {
    message(letter)["interactive"]["payment_method"].clone()
}

/// A template message to Ana.
pub(crate) fn template(name: &str, components: Value) -> Value {
    json!({
        "messaging_product": "whatsapp", "to": ANA, "type": "template",
        "template": { "name": name, "language": { "code": "pt_BR" }, "components": components }
    })
}
