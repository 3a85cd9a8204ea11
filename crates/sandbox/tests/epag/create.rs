//! `POST /picpay/simple`: the shape of its answer, to the type, and everything it refuses.

use crate::common::{Merchant, order};
use serde_json::{Value, json};

#[tokio::test]
async fn the_answer_has_every_published_type() {
    let merchant = Merchant::new().await;
    let response = merchant
        .client
        .post(merchant.url("/epag/picpay/simple"))
        .header("x-auth-token", &merchant.token)
        .body(order("PEDIDO-1001").to_string())
        .send()
        .await
        .expect("an answer");
    let text = response.text().await.expect("a body");
    assert!(text.contains(r#""amount":"59.90","#), "{text}");
    assert!(
        text.contains(
            r#""totals":{"amount":59.9,"original_amount":59.9,"original_asset":"BRL","customer_fees":0,"customer_amount":59.9,"asset":"BRL"},"customer_fees":{}"#
        ),
        "{text}"
    );
    let body: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(body["transaction_status"], "PROCESSING");
    assert_eq!(body["reference_id"], "PEDIDO-1001");
    assert_eq!(body["payment_token"].as_str().map(str::len), Some(36));
    assert!(body["qr_code"].as_str().is_some_and(|text| text.starts_with("H4sI")));
    assert!(body["refresh_token"].is_string());
}

#[tokio::test]
async fn fees_are_an_object_on_top_and_a_sum_in_the_totals() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "customer_fees": { "service": 150, "wallet": 25 } })).await;
    let (_, body) = merchant.post("/picpay/simple", &order("A")).await;
    assert_eq!(body["customer_fees"], json!({ "service": 1.5, "wallet": 0.25 }));
    assert_eq!(body["totals"]["customer_fees"], json!(1.75));
    assert_eq!(body["totals"]["customer_amount"], json!(61.65));
    assert_eq!(body["amount"], "59.90");
}

#[tokio::test]
async fn another_asset_is_converted_at_the_test_rate() {
    let merchant = Merchant::new().await;
    let mut wanted = order("A");
    wanted["payment"]["asset"] = json!("USD");
    let (_, body) = merchant.post("/picpay/simple", &wanted).await;
    assert_eq!(body["amount"], "299.50");
    assert_eq!(body["totals"]["amount"], json!(299.5));
    assert_eq!(body["totals"]["original_amount"], json!(59.9));
    assert_eq!(body["totals"]["original_asset"], "USD");
}

#[tokio::test]
async fn wrong_fields_are_refused_under_their_names() {
    let merchant = Merchant::new().await;
    let long = "x".repeat(46);
    let cases: [(&str, Value, &str, &str); 26] = [
        ("/contract_id", Value::Null, "00.01.0044", "contract_id: must not be blank"),
        ("/reference_id", json!(""), "00.01.0044", "reference_id: must not be blank"),
        ("/reference_id", json!(long), "00.01.0044", "reference_id: size must be between 1 and 45"),
        ("/reference_id", json!(7), "00.01.0044", "reference_id: must be a string"),
        ("/notification_url", Value::Null, "00.01.0044", "notification_url: must not be blank"),
        ("/notification_url", json!("ftp://x"), "00.01.0044", "notification_url: must be a valid URL"),
        ("/ip_address", json!("1.2.3"), "00.01.0044", "ip_address: invalid IP address"),
        ("/payment/amount", Value::Null, "00.01.0044", "payment.amount: must not be null"),
        ("/payment/amount", json!("59.90"), "00.01.0044", "payment.amount: must be a number"),
        ("/payment/amount", json!(59.905), "00.01.0044", "payment.amount: must have at most 2 decimal places"),
        ("/payment/amount", json!(0), "00.01.0058", "payment.amount: must be greater than 0"),
        ("/payment/amount", json!(-1), "00.01.0058", "payment.amount: must be greater than 0"),
        ("/payment/amount", json!(10_000.01), "00.01.0044", "payment.amount: amount out of the allowed range"),
        ("/payment/asset", json!("XYZ"), "00.01.0044", "payment.asset: asset not supported"),
        ("/payment/currency", json!("USD"), "00.01.0044", "payment.currency: must be BRL"),
        ("/payment/country", json!("AR"), "00.01.0044", "payment.country: must be BR"),
        ("/payment/delay_capture", json!("yes"), "00.01.0044", "payment.delay_capture: must be true or false"),
        ("/payment/picpay", json!("x"), "00.01.0044", "payment.picpay: must be an object"),
        ("/person", Value::Null, "00.01.0044", "person.tax_id: must not be blank"),
        ("/person/tax_id", json!("397840450870"), "00.01.0044", "person.tax_id: invalid tax ID number"),
        ("/person/tax_id", json!("39784045088"), "00.01.0044", "person.tax_id: invalid tax ID number"),
        ("/person/tax_id", json!("11111111111"), "00.01.0044", "person.tax_id: invalid tax ID number"),
        ("/person/tax_id", json!("529.982.247-25"), "00.01.0044", "person.tax_id: invalid tax ID number"),
        ("/person/tax_id", json!("11222333000181"), "00.01.0044", "person.tax_id: invalid tax ID number"),
        ("/person/birth_date", json!("1/2/90"), "00.01.0044", "person.birth_date: invalid date, expected yyyy-MM-dd"),
        ("/extra_data", json!([1]), "00.01.0044", "extra_data: must be an object"),
    ];
    for (at, value, code, message) in cases {
        let mut wanted = order("A");
        put(&mut wanted, at, value);
        let (status, body) = merchant.post("/picpay/simple", &wanted).await;
        assert_eq!(status, 400, "{at}: {body}");
        assert_eq!(body["errors"], json!([{ "code": code, "description": message }]), "{at}");
        assert_eq!(body["message"], message);
        assert_eq!(body["error"], "Bad Request");
        assert_eq!(body["path"], "/picpay/simple");
    }
}

fn put(order: &mut Value, at: &str, value: Value) {
    if let Some(place) = order.pointer_mut(at) {
        *place = value;
        return;
    }
    let (parent, name) = at.rsplit_once('/').expect("a pointer has a slash");
    order.pointer_mut(parent).expect("its parent is there")[name] = value;
}

#[tokio::test]
async fn several_wrong_fields_are_all_listed_and_the_first_is_the_message() {
    let merchant = Merchant::new().await;
    let (status, body) = merchant.post("/picpay/simple", &json!({})).await;
    assert_eq!(status, 400);
    let listed: Vec<_> = body["errors"].as_array().expect("a list").iter().map(|error| &error["description"]).collect();
    assert!(listed.len() >= 6, "{body}");
    assert_eq!(&body["message"], listed[0]);
}

#[tokio::test]
async fn what_is_no_json_object_is_malformed() {
    let merchant = Merchant::new().await;
    for text in ["", "{", "[]", "null", "\"x\""] {
        let (status, body) = merchant.try_post("/picpay/simple", text).await.expect("an answer");
        assert_eq!((status, &body["errors"][0]["code"]), (400, &json!("00.01.0044")), "{text}");
    }
}

#[tokio::test]
async fn an_unknown_contract_is_refused_after_the_fields() {
    let merchant = Merchant::new().await;
    let mut wanted = order("A");
    wanted["contract_id"] = json!("7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c02");
    let (status, body) = merchant.post("/picpay/simple", &wanted).await;
    assert_eq!(status, 422);
    assert_eq!(body["errors"], json!([{ "code": "00.01.0021", "description": "Invalid contract / project" }]));
    assert_eq!(body["error"], "Unprocessable Entity");
}

#[tokio::test]
async fn the_last_day_is_two_days_ahead_unless_told_and_never_past() {
    let merchant = Merchant::new().await;
    let (_, body) = merchant.post("/picpay/simple", &order("A")).await;
    let day = body["expiration_date"].as_str().expect("a day").to_owned();
    let mut wanted = order("B");
    wanted["payment"]["picpay"] = json!({ "expiration_date": day });
    let (_, body) = merchant.post("/picpay/simple", &wanted).await;
    assert_eq!(body["expiration_date"], json!(day));
    for (text, why) in [
        ("2020-01-01", "must be a date in the present or in the future"),
        ("2999-02-30", "invalid date, expected yyyy-MM-dd"),
        ("07/03/2999", "invalid date, expected yyyy-MM-dd"),
    ] {
        wanted["payment"]["picpay"] = json!({ "expiration_date": text });
        let (status, body) = merchant.post("/picpay/simple", &wanted).await;
        assert_eq!(status, 400);
        assert_eq!(body["message"], json!(format!("payment.picpay.expiration_date: {why}")));
    }
}

#[tokio::test]
async fn a_cnpj_passes_only_behind_its_switch() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "accept_cnpj": true })).await;
    for tax_id in ["11222333000181", "12ABC34501DE35"] {
        let mut wanted = order("A");
        wanted["person"]["tax_id"] = json!(tax_id);
        assert_eq!(merchant.post("/picpay/simple", &wanted).await.0, 200, "{tax_id}");
    }
}

#[tokio::test]
async fn the_two_step_variant_opens_and_sends_under_its_own_names() {
    let merchant = Merchant::new().await;
    let opening = json!({
        "contract_id": crate::common::CONTRACT, "reference_id": "TWO", "notification_url": crate::common::NOWHERE, "amount": 1,
        "currency": "BRL", "country": "BR", "person_firstname": "PAID", "person_lastname": "Souza",
        "person_tax_id": "52998224725", "disable_address": true
    });
    let (status, body) = merchant.post("/payment", &opening).await;
    assert_eq!(status, 200, "{body}");
    let token = body["payment"]["payment_token"].as_str().expect("a nested token").to_owned();
    assert_eq!(merchant.status(&token).await, "CREATED");
    let path = format!("/payment/{token}/sendPayment");
    let (status, body) = merchant.post(&path, &json!({ "method": "PICPAY" })).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["picpay_amount"], "1.00");
    assert!(body["picpay_qr_code"].is_string() && body["picpay_duedate"].is_string());
    let (status, body) = merchant.post(&path, &json!({ "method": "PICPAY" })).await;
    assert_eq!((status, &body["errors"][0]["code"]), (422, &json!("00.04.0022")));
    merchant.advance(2).await;
    assert_eq!(merchant.status(&token).await, "PAID");

    let mut small = opening.clone();
    small["amount"] = json!(0.99);
    assert_eq!(merchant.post("/payment", &small).await.0, 400);
}
