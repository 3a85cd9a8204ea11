//! `POST /picpay/simple`: exactly what is sent, and what each answer comes to.

use super::super::PicpayQr;
use super::*;
use crate::clock::{DAY, brazil_day};
use crate::methods::{Method as _, Observation, Outcome};
use umclique_wire::{FailureCode, NextAction, ShowQr};

/// Creates against one answer; the observation and the sent body.
async fn create_with(answer: impl Fn(&Attempt) -> Value) -> Outcome<Observation> {
    let attempt = new_attempt();
    let epag = Epag::start().await;
    epag.answer("POST", "/picpay/simple", 200, answer(&attempt)).await;
    epag.method.send(&attempt).await
}

async fn accepted(answer: impl Fn(&Attempt) -> Value) -> Observation {
    match create_with(answer).await {
        Outcome::Accepted(observation) => observation,
        other => panic!("expected a payment, got {other:?}"),
    }
}

async fn sent_body(method: &PicpayQr, epag: &Epag, attempt: &Attempt) -> String {
    epag.answer("POST", "/picpay/simple", 200, created(attempt)).await;
    method.send(attempt).await;
    let sent = epag.requests("/picpay/simple").await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].headers["content-type"], "application/json");
    String::from_utf8(sent[0].body.clone()).expect("JSON is text")
}

#[tokio::test]
async fn the_request_holds_every_field_to_the_letter() {
    let epag = Epag::start().await;
    let mut attempt = Attempt { amount: brl(5_990), ..new_attempt() };
    attempt.details = json!({
        "name": "Ana Souza", "email": "ana@example.com", "tax_id": TAX_ID, "birth_date": "1990-01-31",
        "ip_address": "203.0.113.7", "is_manual": true, "expires_on": "2099-03-07", "extra_data": {"loja": "12"},
    });
    let mac = server_key().callback_mac(&attempt.id);
    let id = attempt.id.as_str();
    let expected = format!(
        "{{\"contract_id\":\"7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01\",\"reference_id\":\"{id}\",\
         \"notification_url\":\"https://pay.example/providers/epag/notifications/{id}.{mac}\",\
         \"ip_address\":\"203.0.113.7\",\
         \"payment\":{{\"amount\":59.90,\"currency\":\"BRL\",\"country\":\"BR\",\"delay_capture\":true,\
         \"picpay\":{{\"expiration_date\":\"2099-03-07\"}}}},\
         \"person\":{{\"full_name\":\"Ana Souza\",\"email\":\"ana@example.com\",\"tax_id\":\"52998224725\",\
         \"birth_date\":\"1990-01-31\"}},\"extra_data\":{{\"loja\":\"12\"}}}}"
    );
    assert_eq!(sent_body(&epag.method, &epag, &attempt).await, expected);
}

#[tokio::test]
async fn what_is_not_known_is_left_out() {
    let epag = Epag::start().await;
    let body = sent_body(&epag.method, &epag, &new_attempt()).await;
    assert!(body.contains(r#""person":{"tax_id":"52998224725"}"#), "{body}");
    assert!(body.contains(r#""amount":123.45,"currency":"BRL","country":"BR","delay_capture":false"#), "{body}");
    assert!(!body.contains("ip_address") && !body.contains("extra_data") && !body.contains("null"), "{body}");
}

#[tokio::test]
async fn a_day_that_is_over_is_never_sent() {
    let epag = Epag::start().await;
    let mut attempt = new_attempt();
    attempt.details["expires_on"] = json!("2020-01-01");
    let before = brazil_day(epag.clock.now_ms());
    let body = sent_body(&epag.method, &epag, &attempt).await;
    let after = brazil_day(epag.clock.now_ms());
    assert!([before, after].iter().any(|day| body.contains(&format!("\"expiration_date\":\"{day}\""))), "{body}");
}

#[tokio::test]
async fn a_good_answer_gives_the_code_to_show() {
    let observation = accepted(created).await;
    let Some(NextAction::ShowQr(qr)) = observation.next_action else { panic!("a code to show") };
    let payload = qr.payload.as_deref().expect("the code was read");
    assert!(payload.starts_with("000201") && payload.contains("LOJA EXEMPLO"), "{payload}");
    let expected = ShowQr {
        payload: qr.payload.clone(),
        image: None,
        app_url: None,
        expires_on: "2099-03-07".to_owned(),
        expires_at: "2099-03-08T03:00:00.000Z".to_owned(),
        payee: "LOJA EXEMPLO".to_owned(),
    };
    assert_eq!(qr, expected);
    assert_eq!(observation.status, AttemptStatus::RequiresAction);
    assert_eq!(observation.provider_reference, TOKEN);
    assert_eq!(observation.payer_amount_minor, Some(12_345));
    assert_eq!(observation.provider_code.as_deref(), Some("PROCESSING"));
    assert_eq!((observation.mismatch, observation.failure), (None, None));
}

#[tokio::test]
async fn a_picpay_link_opens_the_app() {
    let observation = accepted(|attempt| with(created(attempt), json!({"qr_code": PICPAY_LINK}))).await;
    let Some(NextAction::ShowQr(qr)) = observation.next_action else { panic!("a code to show") };
    assert_eq!(qr.app_url, qr.payload);
    assert_eq!((qr.app_url.is_some(), qr.payee.as_str()), (true, "Loja da Ana"));
}

#[tokio::test]
async fn fees_are_the_payers_and_the_code_is_compared_with_them() {
    // The order costs 100.00, the payer is asked for 123.45, and so does the code.
    let attempt = Attempt { amount: brl(10_000), ..new_attempt() };
    let epag = Epag::start().await;
    let totals = json!({"amount": 100, "customer_fees": 23.45, "customer_amount": "123.45", "asset": "BRL"});
    let answer =
        with(created(&attempt), json!({"amount": "100.00", "totals": totals, "customer_fees": {"fee": 23.45}}));
    epag.answer("POST", "/picpay/simple", 200, answer).await;
    let Outcome::Accepted(observation) = epag.method.send(&attempt).await else { panic!("a payment") };
    assert_eq!((observation.payer_amount_minor, observation.mismatch), (Some(12_345), None));
    assert!(observation.next_action.is_some());
}

#[tokio::test]
async fn what_differs_from_the_order_is_not_shown_but_told() {
    let totals = |changes: Value| {
        let plain = json!({"amount": 123.45, "customer_fees": 0, "customer_amount": 123.45, "asset": "BRL"});
        json!({"totals": with(plain, changes)})
    };
    for changes in [
        totals(json!({"amount": 123.46})),
        totals(json!({"amount": "1.2345e2"})),
        totals(json!({"amount": -123.45})),
        totals(json!({"asset": "USD"})),
        totals(json!({"customer_amount": 123.44})),
        totals(json!({"customer_amount": 200})),
        totals(json!({"customer_fees": 1, "customer_amount": 123.45})),
        // The payer would be asked for more than the code says.
        totals(json!({"customer_fees": 1, "customer_amount": 124.45})),
        json!({"amount": "123.46"}),
        json!({"amount": null, "totals": null}),
        json!({"qr_code": null}),
        json!({"qr_code": "bm90IGFuIGltYWdl"}),
        json!({"qr_code": 17}),
    ] {
        let observation = accepted(|attempt| with(created(attempt), changes.clone())).await;
        assert!(observation.mismatch.is_some(), "{changes}");
        assert_eq!(observation.next_action, None, "{changes}");
        assert_eq!(observation.provider_reference, TOKEN, "{changes}");
        assert_eq!(observation.status, AttemptStatus::RequiresAction, "{changes}");
    }
}

#[tokio::test]
async fn each_status_that_can_come_back_at_once_is_understood() {
    for (status, expected, failure) in [
        ("CREATED", AttemptStatus::RequiresAction, None),
        ("PROCESSING", AttemptStatus::RequiresAction, None),
        ("IN_ANALYSIS", AttemptStatus::Processing, None),
        ("PRE_AUTHORIZED", AttemptStatus::RequiresCapture, None),
        ("PAID", AttemptStatus::Succeeded, None),
        ("DECLINED", AttemptStatus::Failed, Some(FailureCode::Declined)),
        ("ERROR", AttemptStatus::Failed, Some(FailureCode::ProviderUnavailable)),
        ("CANCELED", AttemptStatus::Canceled, None),
        ("SOMETHING_NEW", AttemptStatus::Processing, None),
    ] {
        let observation = accepted(|attempt| with(created(attempt), json!({"transaction_status": status}))).await;
        assert_eq!((observation.status, observation.failure), (expected, failure), "{status}");
        assert_eq!(observation.next_action.is_some(), expected == AttemptStatus::RequiresAction, "{status}");
        assert_eq!(observation.provider_code.as_deref(), Some(status));
    }
}

#[tokio::test]
async fn an_answer_without_the_payments_id_leaves_the_outcome_unknown() {
    for changes in [
        json!({"payment_token": null}),
        json!({"payment_token": ""}),
        json!({"payment_token": 17}),
        json!({"payment_token": "../../auth"}),
        json!({"reference_id": "PEDIDO-1001"}),
    ] {
        let outcome = create_with(|attempt| with(created(attempt), changes.clone())).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{changes}: {outcome:?}");
    }
}

#[tokio::test]
async fn only_an_earlier_day_that_is_not_over_replaces_ours() {
    let tomorrow = brazil_day(Clock::default().now_ms() + DAY);
    for (told, shown) in [
        (json!(tomorrow), tomorrow.as_str()),
        (json!("2099-03-07T23:59:59.000"), "2099-03-07"),
        (json!("2099-12-31"), "2099-03-07"),
        (json!("2020-01-01"), "2099-03-07"),
        (json!("soon"), "2099-03-07"),
        (json!("dia sétimo"), "2099-03-07"),
        (Value::Null, "2099-03-07"),
    ] {
        let observation = accepted(|attempt| with(created(attempt), json!({"expiration_date": told.clone()}))).await;
        let Some(NextAction::ShowQr(qr)) = observation.next_action else { panic!("a code to show") };
        assert_eq!(qr.expires_on, shown, "{told}");
    }
}

#[tokio::test]
async fn unreadable_stored_details_are_not_sent() {
    let epag = Epag::start().await;
    let attempt = Attempt { details: json!({}), ..new_attempt() };
    let outcome = epag.method.send(&attempt).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
    assert!(epag.server.received_requests().await.expect("recorded").is_empty());
}
