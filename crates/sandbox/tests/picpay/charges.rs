//! Charges: the shape of request and answer, what is refused before money is touched, and the reference that is taken.

use serde_json::{Value, json};

use crate::common::{Shop, entries, order};

#[tokio::test]
async fn a_charge_answers_its_id_the_shops_reference_and_a_time_without_a_zone() {
    let (shop, tokens) = Shop::linked("ana").await;
    let answer = shop.post(&tokens, "/charge", &order("PEDIDO-1")).await;
    assert_eq!(answer.status, 200);
    let body = answer.json.as_object().expect("an object");
    assert_eq!(body.len(), 3);
    assert_eq!(body["reference_id"], "PEDIDO-1");
    let id = body["transaction_id"].as_str().expect("an id");
    assert_eq!((id.len(), id.split('-').count()), (36, 5), "a UUID");
    let created: jiff::civil::DateTime = body["created_at"].as_str().expect("a time").parse().expect("a civil time");
    let clock = shop.see("/clock").await;
    let now: jiff::Timestamp = clock["now"].as_str().expect("a time").parse().expect("RFC 3339");
    let in_sao_paulo = jiff::tz::Offset::constant(-3).to_timestamp(created).expect("a moment");
    let age_s = now.as_second() - in_sao_paulo.as_second();
    assert!((0..60).contains(&age_s), "São Paulo's time: {age_s} s ago");
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000)]));
}

#[tokio::test]
async fn the_ledger_knows_the_charge_by_both_ids() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &order("PEDIDO-1")).await;
    let mut ledger = shop.see("/ledger?reference=PEDIDO-1").await;
    ledger[0].as_object_mut().expect("an entry").remove("at");
    let expected = json!([{
        "provider": "picpay", "kind": "charge", "id": id, "payment": id, "reference": "PEDIDO-1",
        "amount_minor": 6_000, "currency": "BRL"
    }]);
    assert_eq!(ledger, expected);
}

#[tokio::test]
async fn amounts_are_reals_with_two_decimals_and_exact() {
    let (shop, tokens) = Shop::linked("ana").await;
    for (text, cents) in
        [("3", 300), ("0.1", 10), ("0.29", 29), ("19.990", 0), ("1e2", 10_000), ("1234567.89", 123_456_789)]
    {
        let body: Value = serde_json::from_str(&format!("{{\"value\":{text}}}")).expect("JSON");
        let request = shop.request(&tokens, "/charge", &body).body(format!("{{\"value\":{text}}}"));
        let answer = crate::common::read(request).await.expect("an answer");
        if cents == 0 {
            assert_eq!(answer.status, 422, "{text}");
        } else {
            assert_eq!(answer.status, 200, "{text}");
            let id = answer.json["transaction_id"].as_str().expect("an id");
            assert!(answer.json.get("reference_id").is_none(), "none was sent");
            assert_eq!(shop.see(&format!("/picpay/charges/{id}")).await["value_minor"], json!(cents), "{text}");
        }
    }
}

#[tokio::test]
async fn wrong_fields_are_refused_with_all_of_them() {
    let (shop, tokens) = Shop::linked("ana").await;
    for (body, field, text) in [
        (json!({}), "value", "The value must not be null."),
        (json!({ "value": "3" }), "value", "The value must be a number."),
        (json!({ "value": 0 }), "value", "The value must be greater than 0."),
        (json!({ "value": -1 }), "value", "The value must be greater than 0."),
        (json!({ "value": 1.234 }), "value", "The value must have at most 2 decimal places."),
        (json!({ "value": 1, "reference_id": 7 }), "reference_id", "The reference_id must be a string."),
        (json!({ "value": 1, "auto_capture": "no" }), "auto_capture", "The auto_capture must be true or false."),
        (
            json!({ "value": 1, "transaction_initiator": "BOT" }),
            "transaction_initiator",
            "The transaction_initiator must be MIT or CIT.",
        ),
        (json!([]), "body", "The body must be a JSON object."),
    ] {
        let answer = shop.post(&tokens, "/charge", &body).await;
        let expected = json!({
            "message": "The given data was invalid.", "errors": { field: [text] }, "business_code": "INVALID_INPUT"
        });
        assert_eq!((answer.status, answer.json), (422, expected), "{body}");
    }
    let both = shop.post(&tokens, "/charge", &json!({ "value": 0, "reference_id": 7 })).await;
    assert_eq!(both.json["errors"].as_object().map(serde_json::Map::len), Some(2));
    shop.set(json!({ "field_errors": "list" })).await;
    let answer = shop.post(&tokens, "/charge", &json!({ "value": 0 })).await;
    assert_eq!(answer.json["errors"], json!([{ "field": "value", "message": "The value must be greater than 0." }]));
    assert_eq!(shop.ledger().await, []);
}

#[tokio::test]
async fn what_the_newest_edition_adds_is_taken_and_not_told_again() {
    let (shop, tokens) = Shop::linked("ana").await;
    let mut body = order("A");
    body["description"] = json!("Assinatura");
    body["transaction_initiator"] = json!("MIT");
    body["something_else"] = json!({ "x": 1 });
    let answer = shop.post(&tokens, "/charge", &body).await;
    assert_eq!((answer.status, answer.json.as_object().map(serde_json::Map::len)), (200, Some(3)));
    let seen = shop.see("/picpay/charges?reference=A").await["data"][0].clone();
    assert_eq!((&seen["description"], &seen["transaction_initiator"]), (&json!("Assinatura"), &json!("MIT")));
}

#[tokio::test]
async fn a_reference_whose_money_is_there_is_a_duplicate() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &order("A")).await;
    for key in ["k1", "k2"] {
        let answer = shop.keyed(&tokens, "/charge", key, &order("A")).await;
        let expected = json!({ "message": "Duplicated transaction.", "business_code": "DUPLICATED_TRANSACTION" });
        assert_eq!((answer.status, answer.json), (400, expected));
    }
    assert_eq!(shop.post(&tokens, "/refund", &json!({ "transaction_id": id })).await.status, 200);
    assert_eq!(shop.keyed(&tokens, "/charge", "k1", &order("A")).await.status, 400, "that key's answer is final");
    assert_eq!(shop.keyed(&tokens, "/charge", "k3", &order("A")).await.status, 200, "the money is back");
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000), ("refund", 6_000), ("charge", 6_000)]));
}

#[tokio::test]
async fn the_answer_may_name_another_reference_as_the_published_sample_does() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.set(json!({ "charge_reference": "other" })).await;
    let answer = shop.post(&tokens, "/charge", &order("A")).await;
    assert_eq!(answer.status, 200);
    assert_ne!(answer.json["reference_id"], "A");
    assert_eq!(shop.status(&tokens, "A").await, "PAID", "it is kept as it was sent");
}
