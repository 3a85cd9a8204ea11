//! An attempt leaves only when the provider can no longer charge it; money that still arrives is never lost.

use crate::on_both;
use crate::world::{Opened, World, key, ok, problem, text, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    leaving_closes_at_the_provider_first;
    a_live_attempt_keeps_others_out;
    an_expired_session_closes_its_attempt;
    a_shop_cancels_a_session;
    a_payment_that_wins_the_race_against_our_cancel_counts;
    money_after_release_goes_back;
    money_after_expiry_counts;
    a_second_payment_under_one_reference_goes_back;
    an_open_second_payment_is_watched_until_it_cannot_be_paid;
    a_code_past_its_day_is_replaced;
}

async fn leaving_closes_at_the_provider_first(world: World) {
    world.control("epag/settings", json!({"settle_delay_ms": 1_500})).await;
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let closing = world.leave(&session, &payment).await;
    assert_eq!((&closing["status"], &closing["reason"]), (&json!("processing"), &json!("closing")));
    let refused = world.confirm_as(&session, &key()).await;
    assert_eq!(problem(refused, 409).await["code"], "attempt_live");

    let free = world.until(&session, "requires_payment_method").await;
    assert_eq!(free["last_error"]["code"], "canceled");
    assert_eq!(world.at_epag(&payment).await[0]["status"], "CANCELED");
    let second = world.confirm(&session).await;
    assert_eq!(second["status"], "requires_action");
    assert_ne!(text(&second["attempt"]["id"]), payment);
    world.finish().await;
}

async fn a_live_attempt_keeps_others_out(world: World) {
    let session = world.open(json!({})).await;
    let presses = (0..12).map(|_| world.confirm(&session));
    let shown: Vec<Value> = futures::future::join_all(presses).await;
    let attempts: std::collections::BTreeSet<_> = shown.iter().map(|it| text(&it["attempt"]["id"])).collect();
    assert_eq!(attempts.len(), 1, "twelve presses under twelve keys are one attempt");
    let payment = attempts.into_iter().next().expect("one");
    assert_eq!(world.at_epag(&payment).await.len(), 1, "and one payment at the provider");

    let other = world.open(json!({})).await;
    let one_key = key();
    let presses = (0..12).map(|_| world.confirm_as(&other, &one_key));
    let answers = futures::future::join_all(presses).await;
    let mut bodies = std::collections::BTreeSet::new();
    for answer in answers {
        match answer.status().as_u16() {
            200 => drop(bodies.insert(answer.text().await.expect("a body"))),
            _ => assert_eq!(problem(answer, 409).await["code"], "idempotency_key_in_use"),
        }
    }
    bodies.insert(world.confirm_as(&other, &one_key).await.text().await.expect("a body"));
    assert_eq!(bodies.len(), 1, "one key gets one answer, byte for byte");
    world.finish().await;
}

async fn an_expired_session_closes_its_attempt(world: World) {
    let session = world.open(json!({"expires_in_s": 600})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.advance(601).await;
    world.until(&session, "expired").await;
    assert_eq!(world.payment(&payment).await["status"], "expired");
    assert_eq!(world.at_epag(&payment).await[0]["status"], "CANCELED");
    let refused = world.confirm_as(&session, &key()).await;
    assert_eq!(problem(refused, 409).await["code"], "session_not_payable");

    let unused = world.open(json!({"expires_in_s": 600})).await;
    world.advance(601).await;
    world.until(&unused, "expired").await;
    world.finish().await;
}

async fn a_shop_cancels_a_session(world: World) {
    let session = world.open(json!({})).await;
    world.confirm(&session).await;
    let request = world.shop(Method::POST, &format!("/v1/checkout_sessions/{}/cancel", session.id));
    ok(request.header("idempotency-key", "cancel").send().await).await;
    world.until(&session, "canceled").await;
    world.until_received("payment.canceled").await;
    world.finish().await;
}

async fn a_payment_that_wins_the_race_against_our_cancel_counts(world: World) {
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let token = text(&world.payment(&payment).await["provider_reference"]);
    // Nothing reaches ePag for a while: our cancel does not arrive, the payer's money does.
    world.fault("cancel", "error_502", 50).await;
    world.fault("query", "error_500", 2).await;
    world.leave(&session, &payment).await;
    world.pay(&token).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    world.finish().await;
}

/// Makes a create that ePag never saw, waits out the grace, and returns the released attempt.
async fn released(world: &World, session: &Opened) -> String {
    world.fault("create", "reset", 1).await;
    let confirming = world.confirm(session).await;
    assert_eq!((&confirming["status"], &confirming["reason"]), (&json!("processing"), &json!("confirming")));
    let refused = world.confirm_as(session, &key()).await;
    assert_eq!(refused.status(), 200, "pressing pay again shows the same attempt");
    world.advance(11 * 60).await;
    let free = world.until(session, "requires_payment_method").await;
    assert_eq!(free["last_error"]["code"], "provider_unavailable");
    text(&confirming["attempt"]["id"])
}

async fn money_after_release_goes_back(world: World) {
    let session = world.open(json!({})).await;
    let payment = released(&world, &session).await;
    let second = text(&world.confirm(&session).await["attempt"]["id"]);
    let token = world.runs_late(&payment).await;
    world.pay(&token).await;
    world.advance(31 * 60).await;
    let late = world.until_payment(&payment, "late money refunded", |it| it["refunded_minor"] == 12_345).await;
    assert_eq!((&late["status"], &late["flags"]), (&json!("failed"), &json!(["late_capture"])));
    assert_eq!(world.ledger_sum("refund", &payment).await, 12_345);
    world.until_received("payment.flagged").await;
    let token = text(&world.payment(&second).await["provider_reference"]);
    world.pay(&token).await;
    world.until(&session, "succeeded").await;
    world.finish().await;
}

async fn money_after_expiry_counts(world: World) {
    let session = world.open(json!({"expires_in_s": 3_600})).await;
    let payment = released(&world, &session).await;
    world.advance(3_600).await;
    world.until(&session, "expired").await;
    let token = world.runs_late(&payment).await;
    world.pay(&token).await;
    world.advance(31 * 60).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.payment(&payment).await["captured_minor"], 12_345);
    assert_eq!(world.ledger_sum("refund", &payment).await, 0);
    world.finish().await;
}

/// Two payments at ePag under one reference, of which the server knows nothing yet: ours is paid, the other one is open.
async fn paid_and_another_open(world: &World) -> (Opened, String, String) {
    let session = world.open(json!({})).await;
    world.fault("create", "lost_reply", 1).await;
    world.fault("query_reference", "error_500", 1_000).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let first = text(&world.at_epag(&payment).await[0]["payment_token"]);
    let second = world.runs_late(&payment).await;
    world.pay(&first).await;
    (session, payment, second)
}

async fn until_the_second_went_back(world: &World, payment: &str) -> Value {
    wait_for("the second charge refunded", || async {
        let sum = world.ledger_sum("refund", payment).await;
        if sum == 12_345 { Ok(()) } else { Err(sum) }
    })
    .await;
    world.until_payment(payment, "its refund done", |it| it["refunds"][0]["status"] == "succeeded").await
}

async fn a_second_payment_under_one_reference_goes_back(world: World) {
    let (session, payment, second) = paid_and_another_open(&world).await;
    world.pay(&second).await;
    world.clear_faults().await;
    world.until(&session, "succeeded").await;
    let books = until_the_second_went_back(&world, &payment).await;
    assert_eq!((&books["captured_minor"], &books["refunded_minor"]), (&json!(12_345), &json!(0)));
    assert_eq!(books["flags"], json!(["needs_attention"]));
    world.finish().await;
}

/// Our cancels of it get lost, and somebody pays it, while ours is paid long since.
async fn an_open_second_payment_is_watched_until_it_cannot_be_paid(world: World) {
    let (session, payment, second) = paid_and_another_open(&world).await;
    world.clear_faults().await;
    world.fault("cancel", "error_502", 1_000).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.payment(&payment).await["flags"], json!(["needs_attention"]));
    world.pay(&second).await;
    world.clear_faults().await;
    world.advance(86_400 + 60).await;
    until_the_second_went_back(&world, &payment).await;
    world.finish().await;
}

async fn a_code_past_its_day_is_replaced(world: World) {
    let session = world.open(json!({"expires_in_s": 600_000})).await;
    let shown = world.confirm(&session).await;
    let payment = text(&shown["attempt"]["id"]);
    let token = text(&world.payment(&payment).await["provider_reference"]);
    world.control(&format!("epag/payments/{token}/expire"), json!({})).await;
    let free = world.until(&session, "requires_payment_method").await;
    assert_eq!(free["last_error"]["code"], "expired");
    assert_eq!(world.confirm(&session).await["status"], "requires_action");
    world.finish().await;
}
