//! `POST /orders/{id}/pay`: what is sent for which token, and all published forms of success.

use super::*;

async fn sent(attempt: &Attempt, request_3ds: bool) -> Value {
    let provider = Provider::start_with(|config| config.request_3ds = request_3ds).await;
    provider.answer("POST", PAY, 200, complete("paid")).await;
    accepted(provider.method.send(attempt).await);
    provider.only_body(PAY).await
}

#[tokio::test]
async fn the_kind_of_the_token_chooses_the_action() {
    for (kind, is_manual, request_3ds, action, extra) in [
        (json!("Card"), false, false, "PayByCard", json!({})),
        (json!("card"), false, true, "PayByCard", json!({"request3DS": true})),
        (json!("CARD"), true, false, "PayByCard", json!({"authoriseOnly": true})),
        (json!("Card"), true, true, "PayByCard", json!({"authoriseOnly": true, "request3DS": true})),
        (json!("PayPlan"), false, true, "PayByPaymentToken", json!({})),
        (json!("ApplePay"), false, false, "PayByPaymentToken", json!({})),
        (json!(null), false, true, "PayByPaymentToken", json!({})),
        // Only this action can reserve; the other one would take the money at once.
        (json!(null), true, false, "PayByCard", json!({"authoriseOnly": true})),
        (json!("PayPlan"), true, false, "PayByCard", json!({"authoriseOnly": true})),
    ] {
        let attempt = attempt_at(is_manual, json!({"step": "pay", "token": TOKEN, "kind": kind}));
        let expected = json!({action: with(json!({"paymentTokenId": TOKEN}), extra)});
        assert_eq!(sent(&attempt, request_3ds).await, expected, "{kind} {is_manual} {request_3ds}");
    }
}

/// The published forms, each over 600.00 with a surcharge of 9.00 where it can tell one.
fn forms(status: &str) -> [(&'static str, Value, Option<u64>); 8] {
    let plain = json!({"transactionId": TRANSACTION, "transactionStatus": status, "amount": 60_000, "currency": "AUD"});
    let attempt = new_attempt();
    let whole = json!({"transactionId": TRANSACTION, "transactionStatus": status,
        "transactionDetails": transaction(&attempt, TRANSACTION, status)});
    [
        ("flat", with(plain.clone(), json!({"payType": "payinfull"})), Some(60_000)),
        ("wrapped", json!({"PayOrderComplete": with(plain.clone(), json!({"type": "payinfull"}))}), Some(60_000)),
        ("reference", json!({"PayOrderComplete": whole}), Some(60_900)),
        ("predecessor", with(plain.clone(), json!({"type": "payplan", "surchargeAmount": 900})), Some(60_900)),
        (
            "predecessor, surcharge within",
            with(plain.clone(), json!({"amount": 60_900, "surchargeAmount": 900})),
            Some(60_900),
        ),
        (
            "amount as an object",
            with(plain, json!({"amount": {"minorCurrencyUnits": 60_000, "currency": "AUD"}})),
            Some(60_000),
        ),
        ("bare", json!({"transactionId": TRANSACTION, "transactionStatus": status}), None),
        (
            "bare, wrapped",
            json!({"PayOrderComplete": {"transactionId": TRANSACTION, "transactionStatus": status}}),
            None,
        ),
    ]
}

#[tokio::test]
async fn every_published_form_of_success_is_taken() {
    for (name, body, payer_minor) in forms("paid") {
        let observation = accepted(Provider::pay(200, body).await);
        assert_eq!(observation.status, AttemptStatus::Succeeded, "{name}");
        assert_eq!(observation.provider_reference, ORDER, "{name}");
        assert_eq!(observation.payer_amount_minor, payer_minor, "{name}");
        assert_eq!(observation.received_minor, payer_minor.map(|_| 60_000), "{name}");
        assert_eq!(observation.provider_code.as_deref(), Some("paid"), "{name}");
        assert_eq!((observation.next_action, observation.mismatch, observation.failure), (None, None, None), "{name}");
        let kept = kept(false, json!({"step": "paid", "transaction": TRANSACTION}));
        assert_eq!(observation.details, Some(kept), "the token is forgotten, the transaction kept: {name}");
    }
}

#[tokio::test]
async fn each_status_that_can_come_back_is_understood_in_every_form() {
    use AttemptStatus::{Processing, RequiresCapture, Succeeded};
    for (status, is_manual, expected) in [
        ("paid", false, Succeeded),
        ("accepted", false, Succeeded),
        ("paid", true, Succeeded),
        ("not_captured", true, RequiresCapture),
        // Nobody asked to reserve, so it is not what it looks like.
        ("not_captured", false, Processing),
        ("pending", false, Processing),
        ("incomplete", false, Processing),
        ("SOMETHING NEW", false, Processing),
        ("PAID", false, Processing),
    ] {
        for (name, body, _) in forms(status) {
            let attempt = attempt_at(is_manual, json!({"step": "pay", "token": TOKEN, "kind": "Card"}));
            let observation = accepted(Provider::pay_attempt(&attempt, 200, &body.to_string()).await);
            assert_eq!(observation.status, expected, "{status} {is_manual} {name}");
            assert_eq!(
                observation.received_minor.is_some(),
                expected == Succeeded && !name.starts_with("bare"),
                "{name}"
            );
            let expected_code =
                Some(status).filter(|status| status.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            assert_eq!(observation.provider_code.as_deref(), expected_code);
        }
    }
}

#[tokio::test]
async fn a_success_that_came_to_nothing_is_a_decline() {
    for status in ["failed", "cancelled"] {
        let rejection = rejected(Provider::pay(200, complete(status)).await);
        assert_eq!(rejection.failure, umclique_wire::FailureCode::Declined);
        assert_eq!(rejection.provider_code.as_deref(), Some(status));
        assert!(asks_again(&rejection) && !rejection.is_suspicious, "{status}");
    }
}

#[tokio::test]
async fn another_amount_or_currency_leaves_the_outcome_unknown() {
    let whole = |changes: Value| {
        let inner = with_purchase(transaction(&new_attempt(), TRANSACTION, "paid"), changes);
        json!({"transactionDetails": inner, "amount": null})
    };
    for changes in [
        json!({"amount": 59_999}),
        json!({"amount": 0}),
        json!({"amount": -60_000}),
        json!({"amount": 600.0}),
        json!({"amount": "60000"}),
        json!({"amount": {"minorCurrencyUnits": 60_000, "currency": "NZD"}}),
        json!({"currency": "NZD"}),
        json!({"surchargeAmount": "9.00"}),
        whole(json!({"amount": {"minorCurrencyUnits": 60_899, "currency": "AUD"}})),
        whole(json!({"amount": {"minorCurrencyUnits": 60_000, "currency": "AUD"}, "surchargeAmount": 60_001})),
        whole(json!({"amount": {"minorCurrencyUnits": 60_900, "currency": "USD"}})),
    ] {
        let mut body = complete("paid");
        body["PayOrderComplete"] = with(body["PayOrderComplete"].take(), changes.clone());
        let outcome = Provider::pay(200, body).await;
        assert!(
            matches!(&outcome, Outcome::Unknown(why) if why.contains("outcome is unknown")),
            "{changes}: {outcome:?}"
        );
    }
    // A surcharge that is not told apart does no harm.
    let mut body = complete("paid");
    body["PayOrderComplete"]["amount"] = json!(60_900);
    let observation = accepted(Provider::pay(200, body).await);
    assert_eq!((observation.payer_amount_minor, observation.received_minor), (Some(60_900), Some(60_900)));
}

#[tokio::test]
async fn an_answer_that_does_not_name_its_transaction_is_unknown() {
    for body in [
        json!({}),
        json!([]),
        json!(null),
        json!({"PayOrderComplete": {}}),
        json!({"PayOrderComplete": null}),
        json!({"PayOrderComplete": {"transactionStatus": "paid"}}),
        json!({"PayOrderComplete": {"transactionId": TRANSACTION}}),
        json!({"PayOrderComplete": {"transactionId": "../x", "transactionStatus": "paid"}}),
        json!({"PayOrderComplete": {"transactionId": 17, "transactionStatus": "paid"}}),
        json!({"transactionStatus": "paid"}),
        refused(400, "card_declined"),
        with(complete("paid"), json!({"ThreeDSAuthorisationRequired": {"threeDSAuthorisationId": "3ds_1"}})),
    ] {
        let outcome = Provider::pay(200, body.clone()).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{body}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_never_put_into_a_path() {
    let provider = Provider::start().await;
    for id in ["", "../auth", "a/b", "x?y", "x#y", "%2e%2e"] {
        let attempt = Attempt { provider_reference: Some(id.to_owned()), ..paying_attempt() };
        assert!(matches!(provider.method.send(&attempt).await, Outcome::NotSent(_)), "{id:?}");
        assert!(matches!(provider.method.cancel(of(&attempt)).await, Outcome::NotSent(_)), "{id:?}");
        assert!(provider.method.find(&attempt).await.is_err(), "{id:?}");
        assert!(provider.method.list_refunds(of(&attempt)).await.is_err(), "{id:?}");
        let order = crate::methods::RefundOrder { id: "re_1", amount: aud(1) };
        assert!(matches!(provider.method.refund(of(&attempt), order).await, Outcome::NotSent(_)), "{id:?}");
        assert!(matches!(provider.method.capture(of(&attempt), aud(1)).await, Outcome::NotSent(_)), "{id:?}");
    }
    assert!(provider.server.received_requests().await.expect("recorded").is_empty());
}
