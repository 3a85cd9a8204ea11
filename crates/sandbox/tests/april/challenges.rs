//! 3DS: who asks for it, rounds, what confirming answers, and the predecessor's status.

use crate::common::{CHALLENGED, MISTRUSTED, Merchant, OK, TWICE, challenge_of, confirmed, read, refusal, text};
use serde_json::json;

fn requested(token: &str) -> serde_json::Value {
    json!({ "PayByCard": { "paymentTokenId": token, "request3DS": true } })
}

#[tokio::test]
async fn a_challenge_is_asked_for_by_the_merchant_or_by_the_issuer() {
    let merchant = Merchant::new().await;
    for (card, request_3ds) in [(OK, true), (CHALLENGED, false), (CHALLENGED, true)] {
        let order = merchant.order("A", 1_000).await;
        let token = merchant.token(card, 1_000).await;
        let body = json!({ "PayByCard": { "paymentTokenId": token, "request3DS": request_3ds } });
        let answer = merchant.post(&format!("/orders/{order}/pay"), &body).await;
        let challenge = challenge_of(&answer);
        assert!(challenge.starts_with("3ds_"), "{challenge}");
        let url = text(&answer.1["ThreeDSAuthorisationRequired"]["redirectURL"]);
        assert_eq!(url, merchant.url(&format!("/april/3ds/{challenge}")), "on loopback");
        assert_eq!(merchant.order_status(&order).await, "created");
        merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
        let (status, body) = merchant.confirm(&order, &token, &challenge).await;
        assert_eq!((status, &body["PayOrderComplete"]["transactionStatus"]), (200, &json!("paid")));
        let transaction = text(&body["PayOrderComplete"]["transactionId"]);
        let (_, seen) = merchant.get(&format!("/transactions/{transaction}")).await;
        assert_eq!(seen["paymentMethod"]["card3DSVerificationPassed"], json!(true));
    }
    assert_eq!(merchant.ledger().await.len(), 3);
}

#[tokio::test]
async fn the_issuer_also_asks_where_a_token_pays_without_naming_its_kind() {
    let merchant = Merchant::new().await;
    for (kind, is_challenged) in [("Card", true), ("PayPlan", true), ("ApplePay", false)] {
        let order = merchant.order(kind, 1_000).await;
        let token = merchant.token_of(kind, CHALLENGED, 1_000).await;
        let body = json!({ "PayByPaymentToken": { "paymentTokenId": token } });
        let (status, body) = merchant.post(&format!("/orders/{order}/pay"), &body).await;
        assert_eq!((status, body.get("ThreeDSAuthorisationRequired").is_some()), (200, is_challenged), "{kind}");
    }
}

#[tokio::test]
async fn confirming_too_early_is_400_and_changes_nothing() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&order, &token).await);
    for act in ["", "close"] {
        if !act.is_empty() {
            merchant.control(&format!("/april/challenges/{challenge}/{act}"), &json!({})).await;
        }
        let answer = merchant.confirm(&order, &token, &challenge).await;
        assert_eq!(refusal(&answer), (400, "bad_request".to_owned()), "after {act:?}");
    }
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    assert_eq!(merchant.confirm(&order, &token, &challenge).await.0, 200, "closed is not over");
}

#[tokio::test]
async fn a_wrong_id_or_token_is_400() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&order, &token).await);
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    let other = merchant.token(OK, 1_000).await;
    assert_eq!(refusal(&merchant.confirm(&order, &token, "3ds_0000000000000000").await).0, 400);
    assert_eq!(refusal(&merchant.confirm(&order, &other, &challenge).await).0, 400);
    assert_eq!(refusal(&merchant.confirm("ordr_x", &token, &challenge).await).0, 404);
    assert!(merchant.ledger().await.is_empty());
    assert_eq!(merchant.confirm(&order, &token, &challenge).await.0, 200);
}

#[tokio::test]
async fn the_whole_object_may_be_posted_back() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let answer = merchant.pay(&order, &token).await;
    let challenge = challenge_of(&answer);
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    let body = json!({ "Confirm3DSComplete": {
        "paymentTokenId": token, "threeDSResponse": answer.1["ThreeDSAuthorisationRequired"] } });
    assert_eq!(merchant.post(&format!("/orders/{order}/pay"), &body).await.0, 200);
}

#[tokio::test]
async fn a_failed_challenge_is_a_decline_and_uses_up_the_token() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&order, &token).await);
    merchant.control(&format!("/april/challenges/{challenge}/fail"), &json!({})).await;
    assert_eq!(merchant.order_status(&order).await, "created", "nobody has confirmed");
    assert_eq!(refusal(&merchant.confirm(&order, &token, &challenge).await), (400, "card_declined".to_owned()));
    assert_eq!(refusal(&merchant.pay(&order, &token).await).0, 409, "the token is used up");
    let again = merchant.try_control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    assert_eq!(again.0, 409, "a challenge is answered once");
    assert_eq!(merchant.pay(&order, &merchant.token(OK, 1_000).await).await.0, 200);
    assert_eq!(merchant.ledger().await.len(), 1);
}

#[tokio::test]
async fn an_issuer_may_refuse_although_the_challenge_was_passed() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(MISTRUSTED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&order, &token).await);
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    assert_eq!(refusal(&merchant.confirm(&order, &token, &challenge).await), (400, "card_declined".to_owned()));
    assert!(merchant.ledger().await.is_empty());
}

#[tokio::test]
async fn a_card_that_asks_twice_gets_a_new_challenge_for_the_second_round() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(TWICE, 1_000).await;
    let first = challenge_of(&merchant.pay(&order, &token).await);
    merchant.control(&format!("/april/challenges/{first}/complete"), &json!({})).await;
    let second = challenge_of(&merchant.confirm(&order, &token, &first).await);
    assert_ne!(first, second);
    assert_eq!(refusal(&merchant.confirm(&order, &token, &first).await).0, 400, "the first round is over");
    assert_eq!(refusal(&merchant.confirm(&order, &token, &second).await).0, 400, "the second is not");
    assert!(merchant.ledger().await.is_empty());
    let seen = merchant.see(&format!("/april/challenges/{second}")).await;
    assert_eq!((&seen["round"], &seen["rounds"], &seen["state"]), (&json!(2), &json!(2), &json!("pending")));
    merchant.control(&format!("/april/challenges/{second}/approve"), &json!({})).await;
    assert_eq!(merchant.confirm(&order, &token, &second).await.0, 200);
    assert_eq!(merchant.ledger().await, [("charge".to_owned(), 1_000)]);
}

#[tokio::test]
async fn a_reserved_token_does_not_expire_and_pays_nothing_else() {
    let merchant = Merchant::new().await;
    let (one, two) = (merchant.order("A", 1_000).await, merchant.order("B", 1_000).await);
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&one, &token).await);
    for order in [&one, &two] {
        assert_eq!(refusal(&merchant.pay(order, &token).await).0, 409);
    }
    merchant.advance(3_600).await;
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    assert_eq!(merchant.confirm(&one, &token, &challenge).await.0, 200);
}

#[tokio::test]
async fn an_order_paid_otherwise_or_cancelled_ends_its_challenges() {
    let merchant = Merchant::new().await;
    for is_paid in [true, false] {
        let order = merchant.order("A", 1_000).await;
        let token = merchant.token(CHALLENGED, 1_000).await;
        let challenge = challenge_of(&merchant.pay(&order, &token).await);
        merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
        if is_paid {
            assert_eq!(merchant.pay(&order, &merchant.token(OK, 1_000).await).await.0, 200);
        } else {
            assert_eq!(merchant.delete(&format!("/orders/{order}")).await.0, 200);
        }
        assert_eq!(refusal(&merchant.confirm(&order, &token, &challenge).await).0, 409, "paid: {is_paid}");
        let (_, list) = merchant.get(&format!("/transactions?orderId={order}&status=cancelled")).await;
        assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    }
    assert_eq!(merchant.ledger().await.len(), 1);
}

#[tokio::test]
async fn a_confirmation_may_reserve_only() {
    let merchant = Merchant::new().await;
    for (first, second, expected) in [
        (json!({ "authoriseOnly": true }), json!({}), "not_captured"),
        (json!({}), json!({ "authoriseOnly": true }), "not_captured"),
        (json!({ "authoriseOnly": true }), json!({ "authoriseOnly": false }), "paid"),
    ] {
        let order = merchant.order("A", 1_000).await;
        let token = merchant.token(CHALLENGED, 1_000).await;
        let mut pay = json!({ "PayByCard": { "paymentTokenId": token } });
        merge(&mut pay["PayByCard"], &first);
        let challenge = challenge_of(&merchant.post(&format!("/orders/{order}/pay"), &pay).await);
        merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
        let mut confirm = confirmed(&token, &challenge);
        merge(&mut confirm["Confirm3DSComplete"], &second);
        let (status, body) = merchant.post(&format!("/orders/{order}/pay"), &confirm).await;
        assert_eq!((status, &body["PayOrderComplete"]["transactionStatus"]), (200, &json!(expected)));
    }
}

fn merge(into: &mut serde_json::Value, more: &serde_json::Value) {
    for (name, value) in more.as_object().expect("an object") {
        into[name] = value.clone();
    }
}

#[tokio::test]
async fn the_predecessor_asked_with_403() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "challenge_status": 403 })).await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(OK, 1_000).await;
    let (status, body) = merchant.post(&format!("/orders/{order}/pay"), &requested(&token)).await;
    assert_eq!(status, 403);
    assert!(body["ThreeDSAuthorisationRequired"]["threeDSAuthorisationId"].is_string(), "{body}");
    assert_eq!(merchant.try_control("/april/settings", &json!({ "challenge_status": 302 })).await.0, 400);
}

#[tokio::test]
async fn the_page_of_a_challenge_is_served_under_a_strict_policy_and_works_without_a_key() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&order, &token).await);
    let page = merchant.client.get(merchant.url(&format!("/april/3ds/{challenge}"))).send().await.expect("an answer");
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors *"), "{policy}");
    let html = page.text().await.expect("a body");
    for id in ["challenge-approve", "challenge-fail", "challenge-close"] {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let state = merchant.url(&format!("/april/3ds/{challenge}/state"));
    let (status, seen) = read(merchant.client.get(state)).await.expect("an answer");
    assert_eq!((status, &seen["state"], &seen["amount_minor"]), (200, &json!("pending"), &json!(1_000)));
    let approve = merchant.url(&format!("/april/3ds/{challenge}/approve"));
    assert_eq!(read(merchant.client.post(approve)).await.expect("an answer").1["state"], "approved");
    assert_eq!(merchant.confirm(&order, &token, &challenge).await.0, 200);
    let unknown = merchant.url("/april/3ds/3ds_x/state");
    assert_eq!(read(merchant.client.get(unknown)).await.expect("an answer").0, 404);
}
