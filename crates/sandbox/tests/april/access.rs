//! Who may call what: key kinds, 401 and 403, and the shape of every refusal.

use crate::common::{MARKETPLACE, MERCHANT, Merchant, OK, PUBLIC, SECRET, by_card, order, read, refusal};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_missing_or_unknown_key_is_401() {
    let merchant = Merchant::new().await;
    for key in ["", "sandbox_sk_other", "live_sk_demo", "test_sk_demo"] {
        for (method, path) in [
            (Method::POST, "/orders"),
            (Method::GET, "/orders/ordr_x"),
            (Method::POST, "/orders/ordr_x/pay"),
            (Method::PATCH, "/transactions/tran_x"),
            (Method::GET, "/transactions/refunds"),
            (Method::POST, "/tokens"),
        ] {
            let request = merchant.request(key, method, path).body(r#"{"CreateRefund":{"refundAmount":1}}"#);
            let answer = read(request).await.expect("an answer");
            assert_eq!(refusal(&answer), (401, "unauthorized".to_owned()), "{key} at {path}");
        }
    }
    let bare = read(merchant.client.get(merchant.url("/april/transactions"))).await.expect("an answer");
    assert_eq!(refusal(&bare).0, 401, "no header at all");
}

#[tokio::test]
async fn a_public_key_gets_403_for_orders_and_refunds_and_401_for_paying() {
    let merchant = Merchant::new().await;
    let id = merchant.order("A", 1_000).await;
    let pay = format!("/orders/{id}/pay");
    let read_it = format!("/orders/{id}");
    for (method, path, body, expected) in [
        (Method::POST, "/orders", order("B", 1_000), 403),
        (Method::GET, &*read_it, Value::Null, 403),
        (Method::DELETE, &*read_it, Value::Null, 403),
        (Method::PATCH, "/transactions/tran_x", json!({ "CreateRefund": { "refundAmount": 1 } }), 403),
        (Method::GET, "/transactions", Value::Null, 403),
        (Method::POST, "/customers", json!({ "CreateCustomer": { "emailAddress": "bo@example.test" } }), 403),
        (Method::POST, "/webhooks", json!({ "CreateWebhookMerchantSubscription": {} }), 403),
        (Method::POST, &*pay, by_card("ptkn_x"), 401),
    ] {
        let answer = read(merchant.request(PUBLIC, method, path).body(body.to_string())).await.expect("an answer");
        assert_eq!(refusal(&answer).0, expected, "{path}");
    }
    assert_eq!(merchant.order_status(&id).await, "created");
    assert_eq!(merchant.see("/april/orders").await["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_public_key_may_make_and_read_tokens() {
    let merchant = Merchant::new().await;
    let token = merchant.token(OK, 1_000).await;
    let path = format!("/tokens/{token}");
    let (status, body) = read(merchant.request(PUBLIC, Method::GET, &path)).await.expect("an answer");
    assert_eq!((status, &body["paymentTokenId"]), (200, &json!(token)));
}

#[tokio::test]
async fn a_marketplace_key_names_its_merchant() {
    let merchant = Merchant::new().await;
    let create = |merchant_id: Option<&'static str>| {
        let request = merchant.request(MARKETPLACE, Method::POST, "/orders").body(order("A", 1_000).to_string());
        read(if let Some(id) = merchant_id { request.header("Merchant-Id", id) } else { request })
    };
    assert_eq!(create(Some(MERCHANT)).await.expect("an answer").0, 200);
    assert_eq!(refusal(&create(None).await.expect("an answer")), (400, "bad_request".to_owned()));
    assert_eq!(refusal(&create(Some("mcht_Other00000000001")).await.expect("an answer")).0, 403);
    let id = merchant.order("B", 1_000).await;
    let request = merchant.request(MARKETPLACE, Method::POST, &format!("/orders/{id}/pay"));
    let request = request.header("Merchant-Id", MERCHANT).body(by_card(&merchant.token(OK, 1_000).await).to_string());
    assert_eq!(read(request).await.expect("an answer").0, 200);
}

#[tokio::test]
async fn refusals_have_the_documented_fields_and_a_fresh_tracer() {
    let merchant = Merchant::new().await;
    let mut tracers = Vec::new();
    for _ in 0..2 {
        let (status, body) = merchant.get("/orders/ordr_0000000000000000").await;
        assert_eq!(status, 404);
        let mut names: Vec<_> = body.as_object().expect("an object").keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["detail", "errorCode", "errorTypeDescription", "message", "statusCode", "tracer"]);
        assert_eq!(body["errorTypeDescription"], "Client error");
        let tracer = body["tracer"].as_str().expect("a text").to_owned();
        assert_eq!((tracer.len(), tracer.matches('-').count()), (36, 4), "{tracer}");
        tracers.push(tracer);
    }
    assert_ne!(tracers[0], tracers[1]);
}

#[tokio::test]
async fn unknown_paths_methods_and_actions_are_told_so() {
    let merchant = Merchant::new().await;
    assert_eq!(refusal(&merchant.get("/nothing").await), (404, "not_found".to_owned()));
    let wrong_method = read(merchant.request(SECRET, Method::PUT, "/orders")).await.expect("an answer");
    assert_eq!(refusal(&wrong_method), (405, "method_not_allowed".to_owned()));
    for body in [json!({}), json!({ "CreatePayByLink": {} }), json!([]), json!({ "A": {}, "B": {} }), json!("text")] {
        let answer = merchant.post("/orders", &body).await;
        assert_eq!(refusal(&answer), (400, "bad_request".to_owned()), "{body}");
    }
    let broken = merchant.request(SECRET, Method::POST, "/orders").body("{\"CreateOnlineOrder\":");
    assert_eq!(refusal(&read(broken).await.expect("an answer")).0, 400);
}
