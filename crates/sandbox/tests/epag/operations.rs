//! Capture, cancel and refund: accepted first, done later, each with everything it refuses.

use crate::common::{Merchant, authorized_order, order};
use serde_json::{Value, json};

fn code(body: &Value) -> &str {
    body["errors"][0]["code"].as_str().unwrap_or("none")
}

async fn authorized(merchant: &Merchant) -> String {
    let token = merchant.create(&authorized_order("A", "Ana")).await;
    assert_eq!(merchant.act(&token, "pay").await.0, 200);
    token
}

async fn paid(merchant: &Merchant) -> String {
    let token = merchant.create(&order("A")).await;
    assert_eq!(merchant.act(&token, "pay").await.0, 200);
    token
}

#[tokio::test]
async fn a_capture_is_accepted_first_and_takes_a_part_later() {
    let merchant = Merchant::new().await;
    let token = authorized(&merchant).await;
    let path = format!("/payment/{token}/capture");
    let (status, body) = merchant.post(&path, &json!({ "amount": 50.00 })).await;
    assert_eq!((status, &body["transaction_status"]), (200, &json!("PROCESSING")));
    assert_eq!(body["payment_token"], json!(token));
    assert_eq!(merchant.status(&token).await, "PRE_AUTHORIZED");
    assert_eq!(code(&merchant.post(&path, &json!({ "amount": 50.00 })).await.1), "00.04.0012", "one at a time");
    merchant.advance(1).await;
    let (_, body) = merchant.get(&format!("/payment/{token}")).await;
    assert_eq!((&body["transactionStatus"], &body["amount_received"]), (&json!("PAID"), &json!(50)));
    assert_eq!(merchant.post(&path, &json!({ "amount": 1 })).await.0, 422, "captured once");
    assert_eq!(merchant.ledger().await, [("authorization".to_owned(), 5990), ("capture".to_owned(), 5000)]);
}

#[tokio::test]
async fn wrong_captures_are_refused() {
    let merchant = Merchant::new().await;
    let token = authorized(&merchant).await;
    let path = format!("/payment/{token}/capture");
    for (body, status, expected) in [
        (json!({}), 400, "00.01.0044"),
        (json!({ "amount": "50.00" }), 400, "00.01.0044"),
        (json!({ "amount": 1.001 }), 400, "00.01.0044"),
        (json!({ "amount": 0 }), 400, "00.01.0058"),
        (json!({ "amount": 59.91 }), 422, "00.04.0011"),
    ] {
        let (got, answer) = merchant.post(&path, &body).await;
        assert_eq!((got, code(&answer)), (status, expected), "{body}");
    }
    let unpaid = merchant.create(&order("B")).await;
    let (status, body) = merchant.post(&format!("/payment/{unpaid}/capture"), &json!({ "amount": 1 })).await;
    assert_eq!((status, code(&body)), (422, "00.04.0010"));
    let (status, body) = merchant.post("/payment/nobody/capture", &json!({ "amount": 1 })).await;
    assert_eq!((status, code(&body)), (404, "00.01.0038"));
}

#[tokio::test]
async fn a_canceled_qr_cannot_be_paid_not_even_while_the_cancel_is_under_way() {
    let merchant = Merchant::new().await;
    let token = merchant.create(&order("A")).await;
    let path = format!("/payment/{token}/cancel");
    let (status, body) = merchant.post(&path, &json!({})).await;
    assert_eq!((status, &body["transaction_status"]), (200, &json!("PROCESSING")));
    assert_eq!(merchant.status(&token).await, "PROCESSING");
    assert_eq!(merchant.act(&token, "pay").await.0, 409);
    merchant.advance(1).await;
    assert_eq!(merchant.status(&token).await, "CANCELED");
    assert_eq!(merchant.act(&token, "pay").await.0, 409);
    assert_eq!(code(&merchant.post(&path, &json!({})).await.1), "00.04.0010");
    assert!(merchant.ledger().await.is_empty());
}

#[tokio::test]
async fn canceling_an_authorization_voids_it_and_paid_cannot_be_canceled() {
    let merchant = Merchant::new().await;
    let token = authorized(&merchant).await;
    merchant.post(&format!("/payment/{token}/cancel"), &json!({})).await;
    merchant.advance(1).await;
    assert_eq!(merchant.status(&token).await, "CANCELED");
    assert_eq!(merchant.ledger().await, [("authorization".to_owned(), 5990), ("void".to_owned(), 5990)]);
    let token = paid(&merchant).await;
    let (status, body) = merchant.post(&format!("/payment/{token}/cancel"), &json!({})).await;
    assert_eq!((status, code(&body)), (422, "00.04.0010"));
}

#[tokio::test]
async fn a_cancel_can_be_overtaken_by_the_payer_where_that_is_switched_on() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "pay_while_canceling": true })).await;
    let token = merchant.create(&order("A")).await;
    merchant.post(&format!("/payment/{token}/cancel"), &json!({})).await;
    assert_eq!(merchant.act(&token, "pay").await.0, 200);
    merchant.advance(1).await;
    assert_eq!(merchant.status(&token).await, "PAID");

    merchant.set(json!({ "pay_while_canceling": false, "cancel_outcome": "PAID" })).await;
    let token = merchant.create(&order("B")).await;
    merchant.post(&format!("/payment/{token}/cancel"), &json!({})).await;
    merchant.advance(1).await;
    assert_eq!(merchant.status(&token).await, "PAID");
    assert_eq!(merchant.ledger().await.len(), 2);
}

#[tokio::test]
async fn a_capture_can_come_too_late_where_that_is_switched_on() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "capture_outcome": "CANCELED", "operation_delay_ms": 0 })).await;
    let token = authorized(&merchant).await;
    merchant.post(&format!("/payment/{token}/capture"), &json!({ "amount": 59.9 })).await;
    assert_eq!(merchant.status(&token).await, "CANCELED");
    assert_eq!(merchant.ledger().await, [("authorization".to_owned(), 5990), ("void".to_owned(), 5990)]);
}

#[tokio::test]
async fn refunds_go_in_parts_until_nothing_is_left() {
    let merchant = Merchant::new().await;
    let token = paid(&merchant).await;
    let (status, body) = merchant.post("/refund", &json!({ "payment_token": token, "amount": 20.50 })).await;
    assert_eq!((status, &body["refund_status"]), (200, &json!("PROCESSING")));
    let id = body["refund_id"].as_u64().expect("an integer");
    assert_eq!(body["created_at"].as_str().map(str::len), Some("2025-03-05 09:00:00.000".len()));
    let (status, over) = merchant.post("/refund", &json!({ "payment_token": token, "amount": 39.41 })).await;
    assert_eq!((status, code(&over)), (422, "00.04.0014"), "what is under way counts");
    merchant.advance(1).await;
    let (_, body) = merchant.get(&format!("/refund/{id}")).await;
    assert_eq!((&body["refund_status"], &body["refund_id"]), (&json!("COMPLETED"), &json!(id)));
    let (_, body) = merchant.get(&format!("/payment/{token}")).await;
    assert_eq!(body["transactionStatus"], "PARTIALLY_REFUNDED");
    assert_eq!(body["refunded_amount"], json!(20.5));
    assert_eq!(merchant.post("/refund", &json!({ "payment_token": token })).await.0, 200, "absent means the rest");
    merchant.advance(1).await;
    assert_eq!(merchant.status(&token).await, "REFUNDED");
    let (_, list) = merchant.get(&format!("/refund/payment/{token}")).await;
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    assert_eq!(list[0]["created_at"].as_str().map(str::len), Some("2025-03-05".len()));
    let (status, body) = merchant.post("/refund", &json!({ "payment_token": token })).await;
    assert_eq!((status, code(&body)), (400, "01.05.0030"));
    let expected = [("charge", 5990), ("refund", 2050), ("refund", 3940)].map(|(kind, cents)| (kind.to_owned(), cents));
    assert_eq!(merchant.ledger().await, expected);
}

#[tokio::test]
async fn a_failed_refund_moves_nothing_and_can_be_asked_for_again() {
    let merchant = Merchant::new().await;
    let token = paid(&merchant).await;
    merchant.set(json!({ "refund_outcome": "FAILED", "operation_delay_ms": 0 })).await;
    let (_, body) = merchant.post("/refund", &json!({ "payment_token": token })).await;
    assert_eq!(body["refund_status"], "PROCESSING");
    let (_, refund) = merchant.get(&format!("/refund/{}", body["refund_id"])).await;
    assert_eq!(refund["refund_status"], "FAILED");
    assert_eq!(merchant.status(&token).await, "PAID");
    merchant.set(json!({ "refund_outcome": "COMPLETED" })).await;
    merchant.post("/refund", &json!({ "payment_token": token })).await;
    assert_eq!(merchant.status(&token).await, "REFUNDED");
    assert_eq!(merchant.ledger().await.len(), 2);
}

#[tokio::test]
async fn fees_are_refunded_up_to_what_the_payer_paid() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "customer_fees": { "service": 100 }, "operation_delay_ms": 0 })).await;
    let token = paid(&merchant).await;
    let (_, body) = merchant.post("/refund", &json!({ "payment_token": token, "amount": 60.91 })).await;
    assert_eq!(code(&body), "00.04.0014");
    assert_eq!(merchant.post("/refund", &json!({ "payment_token": token, "amount": 60.90 })).await.0, 200);
    assert_eq!(merchant.status(&token).await, "REFUNDED");
}

#[tokio::test]
async fn wrong_refunds_are_refused() {
    let merchant = Merchant::new().await;
    let unpaid = merchant.create(&order("A")).await;
    for (body, status, expected) in [
        (json!({}), 400, "00.01.0044"),
        (json!({ "payment_token": unpaid, "amount": "1" }), 400, "00.01.0044"),
        (json!({ "payment_token": unpaid, "amount": -1 }), 400, "00.01.0058"),
        (json!({ "payment_token": unpaid }), 400, "01.05.0030"),
        (json!({ "payment_token": "nobody" }), 404, "00.01.0038"),
    ] {
        let (got, answer) = merchant.post("/refund", &body).await;
        assert_eq!((got, code(&answer)), (status, expected), "{body}");
    }
    for path in ["/refund/999", "/refund/x"] {
        assert_eq!(code(&merchant.get(path).await.1), "00.01.0068");
    }
    assert_eq!(code(&merchant.get("/refund/payment/nobody").await.1), "00.01.0038");
}

#[tokio::test]
async fn the_refund_window_closes_where_one_is_set() {
    let mut merchant = Merchant::new().await;
    merchant.set(json!({ "refund_window_days": 90 })).await;
    let token = paid(&merchant).await;
    merchant.advance(91 * 86_400).await;
    merchant.sign_in().await;
    let (status, body) = merchant.post("/refund", &json!({ "payment_token": token })).await;
    assert_eq!((status, code(&body)), (422, "01.05.0018"));
}
