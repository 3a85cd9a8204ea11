//! Reserving and capturing: seven days, all or a part, and what happens when nobody captures.

use crate::common::{Merchant, refusal, text};
use serde_json::{Value, json};

const DAY_S: i64 = 86_400;

#[tokio::test]
async fn reserved_money_is_captured_once() {
    let merchant = Merchant::new().await;
    let (order, transaction) = merchant.authorised("A", 1_000).await;
    assert_eq!(merchant.ledger().await, [("authorization".to_owned(), 1_000)]);
    assert_eq!(merchant.order_status(&order).await, "paid", "it cannot be paid again");
    merchant.advance(6 * DAY_S).await;
    let (status, body) = merchant.capture(&transaction).await;
    assert_eq!((status, &body["transactionStatus"], &body["captureAmount"]), (200, &json!("paid"), &json!(1_000)));
    assert_eq!(merchant.purchase(&transaction).await["status"], "paid");
    assert_eq!(refusal(&merchant.capture(&transaction).await), (409, "conflict".to_owned()));
    merchant.advance(2 * DAY_S).await;
    let expected = [("authorization".to_owned(), 1_000), ("capture".to_owned(), 1_000)];
    assert_eq!(merchant.ledger().await, expected, "what was captured does not lapse");
}

#[tokio::test]
async fn reserved_money_that_nobody_captures_is_released_after_seven_days() {
    let merchant = Merchant::new().await;
    let (order, transaction) = merchant.authorised("A", 1_000).await;
    merchant.advance(7 * DAY_S - 60).await;
    assert_eq!(merchant.purchase(&transaction).await["status"], "not_captured");
    merchant.advance(60).await;
    assert_eq!(merchant.purchase(&transaction).await["status"], "cancelled");
    assert_eq!(refusal(&merchant.capture(&transaction).await).0, 409);
    assert_eq!(merchant.ledger().await, [("authorization".to_owned(), 1_000), ("void".to_owned(), 1_000)]);
    let token = merchant.token(crate::common::OK, 1_000).await;
    assert_eq!(refusal(&merchant.pay(&order, &token).await).0, 409, "nothing leaves paid");
}

#[tokio::test]
async fn a_part_can_be_captured_and_only_that_goes_back() {
    let merchant = Merchant::new().await;
    let (_, transaction) = merchant.authorised("A", 1_000).await;
    let path = format!("/transactions/{transaction}");
    for amount in [json!(0), json!(1_001), json!("1")] {
        let answer = merchant.patch(&path, &json!({ "CaptureFunds": { "captureAmount": amount } })).await;
        assert_eq!(refusal(&answer).0, 400, "{amount}");
    }
    assert_eq!(merchant.patch(&path, &json!({ "CaptureFunds": { "captureAmount": 600 } })).await.0, 200);
    assert_eq!(merchant.purchase(&transaction).await["amount"]["minorCurrencyUnits"], json!(600));
    assert_eq!(refusal(&merchant.refund(&transaction, 601).await).0, 400);
    assert_eq!(merchant.refund(&transaction, 600).await.0, 200);
    assert_eq!(merchant.purchase(&transaction).await["status"], "refunded");
}

#[tokio::test]
async fn a_merchant_may_not_be_allowed_to_capture() {
    let merchant = Merchant::new().await;
    let (_, transaction) = merchant.authorised("A", 1_000).await;
    merchant.set(json!({ "capture_allowed": false })).await;
    assert_eq!(refusal(&merchant.capture(&transaction).await), (400, "bad_request".to_owned()));
    merchant.set(json!({ "capture_allowed": true, "operation_reply": "empty" })).await;
    assert_eq!(merchant.capture(&transaction).await, (200, Value::Null));
    assert_eq!(refusal(&merchant.capture("tran_x").await).0, 404);
    let (_, paid) = merchant.paid("B", 1_000).await;
    assert_eq!(refusal(&merchant.capture(&paid).await).0, 409, "there is nothing reserved");
}

#[tokio::test]
async fn the_panel_captures_and_releases() {
    let merchant = Merchant::new().await;
    let (_, one) = merchant.authorised("A", 1_000).await;
    let (_, two) = merchant.authorised("B", 1_000).await;
    let seen = merchant.control(&format!("/april/transactions/{one}/void"), &json!({})).await;
    assert_eq!(text(&seen["transactions"][0]["status"]), "cancelled");
    merchant.control(&format!("/april/transactions/{two}/capture"), &json!({ "amount_minor": 400 })).await;
    assert_eq!(merchant.purchase(&two).await["status"], "paid");
    for act in ["void", "capture"] {
        let answer = merchant.try_control(&format!("/april/transactions/{two}/{act}"), &json!({})).await;
        assert_eq!(answer.0, 409, "{act}");
    }
    assert_eq!(merchant.ledger().await[2..], [("void".to_owned(), 1_000), ("capture".to_owned(), 400)]);
}
