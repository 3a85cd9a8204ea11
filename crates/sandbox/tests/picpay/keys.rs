//! `x-Idempotency-Key`: replay, what is final, what is executed again, and the order of the checks.

use serde_json::{Value, json};

use crate::common::{Shop, Tokens, entries, order, read};

#[tokio::test]
async fn the_same_key_gives_the_same_bytes_and_charges_once() {
    let (shop, tokens) = Shop::linked("ana").await;
    let first = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    assert_eq!(first.status, 200);
    shop.advance(3).await;
    for _ in 0..3 {
        assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await, first, "bit for bit, its time included");
    }
    let refund = json!({ "reference_id": "A", "value": 10 });
    let back = shop.keyed(&tokens, "/refund", "r", &refund).await;
    assert_eq!(back.status, 200);
    assert_eq!(shop.keyed(&tokens, "/refund", "r", &refund).await, back);
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000), ("refund", 1_000)]));
}

#[tokio::test]
async fn a_key_is_known_whatever_token_it_comes_with() {
    let (shop, tokens) = Shop::linked("ana").await;
    let first = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    let tokens = Tokens::of(&shop.refresh(&tokens.refresh).await);
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await, first);
}

#[tokio::test]
async fn a_final_refusal_stays_for_ever() {
    let (shop, tokens) = Shop::linked("heitor").await;
    let declined = shop.keyed(&tokens, "/charge", "k1", &order("A")).await;
    let invalid = shop.keyed(&tokens, "/charge", "k2", &json!({ "value": 0 })).await;
    let unknown = shop.keyed(&tokens, "/refund", "k3", &json!({ "reference_id": "A" })).await;
    shop.control("/picpay/buyers/heitor", &json!({ "card": "unavailable" })).await;
    let unavailable = shop.keyed(&tokens, "/charge", "k4", &order("A")).await;
    shop.control("/picpay/buyers/heitor", &json!({ "card": "active" })).await;
    shop.charge(&tokens, &order("A")).await;
    let duplicate = shop.keyed(&tokens, "/charge", "k5", &order("A")).await;
    shop.post(&tokens, "/refund", &json!({ "reference_id": "A", "value": 59 })).await;
    for (path, key, status, first) in [
        ("/charge", "k1", 406, declined),
        ("/charge", "k2", 422, invalid),
        ("/refund", "k3", 404, unknown),
        ("/charge", "k4", 403, unavailable),
        ("/charge", "k5", 400, duplicate),
    ] {
        assert_eq!(first.status, status, "{first:?}");
        let body = if path == "/charge" { order("B") } else { json!({ "reference_id": "A", "value": 1 }) };
        assert_eq!(shop.keyed(&tokens, path, key, &body).await, first, "now it would succeed");
    }
}

#[tokio::test]
async fn what_may_be_retried_is_executed_again_under_the_same_key() {
    for (fault, status) in [("error_500", 500), ("error_502", 502), ("error_503", 503), ("rate_limited", 429)] {
        let (shop, tokens) = Shop::linked("ana").await;
        shop.fault(json!({ "call": "charge", "fault": fault })).await;
        assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await.status, status);
        assert_eq!(shop.ledger().await, [], "{fault}");
        assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await.status, 200, "{fault}");
    }
}

#[tokio::test]
async fn an_answer_that_was_spoilt_is_kept_unspoilt_under_its_key() {
    for fault in ["lost_reply", "error_500_executed", "error_502_executed", "error_503_executed", "garbage"] {
        let (shop, tokens) = Shop::linked("ana").await;
        shop.fault(json!({ "call": "charge", "fault": fault })).await;
        let seen = shop.try_keyed(&tokens, "/charge", "k", &order("A")).await;
        assert!(seen.is_err() || seen.is_ok_and(|answer| answer.json.get("transaction_id").is_none()), "{fault}");
        let again = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
        assert_eq!(again.status, 200, "{fault}");
        let charge = shop.see("/ledger").await[0]["id"].clone();
        assert_eq!(again.json["transaction_id"], charge, "{fault}: the first execution's answer");
        assert_eq!(shop.ledger().await, entries(&[("charge", 6_000)]), "{fault}");
    }
}

#[tokio::test]
async fn token_and_rate_limit_are_checked_before_the_key() {
    let (shop, tokens) = Shop::linked("ana").await;
    let first = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    shop.set(json!({ "rate_limited": true })).await;
    let limited = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    assert_eq!((limited.status, limited.json), (429, json!({ "message": "API rate limit exceeded" })));
    shop.control("/picpay/links/ana/expire", &json!({ "token": "access" })).await;
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await.status, 401, "the token comes before the limit");
    shop.set(json!({ "rate_limited": false })).await;
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await.status, 401);
    let tokens = Tokens::of(&shop.refresh(&tokens.refresh).await);
    assert_eq!(
        shop.keyed(&tokens, "/charge", "k", &json!({ "value": "x" })).await,
        first,
        "the key comes before the body"
    );
}

#[tokio::test]
async fn another_body_under_a_key_changes_nothing_unless_that_is_strict() {
    let (shop, tokens) = Shop::linked("ana").await;
    let first = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &json!({ "value": 1 })).await, first);
    shop.set(json!({ "strict_keys": true })).await;
    let refused = shop.keyed(&tokens, "/charge", "k", &json!({ "value": 1 })).await;
    let errors = json!({ "x-Idempotency-Key": ["The x-Idempotency-Key was used with another body."] });
    assert_eq!((refused.status, &refused.json["errors"]), (422, &errors));
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await, first, "the same body is replayed");
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000)]));
}

#[tokio::test]
async fn a_key_belongs_to_one_shop_and_one_call() {
    let (shop, tokens) = Shop::linked("ana").await;
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await.status, 200);
    assert_eq!(shop.keyed(&tokens, "/refund", "k", &json!({ "reference_id": "A" })).await.status, 200);
    let fields =
        [("client_id", "picpay_other_client"), ("response_type", "code"), ("redirect_uri", crate::common::CALLBACK)];
    let wish = json!({ "authorize_url": shop.authorize_url_with(&fields), "user": "ana", "accept": true });
    let redirect = shop.control("/picpay/consent", &wish).await["redirect_to"].as_str().expect("a URL").to_owned();
    let code = crate::common::parameter(&redirect, "code").expect("a code");
    let mut exchange = Shop::exchange_fields(&code);
    (exchange[1].1, exchange[2].1) = ("picpay_other_client", "picpay_other_secret");
    let other = Tokens::of(&shop.token(&exchange).await);
    assert_eq!(shop.keyed(&other, "/charge", "k", &order("A")).await.status, 200);
    let amounts = [("charge", 6_000), ("refund", 6_000), ("charge", 6_000)];
    assert_eq!(shop.ledger().await, entries(&amounts));
}

#[tokio::test]
async fn without_a_key_or_a_reference_nothing_protects() {
    let (shop, tokens) = Shop::linked("ana").await;
    for key in [None, None, Some("")] {
        let request = shop.request(&tokens, "/charge", &json!({ "value": 1 }));
        let request = key.iter().fold(request, |request, key| request.header("x-Idempotency-Key", *key));
        assert_eq!(read(request).await.expect("an answer").status, 200);
    }
    assert_eq!(shop.ledger().await.len(), 3);
}

#[tokio::test]
async fn a_key_has_at_most_255_characters() {
    let (shop, tokens) = Shop::linked("ana").await;
    let body = json!({ "value": 1 });
    assert_eq!(shop.keyed(&tokens, "/charge", &"k".repeat(255), &body).await.status, 200);
    assert_eq!(shop.keyed(&tokens, "/charge", &"k".repeat(256), &body).await.status, 422);
}

#[tokio::test]
async fn a_208_can_be_scripted_with_and_without_execution() {
    let (shop, tokens) = Shop::linked("ana").await;
    for (number, (fault, made)) in [("still_processing", 0), ("still_processing_executed", 1)].into_iter().enumerate() {
        let (key, reference) = (format!("k{number}"), format!("R{number}"));
        shop.fault(json!({ "call": "charge", "fault": fault })).await;
        let answer = shop.keyed(&tokens, "/charge", &key, &order(&reference)).await;
        assert_eq!((answer.status, answer.text.as_str()), (208, "{}"), "{fault}");
        let path = format!("/ledger?reference={reference}");
        assert_eq!(shop.see(&path).await.as_array().map(Vec::len), Some(made), "{fault}");
        let answer = shop.keyed(&tokens, "/charge", &key, &order(&reference)).await;
        assert_eq!(answer.status, 200, "{fault}");
        assert_eq!(shop.see(&path).await.as_array().map(Vec::len), Some(1), "{fault}");
    }
    shop.fault(json!({ "call": "refund", "fault": "still_processing_executed" })).await;
    let body = json!({ "reference_id": "R0" });
    assert_eq!(shop.keyed(&tokens, "/refund", "r", &body).await.status, 208);
    assert_eq!(shop.keyed(&tokens, "/refund", "r", &body).await.json["reference_id"], Value::from("R0"));
}
