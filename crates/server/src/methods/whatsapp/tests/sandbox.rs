//! The method against the sandbox, which was written from Meta's documents and shares no type with it. What the whole server
//! does is tried over HTTP; here the messages alone.

use super::super::order_state::{OrderState, PaymentState};
use super::super::told::Told;
use super::*;
use crate::methods::Prepared;
use crate::store::messages::Message;
use umclique_sandbox::{Options, Sandbox};
use umclique_wire::FailureCode;

struct Chat {
    sandbox: Sandbox,
    method: Whatsapp,
    http: reqwest::Client,
    now_ms: i64,
}

impl Chat {
    async fn start() -> Self {
        let options = Options { listen: "127.0.0.1:0".parse().expect("an address"), seed: 1 };
        let sandbox = umclique_sandbox::start(options).await.expect("a free port");
        let mut config = WhatsappConfig {
            access_token: "whatsapp_demo_token".into(),
            timeout_ms: 10_000,
            ..config(&format!("{}/whatsapp", sandbox.url()))
        };
        config.processor.base_url = format!("{}/psp", sandbox.url());
        config.processor.token = "psp_demo_token".into();
        let clock = Clock::default();
        let now_ms = clock.now_ms();
        let method = Whatsapp::new(config, clock).expect("it works");
        let http = reqwest::Client::builder().tls_certs_only([]).build().expect("no TLS is needed");
        Self { sandbox, method, http, now_ms }
    }

    async fn control(&self, what: &str, body: Value) {
        let url = format!("{}/_control/whatsapp/{what}", self.sandbox.url());
        let answer = self.http.post(url).json(&body).send().await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
    }

    async fn order(&self, reference: &str) -> Value {
        let url = format!("{}/_control/whatsapp/orders/{reference}", self.sandbox.url());
        self.http.get(url).send().await.expect("the sandbox answers").json().await.expect("JSON")
    }

    /// An attempt over what `data` says.
    fn attempt(&self, data: Value, amount_minor: u64) -> Attempt {
        let session = Session { expires_at_ms: self.now_ms + 24 * HOUR, ..session(data, amount_minor) };
        let request = ConfirmRequest::Whatsapp(WhatsappDetails { credential: card().id });
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let press = Press { session: &session, request: &request, address, now_ms: self.now_ms };
        let Prepared { details, .. } = self.method.prepare(&press).expect("it can be confirmed");
        Attempt { details, amount: session.amount, payer_amount_minor: amount_minor, ..attempt(&sent(), self.now_ms) }
    }
}

#[tokio::test]
async fn whatever_cart_a_shop_has_its_order_is_taken() {
    let chat = Chat::start().await;
    let line = |name: &str, unit: u64| json!({"id": "sku", "name": name, "quantity": 1, "unit_amount_minor": unit});
    for (data, amount_minor) in [
        (cart(), 2_950),
        (json!({}), 12_345),
        (json!({"items": [line(&"é".repeat(200), 500)], "discount_minor": 100, "goods": "digital"}), 400),
        (json!({"items": [line("Lata", 500), line("Brinde", 0)]}), 500),
        (json!({"items": [line("Lata", 100)], "discount_minor": 100, "shipping_minor": 1}), 1),
    ] {
        let attempt = chat.attempt(data.clone(), amount_minor);
        assert_eq!(word(&chat.method.send(&attempt).await), "asks", "{data}");
        let seen = chat.order(&format!("{}.1", attempt.id)).await;
        assert_eq!(seen["amount_minor"], amount_minor, "{data}: {seen}");
        assert_eq!(seen["card"]["credential_id"], CARD);
    }
}

#[tokio::test]
async fn a_message_that_was_sent_twice_stands_once() {
    let chat = Chat::start().await;
    let attempt = chat.attempt(cart(), 2_950);
    chat.control("faults", json!({"call": "send", "fault": "lost_reply", "times": 1})).await;
    assert_eq!(word(&chat.method.send(&attempt).await), "again");
    let again = Attempt { asks: 1, ..attempt };
    assert_eq!(word(&chat.method.send(&again).await), "asks");
}

#[tokio::test]
async fn who_cannot_be_written_to_is_unreachable() {
    let chat = Chat::start().await;
    for phone in ["+5511900000026", "+5511900000051"] {
        let mut attempt = chat.attempt(cart(), 2_950);
        attempt.details["to"] = json!(phone);
        let Outcome::Rejected(rejection) = chat.method.send(&attempt).await else { panic!("{phone} is reached") };
        assert_eq!(rejection.failure, FailureCode::BuyerUnreachable);
    }
}

#[tokio::test]
async fn the_sandbox_knows_our_reports_and_refuses_what_our_table_refuses() {
    let chat = Chat::start().await;
    chat.control("settings", json!({"late_errors": []})).await;
    let attempt = chat.attempt(cart(), 2_950);
    assert_eq!(word(&chat.method.send(&attempt).await), "asks");
    let (mut stands, mut payment) = (OrderState::Pending, None);
    let walk = [
        (Some(OrderState::Completed), None),
        (Some(OrderState::Processing), Some(PaymentState::Captured)),
        (Some(OrderState::Canceled), None),
        (Some(OrderState::PartiallyShipped), None),
        (Some(OrderState::Processing), None),
        (Some(OrderState::Shipped), None),
        (Some(OrderState::Completed), None),
        (Some(OrderState::Shipped), None),
        (None, None),
    ];
    for (order, money) in walk {
        let number = 1;
        let told = Told { number, text: "1001".to_owned(), order, description: None, payment: money, paid_at_s: None };
        let body = serde_json::to_value(told).expect("JSON");
        let message = Message {
            id: keys::new_row_id(),
            attempt: attempt.id.clone(),
            name: "x".to_owned(),
            body,
            created_at_ms: 0,
            tries: 1,
            sent_at_ms: None,
            state: None,
            failure: None,
        };
        let known = money.or(payment);
        let is_allowed = order.is_none_or(|to| {
            use super::super::order_state::Step;
            matches!(stands.step(to, known), Step::Change | Step::Repeat)
        });
        let expected = if is_allowed { "accepted" } else { "rejected" };
        assert_eq!(word(&chat.method.tell(&attempt, &message).await), expected, "{stands:?} to {order:?}");
        if is_allowed {
            (stands, payment) = (order.unwrap_or(stands), known);
        }
        assert_eq!(chat.order(&format!("{}.1", attempt.id)).await["status"], json!(stands.as_str()));
    }
}
