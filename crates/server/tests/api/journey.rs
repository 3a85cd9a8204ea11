//! The whole way of a payment: shown, paid, told, refunded; reserved, captured, voided.

use crate::on_both;
use crate::world::{World, ok, problem, text};
use reqwest::StatusCode;
use serde_json::json;

on_both! {
    a_paid_qr_is_told_and_refunded;
    an_authorization_is_captured_in_part;
    fees_of_a_partly_captured_payment_are_not_ours;
    an_authorization_is_voided;
    an_authorization_lapses_after_five_days;
    a_decline_leads_back_to_choosing;
    a_callback_alone_brings_the_news;
}

async fn a_paid_qr_is_told_and_refunded(world: World) {
    let session = world.open(json!({})).await;
    let shown = world.confirm(&session).await;
    assert_eq!(shown["status"], "requires_action");
    assert_eq!(shown["next_action"]["type"], "show_qr");
    assert!(text(&shown["next_action"]["payload"]).contains("5406123.45"), "the code asks for the order's amount");
    let payment = text(&shown["attempt"]["id"]);

    let token = text(&world.payment(&payment).await["provider_reference"]);
    world.pay(&token).await;
    let paid = world.until(&session, "succeeded").await;
    assert_eq!(paid["attempt"]["status"], "succeeded");
    let told = world.until_received("payment.succeeded").await;
    assert_eq!(told.data["captured_minor"], 12_345);

    let refund = ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 345, "reason": "troco"})).await)).await;
    assert_eq!(refund["status"], "pending");
    world.until_received("refund.succeeded").await;
    let after = world.payment(&payment).await;
    assert_eq!((&after["status"], &after["refunded_minor"]), (&json!("succeeded"), &json!(345)));
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    assert_eq!(world.ledger_sum("refund", &payment).await, 345);

    let too_much = problem(world.ask(&payment, "refunds", json!({"amount_minor": 12_001})).await, 422).await;
    assert_eq!(too_much["code"], "amount_too_high");
    ok(Ok(world.ask(&payment, "refunds", json!({})).await)).await;
    world.until_payment(&payment, "the rest refunded", |it| it["refunded_minor"] == 12_345).await;
    world.finish().await;
}

async fn an_authorization_is_captured_in_part(world: World) {
    let session = world.open(json!({"capture": "manual", "buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "requires_capture").await;
    world.until_received("payment.requires_capture").await;
    assert_eq!(world.ledger_sum("charge", &payment).await + world.ledger_sum("capture", &payment).await, 0);

    let answer = world.ask(&payment, "capture", json!({"amount_minor": 10_000})).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let again = problem(world.ask(&payment, "capture", json!({})).await, 422).await;
    assert_eq!(again["code"], "not_possible");
    world.until(&session, "succeeded").await;
    let captured = world.payment(&payment).await;
    assert_eq!(captured["captured_minor"], 10_000);
    assert_eq!(world.ledger_sum("capture", &payment).await, 10_000);
    world.finish().await;
}

async fn fees_of_a_partly_captured_payment_are_not_ours(world: World) {
    world.control("epag/settings", json!({"customer_fees": {"tarifa": 500}, "amount_received": "customer"})).await;
    let session = world.open(json!({"capture": "manual", "buyer": {"name": "PAID Souza"}})).await;
    let shown = world.confirm(&session).await;
    assert_eq!(shown["attempt"]["payer_amount_minor"], 12_845);
    let payment = text(&shown["attempt"]["id"]);
    world.until(&session, "requires_capture").await;
    ok(Ok(world.ask(&payment, "capture", json!({"amount_minor": 10_000})).await)).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.payment(&payment).await["captured_minor"], 10_000);
    world.finish().await;
}

async fn an_authorization_is_voided(world: World) {
    let session = world.open(json!({"capture": "manual", "buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "requires_capture").await;
    let request = world.buyer(&session, reqwest::Method::POST, "/cancel").header("idempotency-key", "leave");
    let refused = request.json(&json!({"attempt": payment})).send().await.expect("an answer");
    problem(refused, 422).await;

    ok(Ok(world.ask(&payment, "cancel", json!({})).await)).await;
    world.until(&session, "canceled").await;
    world.until_received("payment.canceled").await;
    assert_eq!(world.ledger_sum("capture", &payment).await, 0);
    assert_eq!(world.ledger_sum("void", &payment).await, 12_345);
    world.finish().await;
}

async fn an_authorization_lapses_after_five_days(world: World) {
    let session = world.open(json!({"capture": "manual", "buyer": {"name": "PAID Souza"}})).await;
    world.confirm(&session).await;
    world.until(&session, "requires_capture").await;
    world.advance(2 * 86_400).await;
    assert_eq!(
        world.session(&session).await["status"],
        "requires_capture",
        "its own expiry never touches reserved money"
    );
    world.advance(3 * 86_400 + 3_600).await;
    world.until(&session, "canceled").await;
    world.finish().await;
}

async fn a_decline_leads_back_to_choosing(world: World) {
    let session = world.open(json!({"buyer": {"name": "DECLINED Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let declined = world.until(&session, "requires_payment_method").await;
    assert_eq!(declined["last_error"]["code"], "insufficient_funds", "ePag's 01.05.0014");
    world.until_received("payment.failed").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    let second = world.confirm(&session).await;
    assert_ne!(text(&second["attempt"]["id"]), payment, "another try is another attempt");
    world.until(&session, "requires_payment_method").await;
    world.finish().await;
}

/// Nobody looks at the session: without the callback the next question would be a minute away.
async fn a_callback_alone_brings_the_news(world: World) {
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let token = text(&world.payment(&payment).await["provider_reference"]);
    world.pay(&token).await;
    world.until_payment(&payment, "paid by callback", |it| it["status"] == "succeeded").await;

    let forged = world.url(&format!("/providers/epag/notifications/{payment}.AAAAAAAAAAAAAAAAAAAAAA"));
    let answer = world.http.post(forged).json(&json!({"payment_token": token})).send().await.expect("an answer");
    problem(answer, 404).await;
    world.finish().await;
}
