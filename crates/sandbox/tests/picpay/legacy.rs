//! The edition of 2022, and what the current one has in its place.

use serde_json::{Value, json};

use crate::common::{Answer, Shop, Tokens, entries, order, read};

async fn legacy() -> (Shop, Tokens) {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.set(json!({ "edition": "legacy" })).await;
    (shop, tokens)
}

/// A call with the `Api-Key` of that edition.
async fn post(shop: &Shop, tokens: &Tokens, path: &str, body: &Value) -> Answer {
    let request = shop.request(tokens, path, body).header("Api-Key", "picpay_demo_api_key");
    read(request).await.expect("an answer")
}

#[tokio::test]
async fn ids_are_digits_and_there_is_no_reference() {
    let (shop, tokens) = legacy().await;
    let answer = post(&shop, &tokens, "/charge", &json!({ "value": 3, "reference_id": "A" })).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json.as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(answer.json["transaction_id"], "246599282", "a numeric string");
    assert_eq!(answer.json["created_at"].as_str().map(str::len), Some("2021-02-22 19:29:16".len()));
    assert_eq!(shop.see("/ledger").await[0]["reference"], "");
}

#[tokio::test]
async fn charges_and_refunds_need_the_api_key() {
    let (shop, tokens) = legacy().await;
    let id = post(&shop, &tokens, "/charge", &json!({ "value": 3 })).await.json["transaction_id"].clone();
    let refund = format!("/{}/refund", id.as_str().expect("an id"));
    for (path, body) in [("/charge", json!({ "value": 3 })), (&*refund, json!({}))] {
        let without = shop.post(&tokens, path, &body).await;
        assert_eq!((without.status, without.json), (401, json!({ "message": "Unauthorized" })), "{path}");
        let wrong = read(shop.request(&tokens, path, &body).header("Api-Key", "guess")).await.expect("an answer");
        assert_eq!(wrong.status, 401, "{path}");
    }
    let fields = [("transaction_id", id.as_str().expect("an id"))];
    assert_eq!(shop.find(&tokens, &fields).await.status, 200, "the query needs none");
    shop.set(json!({ "edition": "current" })).await;
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 200, "the current edition needs none");
    assert_eq!(post(&shop, &tokens, "/charge", &order("B")).await.status, 200, "and does not mind one");
}

#[tokio::test]
async fn a_charge_may_be_a_form() {
    let (shop, tokens) = legacy().await;
    let charge = |body: &'static str| {
        let request = shop.client.post(shop.url("/picpay/v1/payments/charge")).bearer_auth(&tokens.access);
        let request = request.header("Api-Key", "picpay_demo_api_key").body(body);
        read(request.header("content-type", "application/x-www-form-urlencoded; charset=utf-8"))
    };
    for (body, status) in [("value=3", 200), ("value=0.10&x=y", 200), ("value=three", 422), ("value=", 422), ("", 422)]
    {
        assert_eq!(charge(body).await.expect("an answer").status, status, "{body}");
    }
    assert_eq!(shop.ledger().await, entries(&[("charge", 300), ("charge", 10)]));
    shop.set(json!({ "edition": "current" })).await;
    assert_eq!(charge("value=3").await.expect("an answer").status, 422, "no longer");
}

#[tokio::test]
async fn a_whole_refund_answers_204_and_a_partial_one_200_with_a_new_id() {
    let (shop, tokens) = legacy().await;
    let charge = post(&shop, &tokens, "/charge", &json!({ "value": 60 })).await;
    let id = charge.json["transaction_id"].as_str().expect("an id").to_owned();
    let part = post(&shop, &tokens, &format!("/{id}/refund"), &json!({ "value": 10 })).await;
    assert_eq!(part.status, 200);
    let new = part.json["transaction_id"].as_str().expect("an id").to_owned();
    assert_ne!(new, id);
    let rest = post(&shop, &tokens, &format!("/{new}/refund"), &json!({})).await;
    assert_eq!(rest.status, 200, "the new id names the same payment");
    let charge = post(&shop, &tokens, "/charge", &json!({ "value": 60 })).await;
    let id = charge.json["transaction_id"].as_str().expect("an id").to_owned();
    let whole = post(&shop, &tokens, &format!("/{id}/refund"), &json!({})).await;
    assert_eq!((whole.status, whole.text.as_str()), (204, ""));
    let amounts = [("charge", 6_000), ("refund", 1_000), ("refund", 5_000), ("charge", 6_000), ("refund", 6_000)];
    assert_eq!(shop.ledger().await, entries(&amounts));
    let newer = post(&shop, &tokens, "/refund", &json!({ "transaction_id": id })).await;
    assert_eq!((newer.status, newer.json), (404, json!({ "message": "no Route matched with those values" })));
}

#[tokio::test]
async fn there_are_no_idempotency_keys() {
    let (shop, tokens) = legacy().await;
    for _ in 0..2 {
        let request = shop.request(&tokens, "/charge", &json!({ "value": 3 })).header("Api-Key", "picpay_demo_api_key");
        assert_eq!(read(request.header("x-Idempotency-Key", "k")).await.expect("an answer").status, 200);
    }
    assert_eq!(shop.ledger().await.len(), 2);
}

#[tokio::test]
async fn what_does_not_exist_has_no_route() {
    let (shop, tokens) = Shop::linked("ana").await;
    let expected = json!({ "message": "no Route matched with those values" });
    for request in [
        shop.request(&tokens, "/nothing", &json!({})),
        shop.client.get(shop.url("/picpay/v1/payments/charge")),
        shop.client.get(shop.url("/picpay/nothing")),
    ] {
        let answer = read(request).await.expect("an answer");
        assert_eq!((answer.status, answer.json), (404, expected.clone()));
    }
}
