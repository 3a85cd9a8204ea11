//! The frame's back end: what the shopper types, and what is refused there.

use crate::common::{Answer, Merchant, OK, PUBLIC, SECRET, read, refusal, text};
use reqwest::Method;
use serde_json::{Value, json};

async fn ask(merchant: &Merchant, what: &str, body: &Value) -> Answer {
    let request = merchant.request(PUBLIC, Method::POST, &format!("/v3/frame/{what}"));
    read(request.body(body.to_string())).await.expect("an answer")
}

fn card(number: &str, expiry: &str, cvc: &str) -> Value {
    json!({ "kind": "Card", "amount": 1_000, "currency": "AUD",
            "card": { "number": number, "expiry": expiry, "cvc": cvc } })
}

#[tokio::test]
async fn the_frame_opens_with_the_public_key_only() {
    let merchant = Merchant::new().await;
    let (status, opened) = ask(&merchant, "open", &json!({ "amount": 10_001 })).await;
    assert_eq!(status, 200, "{opened}");
    let labels: Vec<_> = opened["plans"].as_array().expect("a list").iter().map(|plan| text(&plan["label"])).collect();
    assert_eq!(labels[0], "A$25.01 today, then 3 fortnightly of A$25.00", "no cent is lost");
    for (key, expected) in [(SECRET, 403), ("sandbox_pk_other", 401), ("live_pk_demo", 401)] {
        let request = merchant.request(key, Method::POST, "/v3/frame/open").body("{}");
        assert_eq!(refusal(&read(request).await.expect("an answer")).0, expected, "{key}");
    }
}

#[tokio::test]
async fn a_typed_card_becomes_a_token_that_pays() {
    let merchant = Merchant::new().await;
    let (status, made) = ask(&merchant, "tokens", &card("4242 4242 4242 4242", "08/39", "123")).await;
    assert_eq!((status, &made["paymentMethodType"]), (200, &json!("Card")), "{made}");
    let order = merchant.order("A", 1_000).await;
    assert_eq!(merchant.pay(&order, &text(&made["paymentTokenId"])).await.0, 200);
}

#[tokio::test]
async fn wrong_card_data_is_refused_with_the_documented_codes() {
    let merchant = Merchant::new().await;
    for (number, expiry, cvc, code) in [
        ("4242424242424241", "08/39", "123", "incorrect_number"),
        ("4111111111111111", "08/39", "123", "incorrect_number"),
        ("", "08/39", "123", "incorrect_number"),
        (OK, "13/39", "123", "invalid_expiry_month"),
        (OK, "", "123", "invalid_expiry_month"),
        (OK, "08/20", "123", "invalid_expiry_year"),
        (OK, "08/2039", "123", "invalid_expiry_year"),
        (OK, "08/39", "12", "invalid_cvc"),
        (OK, "08/39", "12x", "invalid_cvc"),
    ] {
        let answer = ask(&merchant, "tokens", &card(number, expiry, cvc)).await;
        assert_eq!(refusal(&answer), (400, code.to_owned()), "{number} {expiry} {cvc}");
    }
    let mut dollars = card(OK, "08/39", "123");
    dollars["currency"] = json!("USD");
    assert_eq!(refusal(&ask(&merchant, "tokens", &dollars).await), (400, "bad_request".to_owned()));
}

fn plan() -> Value {
    json!({ "kind": "PayPlan", "amount": 60_000, "currency": "AUD",
            "card": { "number": OK, "expiry": "08/39", "cvc": "123" },
            "plan": { "variant": "payplan_fortnight_25_25_25_25", "phone": "+61400000000", "code": "123456",
                      "email": "Bo@example.test", "terms": true, "birthDate": "1990-02-28", "name": "Bo Test",
                      "address": "1 Test St, Perth" } })
}

#[tokio::test]
async fn instalments_need_every_answer() {
    let merchant = Merchant::new().await;
    for (name, value, code) in [
        ("phone", json!("123"), "invalid_phone"),
        ("code", json!("000000"), "invalid_code"),
        ("code", json!("12345"), "invalid_code"),
        ("email", json!("bo"), "invalid_email"),
        ("variant", json!("payplan_never"), "invalid_plan"),
        ("terms", json!(false), "terms_not_accepted"),
        ("birthDate", json!("2020-01-01"), "invalid_birth_date"),
        ("birthDate", json!(""), "invalid_birth_date"),
        ("name", json!(" "), "invalid_identity"),
        ("address", json!(""), "invalid_identity"),
    ] {
        let mut wish = plan();
        wish["plan"][name] = value;
        assert_eq!(refusal(&ask(&merchant, "tokens", &wish).await), (400, code.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn identity_is_asked_for_the_first_time_only() {
    let merchant = Merchant::new().await;
    let known =
        async |email: &str| ask(&merchant, "identity", &json!({ "email": email })).await.1["isIdentified"].clone();
    assert_eq!(known("bo@example.test").await, json!(false));
    let (status, made) = ask(&merchant, "tokens", &plan()).await;
    assert_eq!((status, &made["paymentMethodType"]), (200, &json!("PayPlan")), "{made}");
    assert_eq!(known("BO@example.test").await, json!(true));
    assert_eq!(known("cy@example.test").await, json!(false));
    let mut again = plan();
    for name in ["birthDate", "name", "address"] {
        again["plan"][name] = json!("");
    }
    assert_eq!(ask(&merchant, "tokens", &again).await.0, 200);
}

#[tokio::test]
async fn a_source_without_a_shopper_lives_ten_minutes() {
    let merchant = Merchant::new().await;
    let typed = json!({ "card": { "number": OK, "expiry": "08/39", "cvc": "123" } });
    let (status, made) = ask(&merchant, "sources", &typed).await;
    assert_eq!(status, 200, "{made}");
    let source = text(&made["cardPaymentSourceId"]);
    assert!(source.starts_with("psrc_"));
    let body = json!({ "CreateSavedPaymentSourceToken": {
        "paymentSourceId": source, "amount": { "minorCurrencyUnits": 1, "currency": "AUD" } } });
    assert_eq!(merchant.post("/tokens", &body).await.0, 200);
    merchant.advance(600).await;
    assert_eq!(refusal(&merchant.post("/tokens", &body).await).0, 400);
}

#[tokio::test]
async fn a_saved_card_is_only_its_owners() {
    let merchant = Merchant::new().await;
    let sign_in = async |email: &str| {
        let (_, body) = merchant.post("/auth/signin", &json!({ "SignInConsumer": { "emailAddress": email } })).await;
        body["customToken"].clone()
    };
    let (bo, cy) = (sign_in("bo@example.test").await, sign_in("cy@example.test").await);
    let (_, opened) = ask(&merchant, "open", &json!({ "amount": 1_000, "customerToken": bo })).await;
    let source = &opened["savedCards"][0]["sourceId"];
    for (owner, expected) in [(&bo, 200), (&cy, 404), (&Value::Null, 404)] {
        let wish =
            json!({ "kind": "Card", "amount": 1_000, "currency": "AUD", "source": source, "customerToken": owner });
        assert_eq!(ask(&merchant, "tokens", &wish).await.0, expected, "{owner}");
    }
}

#[tokio::test]
async fn the_frame_and_its_files_are_served_under_a_strict_policy() {
    let merchant = Merchant::new().await;
    for (path, kind) in [
        ("", "text/html"),
        ("/frame.css", "text/css"),
        ("/frame.js", "text/javascript"),
        ("/host.js", "text/javascript"),
        ("/form.js", "text/javascript"),
        ("/challenge.js", "text/javascript"),
    ] {
        let url = merchant.url(&format!("/april/v3/frame{path}"));
        let response = merchant.client.get(url).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
        assert!(header("content-type").starts_with(kind), "{path}");
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors *"), "{policy}");
        let text = response.text().await.expect("a body");
        for forbidden in ["style=", "innerHTML", "onclick", "eval(", "insertAdjacentHTML"] {
            assert!(!text.contains(forbidden), "{path} has {forbidden}");
        }
    }
}
