//! `/v1/sandbox/payments/…`: PicPay's own selector of answers.

use serde_json::{Value, json};

use crate::common::{Answer, Shop, Tokens, form, read};

async fn post(shop: &Shop, tokens: &Tokens, path: &str, body: &Value) -> Answer {
    let request = shop.client.post(shop.url(&format!("/picpay/v1/sandbox/payments{path}")));
    read(request.bearer_auth(&tokens.access).body(body.to_string())).await.expect("an answer")
}

async fn find(shop: &Shop, tokens: &Tokens, fields: &[(&str, &str)]) -> Answer {
    let url = format!("{}?{}", shop.url("/picpay/v1/sandbox/payments"), form(fields));
    read(shop.client.get(url).bearer_auth(&tokens.access)).await.expect("an answer")
}

#[tokio::test]
async fn each_case_of_each_call_gives_its_published_answer() {
    let (shop, tokens) = Shop::linked("ana").await;
    let common = [("INTERNAL_SERVER_ERROR", 500), ("EXPIRED_TOKEN", 401), ("MISSING_TOKEN", 401)];
    let calls: [(&str, &[(&str, u16)]); 5] = [
        ("/charge", &[("SUCCESS", 200)]),
        ("/refund", &[("SUCCESS", 200), ("GRAND_VALUE", 406), ("TRANSACTION_NOT_FOUND", 404)]),
        ("/x/refund", &[("SUCCESS", 200), ("GRAND_VALUE", 406), ("TRANSACTION_NOT_FOUND", 404)]),
        ("/cancel", &[("SUCCESS", 200), ("TRANSACTION_NOT_FOUND", 404), ("INVALID_STATUS", 409)]),
        (
            "/capture",
            &[("SUCCESS", 204), ("TRANSACTION_NOT_FOUND", 404), ("INVALID_STATUS", 409), ("GRAND_VALUE", 406)],
        ),
    ];
    for (path, cases) in calls {
        for (case, status) in cases.iter().chain(&common) {
            let body = json!({ "test_case": case, "value": 3, "transaction_id": "t", "reference_id": "A" });
            let answer = post(&shop, &tokens, path, &body).await;
            assert_eq!(answer.status, *status, "{path} {case}: {answer:?}");
        }
        let default = json!({ "value": 3, "transaction_id": "t", "reference_id": "A" });
        assert_eq!(post(&shop, &tokens, path, &default).await.status, cases[0].1, "{path}: success unless told");
        let unknown = json!({ "test_case": "MOON", "value": 3, "transaction_id": "t" });
        assert_eq!(post(&shop, &tokens, path, &unknown).await.status, 422, "{path}");
    }
    assert_eq!(shop.ledger().await, [], "nothing moves");
    assert_eq!(shop.see("/picpay/charges").await["data"], json!([]), "nothing is kept");
}

#[tokio::test]
async fn the_scenarios_speak_the_words_of_the_real_calls() {
    let (shop, tokens) = Shop::linked("ana").await;
    let charge = post(&shop, &tokens, "/charge", &json!({ "value": 3, "reference_id": "A" })).await.json;
    assert_eq!((&charge["reference_id"], charge.as_object().map(serde_json::Map::len)), (&json!("A"), Some(3)));
    assert_eq!(post(&shop, &tokens, "/charge", &json!({ "value": 0 })).await.status, 422);
    for (case, message) in
        [("EXPIRED_TOKEN", r#"Token claims invalid: ["exp"]="token expired""#), ("MISSING_TOKEN", "Unauthorized")]
    {
        let answer = post(&shop, &tokens, "/charge", &json!({ "value": 3, "test_case": case })).await;
        assert_eq!(answer.json, json!({ "message": message }));
    }
}

#[tokio::test]
async fn the_query_takes_its_case_from_the_address_under_either_name() {
    let (shop, tokens) = Shop::linked("ana").await;
    for (case, status, seen, refunded) in [
        ("SUCCESS", 200, "PAID", "0.0"),
        ("SUCCESS_REFUNDED", 200, "REFUNDED", "60.0"),
        ("SUCCESS_PARTIALLY_REFUNDED", 200, "PARTIALLY_REFUNDED", "10.0"),
        ("INTERNAL_SERVER_ERROR", 500, "", ""),
        ("NOT_FOUND", 404, "", ""),
        ("MOON", 422, "", ""),
    ] {
        for name in ["test_case", "testScenery"] {
            let answer = find(&shop, &tokens, &[(name, case)]).await;
            assert_eq!(answer.status, status, "{case}");
            if status == 200 {
                assert_eq!(
                    (&answer.json["status"], answer.json["refunded_value"].to_string()),
                    (&json!(seen), refunded.to_owned())
                );
            }
        }
    }
    assert_eq!(find(&shop, &tokens, &[]).await.json["status"], "PAID");
}

#[tokio::test]
async fn the_legacy_edition_has_its_own_name_and_refunds() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.set(json!({ "edition": "legacy" })).await;
    for (case, status) in [("COMPLETED_REFUND", 204), ("PARTIAL_REFUND", 200), ("GRAND_VALUE", 406)] {
        let answer = post(&shop, &tokens, "/x/refund", &json!({ "testScenery": case })).await;
        assert_eq!(answer.status, status, "{case}");
    }
    shop.set(json!({ "edition": "current" })).await;
    assert_eq!(post(&shop, &tokens, "/x/refund", &json!({ "test_case": "COMPLETED_REFUND" })).await.status, 422);
}
