//! What a buyer does in the chat, and what the sandbox's control shows of chats and of the card processor.

use super::{Opened, World, key, ok, text, wait_for};
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// The buyer of the shop, and where they have WhatsApp.
pub(crate) const BUYER: &str = "cliente-17";
pub(crate) const PHONE: &str = "+5511999990000";
/// The processor's names for cards, by what becomes of them.
pub(crate) const PAYS: &str = "card_visa_4242";
pub(crate) const DECLINED: &str = "card_declined";

impl World {
    /// The same world, with WhatsApp and the shop's processor configured.
    pub(crate) async fn with_whatsapp(mut self) -> Self {
        self.restart_with_whatsapp(&[]).await;
        self
    }

    /// The same, with some settings of its own.
    pub(crate) async fn restart_with_whatsapp(&mut self, own: &[(&str, &str)]) {
        let (whatsapp, psp) = (format!("{}/whatsapp", self.sandbox.url()), format!("{}/psp", self.sandbox.url()));
        let usual = [
            ("WHATSAPP_BASE_URL", whatsapp.as_str()),
            ("WHATSAPP_PHONE_NUMBER_ID", "100000000000001"),
            ("WHATSAPP_ACCESS_TOKEN", "whatsapp_demo_token"),
            ("WHATSAPP_APP_SECRET", "whatsapp_demo_app_secret"),
            ("WHATSAPP_VERIFY_TOKEN", "whatsapp_demo_verify_token"),
            ("WHATSAPP_TIMEOUT_MS", "5000"),
            ("PSP_BASE_URL", psp.as_str()),
            ("PSP_TOKEN", "psp_demo_token"),
            ("PSP_WEBHOOK_SECRET", "psp_demo_webhook_secret"),
            ("PSP_TIMEOUT_MS", "5000"),
        ];
        self.restart_with(&[&usual, own].concat()).await;
        self.point_webhooks_at(&self.url("")).await;
    }

    /// Tells WhatsApp and the processor where the server is.
    pub(crate) async fn point_webhooks_at(&self, server: &str) {
        let url = format!("{server}/providers/whatsapp/webhook");
        self.control("whatsapp/settings", json!({"webhook_url": url})).await;
        let url = format!("{server}/providers/whatsapp/psp");
        self.control("psp/settings", json!({"webhook_url": url})).await;
    }

    /// The shop stores a card of its buyer's.
    pub(crate) async fn store_card(&self, psp_reference: &str) -> String {
        self.store_card_of(Some(BUYER), PHONE, psp_reference).await
    }

    /// The shop stores a card.
    pub(crate) async fn store_card_of(&self, buyer: Option<&str>, phone: &str, psp_reference: &str) -> String {
        let mut whose = json!({"phone": phone});
        if let Some(buyer) = buyer {
            whose["id"] = json!(buyer);
        }
        let body = json!({"buyer": whose, "last_four_digits": "4242", "brand": "visa", "psp_reference": psp_reference});
        text(&ok(Ok(self.create_credential(&key(), &body).await)).await["id"])
    }

    /// The shop's call that stores a card, under `key`.
    pub(crate) async fn create_credential(&self, key: &str, body: &Value) -> Response {
        let request = self.shop(Method::POST, "/v1/credentials").header("idempotency-key", key);
        request.json(body).send().await.expect("an answer")
    }

    /// A session of BRL 123.45 of the buyer who has a card.
    pub(crate) async fn open_in_chat(&self, with: Value) -> Opened {
        let mut body = json!({"buyer": {"id": BUYER}});
        super::tools::merge(&mut body, with);
        self.open(body).await
    }

    /// The buyer presses pay: the order goes to their chat.
    pub(crate) async fn confirm_whatsapp(&self, session: &Opened, card: &str) -> Value {
        let request = self.buyer(session, Method::POST, "/confirm").header("idempotency-key", key());
        let body = json!({"method": "whatsapp", "details": {"credential": card}});
        ok(request.json(&body).send().await).await
    }

    /// A session whose order waits in the chat: it, its payment, and the order's reference.
    pub(crate) async fn ordered(&self, psp_reference: &str, with: Value) -> (Opened, String, String) {
        let card = self.store_card(psp_reference).await;
        let session = self.open_in_chat(with).await;
        let asked = self.confirm_whatsapp(&session, &card).await;
        assert_eq!(asked["next_action"]["type"], "await_buyer", "{asked}");
        let payment = text(&asked["attempt"]["id"]);
        let reference = format!("{payment}.1");
        (session, payment, reference)
    }

    /// The buyer taps *Send payment*, in the manner of `how`.
    pub(crate) async fn tap(&self, reference: &str, how: Value) -> Value {
        self.control(&format!("whatsapp/orders/{reference}/tap"), how).await
    }

    /// The order as the chat shows it.
    pub(crate) async fn in_chat(&self, reference: &str) -> Value {
        ok(self.http.get(format!("{}/_control/whatsapp/orders/{reference}", self.sandbox.url())).send().await).await
    }

    /// Waits until the chat shows the order so.
    pub(crate) async fn until_in_chat(&self, reference: &str, status: &str, payment: Option<&str>) {
        wait_for(&format!("an order that is {status} and {payment:?}"), || async {
            let seen = self.in_chat(reference).await;
            let fits = seen["status"] == status && seen["payment"].as_str() == payment;
            if fits { Ok(()) } else { Err(seen) }
        })
        .await;
    }

    /// Texts of the shop's in a chat.
    pub(crate) async fn texts(&self, phone: &str) -> Vec<String> {
        let phone = phone.trim_start_matches('+');
        let url = format!("{}/_control/whatsapp/chats/{phone}", self.sandbox.url());
        let chat = ok(self.http.get(url).send().await).await;
        let bubbles = chat["bubbles"].as_array().expect("a list");
        bubbles.iter().filter(|bubble| bubble["from"] == "shop").map(ToString::to_string).collect()
    }

    pub(crate) async fn whatsapp_fault(&self, call: &str, fault: &str, times: u32) {
        self.control("whatsapp/faults", json!({"call": call, "fault": fault, "times": times})).await;
    }

    pub(crate) async fn psp_fault(&self, call: &str, fault: &str, times: u32) {
        self.control("psp/faults", json!({"call": call, "fault": fault, "times": times})).await;
    }

    /// Meta posts this body to the server, signed or as `forge` says; the server's answer.
    pub(crate) async fn posted(&self, body: Value, forge: Option<&str>) -> u64 {
        let answer = self.control("whatsapp/webhook/posts", json!({"body": body, "forge": forge})).await;
        answer["status"].as_u64().expect("a status")
    }

    /// Waits until every signed notice is worked on, and every message sent or given up.
    pub(crate) async fn until_quiet(&self) {
        use umclique_server::store::counts;
        wait_for("no notice and no message under way", || async {
            let mut tx = self.server.payments.db.read().await.expect("the database answers");
            let (due, unreadable) = counts::notices(&mut tx).await.expect("counted");
            let messages = counts::messages(&mut tx).await.expect("counted");
            let waiting = (due.count, unreadable.count, messages.count);
            if waiting == (0, 0, 0) { Ok(()) } else { Err(waiting) }
        })
        .await;
    }

    /// Waits until a tap was heard and refused, which a person can see; then until the buyer was told.
    pub(crate) async fn until_refused(&self, payment: &str) {
        wait_for("a tap that was refused", || async {
            let told = self.timeline(payment).await;
            if told.iter().any(|(kind, _)| kind == "not_charged") { Ok(()) } else { Err(told) }
        })
        .await;
        self.until_quiet().await;
    }

    /// The kinds on a payment's timeline, with what each says.
    pub(crate) async fn timeline(&self, payment: &str) -> Vec<(String, String)> {
        let seen = self.payment(payment).await;
        let entries = seen["timeline"].as_array().expect("a list").clone();
        entries.iter().map(|entry| (text(&entry["kind"]), text(&entry["detail"]))).collect()
    }
}
