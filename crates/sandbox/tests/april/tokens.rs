//! Payment tokens: single use, ten minutes, one exact amount and currency.

use crate::common::{DECLINED, Merchant, OK, PUBLIC, read, refusal, text};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_token_is_used_up_by_success_and_by_a_decline() {
    let merchant = Merchant::new().await;
    for card in [OK, DECLINED] {
        let (one, two) = (merchant.order("A", 1_000).await, merchant.order("B", 1_000).await);
        let token = merchant.token(card, 1_000).await;
        merchant.pay(&one, &token).await;
        assert_eq!(refusal(&merchant.pay(&two, &token).await), (409, "conflict".to_owned()), "{card}");
        assert_eq!(merchant.order_status(&two).await, "created");
    }
    assert_eq!(merchant.ledger().await, [("charge".to_owned(), 1_000)]);
}

#[tokio::test]
async fn a_token_dies_after_ten_minutes() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let (dead, alive) = (merchant.token(OK, 1_000).await, merchant.order("B", 1_000).await);
    merchant.advance(590).await;
    let fresh = merchant.token(OK, 1_000).await;
    merchant.advance(10).await;
    assert_eq!(refusal(&merchant.pay(&order, &dead).await), (400, "bad_request".to_owned()));
    assert_eq!(merchant.pay(&alive, &fresh).await.0, 200);
    merchant.set(json!({ "token_life_s": 5 })).await;
    let short = merchant.token(OK, 1_000).await;
    merchant.advance(5).await;
    assert_eq!(refusal(&merchant.pay(&order, &short).await).0, 400);
}

#[tokio::test]
async fn a_token_is_good_for_its_amount_and_currency_only() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    for (amount, currency) in [(999, "AUD"), (1_001, "AUD"), (1_000, "USD")] {
        let wish = json!({ "card": OK, "amount_minor": amount, "currency": currency });
        let token = text(&merchant.control("/april/tokens", &wish).await["token"]);
        assert_eq!(
            refusal(&merchant.pay(&order, &token).await),
            (400, "bad_request".to_owned()),
            "{amount} {currency}"
        );
    }
    assert_eq!(merchant.order_status(&order).await, "created");
    assert!(merchant.ledger().await.is_empty());
}

#[tokio::test]
async fn a_token_that_was_never_made_is_400() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    assert_eq!(refusal(&merchant.pay(&order, "ptkn_0000000000000000").await).0, 400);
    let without = merchant.post(&format!("/orders/{order}/pay"), &json!({ "PayByCard": {} })).await;
    assert_eq!(refusal(&without).0, 400);
}

#[tokio::test]
async fn a_token_can_be_read() {
    let merchant = Merchant::new().await;
    let token = merchant.token_of("PayPlan", OK, 60_000).await;
    let (status, body) = merchant.get(&format!("/tokens/{token}")).await;
    assert_eq!((status, &body["paymentTokenId"]), (200, &json!(token)));
    assert_eq!(body["amount"], json!({ "minorCurrencyUnits": 60_000, "currency": "AUD" }));
    assert_eq!((&body["payType"], &body["surchargeAmount"]), (&json!("PayPlan"), &json!(0)));
    assert_eq!(body["payPlanVariant"], "payplan_fortnight_25_25_25_25");
    assert_eq!(body["method"]["cardLast4"], "4242");
    assert_eq!(refusal(&merchant.get("/tokens/ptkn_x").await).0, 404);
    let calls = merchant.see("/april/calls?call=token_query").await;
    assert!(!calls.to_string().contains(&token), "tokens are not kept: {calls}");
}

#[tokio::test]
async fn a_saved_source_is_charged_through_a_token_of_its_own() {
    let merchant = Merchant::new().await;
    let shopper = json!({ "SignInConsumer": { "emailAddress": "bo@example.test" } });
    let (_, signed_in) = merchant.post("/auth/signin", &shopper).await;
    let opening = json!({ "amount": 1_200, "customerToken": signed_in["customToken"] });
    let request = merchant.request(PUBLIC, Method::POST, "/v3/frame/open").body(opening.to_string());
    let (_, opened) = read(request).await.expect("an answer");
    let body = json!({ "CreateSavedPaymentSourceToken": {
        "paymentSourceId": opened["savedCards"][0]["sourceId"],
        "amount": { "minorCurrencyUnits": 1_200, "currency": "AUD" }
    } });
    let public = merchant.request(PUBLIC, Method::POST, "/tokens").body(body.to_string());
    assert_eq!(refusal(&read(public).await.expect("an answer")).0, 403, "a customer's source is not for browsers");
    let (status, made) = merchant.post("/tokens", &body).await;
    assert_eq!(status, 200, "{made}");
    let token = text(&made["SavedPaymentSourceToken"]["paymentTokenId"]);
    let order = merchant.order("A", 1_200).await;
    let by_token = json!({ "PayByPaymentToken": { "paymentTokenId": token } });
    assert_eq!(merchant.post(&format!("/orders/{order}/pay"), &by_token).await.0, 200);
    let unknown = json!({ "CreateSavedPaymentSourceToken": {
        "paymentSourceId": "psrc_x", "amount": { "minorCurrencyUnits": 1, "currency": "AUD" } } });
    assert_eq!(refusal(&merchant.post("/tokens", &unknown).await).0, 404);
}

#[tokio::test]
async fn a_wallets_token_has_its_own_kind() {
    let merchant = Merchant::new().await;
    let body = json!({ "CreateApplePayToken": { "amount": { "minorCurrencyUnits": 500, "currency": "AUD" } } });
    let request = merchant.request(PUBLIC, Method::POST, "/tokens").body(body.to_string());
    let (status, made) = read(request).await.expect("an answer");
    assert_eq!(status, 200, "{made}");
    let token = text(&made["ApplePayToken"]["paymentTokenId"]);
    let (_, seen) = merchant.get(&format!("/tokens/{token}")).await;
    assert_eq!(seen["method"]["paymentMethodType"], "ApplePay");
    let wrong = json!({ "CreateApplePayToken": { "amount": { "minorCurrencyUnits": 500, "currency": "NZD" } } });
    assert_eq!(refusal(&merchant.post("/tokens", &wrong).await).0, 400);
}
