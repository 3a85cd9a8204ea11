//! Creating, reading, renaming and cancelling orders.

use crate::common::{Merchant, OK, order, refusal};
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_order_is_answered_wrapped_and_read_bare() {
    let merchant = Merchant::new().await;
    let (status, body) = merchant.post("/orders", &order("S-1001", 60_000)).await;
    assert_eq!(status, 200);
    let made = &body["OnlineOrder"]["order"];
    let id = made["orderId"].as_str().expect("an id");
    assert!(id.len() == 21 && id.starts_with("ordr_"), "{id}");
    assert_eq!(made["merchantId"], "mcht_Demo000000000001");
    assert_eq!(made["referenceOrderId"], "S-1001");
    assert_eq!(made["amount"], json!({ "minorCurrencyUnits": 60_000, "currency": "AUD" }));
    assert_eq!((&made["orderType"], &made["status"]), (&json!("online"), &json!("created")));
    assert!(made["createdAt"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert_eq!(merchant.get(&format!("/orders/{id}")).await, (200, made.clone()));
    merchant.set(json!({ "order_shape": "wrapped" })).await;
    assert_eq!(merchant.get(&format!("/orders/{id}")).await.1, body);
}

#[tokio::test]
async fn fields_that_are_missing_or_wrong_are_400_and_named() {
    let merchant = Merchant::new().await;
    let cases: [(&str, Value, &str); 13] = [
        ("/referenceOrderId", Value::Null, "referenceOrderId: must not be blank"),
        ("/referenceOrderId", json!(" "), "referenceOrderId: must not be blank"),
        ("/description", Value::Null, "description: must not be blank"),
        ("/amount", Value::Null, "amount.minorCurrencyUnits: must not be null"),
        ("/amount/minorCurrencyUnits", json!(0), "amount.minorCurrencyUnits: must be greater than 0"),
        ("/amount/minorCurrencyUnits", json!(-5), "amount.minorCurrencyUnits: must be greater than 0"),
        ("/amount/minorCurrencyUnits", json!(10.5), "amount.minorCurrencyUnits: must be an integer"),
        ("/amount/minorCurrencyUnits", json!("10"), "amount.minorCurrencyUnits: must be an integer"),
        ("/amount/currency", json!("USD"), "amount.currency: must be AUD"),
        ("/amount/currency", Value::Null, "amount.currency: must not be blank"),
        ("/billing/address/city", Value::Null, "billing.address.city: must not be null"),
        ("/metadata", json!("text"), "metadata: must be an object"),
        ("/billing", json!([]), "billing: must be an object"),
    ];
    for (path, value, told) in cases {
        let mut body = order("A", 1_000);
        *body["CreateOnlineOrder"].pointer_mut(path).expect("a field") = value.clone();
        let answer = merchant.post("/orders", &body).await;
        assert_eq!(refusal(&answer), (400, "bad_request".to_owned()), "{path} {value}");
        assert!(answer.1["detail"].as_str().is_some_and(|detail| detail.contains(told)), "{told}: {}", answer.1);
    }
    for (name, value, told) in [
        ("customerPhoneNumber", json!("0400 000 000"), "customerPhoneNumber: must be in E.164 format"),
        ("items", json!("text"), "items: must be a list of objects"),
        ("items", json!([{ "description": "Chair" }]), "items[0].amount.minorCurrencyUnits: must not be null"),
        ("discountAmount", json!(1.5), "discountAmount: must be an integer"),
    ] {
        let mut body = order("A", 1_000);
        body["CreateOnlineOrder"][name] = value;
        let answer = merchant.post("/orders", &body).await;
        assert_eq!(refusal(&answer).0, 400, "{name}");
        assert!(answer.1["detail"].as_str().is_some_and(|detail| detail.contains(told)), "{told}: {}", answer.1);
    }
    assert_eq!(merchant.see("/april/orders").await["data"], json!([]));
}

#[tokio::test]
async fn items_need_not_add_up() {
    let merchant = Merchant::new().await;
    let mut body = order("A", 60_000);
    let item = |minor: i64, quantity: Value| json!({ "amount": { "minorCurrencyUnits": minor, "currency": "AUD" }, "description": "Chair", "quantity": quantity });
    body["CreateOnlineOrder"]["items"] = json!([item(60_000, json!(2)), item(7, json!(1.5))]);
    body["CreateOnlineOrder"]["discountAmount"] = json!(1);
    body["CreateOnlineOrder"]["customerPhoneNumber"] = json!("+61400000000");
    assert_eq!(merchant.post("/orders", &body).await.0, 200);
}

#[tokio::test]
async fn the_same_reference_twice_is_two_orders() {
    let merchant = Merchant::new().await;
    assert_ne!(merchant.order("A", 1_000).await, merchant.order("A", 1_000).await);
}

#[tokio::test]
async fn a_reference_is_updated_and_the_bare_order_answered() {
    let merchant = Merchant::new().await;
    let id = merchant.order("A", 1_000).await;
    let body = json!({ "UpdateReferenceOrderId": { "referenceOrderId": "B" } });
    let (status, answer) = merchant.patch(&format!("/orders/{id}"), &body).await;
    assert_eq!((status, &answer["orderId"], &answer["referenceOrderId"]), (200, &json!(id), &json!("B")));
    assert_eq!(refusal(&merchant.patch("/orders/ordr_x", &body).await).0, 404);
    assert_eq!(
        refusal(&merchant.patch(&format!("/orders/{id}"), &json!({ "UpdateReferenceOrderId": {} })).await).0,
        400
    );
}

#[tokio::test]
async fn a_cancelled_order_is_answered_bare_and_cannot_be_paid_or_cancelled() {
    let merchant = Merchant::new().await;
    let id = merchant.order("A", 1_000).await;
    let token = merchant.token(OK, 1_000).await;
    let (status, answer) = merchant.delete(&format!("/orders/{id}")).await;
    assert_eq!((status, &answer["orderId"], &answer["status"]), (200, &json!(id), &json!("cancelled")));
    assert_eq!(refusal(&merchant.pay(&id, &token).await), (409, "conflict".to_owned()));
    assert_eq!(refusal(&merchant.delete(&format!("/orders/{id}")).await).0, 409);
    assert_eq!(refusal(&merchant.delete("/orders/ordr_x").await).0, 404);
    assert!(merchant.ledger().await.is_empty());
}

#[tokio::test]
async fn a_paid_order_can_neither_be_paid_nor_cancelled() {
    let merchant = Merchant::new().await;
    let (id, _) = merchant.paid("A", 1_000).await;
    assert_eq!(merchant.order_status(&id).await, "paid");
    let token = merchant.token(OK, 1_000).await;
    assert_eq!(refusal(&merchant.pay(&id, &token).await), (409, "conflict".to_owned()));
    assert_eq!(refusal(&merchant.delete(&format!("/orders/{id}")).await).0, 409);
    assert_eq!(merchant.ledger().await, [("charge".to_owned(), 1_000)]);
    let other = merchant.order("B", 1_000).await;
    assert_eq!(merchant.pay(&other, &token).await.0, 200, "a conflict of the order does not use up the token");
}

#[tokio::test]
async fn the_oldest_order_is_forgotten_when_a_new_one_does_not_fit() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "max_orders": 2 })).await;
    let mut ids = Vec::new();
    for reference in ["A", "B", "C"] {
        ids.push(merchant.order(reference, 1_000).await);
    }
    assert_eq!(merchant.get(&format!("/orders/{}", ids[0])).await.0, 404);
    assert_eq!(merchant.order_status(&ids[1]).await, "created");
    assert_eq!(merchant.order_status(&ids[2]).await, "created");
}
