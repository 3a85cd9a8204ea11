//! `POST /orders`: exactly what is sent, and what each answer comes to.

use super::*;

async fn create_with(status: u16, answer: impl Fn(&Attempt) -> Value) -> Outcome<Observation> {
    let (provider, attempt) = (Provider::start().await, new_attempt());
    provider.answer("POST", "/orders", status, answer(&attempt)).await;
    let outcome = provider.method.send(&attempt).await;
    assert_eq!(provider.requests("/orders").await.len(), 1, "sent once");
    outcome
}

fn created(attempt: &Attempt) -> Value {
    json!({"OnlineOrder": {"order": order(attempt, "created")}})
}

#[tokio::test]
async fn the_request_holds_every_field_to_the_letter() {
    let provider = Provider::start().await;
    let order = json!({
        "description": "S-1001",
        "items": [{"amount": {"minorCurrencyUnits": 30_000, "currency": "AUD"}, "description": "Chair", "sku": "CH-1",
            "quantity": 2}],
        "discountAmount": 500,
        "billing": {"address": {"line1": "1 Test St", "city": "Perth", "state": "WA", "postalCode": "6000",
            "country": "AU"}, "name": "Bo Test", "phoneNumber": "+61400000000"},
        "customerEmailAddress": "bo@example.test", "customerPhoneNumber": "+61400000000", "customerName": "Bo Test",
    });
    let details = kept(false, json!({"step": "create", "order": order}));
    let attempt = Attempt { details, ..new_attempt() };
    provider.answer("POST", "/orders", 200, created(&attempt)).await;
    accepted(provider.method.send(&attempt).await);
    let told =
        json!({"referenceOrderId": attempt.id.as_str(), "amount": {"minorCurrencyUnits": 60_000, "currency": "AUD"}});
    assert_eq!(provider.only_body("/orders").await, json!({"CreateOnlineOrder": with(order, told)}));
    let sent = &provider.requests("/orders").await[0];
    assert_eq!(sent.headers["authorization"], format!("Bearer {SECRET_KEY}"));
    assert_eq!(sent.headers["content-type"], "application/json");
    assert!(!sent.headers.contains_key("merchant-id"));
}

#[tokio::test]
async fn a_marketplace_names_the_merchant_that_it_acts_for() {
    let provider = Provider::start_with(|config| {
        let merchant_id = "mcht_Abc123Abc123Abc1".to_owned();
        config.credential = Credential::Marketplace { key: "sandbox_api_demo".into(), merchant_id };
    });
    let (provider, attempt) = (provider.await, new_attempt());
    provider.answer("POST", "/orders", 200, created(&attempt)).await;
    accepted(provider.method.send(&attempt).await);
    let sent = &provider.requests("/orders").await[0];
    assert_eq!(sent.headers["authorization"], "Bearer sandbox_api_demo");
    assert_eq!(sent.headers["merchant-id"], "mcht_Abc123Abc123Abc1");
}

#[tokio::test]
async fn an_order_that_can_be_paid_asks_for_a_token() {
    let bare = |attempt: &Attempt| order(attempt, "created");
    let short = |_: &Attempt| json!({"OnlineOrder": {"order": {"orderId": ORDER}}});
    for answer in [&created as &dyn Fn(&Attempt) -> Value, &bare, &short] {
        let observation = accepted(create_with(200, answer).await);
        assert_eq!(observation.status, AttemptStatus::RequiresAction);
        assert_eq!(observation.provider_reference, ORDER);
        assert_eq!(observation.next_action, Some(NextAction::CollectToken(widget(false))));
        assert_eq!((observation.details, observation.mismatch, observation.failure), (None, None, None));
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_made_anew() {
    for changes in [
        json!({"orderId": null}),
        json!({"orderId": "../auth"}),
        json!({"referenceOrderId": "S-1001"}),
        json!({"status": "paid"}),
        json!({"amount": {"minorCurrencyUnits": 60_001, "currency": "AUD"}}),
        json!({"amount": {"minorCurrencyUnits": 60_000, "currency": "NZD"}}),
        json!({"amount": "600.00"}),
    ] {
        let outcome = create_with(200, |attempt| with(order(attempt, "created"), changes.clone())).await;
        assert!(matches!(&outcome, Outcome::NotSent(it) if !it.is_credentials), "{changes}: {outcome:?}");
    }
    for answer in [json!([]), json!(null), json!({}), json!("ordr_1")] {
        let outcome = create_with(200, |_| answer.clone()).await;
        assert!(matches!(outcome, Outcome::NotSent(_)), "{answer}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_creation_is_refused_or_may_be_tried_again_and_never_unknown() {
    for (status, body, expected) in [
        (400, refused(400, "bad_request"), "rejected"),
        (422, refused(422, "unprocessable"), "rejected"),
        (400, json!({"message": "no"}), "again"),
        (400, refused(500, "bad_request"), "again"),
        (404, refused(404, "not_found"), "again"),
        (409, refused(409, "conflict"), "again"),
        (418, json!({}), "again"),
        (429, refused(429, "too_many_requests"), "again"),
        (500, refused(500, "internal_server_error"), "again"),
        (503, json!({}), "again"),
        (302, json!({}), "again"),
        (401, refused(401, "unauthorized"), "credentials"),
        (403, refused(403, "forbidden"), "credentials"),
    ] {
        let outcome = create_with(status, |_| body.clone()).await;
        let told = match &outcome {
            Outcome::Rejected(_) => "rejected",
            Outcome::NotSent(not_sent) if not_sent.is_credentials => "credentials",
            Outcome::NotSent(_) => "again",
            Outcome::Accepted(_) | Outcome::Asks(_) | Outcome::Unknown(_) => "wrong",
        };
        assert_eq!(told, expected, "{status} {body}: {outcome:?}");
    }
    let rejection = rejected(create_with(400, |_| refused(400, "bad_request")).await);
    assert_eq!((rejection.next_action, rejection.is_suspicious), (None, false), "the attempt is over");
    assert_eq!(rejection.failure, umclique_wire::FailureCode::ProviderUnavailable);
}

#[tokio::test]
async fn only_what_moves_no_money_is_harmless() {
    let method = new_method("http://127.0.0.1:9", 1_000);
    for (step, is_harmless) in [
        (json!({"step": "create", "order": {"description": "S-1001"}}), true),
        (json!({"step": "look_after_challenge"}), true),
        (json!({"step": "pay", "token": TOKEN}), false),
        (json!({"step": "confirm", "token": TOKEN, "action": ACTION}), false),
        (json!({"step": "challenged", "token": TOKEN, "action": ACTION}), false),
        (json!({"step": "paid", "transaction": TRANSACTION}), false),
        (json!({"step": "something_new"}), false),
    ] {
        assert_eq!(method.is_harmless(&attempt_at(false, step.clone())), is_harmless, "{step}");
    }
}

#[tokio::test]
async fn unreadable_stored_details_are_not_sent() {
    let provider = Provider::start().await;
    for details in [json!({}), json!(null), json!({"is_manual": false, "step": "something_new"})] {
        let attempt = Attempt { details, ..paying_attempt() };
        let outcome = provider.method.send(&attempt).await;
        assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
        assert!(provider.method.find(&attempt).await.is_err());
    }
    for step in
        [json!({"step": "challenged", "token": TOKEN, "action": ACTION}), json!({"step": "paid", "transaction": "t"})]
    {
        let outcome = provider.method.send(&attempt_at(false, step)).await;
        assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
    }
    let without_order = Attempt { provider_reference: None, ..paying_attempt() };
    assert!(matches!(provider.method.send(&without_order).await, Outcome::NotSent(_)));
    assert!(provider.server.received_requests().await.expect("recorded").is_empty());
}
