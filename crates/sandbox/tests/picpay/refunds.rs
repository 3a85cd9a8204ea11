//! Refunds: by either id, whole and in parts, up to what was charged.

use serde_json::{Value, json};

use crate::common::{Shop, Tokens, entries, order};

async fn charged() -> (Shop, Tokens, String) {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &order("A")).await;
    (shop, tokens, id)
}

#[tokio::test]
async fn a_whole_refund_by_either_id_answers_200_with_the_transaction() {
    for by in ["transaction_id", "reference_id", "both", "path"] {
        let (shop, tokens, id) = charged().await;
        let (path, body) = match by {
            "transaction_id" => ("/refund".to_owned(), json!({ "transaction_id": id })),
            "reference_id" => ("/refund".to_owned(), json!({ "reference_id": "A" })),
            "both" => ("/refund".to_owned(), json!({ "transaction_id": id, "reference_id": "A", "value": 60.00 })),
            _ => (format!("/{id}/refund"), json!({})),
        };
        let answer = shop.post(&tokens, &path, &body).await;
        assert_eq!((answer.status, &answer.json["transaction_id"]), (200, &json!(id)), "{by}");
        assert_eq!((&answer.json["reference_id"], answer.json["created_at"].is_string()), (&json!("A"), true));
        assert_eq!(shop.status(&tokens, "A").await, "REFUNDED", "{by}");
        assert_eq!(shop.ledger().await, entries(&[("charge", 6_000), ("refund", 6_000)]), "{by}");
    }
}

#[tokio::test]
async fn partial_refunds_add_up_to_the_charge_and_no_further() {
    let (shop, tokens, id) = charged().await;
    for (value, status) in [(0.10, "PARTIALLY_REFUNDED"), (29.90, "PARTIALLY_REFUNDED"), (30.00, "REFUNDED")] {
        let answer = shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": value })).await;
        assert_eq!(answer.status, 200);
        assert_ne!(answer.json["transaction_id"], json!(id), "a partial refund is a transaction of its own");
        assert_eq!(shop.status(&tokens, "A").await, status);
    }
    let refused = json!({ "message": "Refund value is invalid.", "business_code": "REFUND_EXCEEDS_LIMIT" });
    for body in [json!({ "transaction_id": id, "value": 0.01 }), json!({ "transaction_id": id })] {
        let answer = shop.post(&tokens, "/refund", &body).await;
        assert_eq!((answer.status, &answer.json), (406, &refused));
    }
    let amounts = [("charge", 6_000), ("refund", 10), ("refund", 2_990), ("refund", 3_000)];
    assert_eq!(shop.ledger().await, entries(&amounts));
}

#[tokio::test]
async fn a_refund_without_a_value_gives_back_what_is_left() {
    let (shop, tokens, id) = charged().await;
    shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": 10 })).await;
    assert_eq!(shop.post(&tokens, "/refund", &json!({ "transaction_id": id })).await.status, 200);
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000), ("refund", 1_000), ("refund", 5_000)]));
}

#[tokio::test]
async fn more_than_was_charged_is_not_refunded() {
    let (shop, tokens, id) = charged().await;
    let answer = shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": 60.01 })).await;
    assert_eq!((answer.status, &answer.json["business_code"]), (406, &json!("REFUND_EXCEEDS_LIMIT")));
    assert_eq!(shop.status(&tokens, "A").await, "PAID");
}

#[tokio::test]
async fn the_new_id_of_a_partial_refund_names_the_refund_and_not_the_charge() {
    let (shop, tokens, id) = charged().await;
    let answer = shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": 10 })).await;
    let new = answer.json["transaction_id"].as_str().expect("an id").to_owned();
    let found = shop.find(&tokens, &[("transaction_id", &id)]).await.json;
    assert_eq!(found["transactions"][0]["refunds"][0]["id"], json!(new));
    assert_eq!(shop.find(&tokens, &[("transaction_id", &new)]).await.status, 404);
    assert_eq!(shop.see("/ledger").await[1]["id"], json!(new));
    assert_eq!(shop.see("/ledger").await[1]["payment"], json!(id));
    shop.set(json!({ "partial_refund_id": "original" })).await;
    let answer = shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": 10 })).await;
    assert_eq!(answer.json["transaction_id"], json!(id));
}

#[tokio::test]
async fn what_names_no_charge_or_two_is_refused() {
    let (shop, tokens, id) = charged().await;
    let other = shop.charge(&tokens, &order("B")).await;
    for path in ["/refund", "/capture", "/cancel"] {
        for body in [json!({}), json!({ "transaction_id": "" }), json!({ "transaction_id": null })] {
            let answer = shop.post(&tokens, path, &body).await;
            let message = "It is necessary to inform the reference_id or transaction_id.";
            assert_eq!(answer.status, 422, "{path} {body}");
            assert_eq!(answer.json, json!({ "message": message, "business_code": "INVALID_INPUT" }), "{path} {body}");
        }
        for body in [
            json!({ "transaction_id": "nothing" }),
            json!({ "reference_id": "nothing" }),
            json!({ "transaction_id": id, "reference_id": "B" }),
            json!({ "transaction_id": other, "reference_id": "A" }),
        ] {
            let answer = shop.post(&tokens, path, &body).await;
            assert_eq!(
                (answer.status, &answer.json["business_code"]),
                (404, &json!("TRANSACTION_NOT_FOUND")),
                "{path} {body}"
            );
        }
    }
    assert_eq!(shop.ledger().await.len(), 2, "nothing but the two charges");
}

#[tokio::test]
async fn what_was_never_paid_cannot_be_refunded() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &crate::common::reservation("A")).await;
    let expected = json!({ "message": "Transaction could not be refund" });
    for verb in ["", "/cancel"] {
        if !verb.is_empty() {
            assert_eq!(shop.post(&tokens, verb, &json!({ "transaction_id": id })).await.status, 200);
        }
        let answer = shop.post(&tokens, "/refund", &json!({ "transaction_id": id })).await;
        assert_eq!((answer.status, &answer.json), (406, &expected));
    }
}

#[tokio::test]
async fn the_panel_refunds_without_a_token_and_the_shops_own_id_is_kept() {
    let (shop, tokens, id) = charged().await;
    let body = json!({ "transaction_id": id, "value": 10, "refund_reference_id": "re_1" });
    assert_eq!(shop.post(&tokens, "/refund", &body).await.status, 200);
    let charge = shop.control(&format!("/picpay/charges/{id}/refund"), &json!({ "value_minor": 2_000 })).await;
    let facts =
        |refund: &Value| (refund["by"].clone(), refund["refund_reference_id"].clone(), refund["value_minor"].clone());
    assert_eq!(facts(&charge["refunds"][0]), (json!("shop"), json!("re_1"), json!(1_000)));
    assert_eq!(facts(&charge["refunds"][1]), (json!("panel"), Value::Null, json!(2_000)));
    assert_eq!(shop.find(&tokens, &[("reference_id", "A")]).await.json["refunded_value"].to_string(), "30.0");
    let whole = shop.control(&format!("/picpay/charges/{id}/refund"), &json!({})).await;
    assert_eq!((&whole["status"], &whole["refunded_minor"]), (&json!("REFUNDED"), &json!(6_000)));
    let path = format!("/picpay/charges/{id}/refund");
    assert_eq!(shop.try_control(&path, &json!({})).await.status, 409);
    assert_eq!(shop.try_control(&path, &json!({ "value_minor": 0 })).await.status, 400);
}
