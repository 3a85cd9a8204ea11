//! Callbacks: minimal, per change, stubborn, and spoilt on demand.

use crate::common::{Merchant, Receiver, order};
use serde_json::{Value, json};

async fn create_for(merchant: &Merchant, receiver: &Receiver, reference: &str) -> String {
    let mut wanted = order(reference);
    wanted["notification_url"] = json!(receiver.url);
    merchant.create(&wanted).await
}

/// What became of the tries, once there are `count`.
async fn tries(merchant: &Merchant, count: usize) -> Vec<Value> {
    merchant.lines("/epag/calls?call=callback", count).await
}

#[tokio::test]
async fn each_change_sends_ids_and_nothing_else() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "operation_delay_ms": 0 })).await;
    let mut receiver = Receiver::new(&[]).await;
    let token = create_for(&merchant, &receiver, "A").await;
    merchant.act(&token, "pay").await;
    let expected = json!({ "reference_id": "A", "payment_token": token });
    assert_eq!(receiver.next().await, expected);
    merchant.post("/refund", &json!({ "payment_token": token, "amount": 10 })).await;
    assert_eq!(receiver.next().await, expected, "PARTIALLY_REFUNDED");
    merchant.post("/refund", &json!({ "payment_token": token, "amount": 10 })).await;
    assert_eq!(receiver.next().await, expected, "no new status, but the refund is done");
    merchant.post("/refund", &json!({ "payment_token": token })).await;
    assert_eq!(receiver.next().await, expected, "REFUNDED");
    tries(&merchant, 4).await;
    assert_eq!(receiver.waiting(), 0);
}

#[tokio::test]
async fn a_refund_with_its_own_address_is_told_there_too() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "operation_delay_ms": 0 })).await;
    let (mut of_payment, mut of_refund) = (Receiver::new(&[]).await, Receiver::new(&[]).await);
    let token = create_for(&merchant, &of_payment, "A").await;
    merchant.act(&token, "pay").await;
    of_payment.next().await;
    merchant.post("/refund", &json!({ "payment_token": token, "notification_url": of_refund.url })).await;
    assert_eq!(of_payment.next().await["payment_token"], json!(token));
    assert_eq!(of_refund.next().await["payment_token"], json!(token));
}

#[tokio::test]
async fn failures_are_tried_again_after_2_4_and_8_seconds() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[500, 404, 302]).await;
    let token = create_for(&merchant, &receiver, "A").await;
    merchant.act(&token, "pay").await;
    receiver.next().await;
    for (count, wait) in [(1, 2), (2, 4), (3, 8)] {
        tries(&merchant, count).await;
        merchant.advance(wait).await;
        receiver.next().await;
    }
    let lines = tries(&merchant, 4).await;
    let seen: Vec<_> = lines.iter().map(|line| (line["attempt"].clone(), line["status"].clone())).collect();
    let expected = [(1, 500), (2, 404), (3, 302), (4, 200)].map(|(attempt, status)| (json!(attempt), json!(status)));
    assert_eq!(seen, expected);
    merchant.advance(7 * 3_600).await;
    assert_eq!(receiver.waiting(), 0, "a success ends it");
}

#[tokio::test]
async fn after_six_hours_only_a_person_can_send_it_again() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[500, 500]).await;
    let token = create_for(&merchant, &receiver, "A").await;
    merchant.act(&token, "pay").await;
    receiver.next().await;
    tries(&merchant, 1).await;
    merchant.advance(6 * 3_600 + 60).await;
    receiver.next().await;
    tries(&merchant, 2).await;
    merchant.advance(86_400).await;
    assert_eq!(receiver.waiting(), 0, "given up");
    merchant.control(&format!("/epag/payments/{token}/callback"), &json!({})).await;
    assert_eq!(receiver.next().await["payment_token"], json!(token));
}

#[tokio::test]
async fn a_deaf_merchant_is_tried_again_too() {
    let merchant = Merchant::new().await;
    let token = merchant.create(&order("A")).await;
    merchant.act(&token, "pay").await;
    assert!(tries(&merchant, 1).await[0].get("status").is_none(), "nobody listens there");
    merchant.advance(2).await;
    assert_eq!(tries(&merchant, 2).await[1]["attempt"], json!(2));
}

#[tokio::test]
async fn a_lost_callback_is_never_sent() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[]).await;
    merchant.fault(json!({ "call": "callback", "fault": "lose" })).await;
    let lost = create_for(&merchant, &receiver, "LOST").await;
    merchant.act(&lost, "pay").await;
    let kept = create_for(&merchant, &receiver, "KEPT").await;
    merchant.act(&kept, "pay").await;
    assert_eq!(receiver.next().await["reference_id"], "KEPT");
    merchant.advance(7 * 3_600).await;
    assert_eq!(receiver.waiting(), 0);
}

#[tokio::test]
async fn callbacks_can_be_doubled_reordered_delayed_and_forged() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[]).await;
    merchant.fault(json!({ "call": "callback", "fault": "duplicate" })).await;
    let token = create_for(&merchant, &receiver, "TWICE").await;
    merchant.act(&token, "pay").await;
    assert_eq!(receiver.next().await, receiver.next().await);

    merchant.fault(json!({ "call": "callback", "fault": "reorder", "delay_ms": 60_000 })).await;
    for reference in ["FIRST", "SECOND"] {
        let token = create_for(&merchant, &receiver, reference).await;
        merchant.act(&token, "pay").await;
    }
    assert_eq!(receiver.next().await["reference_id"], "SECOND");
    assert_eq!(receiver.next().await["reference_id"], "FIRST");

    merchant.fault(json!({ "call": "callback", "fault": "delay", "delay_ms": 300 })).await;
    for reference in ["SLOW", "FAST"] {
        let token = create_for(&merchant, &receiver, reference).await;
        merchant.act(&token, "pay").await;
    }
    assert_eq!(receiver.next().await["reference_id"], "FAST");
    assert_eq!(receiver.next().await["reference_id"], "SLOW");

    merchant.fault(json!({ "call": "callback", "fault": "forge" })).await;
    let token = create_for(&merchant, &receiver, "FORGED").await;
    merchant.act(&token, "pay").await;
    let forged = receiver.next().await["payment_token"].as_str().expect("a token").to_owned();
    assert_eq!(merchant.get(&format!("/payment/{forged}")).await.0, 404);
    assert_eq!(receiver.next().await["payment_token"], json!(token));
}

#[tokio::test]
async fn callbacks_can_come_from_another_address_or_not_at_all() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[]).await;
    merchant.set(json!({ "callbacks": false })).await;
    let token = create_for(&merchant, &receiver, "SILENT").await;
    merchant.act(&token, "pay").await;
    merchant.set(json!({ "callbacks": true, "callback_source": "127.0.0.1" })).await;
    let token = create_for(&merchant, &receiver, "LOUD").await;
    merchant.act(&token, "pay").await;
    assert_eq!(receiver.next().await["reference_id"], "LOUD");
}
