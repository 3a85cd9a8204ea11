//! Webhooks: the documented shape, subscriptions, retries, and what spoils them on demand.

use crate::common::{DECLINED, MARKETPLACE, MERCHANT, Merchant, OK, Receiver, read, refusal, text};
use reqwest::Method;
use serde_json::{Value, json};

async fn subscribe(merchant: &Merchant, receiver: &Receiver, events: &[&str]) -> Value {
    let body = json!({ "CreateWebhookMerchantSubscription": {
        "url": receiver.url, "events": events, "description": "ours", "metadata": { "service": "orders" } } });
    let (status, answer) = merchant.post("/webhooks", &body).await;
    assert_eq!(status, 200, "{answer}");
    answer["WebhookMerchantSubscription"].clone()
}

fn event(body: &Value) -> (String, String) {
    (text(&body["webhookEventType"]), text(&body["event"]["purchaseDetails"]["status"]))
}

#[tokio::test]
async fn a_subscriber_is_sent_the_transaction_in_the_documented_shape() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[]).await;
    let subscription = subscribe(&merchant, &receiver, &["TransactionPaid"]).await;
    assert_eq!((&subscription["status"], &subscription["merchantId"]), (&json!("Active"), &json!(MERCHANT)));
    assert!(subscription["secret"].is_string() && text(&subscription["id"]).starts_with("webhook_"));
    let (_, transaction) = merchant.paid("S-1", 1_000).await;
    let body = receiver.next().await;
    assert_eq!(body["webhookSubscriptionId"], subscription["id"]);
    assert_eq!(body["merchantId"], MERCHANT);
    assert_eq!(body["metadata"], json!({ "service": "orders" }));
    assert_eq!(event(&body), ("TransactionPaid".to_owned(), "paid".to_owned()));
    assert_eq!(body["event"]["purchaseDetails"], merchant.purchase(&transaction).await);
    assert!(body["requestId"].as_str().is_some_and(|id| id.len() == 36));
    assert!(body["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')));
    let mut names: Vec<_> = body.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected =
        ["event", "merchantId", "metadata", "requestId", "timestamp", "webhookEventType", "webhookSubscriptionId"];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn only_the_events_asked_for_are_sent() {
    let merchant = Merchant::new().await;
    let (mut paid, mut refunded) = (Receiver::new(&[]).await, Receiver::new(&[]).await);
    subscribe(&merchant, &paid, &["TransactionPaid"]).await;
    subscribe(&merchant, &refunded, &["TransactionRefunded"]).await;
    let (_, transaction) = merchant.paid("A", 1_000).await;
    merchant.refund(&transaction, 400).await;
    merchant.refund(&transaction, 600).await;
    assert_eq!(event(&paid.next().await).0, "TransactionPaid");
    let mut statuses = vec![event(&refunded.next().await).1, event(&refunded.next().await).1];
    statuses.sort();
    assert_eq!(statuses, ["partially_refunded", "refunded"]);
    deliveries(&merchant, 3).await;
    assert_eq!((paid.waiting(), refunded.waiting()), (0, 0));
}

/// What became of the tries, once there are `count`.
async fn deliveries(merchant: &Merchant, count: usize) -> Vec<Value> {
    merchant.lines("/april/calls?call=webhook", count).await
}

#[tokio::test]
async fn a_marketplace_subscribes_for_its_merchants() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[]).await;
    let body =
        json!({ "CreateWebhookMarketplaceSubscription": { "url": receiver.url, "events": ["TransactionPaid"] } });
    assert_eq!(refusal(&merchant.post("/webhooks", &body).await).0, 403, "a merchant is no marketplace");
    let request = merchant.request(MARKETPLACE, Method::POST, "/webhooks").body(body.to_string());
    let (status, answer) = read(request).await.expect("an answer");
    assert_eq!(status, 200, "{answer}");
    let marketplace = answer["WebhookMarketplaceSubscription"]["marketplaceId"].clone();
    merchant.paid("A", 1_000).await;
    let told = receiver.next().await;
    assert_eq!((&told["marketplaceId"], told.get("merchantId")), (&marketplace, None));
    for wrong in [
        json!({}),
        json!({ "url": "no url", "events": ["TransactionPaid"] }),
        json!({ "url": "http://127.0.0.1:9/", "events": [] }),
    ] {
        let answer = merchant.post("/webhooks", &json!({ "CreateWebhookMerchantSubscription": wrong })).await;
        assert_eq!(refusal(&answer).0, 400);
    }
}

#[tokio::test]
async fn the_address_of_the_settings_is_told_every_change_that_is_news() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[]).await;
    merchant.set(json!({ "webhook_url": receiver.url })).await;
    let declined = merchant.order("A", 1_000).await;
    merchant.pay(&declined, &merchant.token(DECLINED, 1_000).await).await;
    assert_eq!(event(&receiver.next().await), ("TransactionFailed".to_owned(), "failed".to_owned()));
    let (_, reserved) = merchant.authorised("B", 1_000).await;
    assert_eq!(event(&receiver.next().await).0, "TransactionAuthorised");
    merchant.advance(8 * 86_400).await;
    assert_eq!(event(&receiver.next().await).0, "TransactionCancelled");
    let (_, paid) = merchant.paid("C", 1_000).await;
    receiver.next().await;
    merchant.control(&format!("/april/transactions/{paid}/dispute"), &json!({})).await;
    assert_eq!(event(&receiver.next().await).0, "TransactionDisputed");
    let plan = merchant.order("D", 1_000).await;
    let body = json!({ "PayByPaymentToken": { "paymentTokenId": merchant.token_of("PayPlan", OK, 1_000).await } });
    merchant.post(&format!("/orders/{plan}/pay"), &body).await;
    assert_eq!(event(&receiver.next().await), ("TransactionPaid".to_owned(), "accepted".to_owned()));
    merchant.set(json!({ "webhooks": false })).await;
    merchant.paid("E", 1_000).await;
    merchant.set(json!({ "webhooks": true })).await;
    merchant.control(&format!("/april/transactions/{reserved}/webhook"), &json!({})).await;
    assert_eq!(event(&receiver.next().await).0, "TransactionCancelled", "sent again by hand, and nothing between");
    assert_eq!(merchant.try_control("/april/settings", &json!({ "webhook_url": "nowhere" })).await.0, 400);
}

#[tokio::test]
async fn a_deaf_merchant_is_tried_again() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[500, 404]).await;
    merchant.set(json!({ "webhook_url": receiver.url })).await;
    merchant.paid("A", 1_000).await;
    let first = receiver.next().await;
    for (count, wait) in [(1, 2), (2, 4)] {
        deliveries(&merchant, count).await;
        merchant.advance(wait).await;
        assert_eq!(receiver.next().await, first, "the same message");
    }
    let lines = deliveries(&merchant, 3).await;
    let statuses: Vec<_> = lines.iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, [json!(500), json!(404), json!(200)]);
}

#[tokio::test]
async fn webhooks_can_be_lost_doubled_reordered_and_forged() {
    let merchant = Merchant::new().await;
    let mut receiver = Receiver::new(&[]).await;
    merchant.set(json!({ "webhook_url": receiver.url })).await;
    let script = async |fault: &str, delay_ms: u64| {
        let body = json!({ "call": "webhook", "fault": fault, "delay_ms": delay_ms });
        merchant.control("/april/faults", &body).await;
    };
    let reference = |body: &Value| text(&body["event"]["purchaseDetails"]["referenceOrderId"]);
    script("lose", 0).await;
    merchant.paid("LOST", 1_000).await;
    script("duplicate", 0).await;
    merchant.paid("TWICE", 1_000).await;
    let (one, two) = (receiver.next().await, receiver.next().await);
    assert_eq!((reference(&one), one), ("TWICE".to_owned(), two));
    script("reorder", 60_000).await;
    merchant.paid("FIRST", 1_000).await;
    merchant.paid("SECOND", 1_000).await;
    assert_eq!(reference(&receiver.next().await), "SECOND");
    assert_eq!(reference(&receiver.next().await), "FIRST");
    script("forge", 0).await;
    let order = merchant.order("FORGED", 1_000).await;
    merchant.pay(&order, &merchant.token(DECLINED, 1_000).await).await;
    let forged = receiver.next().await;
    assert_eq!(event(&forged), ("TransactionPaid".to_owned(), "paid".to_owned()), "a lie");
    let invented = text(&forged["event"]["purchaseDetails"]["transactionId"]);
    assert_eq!(merchant.get(&format!("/transactions/{invented}")).await.0, 404);
    assert_eq!(event(&receiver.next().await).1, "failed", "the truth");
    assert_eq!(merchant.order_status(&order).await, "created");
}
