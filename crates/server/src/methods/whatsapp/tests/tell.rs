//! Reports: what is sent, and what each of WhatsApp's answers comes to.

use super::super::order_state::{OrderState, PaymentState};
use super::super::told::Told;
use super::*;
use crate::store::messages::Message;

fn report(order: Option<OrderState>, payment: Option<PaymentState>) -> Message {
    let text = super::super::texts::text(language(), super::super::texts::Say::Paid { order: "1001" });
    let description = order.map(|_| "Correios AB123".to_owned());
    let paid_at_s = payment.map(|_| 1_767_225_630);
    let told = Told { number: 1, text, order, description, payment, paid_at_s };
    Message {
        id: keys::new_row_id(),
        attempt: keys::new_attempt_id(),
        name: "paid".to_owned(),
        body: serde_json::to_value(told).expect("JSON"),
        created_at_ms: NOW_MS,
        tries: 1,
        sent_at_ms: None,
        state: None,
        failure: None,
    }
}

fn paid() -> Message {
    report(Some(OrderState::Processing), Some(PaymentState::Captured))
}

#[tokio::test]
async fn a_report_says_what_became_of_order_and_money() {
    let provider = Provider::start().await;
    provider.answer("POST", MESSAGES, 200, &taken()).await;
    let attempt = provider.attempt(|it| it);
    let both = paid();
    let messages = [
        both,
        report(Some(OrderState::PartiallyShipped), None),
        report(None, Some(PaymentState::Failed)),
        report(None, None),
    ];
    for message in &messages {
        assert_eq!(word(&provider.method.tell(&attempt, message).await), "accepted");
    }
    let sent = provider.messages().await;
    let name = json!(format!("{}.1", attempt.id));
    for (message, sent) in messages.iter().zip(&sent) {
        assert_eq!(sent["biz_opaque_callback_data"], json!(format!("{}.1:{}", attempt.id, message.id)));
        assert_eq!((&sent["to"], &sent["messaging_product"]), (&json!(PHONE), &json!("whatsapp")));
    }
    let parameters = |at: usize| &sent[at]["interactive"]["action"]["parameters"];
    assert_eq!(
        *parameters(0),
        json!({"reference_id": name, "order": {"status": "processing", "description": "Correios AB123"},
            "payment": {"status": "captured", "timestamp": 1_767_225_630}})
    );
    assert_eq!(
        *parameters(1),
        json!({"reference_id": name, "order": {"status": "partially_shipped", "description": "Correios AB123"}})
    );
    assert_eq!(
        *parameters(2),
        json!({"reference_id": name, "payment": {"status": "failed", "timestamp": 1_767_225_630}})
    );
    assert_eq!(sent[0]["interactive"]["type"], "order_status");
    assert_eq!((&sent[3]["type"], sent[3]["text"]["body"].is_string()), (&json!("text"), true));
}

#[tokio::test]
async fn every_answer_comes_to_what_it_means() {
    for (status, body, expected) in [
        (200, taken(), "accepted"),
        (200, "<html>".to_owned(), "unknown"),
        (400, refused(2_046, "no"), "rejected"),
        (400, refused(2_047, "no"), "rejected"),
        (400, refused(131_026, "no"), "rejected"),
        (400, refused(131_009, "reference_id names no order"), "rejected"),
        (400, refused(100, "no"), "rejected"),
        (400, refused(131_056, "no"), "again"),
        (400, refused(130_429, "no"), "again"),
        (503, refused(131_016, "no"), "again"),
        (500, refused(777, "no"), "again"),
        (401, refused(190, "no"), "credentials"),
        (403, refused(368, "no"), "credentials"),
        (401, String::new(), "credentials"),
        (429, String::new(), "again"),
        (502, "<html>".to_owned(), "unknown"),
    ] {
        let provider = Provider::start().await;
        provider.answer("POST", MESSAGES, status, &body).await;
        let attempt = provider.attempt(|it| it);
        assert_eq!(word(&provider.method.tell(&attempt, &paid()).await), expected, "{status} {body}");
        assert_eq!(provider.messages().await.len(), 1, "{status} {body}");
    }
    assert_eq!(word(&quiet().tell(&attempt(&sent(), NOW_MS), &paid()).await), "again");
    let unreadable = Message { body: json!(7), ..paid() };
    assert_eq!(word(&quiet().tell(&attempt(&sent(), NOW_MS), &unreadable).await), "rejected");
}

#[tokio::test]
async fn news_of_an_order_pass_a_closed_window_in_a_template() {
    let closed = refused(131_047, "more than 24 hours");
    for (message, expected, times) in [
        (paid(), "accepted", 2),
        // In the published template there is no payment, and a text has no template at all.
        (report(None, Some(PaymentState::Captured)), "rejected", 1),
        (report(None, None), "rejected", 1),
    ] {
        let provider = Provider::start().await;
        provider.answer_once("POST", MESSAGES, 400, &closed).await;
        provider.answer("POST", MESSAGES, 200, &taken()).await;
        let attempt = provider.attempt(|it| it);
        assert_eq!(word(&provider.method.tell(&attempt, &message).await), expected);
        let sent = provider.messages().await;
        assert_eq!(sent.len(), times);
        if let Some(template) = sent.get(1) {
            let component = &template["template"]["components"][0];
            assert_eq!(
                (&template["template"]["name"], &component["type"]),
                (&json!("pedido_status"), &json!("order_status"))
            );
            let told = &component["parameters"][0]["order_status"];
            assert_eq!((&told["order"]["status"], told.get("payment")), (&json!("processing"), None));
        }
    }
    let provider = Provider::start_as(|config| WhatsappConfig { status_template: None, ..config }).await;
    provider.answer("POST", MESSAGES, 400, &closed).await;
    assert_eq!(word(&provider.method.tell(&provider.attempt(|it| it), &paid()).await), "rejected");
}
