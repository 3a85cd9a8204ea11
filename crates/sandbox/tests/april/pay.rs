//! Paying: the actions, the three reply shapes, the cards, and what a transaction says afterwards.

use crate::common::{Merchant, OK, by_card, refusal, text};
use serde_json::{Value, json};

#[tokio::test]
async fn an_unknown_order_is_404() {
    let merchant = Merchant::new().await;
    let token = merchant.token(OK, 1_000).await;
    assert_eq!(refusal(&merchant.pay("ordr_0000000000000000", &token).await), (404, "not_found".to_owned()));
    let order = merchant.order("A", 1_000).await;
    assert_eq!(merchant.pay(&order, &token).await.0, 200, "and the token is still good");
}

#[tokio::test]
async fn success_has_three_shapes() {
    let merchant = Merchant::new().await;
    for shape in ["wrapped", "flat", "reference"] {
        merchant.set(json!({ "reply_shape": shape })).await;
        let order = merchant.order(shape, 60_000).await;
        let (status, body) = merchant.pay(&order, &merchant.token(OK, 60_000).await).await;
        assert_eq!(status, 200, "{body}");
        let inner = if shape == "flat" { &body } else { &body["PayOrderComplete"] };
        let transaction = text(&inner["transactionId"]);
        assert!(transaction.len() == 21 && transaction.starts_with("tran_"), "{transaction}");
        let id = json!(transaction);
        let expected = match shape {
            "wrapped" => json!({ "PayOrderComplete": { "transactionId": id, "transactionStatus": "paid",
                "amount": 60_000, "currency": "AUD", "type": "payinfull" } }),
            "flat" => json!({ "transactionId": id, "transactionStatus": "paid", "amount": 60_000, "currency": "AUD",
                "payType": "payinfull" }),
            _ => json!({ "PayOrderComplete": { "transactionId": id, "transactionStatus": "paid",
                "transactionDetails": merchant.get(&format!("/transactions/{transaction}")).await.1 } }),
        };
        assert_eq!(body, expected, "{shape}");
        assert_eq!(merchant.order_status(&order).await, "paid");
    }
}

#[tokio::test]
async fn every_declining_card_is_400_with_its_code_and_the_order_stays_payable() {
    let merchant = Merchant::new().await;
    for (card, code) in [
        ("4000000000000002", "card_declined"),
        ("4000000000009995", "insufficient_funds"),
        ("4000000000000069", "expired_card"),
        ("4000000000000127", "incorrect_cvc"),
        ("4000000000000119", "processing_error"),
        ("4000000000000036", "do_not_honor"),
        ("4000000000000044", "not_permitted"),
        ("4000000000009979", "stolen_card"),
        ("4000000000009987", "pickup_card"),
        ("4100000000000019", "fraudulent"),
    ] {
        let order = merchant.order(code, 1_000).await;
        let answer = merchant.pay(&order, &merchant.token(card, 1_000).await).await;
        assert_eq!(refusal(&answer), (400, code.to_owned()));
        assert_eq!(answer.1["message"], "Gateway could not process this payment");
        assert!(answer.1["detail"].is_string() && answer.1["tracer"].is_string());
        let (_, list) = merchant.get(&format!("/transactions?orderId={order}")).await;
        assert_eq!(list[0]["purchaseDetails"]["status"], "failed", "{code}");
        assert_eq!(merchant.order_status(&order).await, "created");
        assert_eq!(merchant.pay(&order, &merchant.token(OK, 1_000).await).await.0, 200, "{code}: a new token pays");
    }
    assert_eq!(merchant.ledger().await, vec![("charge".to_owned(), 1_000); 10], "each order once");
}

#[tokio::test]
async fn any_kind_of_token_pays_by_payment_token_and_only_cards_by_card() {
    let merchant = Merchant::new().await;
    for (kind, status) in [("Card", "paid"), ("PayPlan", "accepted"), ("ApplePay", "paid"), ("GooglePay", "paid")] {
        let order = merchant.order(kind, 1_000).await;
        let token = merchant.token_of(kind, OK, 1_000).await;
        if kind != "Card" {
            assert_eq!(refusal(&merchant.pay(&order, &token).await).0, 400, "{kind} is no card");
        }
        let body = json!({ "PayByPaymentToken": { "paymentTokenId": token } });
        let (code, answer) = merchant.post(&format!("/orders/{order}/pay"), &body).await;
        assert_eq!((code, &answer["PayOrderComplete"]["transactionStatus"]), (200, &json!(status)), "{kind}");
        let pay_type = if kind == "PayPlan" { ("payplan", "PayPlan") } else { ("payinfull", "PayInFull") };
        assert_eq!(answer["PayOrderComplete"]["type"], pay_type.0);
        let transaction = text(&answer["PayOrderComplete"]["transactionId"]);
        assert_eq!(merchant.purchase(&transaction).await["payType"], pay_type.1);
    }
}

#[tokio::test]
async fn a_token_alone_cannot_only_reserve() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token_of("ApplePay", OK, 1_000).await;
    let body = json!({ "PayByPaymentToken": { "paymentTokenId": token, "authoriseOnly": true } });
    assert_eq!(refusal(&merchant.post(&format!("/orders/{order}/pay"), &body).await).0, 400);
    assert!(merchant.ledger().await.is_empty());
}

#[tokio::test]
async fn a_transaction_tells_what_was_bought_and_how() {
    let merchant = Merchant::new().await;
    let (order, transaction) = merchant.paid("S-1", 60_000).await;
    let (_, body) = merchant.get(&format!("/transactions/{transaction}")).await;
    let purchase = &body["purchaseDetails"];
    assert_eq!((&purchase["orderId"], &purchase["referenceOrderId"]), (&json!(order), &json!("S-1")));
    assert_eq!(purchase["amount"], json!({ "minorCurrencyUnits": 60_000, "currency": "AUD" }));
    assert_eq!((&purchase["status"], &purchase["refundedAmount"]), (&json!("paid"), &json!(0)));
    assert_eq!(purchase["orderMetadata"], json!({ "shop": "12" }));
    assert!(purchase["paidOn"].is_string() && purchase["refundIds"] == json!([]));
    let method = &body["paymentMethod"];
    assert_eq!((&method["paymentMethodType"], &method["cardLast4"]), (&json!("Card"), &json!("4242")));
    assert_eq!(method["card3DSVerificationPassed"], json!(false));
    assert!(body["serviceFees"].is_object() && body["customerDetails"].is_object());
    assert_eq!(refusal(&merchant.get("/transactions/tran_x").await).0, 404);
}

#[tokio::test]
async fn a_surcharge_is_on_the_transaction_and_not_on_the_order() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "surcharge_basis_points": 150 })).await;
    let (order, transaction) = merchant.paid("A", 10_033).await;
    let purchase = merchant.purchase(&transaction).await;
    assert_eq!(purchase["surchargeAmount"], json!(150), "150.495 cents");
    assert_eq!(purchase["amount"]["minorCurrencyUnits"], json!(10_183));
    let (_, seen) = merchant.get(&format!("/orders/{order}")).await;
    assert_eq!(seen["amount"]["minorCurrencyUnits"], json!(10_033));
    assert_eq!(seen["surcharge"]["surchargePaidAmount"], json!(150));
    assert_eq!(merchant.ledger().await, [("charge".to_owned(), 10_033)], "the ledger has what the merchant is owed");
}

#[tokio::test]
async fn a_pending_payment_keeps_its_order_from_being_paid_or_cancelled() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "settle": "pending" })).await;
    for (act, order_status, status, charges) in [("fail", "created", "failed", 0), ("settle", "paid", "paid", 1)] {
        let order = merchant.order(act, 1_000).await;
        let (code, body) = merchant.pay(&order, &merchant.token(OK, 1_000).await).await;
        assert_eq!((code, &body["PayOrderComplete"]["transactionStatus"]), (200, &json!("pending")));
        let transaction = text(&body["PayOrderComplete"]["transactionId"]);
        assert_eq!(merchant.order_status(&order).await, "created");
        assert_eq!(refusal(&merchant.pay(&order, &merchant.token(OK, 1_000).await).await).0, 409);
        assert_eq!(refusal(&merchant.delete(&format!("/orders/{order}")).await).0, 409);
        merchant.control(&format!("/april/transactions/{transaction}/{act}"), &json!({})).await;
        assert_eq!(merchant.order_status(&order).await, order_status);
        assert_eq!(merchant.purchase(&transaction).await["status"], status);
        assert_eq!(merchant.ledger().await.len(), charges);
        let again = merchant.try_control(&format!("/april/transactions/{transaction}/{act}"), &json!({})).await;
        assert_eq!(again.0, 409, "decided once");
    }
}

#[tokio::test]
async fn wrong_bodies_are_400_and_charge_nothing() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(OK, 1_000).await;
    let mut two = by_card(&token);
    two["PayByPaymentToken"] = json!({ "paymentTokenId": token });
    for body in [
        json!({ "PayByMoon": { "paymentTokenId": token } }),
        json!({ "PayByCard": { "paymentTokenId": 7 } }),
        json!({ "PayByCard": { "paymentTokenId": token, "request3DS": "yes" } }),
        json!({ "PayByCard": token }),
        json!({ "Confirm3DSComplete": { "paymentTokenId": token } }),
        Value::Object(serde_json::Map::new()),
        two,
    ] {
        assert_eq!(refusal(&merchant.post(&format!("/orders/{order}/pay"), &body).await).0, 400, "{body}");
    }
    assert!(merchant.ledger().await.is_empty());
    assert_eq!(merchant.pay(&order, &token).await.0, 200, "the token was not used up");
}
