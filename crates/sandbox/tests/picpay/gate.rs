//! Who may call: the four texts of 401, scopes, and whose charge it is.

use serde_json::{Value, json};

use crate::common::{Answer, Shop, Tokens, order, read};

/// Every payment call with a good body, without a token.
fn calls(shop: &Shop) -> Vec<(&'static str, reqwest::RequestBuilder)> {
    let post =
        |path: &str, body: Value| shop.client.post(shop.url(&format!("/picpay/v1/{path}"))).body(body.to_string());
    let ids = json!({ "reference_id": "A" });
    vec![
        ("charge", post("payments/charge", order("A"))),
        ("capture", post("payments/capture", ids.clone())),
        ("cancel", post("payments/cancel", ids.clone())),
        ("refund", post("payments/refund", ids.clone())),
        ("refund by path", post("payments/x/refund", json!({}))),
        ("query", shop.client.get(shop.url("/picpay/v1/payments?reference_id=A"))),
        ("scenario", post("sandbox/payments/charge", order("A"))),
    ]
}

fn message(answer: &Answer) -> (u16, &str) {
    assert_eq!(answer.json.as_object().map(serde_json::Map::len), Some(1), "only a message: {answer:?}");
    (answer.status, answer.json["message"].as_str().expect("a message"))
}

#[tokio::test]
async fn the_four_texts_of_401_are_told_apart_on_every_call() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.control("/picpay/links/ana/expire", &json!({ "token": "access" })).await;
    let (signed, _) = tokens.access.rsplit_once('.').expect("a JWT");
    let forged = format!("{signed}.c2ln");
    for (authorization, expected) in [
        (None, "Unauthorized"),
        (Some("Basic YTpi".to_owned()), "Unauthorized"),
        (Some("Bearer ".to_owned()), "Unauthorized"),
        (Some("Bearer nonsense".to_owned()), "Bad token; invalid JSON"),
        (Some("Bearer a.b.c".to_owned()), "Bad token; invalid JSON"),
        (Some(format!("Bearer {forged}")), "Invalid authentication credentials"),
        (Some(format!("Bearer {}", tokens.refresh)), "Invalid authentication credentials"),
        (Some(format!("bearer {}", tokens.access)), r#"Token claims invalid: ["exp"]="token expired""#),
    ] {
        for (name, request) in calls(&shop) {
            let request = authorization.iter().fold(request, |request, value| request.header("authorization", value));
            let answer = read(request).await.expect("an answer");
            assert_eq!(message(&answer), (401, expected), "{name}: {authorization:?}");
        }
    }
}

#[tokio::test]
async fn the_user_info_tells_who_the_buyer_is_and_refuses_in_its_own_words() {
    let (shop, tokens) = Shop::linked("ana").await;
    let user = |token: &str| shop.client.get(shop.url("/picpay/oauth2/userinfo")).bearer_auth(token);
    let answer = read(user(&tokens.access)).await.expect("an answer");
    let sub = answer.json["sub"].as_str().expect("a subject").to_owned();
    assert!(sub.starts_with("f:"), "{sub}");
    let expected = json!({
        "seller": "loja@example.com", "sub": sub, "email_verified": true, "birthdate": "1990-05-17",
        "preferred_username": "ana", "email": "ana@example.com"
    });
    assert_eq!((answer.status, answer.json), (200, expected));
    let refused = json!({ "error": "invalid_token", "error_description": "Token verification failed" });
    for request in [user("nonsense"), user(&tokens.refresh), shop.client.get(shop.url("/picpay/oauth2/userinfo"))] {
        let answer = read(request).await.expect("an answer");
        assert_eq!((answer.status, &answer.json), (401, &refused));
    }
}

#[tokio::test]
async fn scopes_are_those_that_the_buyer_consented_to() {
    let shop = Shop::new().await;
    shop.set(json!({ "scopes": "openid payments.charge" })).await;
    let tokens = shop.connect("ana").await;
    let id = shop.charge(&tokens, &order("A")).await;
    let refund = shop.post(&tokens, "/refund", &json!({ "transaction_id": id })).await;
    assert_eq!((refund.status, refund.json), (406, json!({ "message": "Invalid Permission" })));
    let user = shop.client.get(shop.url("/picpay/oauth2/userinfo")).bearer_auth(&tokens.access);
    let user = read(user).await.expect("an answer");
    assert_eq!((user.status, &user.json["error"]), (403, &json!("insufficient_scope")));
    shop.set(json!({ "scopes": "openid payments.refund profile" })).await;
    assert_eq!(shop.post(&tokens, "/charge", &order("B")).await.status, 200, "a consent stays what it was");
    let tokens = Tokens::of(&shop.refresh(&tokens.refresh).await);
    assert_eq!(shop.post(&tokens, "/charge", &order("C")).await.status, 200, "a refresh, too");
    let tokens = shop.connect("ana").await;
    assert_eq!(shop.post(&tokens, "/charge", &order("D")).await.status, 403);
    assert_eq!(shop.post(&tokens, "/refund", &json!({ "transaction_id": id })).await.status, 200);
}

#[tokio::test]
async fn a_charge_is_seen_only_with_its_own_buyers_token() {
    let (shop, ana) = Shop::linked("ana").await;
    let bruno = shop.connect("bruno").await;
    let id = shop.charge(&ana, &order("A")).await;
    for (path, body) in [
        ("/refund", json!({ "transaction_id": id })),
        ("/refund", json!({ "reference_id": "A" })),
        ("/capture", json!({ "transaction_id": id })),
        ("/cancel", json!({ "transaction_id": id })),
    ] {
        let answer = shop.post(&bruno, path, &body).await;
        let expected = json!({ "message": "Transaction not found", "business_code": "TRANSACTION_NOT_FOUND" });
        assert_eq!((answer.status, answer.json), (404, expected), "{path}");
    }
    assert_eq!(shop.find(&bruno, &[("transaction_id", &id)]).await.status, 404);
    assert_eq!(shop.find(&ana, &[("transaction_id", &id)]).await.status, 200);
}
