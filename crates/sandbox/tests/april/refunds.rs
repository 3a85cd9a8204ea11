//! `CreateRefund`: sums, states, both kinds of reply, the list, and refunds from the panel.

use crate::common::{Merchant, OK, refusal, text};
use serde_json::{Value, json};

#[tokio::test]
async fn several_partial_refunds_end_in_refunded() {
    let merchant = Merchant::new().await;
    let (_, transaction) = merchant.paid("A", 60_000).await;
    let mut ids = Vec::new();
    for (amount, refunded, status) in
        [(10_000, 10_000, "partially_refunded"), (20_000, 30_000, "partially_refunded"), (30_000, 60_000, "refunded")]
    {
        let (code, body) = merchant.refund(&transaction, amount).await;
        assert_eq!(code, 200);
        let id = text(&body["refundId"]);
        assert!(id.starts_with("rfnd_"));
        assert_eq!(body, json!({ "refundId": id, "transactionId": transaction, "refundAmount": amount }));
        ids.push(id);
        let purchase = merchant.purchase(&transaction).await;
        assert_eq!((&purchase["refundedAmount"], &purchase["status"]), (&json!(refunded), &json!(status)));
        assert_eq!(purchase["refundIds"], json!(ids));
    }
    assert_eq!(merchant.purchase(&transaction).await["amount"]["minorCurrencyUnits"], json!(60_000));
    let refunds: Vec<_> = merchant.ledger().await.into_iter().filter(|(kind, _)| kind == "refund").collect();
    assert_eq!(refunds.iter().map(|(_, amount)| amount).sum::<i64>(), 60_000);
}

#[tokio::test]
async fn more_than_was_captured_or_nothing_at_all_is_400() {
    let merchant = Merchant::new().await;
    let (_, transaction) = merchant.paid("A", 1_000).await;
    for amount in [0, -1, 1_001] {
        assert_eq!(refusal(&merchant.refund(&transaction, amount).await), (400, "bad_request".to_owned()), "{amount}");
    }
    assert_eq!(merchant.refund(&transaction, 700).await.0, 200);
    assert_eq!(refusal(&merchant.refund(&transaction, 301).await).0, 400, "the sum would be too much");
    assert_eq!(merchant.refund(&transaction, 300).await.0, 200);
    assert_eq!(refusal(&merchant.refund(&transaction, 1).await).0, 400, "all is back");
    for wish in [json!({}), json!({ "refundAmount": 1.5 }), json!({ "refundAmount": "1" })] {
        let answer = merchant.patch(&format!("/transactions/{transaction}"), &json!({ "CreateRefund": wish })).await;
        assert_eq!(refusal(&answer).0, 400);
    }
    assert_eq!(refusal(&merchant.refund("tran_x", 1).await).0, 404);
    let unknown = merchant.patch(&format!("/transactions/{transaction}"), &json!({ "Explode": {} })).await;
    assert_eq!(refusal(&unknown).0, 400);
}

#[tokio::test]
async fn only_money_that_was_taken_goes_back() {
    let merchant = Merchant::new().await;
    let (_, reserved) = merchant.authorised("A", 1_000).await;
    assert_eq!(refusal(&merchant.refund(&reserved, 1).await).0, 400);
    let order = merchant.order("B", 1_000).await;
    let plan = json!({ "PayByPaymentToken": { "paymentTokenId": merchant.token_of("PayPlan", OK, 1_000).await } });
    let (_, body) = merchant.post(&format!("/orders/{order}/pay"), &plan).await;
    let accepted = text(&body["PayOrderComplete"]["transactionId"]);
    assert_eq!(merchant.refund(&accepted, 1_000).await.0, 200, "a plan's money is the merchant's, too");
    let (_, disputed) = merchant.paid("C", 1_000).await;
    merchant.control(&format!("/april/transactions/{disputed}/dispute"), &json!({})).await;
    assert_eq!(merchant.purchase(&disputed).await["status"], "disputed");
    assert_eq!(refusal(&merchant.refund(&disputed, 1).await), (409, "conflict".to_owned()));
}

#[tokio::test]
async fn a_refund_may_be_answered_with_nothing() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "operation_reply": "empty" })).await;
    let (_, transaction) = merchant.paid("A", 1_000).await;
    assert_eq!(merchant.refund(&transaction, 400).await, (200, Value::Null));
    assert_eq!(merchant.purchase(&transaction).await["refundedAmount"], json!(400));
}

#[tokio::test]
async fn the_surcharge_can_go_back_with_the_amount() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "surcharge_basis_points": 1_000 })).await;
    let (_, transaction) = merchant.paid("A", 1_000).await;
    assert_eq!(merchant.refund(&transaction, 1_000).await.0, 200);
    assert_eq!(merchant.purchase(&transaction).await["status"], "refunded", "the order's amount is back");
    let (_, whole) = merchant.paid("B", 1_000).await;
    assert_eq!(refusal(&merchant.refund(&whole, 1_101).await).0, 400);
    assert_eq!(merchant.refund(&whole, 1_100).await.0, 200);
}

#[tokio::test]
async fn the_panel_refunds_past_the_merchants_server() {
    let merchant = Merchant::new().await;
    let (order, transaction) = merchant.paid("A", 1_000).await;
    let panel = format!("/april/transactions/{transaction}/refund");
    merchant.control(&panel, &json!({ "amount_minor": 300 })).await;
    assert_eq!(merchant.purchase(&transaction).await["refundedAmount"], json!(300));
    let seen = merchant.control(&panel, &json!({})).await;
    assert_eq!(seen["transactions"][0]["refunds"][1]["amount_minor"], json!(700), "all that is left");
    assert_eq!(seen["transactions"][0]["refunds"][1]["is_foreign"], json!(true));
    assert_eq!(merchant.try_control(&panel, &json!({})).await.0, 409);
    let (_, list) = merchant.get(&format!("/transactions/refunds?orderId={order}")).await;
    assert_eq!(list.as_array().map(Vec::len), Some(2), "the API shows them like any other");
}

#[tokio::test]
async fn refunds_are_listed_with_filters_and_pages() {
    let merchant = Merchant::new().await;
    let (order, transaction) = merchant.paid("A", 1_000).await;
    let (_, other) = merchant.paid("B", 2_000).await;
    for amount in [100, 200, 300] {
        merchant.refund(&transaction, amount).await;
        merchant.advance(60).await;
    }
    merchant.refund(&other, 100).await;
    let amounts = async |query: &str| {
        let (status, list) = merchant.get(&format!("/transactions/refunds{query}")).await;
        assert_eq!(status, 200, "{list}");
        let list = list.as_array().expect("a bare array").clone();
        list.iter().map(|one| one["refundAmount"]["minorCurrencyUnits"].as_i64().expect("cents")).collect::<Vec<_>>()
    };
    assert_eq!(amounts("").await, [100, 300, 200, 100], "newest first");
    assert_eq!(amounts("?sort=createdAt").await, [100, 200, 300, 100]);
    assert_eq!(amounts(&format!("?orderId={order}")).await, [300, 200, 100]);
    assert_eq!(amounts(&format!("?transactionId={other}")).await, [100]);
    assert_eq!(amounts(&format!("?transactionId={other}&transactionId={transaction}")).await.len(), 4);
    assert_eq!(amounts("?referenceOrderId=A&amount=200").await, [200]);
    assert_eq!(amounts("?limit=2&page=2").await, [200, 100]);
    assert_eq!(amounts("?createdAfter=2100-01-01T00:00:00Z").await, Vec::<i64>::new());
    let (_, list) = merchant.get("/transactions/refunds?limit=1").await;
    assert_eq!(list[0]["transactionAmount"], json!({ "minorCurrencyUnits": 2_000, "currency": "AUD" }));
    assert_eq!((&list[0]["transactionId"], &list[0]["referenceOrderId"]), (&json!(other), &json!("B")));
    for wrong in ["?limit=0", "?limit=501", "?page=0", "?amount=x", "?createdAfter=yesterday", "?colour=red"] {
        assert_eq!(refusal(&merchant.get(&format!("/transactions/refunds{wrong}")).await).0, 400, "{wrong}");
    }
}
