//! The query: its shape, its times with a zone, its decimals, and which charge a reference means.

use serde_json::json;

use crate::common::{Shop, order, reservation};

#[tokio::test]
async fn the_query_shows_the_charge_with_its_refunds_as_published() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &order("A")).await;
    shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": 10 })).await;
    let answer = shop.find(&tokens, &[("transaction_id", &id), ("reference_id", "A")]).await;
    assert_eq!(answer.status, 200);
    let mut body = answer.json.clone();
    for place in ["/created_at", "/paid_at", "/transactions/0/created_at", "/transactions/0/captured_at"] {
        let time = body.pointer_mut(place).expect("a time").take();
        let time = time.as_str().expect("text").to_owned();
        assert!(time.ends_with("-03:00") && time.len() == "2025-03-04T10:15:30-03:00".len(), "{place}: {time}");
        time.parse::<jiff::Timestamp>().expect("ISO 8601 with an offset");
    }
    let refund = body.pointer_mut("/transactions/0/refunds/0").expect("a refund").take();
    assert!(refund["id"].is_string() && refund["created_at"].as_str().is_some_and(|time| time.ends_with("-03:00")));
    assert_eq!(refund["value"], json!(10.0));
    let expected = json!({
        "id": id, "reference_id": "A", "status": "PARTIALLY_REFUNDED", "created_at": null, "paid_at": null,
        "value": 60.0, "refunded_value": 10.0,
        "transactions": [{ "id": id, "value": 60.0, "status": "PARTIALLY_REFUNDED", "created_at": null,
            "captured_value": 60.0, "captured_at": null, "refunds": [null] }]
    });
    assert_eq!(body, expected);
    assert!(answer.text.contains("\"value\":60.0,\"refunded_value\":10.0"), "decimals are written: {}", answer.text);
}

#[tokio::test]
async fn amounts_are_decimal_exact() {
    let (shop, tokens) = Shop::linked("ana").await;
    for (sent, seen) in
        [("0.29", "0.29"), ("0.1", "0.1"), ("19.90", "19.9"), ("1234567.89", "1234567.89"), ("3", "3.0")]
    {
        let body = format!("{{\"value\":{sent},\"reference_id\":\"R{sent}\"}}");
        let request = shop.request(&tokens, "/charge", &json!({})).body(body);
        assert_eq!(crate::common::read(request).await.expect("an answer").status, 200);
        let answer = shop.find(&tokens, &[("reference_id", &format!("R{sent}"))]).await;
        assert!(answer.text.contains(&format!("\"value\":{seen},\"refunded_value\":0.0,")), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_reservation_has_no_payment_to_show_and_a_partial_capture_shows_its_value() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &reservation("A")).await;
    let body = shop.find(&tokens, &[("reference_id", "A")]).await.json;
    assert!(body.get("paid_at").is_none() && body["transactions"][0].get("captured_value").is_none());
    shop.post(&tokens, "/capture", &json!({ "transaction_id": id, "value": 40 })).await;
    let body = shop.find(&tokens, &[("reference_id", "A")]).await.json;
    assert_eq!((&body["value"], &body["transactions"][0]["captured_value"]), (&json!(60.0), &json!(40.0)));
}

#[tokio::test]
async fn a_query_needs_an_id_and_both_must_fit() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &order("A")).await;
    for fields in [&[][..], &[("transaction_id", "")], &[("id", &id)]] {
        let answer = shop.find(&tokens, fields).await;
        let message = "It is necessary to inform the reference_id or transaction_id.";
        assert_eq!(
            (answer.status, answer.json),
            (422, json!({ "message": message, "business_code": "INVALID_INPUT" }))
        );
    }
    for fields in [[("transaction_id", &*id), ("reference_id", "B")], [("transaction_id", "x"), ("reference_id", "A")]]
    {
        let answer = shop.find(&tokens, &fields).await;
        assert_eq!((answer.status, &answer.json["business_code"]), (404, &json!("TRANSACTION_NOT_FOUND")));
    }
}

#[tokio::test]
async fn of_several_under_one_reference_the_living_one_is_found_else_the_newest() {
    let (shop, tokens) = Shop::linked("ana").await;
    let first = shop.charge(&tokens, &reservation("A")).await;
    shop.post(&tokens, "/cancel", &json!({ "transaction_id": first })).await;
    let second = shop.charge(&tokens, &order("A")).await;
    assert_eq!(shop.find(&tokens, &[("reference_id", "A")]).await.json["id"], json!(second));
    shop.post(&tokens, "/refund", &json!({ "transaction_id": second })).await;
    assert_eq!(shop.status(&tokens, "A").await, "REFUNDED");
    assert_eq!(shop.find(&tokens, &[("transaction_id", &first)]).await.json["status"], "CANCELLED");
}
