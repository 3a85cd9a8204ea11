//! Tokens: the exchange of a code, short lives, rotation, and every way of being refused.

use serde_json::json;

use crate::common::{Answer, CALLBACK, Shop, Tokens, form, order, read};

fn error(answer: &Answer) -> (u16, &str) {
    assert!(answer.json["error_description"].is_string(), "{answer:?}");
    (answer.status, answer.json["error"].as_str().expect("an error"))
}

#[tokio::test]
async fn a_code_becomes_the_documented_tokens() {
    let shop = Shop::new().await;
    let code = shop.consent("ana").await;
    let answer = shop.token(&Shop::exchange_fields(&code)).await;
    assert_eq!(answer.status, 200);
    let body = &answer.json;
    assert_eq!((&body["expires_in"], &body["refresh_expires_in"]), (&json!(300), &json!(1800)));
    assert_eq!((&body["token_type"], &body["not-before-policy"]), (&json!("bearer"), &json!(0)));
    assert_eq!(body["scope"], "openid payments.charge payments.refund profile");
    for name in ["access_token", "refresh_token", "id_token"] {
        assert_eq!(body[name].as_str().expect("a token").split('.').count(), 3, "{name} is a JWT");
    }
    assert!(body["session_state"].is_string());
    shop.set(json!({ "token_extras": false, "token_life_s": 60, "refresh_life_s": 120 })).await;
    let bare = shop.refresh(&Tokens::of(&answer).refresh).await;
    assert_eq!((&bare.json["expires_in"], &bare.json["refresh_expires_in"]), (&json!(60), &json!(120)));
    for name in ["id_token", "session_state", "not-before-policy"] {
        assert!(bare.json.get(name).is_none(), "{name}");
    }
}

#[tokio::test]
async fn all_five_fields_of_the_exchange_count() {
    let shop = Shop::new().await;
    let code = shop.consent("ana").await;
    for (name, wrong, expected) in [
        ("grant_type", None, "invalid_request"),
        ("grant_type", Some("password"), "unsupported_grant_type"),
        ("client_id", None, "invalid_client"),
        ("client_id", Some("nobody"), "invalid_client"),
        ("client_secret", None, "invalid_client"),
        ("client_secret", Some("guess"), "invalid_client"),
        ("code", None, "invalid_request"),
        ("code", Some("guess"), "invalid_grant"),
        ("redirect_uri", None, "invalid_request"),
    ] {
        let mut fields = Shop::exchange_fields(&code);
        fields.retain(|(field, _)| *field != name);
        fields.extend(wrong.map(|wrong| (name, wrong)));
        assert_eq!(error(&shop.token(&fields).await), (400, expected), "{name}: {wrong:?}");
    }
    assert_eq!(shop.token(&Shop::exchange_fields(&code)).await.status, 200, "none of them used the code up");
}

#[tokio::test]
async fn the_exchange_must_name_the_redirect_uri_of_the_request() {
    let shop = Shop::new().await;
    let code = shop.consent("ana").await;
    let mut fields = Shop::exchange_fields(&code);
    fields[4].1 = "http://127.0.0.1:8080/elsewhere";
    assert_eq!(error(&shop.token(&fields).await), (400, "invalid_grant"));
    assert_eq!(error(&shop.token(&Shop::exchange_fields(&code)).await), (400, "invalid_grant"), "the code is burnt");
    shop.set(json!({ "needs_redirect_uri": false })).await;
    let code = shop.consent("ana").await;
    assert_eq!(shop.token(&Shop::exchange_fields(&code)[..4]).await.status, 200, "as the newest edition has it");
}

#[tokio::test]
async fn a_code_is_good_once_and_for_a_minute() {
    let shop = Shop::new().await;
    let code = shop.consent("ana").await;
    assert_eq!(shop.token(&Shop::exchange_fields(&code)).await.status, 200);
    assert_eq!(error(&shop.token(&Shop::exchange_fields(&code)).await), (400, "invalid_grant"));
    let code = shop.consent("ana").await;
    shop.advance(60).await;
    assert_eq!(error(&shop.token(&Shop::exchange_fields(&code)).await), (400, "invalid_grant"));
}

#[tokio::test]
async fn a_code_and_a_refresh_token_belong_to_one_shop() {
    let (shop, tokens) = Shop::linked("ana").await;
    let code = shop.consent("ana").await;
    let other = [
        ("grant_type", "authorization_code"),
        ("client_id", "picpay_other_client"),
        ("client_secret", "picpay_other_secret"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(error(&shop.token(&other).await), (400, "invalid_grant"));
    let other = [
        ("grant_type", "refresh_token"),
        ("client_id", "picpay_other_client"),
        ("client_secret", "picpay_other_secret"),
        ("refresh_token", &*tokens.refresh),
    ];
    assert_eq!(error(&shop.token(&other).await), (400, "invalid_grant"));
    assert_eq!(shop.refresh(&tokens.refresh).await.status, 200, "its own shop may");
}

#[tokio::test]
async fn credentials_may_come_by_http_basic_and_the_body_must_be_a_form() {
    let shop = Shop::new().await;
    let code = shop.consent("ana").await;
    let fields = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CALLBACK)];
    let request = shop.client.post(shop.url("/picpay/oauth2/token")).body(form(&fields));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let wrong = request.try_clone().expect("a body in memory").basic_auth("picpay_demo_client", Some("guess"));
    assert_eq!(error(&read(wrong).await.expect("an answer")), (400, "invalid_client"));
    let right = request.basic_auth("picpay_demo_client", Some("picpay_demo_secret"));
    assert_eq!(read(right).await.expect("an answer").status, 200);
    let fields = json!({ "grant_type": "authorization_code", "client_id": "picpay_demo_client" });
    let json = shop.client.post(shop.url("/picpay/oauth2/token")).body(fields.to_string());
    let answer = read(json.header("content-type", "application/json")).await.expect("an answer");
    assert_eq!(error(&answer), (400, "invalid_request"));
}

#[tokio::test]
async fn a_refresh_kills_the_old_access_and_refresh_token_at_once() {
    let (shop, old) = Shop::linked("ana").await;
    let new = Tokens::of(&shop.refresh(&old.refresh).await);
    let answer = shop.post(&old, "/charge", &order("A")).await;
    assert_eq!((answer.status, &answer.json["message"]), (401, &json!("Invalid authentication credentials")));
    assert_eq!(error(&shop.refresh(&old.refresh).await), (400, "invalid_grant"), "it is used up");
    assert_eq!(shop.post(&new, "/charge", &order("A")).await.status, 200);
    let newest = shop.connect("ana").await;
    assert_eq!(shop.find(&new, &[("reference_id", "A")]).await.status, 401, "a new code makes a new token, too");
    assert_eq!(shop.find(&newest, &[("reference_id", "A")]).await.status, 200);
}

#[tokio::test]
async fn tokens_live_in_virtual_time() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.advance(270).await;
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 200);
    shop.advance(31).await;
    let answer = shop.post(&tokens, "/charge", &order("B")).await;
    assert_eq!(answer.json["message"], r#"Token claims invalid: ["exp"]="token expired""#);
    let fresh = Tokens::of(&shop.refresh(&tokens.refresh).await);
    shop.advance(1_770).await;
    let fresh = Tokens::of(&shop.refresh(&fresh.refresh).await);
    shop.advance(1_801).await;
    assert_eq!(error(&shop.refresh(&fresh.refresh).await), (400, "invalid_grant"), "the buyer must log in again");
}

#[tokio::test]
async fn control_can_let_one_token_grow_old() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.control("/picpay/links/ana/expire", &json!({ "token": "access" })).await;
    let answer = shop.post(&tokens, "/charge", &order("A")).await;
    assert_eq!(answer.json["message"], r#"Token claims invalid: ["exp"]="token expired""#);
    let tokens = Tokens::of(&shop.refresh(&tokens.refresh).await);
    shop.control("/picpay/links/ana/expire", &json!({ "token": "refresh" })).await;
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 200, "the access token is still young");
    assert_eq!(error(&shop.refresh(&tokens.refresh).await), (400, "invalid_grant"));
    assert_eq!(shop.try_control("/picpay/links/bruno/expire", &json!({ "token": "access" })).await.status, 404);
}

#[tokio::test]
async fn a_buyer_who_withdraws_the_consent_ends_every_token() {
    let (shop, tokens) = Shop::linked("ana").await;
    let code = shop.consent("ana").await;
    let revoke = shop.client.delete(shop.url("/_control/picpay/links/ana"));
    assert_eq!(read(revoke).await.expect("an answer").status, 200);
    let answer = shop.post(&tokens, "/charge", &order("A")).await;
    assert_eq!((answer.status, &answer.json["message"]), (401, &json!("Invalid authentication credentials")));
    assert_eq!(error(&shop.refresh(&tokens.refresh).await), (400, "invalid_grant"));
    assert_eq!(
        error(&shop.token(&Shop::exchange_fields(&code)).await),
        (400, "invalid_grant"),
        "a code on its way, too"
    );
    let again = shop.client.delete(shop.url("/_control/picpay/links/ana"));
    assert_eq!(read(again).await.expect("an answer").status, 404);
}

#[tokio::test]
async fn a_lost_answer_to_a_refresh_costs_the_connection() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.fault(json!({ "call": "refresh", "fault": "lost_reply" })).await;
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "picpay_demo_client"),
        ("client_secret", "picpay_demo_secret"),
        ("refresh_token", &*tokens.refresh),
    ];
    let request = shop.client.post(shop.url("/picpay/oauth2/token")).body(form(&fields));
    assert!(read(request.header("content-type", "application/x-www-form-urlencoded")).await.is_err());
    assert_eq!(error(&shop.refresh(&tokens.refresh).await), (400, "invalid_grant"));
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 401);
}

#[tokio::test]
async fn a_shop_that_may_not_refresh_is_told_so() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.set(json!({ "refresh_allowed": false })).await;
    assert_eq!(error(&shop.refresh(&tokens.refresh).await), (400, "unauthorized_client"));
    shop.set(json!({ "refresh_allowed": true })).await;
    for text in ["", "guess", &*tokens.access] {
        let expected = if text.is_empty() { "invalid_request" } else { "invalid_grant" };
        assert_eq!(error(&shop.refresh(text).await), (400, expected), "{text}");
    }
    assert_eq!(shop.refresh(&tokens.refresh).await.status, 200);
}
