//! Orders, sessions and refunds, against a merchant server that is only a script.

use crate::harness::{SECRET_KEY, client, post, shop};
use serde_json::{Value, json};
use std::path::Path;
use wiremock::matchers::{body_json, body_partial_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn session() -> Value {
    json!({ "id": "cs_0000000001", "client_secret": "s3cret", "status": "requires_payment_method", "merchant": "Loja" })
}

async fn server_with_sessions(times: u64) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/checkout_sessions"))
        .and(header("authorization", format!("Bearer {SECRET_KEY}")))
        .respond_with(ResponseTemplate::new(201).set_body_json(session()))
        .expect(times)
        .mount(&server)
        .await;
    server
}

fn cart() -> Value {
    json!({ "items": [{ "id": "coffee", "quantity": 2 }, { "id": "mug", "quantity": 1 }], "buyer": { "name": "PAID Souza" },
        "capture": "manual", "expires_in_s": 900, "locale": "pt-BR" })
}

#[tokio::test]
async fn prices_come_from_the_shop_and_only_the_session_reaches_the_browser() {
    let server = server_with_sessions(1).await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    let (status, answer) = post(format!("{}/shop/sessions", shop.url()), "cart-1", &cart()).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(answer["session"], json!({ "id": "cs_0000000001", "client_secret": "s3cret" }));
    assert_eq!(answer["order"]["amount_minor"], 13_770);

    let sent = server.received_requests().await.expect("recording is on").remove(0);
    let reference = answer["order"]["reference"].as_str().expect("a reference");
    assert_eq!(sent.headers["idempotency-key"], format!("order-{reference}"));
    let body: Value = sent.body_json().expect("JSON");
    assert_eq!(
        body,
        json!({
            "amount_minor": 13_770, "currency": "BRL", "reference": reference, "capture": "manual", "expires_in_s": 900,
            "locale": "pt-BR", "buyer": { "name": "PAID Souza" }, "return_url": format!("{}/?order={reference}", shop.url()),
            "items": [
                { "id": "coffee", "name": "Café torrado, 250 g", "quantity": 2, "unit_amount_minor": 3_890 },
                { "id": "mug", "name": "Caneca esmaltada", "quantity": 1, "unit_amount_minor": 5_990 },
            ],
        })
    );
}

#[tokio::test]
async fn an_order_in_australian_dollars_says_where_the_bill_goes_and_comes_back_to_the_page_that_takes_cards() {
    let server = server_with_sessions(1).await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    let buyer = json!({ "name": "Bo Test", "email": "bo@example.com", "phone": "+61400000000" });
    let cart = json!({ "items": [{ "id": "chair", "quantity": 2 }], "buyer": buyer });
    let (status, answer) = post(format!("{}/shop/sessions", shop.url()), "cart-1", &cart).await;
    assert_eq!((status, &answer["order"]["currency"]), (201, &json!("AUD")), "{answer}");
    let reference = answer["order"]["reference"].as_str().expect("a reference");
    let sent = server.received_requests().await.expect("recording is on").remove(0);
    let body: Value = sent.body_json().expect("JSON");
    assert_eq!(
        body,
        json!({
            "amount_minor": 60_000, "currency": "AUD", "reference": reference, "capture": "automatic", "buyer": buyer,
            "billing_address": { "line1": "1 Test St", "city": "Perth", "state": "WA", "postal_code": "6000", "country": "AU" },
            "return_url": format!("{}/?currency=AUD&order={reference}", shop.url()),
            "items": [{ "id": "chair", "name": "Oak chair", "quantity": 2, "unit_amount_minor": 30_000 }],
        })
    );
}

#[tokio::test]
async fn the_same_cart_under_the_same_key_is_the_same_order() {
    let server = server_with_sessions(2).await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    let url = format!("{}/shop/sessions", shop.url());
    let (_, first) = post(url.clone(), "cart-1", &cart()).await;
    let (_, second) = post(url.clone(), "cart-1", &cart()).await;
    assert_eq!(first["order"]["reference"], second["order"]["reference"]);
    let sent = server.received_requests().await.expect("recording is on");
    assert_eq!(sent[0].headers["idempotency-key"], sent[1].headers["idempotency-key"]);
    assert_eq!(sent[0].body, sent[1].body, "the same key stands for the same body");

    let (status, problem) = post(url, "cart-1", &json!({ "items": [{ "id": "mug", "quantity": 9 }] })).await;
    assert_eq!((status, &problem["code"]), (422, &json!("idempotency_key_reused")));
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let server = MockServer::start().await;
    let sessions = || Mock::given(method("POST")).and(path("/v1/checkout_sessions"));
    sessions().respond_with(ResponseTemplate::new(503)).up_to_n_times(1).mount(&server).await;
    let busy =
        ResponseTemplate::new(409).insert_header("retry-after", "0").set_body_json(json!({ "code": "in_progress" }));
    sessions().respond_with(busy).up_to_n_times(1).mount(&server).await;
    sessions().respond_with(ResponseTemplate::new(201).set_body_json(session())).mount(&server).await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    let (status, answer) = post(format!("{}/shop/sessions", shop.url()), "cart-1", &cart()).await;
    assert_eq!(status, 201, "{answer}");
    let sent = server.received_requests().await.expect("recording is on");
    let keys: std::collections::BTreeSet<_> = sent.iter().map(|request| &request.headers["idempotency-key"]).collect();
    assert_eq!((sent.len(), keys.len()), (3, 1));
}

#[tokio::test]
async fn a_cart_that_names_amounts_or_makes_no_sense_is_refused_before_any_call() {
    let server = server_with_sessions(0).await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    for (cart, expected) in [
        (json!({ "items": [{ "id": "mug", "quantity": 1 }], "amount_minor": 1 }), 400),
        (json!({ "items": [{ "id": "mug", "quantity": 1, "unit_amount_minor": 1 }] }), 400),
        (json!({ "items": [{ "id": "mug", "quantity": -1 }] }), 400),
        (json!({ "items": [{ "id": "mug", "quantity": 0 }] }), 422),
        (json!({ "items": [{ "id": "mug", "quantity": 100 }] }), 422),
        (json!({ "items": [{ "id": "yacht", "quantity": 1 }] }), 422),
        (json!({ "items": [{ "id": "mug", "quantity": 1 }, { "id": "chair", "quantity": 1 }] }), 422),
        (json!({ "items": [{ "id": "chair", "quantity": 1 }], "currency": "BRL" }), 400),
        (json!({ "items": [{ "id": "mug", "quantity": 1 }], "account": "ana" }), 400),
        (json!({ "items": [{ "id": "mug", "quantity": 1 }], "buyer": { "id": "ana" } }), 400),
        (json!({ "items": [] }), 422),
        (json!({}), 400),
    ] {
        let (status, problem) = post(format!("{}/shop/sessions", shop.url()), "k", &cart).await;
        assert_eq!(status, expected, "{cart} {problem}");
        assert!(problem["code"].is_string() && problem["detail"].is_string(), "{problem}");
    }
    let form = client().post(format!("{}/shop/sessions", shop.url())).header("content-type", "text/plain").body("{}");
    assert_eq!(form.send().await.expect("an answer").status(), 415, "another site's form is not the shop's page");
}

#[tokio::test]
async fn a_problem_of_the_server_goes_on_as_it_came() {
    let server = MockServer::start().await;
    let problem =
        json!({ "code": "validation", "status": 422, "errors": [{ "field": "buyer.tax_id", "detail": "mistyped" }] });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(422).set_body_json(problem.clone()))
        .expect(1)
        .mount(&server)
        .await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    let (status, answer) = post(format!("{}/shop/sessions", shop.url()), "k", &cart()).await;
    assert_eq!((status, answer), (422, problem));
}

#[tokio::test]
async fn what_the_shop_does_finds_the_payment_even_before_its_webhook() {
    let server = server_with_sessions(1).await;
    Mock::given(method("GET"))
        .and(path("/v1/payments"))
        .and(query_param("session", "cs_0000000001"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "next": null, "data": [
            { "id": "pa_0000000001", "status": "failed" }, { "id": "pa_0000000002", "status": "succeeded" }] })))
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path("/v1/payments/pa_0000000002/refunds"))
        .and(header("idempotency-key", "refund-1"))
        .and(body_partial_json(json!({ "amount_minor": 100 })))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({ "id": "re_0000000001", "status": "pending" })))
        .expect(1)
        .mount(&server)
        .await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    let (_, answer) = post(format!("{}/shop/sessions", shop.url()), "cart-1", &cart()).await;
    let reference = answer["order"]["reference"].as_str().expect("a reference");
    let order = format!("{}/shop/orders/{reference}", shop.url());
    let (status, refund) = post(format!("{order}/refunds"), "refund-1", &json!({ "amount_minor": 100 })).await;
    assert_eq!((status, &refund["id"]), (200, &json!("re_0000000001")));
    // It waits for something, and then it is done; the shop asks until then, and not after.
    let refund = |status: &str| json!({ "id": "re_0000000001", "status": status, "failure": "waits for the buyer" });
    let asked = || Mock::given(method("GET")).and(path("/v1/refunds/re_0000000001"));
    let pending = ResponseTemplate::new(200).set_body_json(refund("pending"));
    asked().respond_with(pending).up_to_n_times(1).expect(1).mount(&server).await;
    let done = ResponseTemplate::new(200).set_body_json(refund("succeeded"));
    asked().respond_with(done).expect(1).mount(&server).await;
    for status in ["pending", "succeeded", "succeeded"] {
        let answer = client().get(format!("{}/shop/orders", shop.url())).send().await.expect("the shop answers");
        let orders: Value = answer.json().await.expect("JSON");
        assert_eq!(orders["orders"][0]["refunds"], json!([refund(status)]));
    }
    let told = json!({ "status": "shipped" });
    Mock::given(method("POST"))
        .and(path("/v1/payments/pa_0000000002/order_status"))
        .and(header("idempotency-key", "told-1"))
        .and(body_json(&told))
        .respond_with(ResponseTemplate::new(202).set_body_json(json!({ "id": "ms_0000000001" })))
        .expect(1)
        .mount(&server)
        .await;
    let (status, message) = post(format!("{order}/order_status"), "told-1", &told).await;
    assert_eq!((status, &message["id"]), (200, &json!("ms_0000000001")));
    let (status, problem) = post(format!("{order}/capture"), "c", &json!({})).await;
    assert_eq!((status, &problem["code"]), (409, &json!("payment_not_ready")));
    let (status, _) = post(format!("{}/shop/orders/PED-OTHER/refunds", shop.url()), "r", &json!({})).await;
    assert_eq!(status, 404);
}
