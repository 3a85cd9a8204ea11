//! What becomes of payments: outcomes by name, the payer's acts, queries, disputes.

use crate::common::{Merchant, authorized_order, named_order, order};
use serde_json::json;

#[tokio::test]
async fn the_first_word_of_the_name_chooses_the_outcome() {
    let merchant = Merchant::new().await;
    for (name, expected) in [
        ("PAID Souza", "PAID"),
        ("CANCELED Souza", "CANCELED"),
        ("IN_ANALYSIS", "IN_ANALYSIS"),
        ("DECLINED da Silva", "DECLINED"),
        ("Ana PAID", "PROCESSING"),
        ("paid Souza", "PROCESSING"),
    ] {
        let (_, body) = merchant.post("/picpay/simple", &named_order(name, name)).await;
        assert_eq!(body["transaction_status"], "PROCESSING", "{name}");
        let token = body["payment_token"].as_str().expect("a token");
        merchant.advance(1).await;
        assert_eq!(merchant.status(token).await, expected, "{name}");
    }
}

#[tokio::test]
async fn with_delay_capture_paid_means_pre_authorized() {
    let merchant = Merchant::new().await;
    let token = merchant.create(&authorized_order("A", "PAID Souza")).await;
    merchant.advance(1).await;
    assert_eq!(merchant.status(&token).await, "PRE_AUTHORIZED");
    assert_eq!(merchant.ledger().await, [("authorization".to_owned(), 5990)]);
}

#[tokio::test]
async fn without_delay_the_outcome_is_there_before_the_answer_that_says_processing() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "settle_delay_ms": 0 })).await;
    let (_, body) = merchant.post("/picpay/simple", &named_order("A", "PAID")).await;
    assert_eq!(body["transaction_status"], "PROCESSING");
    assert_eq!(merchant.status(body["payment_token"].as_str().expect("a token")).await, "PAID");
}

#[tokio::test]
async fn the_query_mixes_key_styles_as_published() {
    let merchant = Merchant::new().await;
    let (_, created) = merchant.post("/picpay/simple", &order("PEDIDO-1001")).await;
    let token = created["payment_token"].as_str().expect("a token");
    assert_eq!(merchant.act(token, "pay").await.0, 200);
    let (_, body) = merchant.get(&format!("/payment/{token}")).await;
    assert_eq!(body["paymentToken"], json!(token));
    assert_eq!(body["transactionStatus"], "PAID");
    assert_eq!(body["amount_received"], json!(59.9));
    assert_eq!(body["refunded_amount"], json!(0));
    assert_eq!(body["reference"], "PEDIDO-1001");
    assert_eq!(body["errorCode"], "00.00.0000");
    assert_eq!(body["extra_data"], json!({ "loja": "12" }));
    assert_eq!(body["createdAt"].as_str().map(str::len), Some("2025-03-04T10:15:30.618".len()));
    let last = format!("{}T23:59:59.000", created["expiration_date"].as_str().expect("a day"));
    assert_eq!(body["expiration_date"], json!(last));
    let (_, list) = merchant.get("/payment/reference/PEDIDO-1001").await;
    assert_eq!(list["payments"][0]["expirationDate"], json!(last));
    merchant.set(json!({ "expiration_key": "camel" })).await;
    let (_, body) = merchant.get(&format!("/payment/{token}")).await;
    assert_eq!(body["expirationDate"], json!(last));
}

#[tokio::test]
async fn one_reference_can_own_several_payments() {
    let merchant = Merchant::new().await;
    let (one, two) = (merchant.create(&order("SAME")).await, merchant.create(&order("SAME")).await);
    assert_ne!(one, two);
    let (_, list) = merchant.get("/payment/reference/SAME").await;
    let tokens: Vec<_> =
        list["payments"].as_array().expect("a list").iter().map(|p| p["paymentToken"].clone()).collect();
    assert_eq!(tokens, [json!(one), json!(two)]);
}

#[tokio::test]
async fn unknown_payments_and_references_are_told_apart() {
    let merchant = Merchant::new().await;
    for token in ["3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10", "nonsense"] {
        let (status, body) = merchant.get(&format!("/payment/{token}")).await;
        assert_eq!((status, &body["errors"][0]["code"]), (404, &json!("00.01.0038")));
        assert!(body["refresh_token"].is_string());
    }
    let (status, body) = merchant.get("/payment/reference/nobody").await;
    assert_eq!((status, &body["payments"]), (200, &json!([])));
    merchant.set(json!({ "unknown_reference": "not_found" })).await;
    assert_eq!(merchant.get("/payment/reference/nobody").await.0, 404);
}

#[tokio::test]
async fn two_payers_at_once_charge_once() {
    let merchant = Merchant::new().await;
    let token = merchant.create(&order("A")).await;
    let (one, two) = tokio::join!(merchant.act(&token, "pay"), merchant.act(&token, "pay"));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(merchant.ledger().await, [("charge".to_owned(), 5990)]);
}

#[tokio::test]
async fn what_cannot_be_paid_says_why() {
    let merchant = Merchant::new().await;
    for (verb, status) in [("decline", "DECLINED"), ("expire", "CANCELED"), ("pay", "PAID")] {
        let token = merchant.create(&order(verb)).await;
        assert_eq!(merchant.act(&token, verb).await.0, 200);
        assert_eq!(merchant.status(&token).await, status);
        let (code, body) = merchant.act(&token, "pay").await;
        assert_eq!(code, 409);
        assert_eq!(body["error"], json!(format!("the payment is {status}, it cannot be paid")));
    }
    assert_eq!(merchant.act("3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10", "pay").await.0, 404);
}

#[tokio::test]
async fn a_decline_shows_its_code_and_a_cancellation_its_reason() {
    let merchant = Merchant::new().await;
    let declined = merchant.create(&order("A")).await;
    let wish = json!({ "status": "ERROR", "code": "01.10.0002" });
    merchant.control(&format!("/epag/payments/{declined}/decline"), &wish).await;
    let (_, body) = merchant.get(&format!("/payment/{declined}")).await;
    assert_eq!((&body["transactionStatus"], &body["errorCode"]), (&json!("ERROR"), &json!("01.10.0002")));
    let expired = merchant.create(&order("B")).await;
    merchant.act(&expired, "expire").await;
    let (_, body) = merchant.get(&format!("/payment/{expired}")).await;
    assert_eq!(body["cancellation_details"]["description"], "Payment expired");
}

#[tokio::test]
async fn analysis_ends_paid_or_declined() {
    let merchant = Merchant::new().await;
    for (verb, expected) in [("pay", "PAID"), ("decline", "DECLINED")] {
        let token = merchant.create(&order(verb)).await;
        assert_eq!(merchant.act(&token, "analyze").await.0, 200);
        assert_eq!(merchant.status(&token).await, "IN_ANALYSIS");
        assert_eq!(merchant.act(&token, verb).await.0, 200);
        assert_eq!(merchant.status(&token).await, expected);
        assert_eq!(merchant.act(&token, "analyze").await.0, 409);
    }
}

#[tokio::test]
async fn disputes_follow_the_status_map() {
    let merchant = Merchant::new().await;
    let token = merchant.create(&order("A")).await;
    assert_eq!(merchant.act(&token, "dispute").await.0, 409, "nothing was paid");
    merchant.act(&token, "pay").await;
    assert_eq!(merchant.act(&token, "dispute").await.0, 200);
    assert_eq!(merchant.status(&token).await, "DISPUTE");
    let path = format!("/epag/payments/{token}/dispute");
    assert_eq!(merchant.try_control(&path, &json!({ "status": "PAID" })).await.0, 400);
    merchant.control(&path, &json!({ "status": "DISPUTE_RECOVERED" })).await;
    assert_eq!(merchant.status(&token).await, "DISPUTE_RECOVERED");
    assert_eq!(merchant.try_control(&path, &json!({ "status": "DISPUTE_FINAL" })).await.0, 409, "it was final");

    let refunded = merchant.create(&order("B")).await;
    merchant.act(&refunded, "pay").await;
    merchant.post("/refund", &json!({ "payment_token": refunded })).await;
    merchant.advance(1).await;
    assert_eq!(merchant.act(&refunded, "dispute").await.0, 200);
    assert_eq!(merchant.status(&refunded).await, "POST_REFUND_DISPUTE");
}
