//! Tokens: how they are got, how long they live, which answers carry the next one.

use crate::common::{Merchant, order, read};
use serde_json::{Value, json};

#[tokio::test]
async fn both_kinds_of_form_and_both_names_of_fields_are_understood() {
    let merchant = Merchant::new().await;
    let (status, body) = merchant.auth("username=epag_demo_key&password=epag_demo_secret").await;
    assert_eq!(status, 200);
    assert_eq!(body["user"]["role"], "USER");
    assert!(body.get("refresh_token").is_none());

    let part = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let form = part("apiKey", "epag_demo_key") + &part("apiSecret", "epag_demo_secret") + "--edge--\r\n";
    let request = merchant.client.post(merchant.url("/epag/auth")).body(form);
    let request = request.header("content-type", "multipart/form-data; boundary=edge");
    assert_eq!(read(request).await.expect("an answer").0, 200);
}

#[tokio::test]
async fn wrong_keys_and_wrong_tokens_get_the_bare_401() {
    let mut merchant = Merchant::new().await;
    let (status, body) = merchant.auth("apiKey=epag_demo_key&apiSecret=wrong").await;
    assert_bare_401(status, &body, "/auth");
    let good = merchant.token.clone();
    for token in ["", "nonsense", "a.b.c", &good[..good.len() - 2]] {
        merchant.token = token.to_owned();
        let (status, body) = merchant.get("/payment/3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10").await;
        assert_bare_401(status, &body, "/payment/3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10");
    }
}

fn assert_bare_401(status: u16, body: &Value, path: &str) {
    assert_eq!(status, 401, "{body}");
    assert_eq!(body["error"], "Unauthorized");
    assert_eq!(body["message"], "Access Denied");
    assert_eq!(body["path"], path);
    assert!(body.get("errors").is_none() && body.get("refresh_token").is_none(), "{body}");
}

#[tokio::test]
async fn a_token_lives_five_minutes_and_each_answer_brings_a_fresh_one() {
    let mut merchant = Merchant::new().await;
    let token = merchant.create(&order("A")).await;
    merchant.advance(200).await;
    let (_, body) = merchant.get(&format!("/payment/{token}")).await;
    let fresh = body["refresh_token"].as_str().expect("the next token").to_owned();
    merchant.advance(150).await;
    assert_eq!(merchant.get(&format!("/payment/{token}")).await.0, 401, "the first token is 350 s old");
    merchant.token = fresh;
    assert_eq!(merchant.get(&format!("/payment/{token}")).await.0, 200, "the second is 150 s old");
}

#[tokio::test]
async fn errors_carry_the_next_token_and_arrays_and_details_do_not() {
    let merchant = Merchant::new().await;
    let (status, body) = merchant.post("/picpay/simple", &json!({})).await;
    assert_eq!(status, 400);
    assert!(body["refresh_token"].is_string());
    let token = merchant.create(&order("A")).await;
    let (_, refunds) = merchant.get(&format!("/refund/payment/{token}")).await;
    assert_eq!(refunds, json!([]));
    let (status, details) = merchant.get(&format!("/transactionDetails/{token}")).await;
    assert_eq!(status, 200);
    assert!(details.get("refresh_token").is_none());
    assert_eq!(details["history"][0]["status"], "PROCESSING");
}

#[tokio::test]
async fn the_strict_switch_lets_only_the_newest_token_pass() {
    let mut merchant = Merchant::new().await;
    assert_eq!(merchant.get("/payment/reference/x").await.0, 200);
    assert_eq!(merchant.get("/payment/reference/x").await.0, 200, "older tokens are good by default");
    merchant.set(json!({ "strict_tokens": true })).await;
    assert_eq!(merchant.get("/payment/reference/x").await.0, 401);
    merchant.sign_in().await;
    let (status, body) = merchant.get("/payment/reference/x").await;
    assert_eq!(status, 200);
    merchant.token = body["refresh_token"].as_str().expect("the next token").to_owned();
    assert_eq!(merchant.get("/payment/reference/x").await.0, 200);
}

#[tokio::test]
async fn refresh_tokens_can_be_switched_off() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "refresh_tokens": false })).await;
    let (_, body) = merchant.get("/payment/reference/x").await;
    assert_eq!(body, json!({ "payments": [] }));
}

#[tokio::test]
async fn a_created_access_key_works_until_it_is_revoked() {
    let merchant = Merchant::new().await;
    let (status, pair) = merchant.post("/access-key", &json!({})).await;
    assert_eq!(status, 200);
    let key = pair["apiKey"].as_str().expect("a key");
    let form = format!("apiKey={key}&apiSecret={}", pair["apiSecret"].as_str().expect("a secret"));
    assert_eq!(merchant.auth(&form).await.0, 200);
    let (_, keys) = merchant.get("/access-key").await;
    assert_eq!(keys.as_array().map(Vec::len), Some(2));
    let revoke = |path: String| read(merchant.client.delete(path).header("x-auth-token", &merchant.token));
    let path = merchant.url(&format!("/epag/access-key/{key}"));
    assert_eq!(revoke(path.clone()).await.expect("an answer"), (200, Value::Null));
    assert_eq!(merchant.auth(&form).await.0, 401);
    let (status, body) = revoke(path).await.expect("an answer");
    assert_eq!(status, 404);
    assert!(body.get("errors").is_none() && body.get("refresh_token").is_none());
}

#[tokio::test]
async fn contracts_and_identities_are_answered() {
    let merchant = Merchant::new().await;
    let (status, body) = merchant.get("/merchant/contracts/list").await;
    assert_eq!(status, 200);
    assert_eq!(body["contracts"][0]["contractId"], crate::common::CONTRACT);
    assert_eq!(body["contracts"][0]["contractType"], "PAYIN");
    let identity = body["contracts"][1]["contractId"].as_str().expect("a contract");
    let (_, body) = merchant.get(&format!("/identityValidation/{identity}/BR/52998224725")).await;
    assert_eq!((&body["document"], &body["status"]), (&json!("52998224725"), &json!("VALID_DOCUMENT")));
    let (status, _) = merchant.get(&format!("/identityValidation/{}/BR/52998224725", crate::common::CONTRACT)).await;
    assert_eq!(status, 422);
}
