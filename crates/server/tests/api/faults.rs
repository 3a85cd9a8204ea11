//! Every fault of every call, thought twice: the answer lost after the money moved, and the answer lost before.

use crate::on_both;
use crate::world::{World, ok, text};
use serde_json::{Value, json};

on_both! {
    a_create_that_ran_without_an_answer_is_found_and_closed;
    a_create_that_never_ran_is_released_after_its_grace;
    a_create_that_never_arrived_is_sent_again;
    a_wrong_amount_is_not_shown;
    a_code_that_asks_for_another_amount_is_not_shown;
    an_unreadable_code_is_shown_as_it_came;
    a_payment_during_the_unknown_counts;
    callbacks_may_be_lost_doubled_and_forged;
    a_refund_whose_answer_was_lost_happens_once;
    a_refund_that_never_ran_is_released_after_its_grace;
    a_refund_that_fails_can_be_asked_for_again;
    refunds_of_one_payment_never_exceed_it;
    a_capture_whose_answer_was_lost_happens_once;
    a_capture_that_never_ran_can_be_asked_for_again;
    a_dispute_is_a_flag;
    refused_credentials_withdraw_the_offer;
}

async fn a_create_that_ran_without_an_answer_is_found_and_closed(world: World) {
    for fault in ["lost_reply", "error_500_executed", "error_502_executed", "garbage"] {
        world.fault("create", fault, 1).await;
        let session = world.open(json!({})).await;
        let confirming = world.confirm(&session).await;
        assert_eq!(confirming["reason"], "confirming", "{fault}");
        let payment = text(&confirming["attempt"]["id"]);
        let free = world.until(&session, "requires_payment_method").await;
        assert_eq!(free["last_error"]["code"], "code_unusable", "{fault}: the code went with the answer");
        let there = world.at_epag(&payment).await;
        assert_eq!((there.len(), &there[0]["status"]), (1, &json!("CANCELED")), "{fault}");
        assert_eq!(world.confirm(&session).await["status"], "requires_action", "{fault}");
    }
    world.finish().await;
}

async fn a_create_that_never_ran_is_released_after_its_grace(world: World) {
    for fault in ["error_500", "error_502", "reset"] {
        world.fault("create", fault, 1).await;
        let session = world.open(json!({})).await;
        let confirming = world.confirm(&session).await;
        assert_eq!(confirming["reason"], "confirming", "{fault}");
        world.advance(5 * 60).await;
        assert_eq!(world.session(&session).await["reason"], "confirming", "{fault}: not found is not yet not there");
        world.advance(6 * 60).await;
        world.until(&session, "requires_payment_method").await;
        assert_eq!(world.at_epag(&text(&confirming["attempt"]["id"])).await.len(), 0, "{fault}");
    }
    world.finish().await;
}

async fn a_create_that_never_arrived_is_sent_again(world: World) {
    for fault in ["rate_limited", "unauthorized"] {
        world.fault("create", fault, 1).await;
        let session = world.open(json!({})).await;
        let payment = text(&world.confirm(&session).await["attempt"]["id"]);
        world.until(&session, "requires_action").await;
        assert_eq!(world.at_epag(&payment).await.len(), 1, "{fault}");
    }
    world.finish().await;
}

async fn a_wrong_amount_is_not_shown(world: World) {
    world.fault("create", "wrong_amount", 1).await;
    is_closed_as_mismatch(&world).await;
    world.finish().await;
}

async fn a_code_that_asks_for_another_amount_is_not_shown(world: World) {
    world.control("epag/settings", json!({"qr_payload": "brcode_wrong_amount"})).await;
    is_closed_as_mismatch(&world).await;
    world.finish().await;
}

async fn is_closed_as_mismatch(world: &World) {
    let session = world.open(json!({})).await;
    let answer = world.confirm(&session).await;
    assert_eq!(answer["next_action"], Value::Null, "a code that does not fit is not shown");
    let payment = text(&answer["attempt"]["id"]);
    let free = world.until(&session, "requires_payment_method").await;
    assert_eq!(free["last_error"]["code"], "code_unusable");
    assert_eq!(world.payment(&payment).await["flags"], json!(["mismatch"]));
    world.until_received("payment.flagged").await;
    assert_eq!(world.at_epag(&payment).await[0]["status"], "CANCELED");
}

async fn an_unreadable_code_is_shown_as_it_came(world: World) {
    world.control("epag/settings", json!({"qr_payload": "unreadable"})).await;
    let session = world.open(json!({})).await;
    let shown = world.confirm(&session).await;
    assert_eq!((&shown["next_action"]["payload"], shown["next_action"]["image"].is_string()), (&Value::Null, true));
    world.finish().await;
}

/// PicPay pushes the request to the payer's phone: it can be paid although nobody ever saw the code.
async fn a_payment_during_the_unknown_counts(world: World) {
    world.fault("create", "lost_reply", 1).await;
    world.fault("query_reference", "error_500", 3).await;
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.pay(&text(&world.at_epag(&payment).await[0]["payment_token"])).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    world.finish().await;
}

async fn callbacks_may_be_lost_doubled_and_forged(world: World) {
    for fault in ["lose", "duplicate", "reorder", "forge"] {
        world.fault("callback", fault, 2).await;
        let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
        let payment = text(&world.confirm(&session).await["attempt"]["id"]);
        world.until(&session, "succeeded").await;
        assert_eq!(world.ledger_sum("charge", &payment).await, 12_345, "{fault}");
    }
    world.finish().await;
}

/// A paid payment to refund.
async fn paid(world: &World) -> String {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    payment
}

async fn a_refund_whose_answer_was_lost_happens_once(world: World) {
    for fault in ["lost_reply", "error_502_executed", "garbage"] {
        let payment = paid(&world).await;
        world.fault("refund", fault, 1).await;
        ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 1_000})).await)).await;
        world.until_payment(&payment, fault, |it| it["refunded_minor"] == 1_000).await;
        assert_eq!(world.ledger_sum("refund", &payment).await, 1_000, "{fault}");
    }
    world.finish().await;
}

async fn a_refund_that_never_ran_is_released_after_its_grace(world: World) {
    let payment = paid(&world).await;
    world.fault("refund", "error_502", 1).await;
    let refund = ok(Ok(world.ask(&payment, "refunds", json!({})).await)).await;
    world.until_operation(&text(&refund["id"]), "unknown").await;
    let still = world.ask(&payment, "refunds", json!({"amount_minor": 1})).await;
    assert_eq!(still.status(), 422, "an unknown refund keeps its reservation");
    world.advance(11 * 60).await;
    world.until_payment(&payment, "released", |it| it["refunds"][0]["status"] == "failed").await;
    assert_eq!(world.until_received("refund.failed").await.data["refund"]["id"], refund["id"]);
    ok(Ok(world.ask(&payment, "refunds", json!({})).await)).await;
    world.until_payment(&payment, "refunded", |it| it["refunded_minor"] == 12_345).await;
    assert_eq!(world.ledger_sum("refund", &payment).await, 12_345);
    world.finish().await;
}

async fn a_refund_that_fails_can_be_asked_for_again(world: World) {
    let payment = paid(&world).await;
    world.control("epag/settings", json!({"refund_outcome": "FAILED"})).await;
    ok(Ok(world.ask(&payment, "refunds", json!({})).await)).await;
    world.until_received("refund.failed").await;
    world.control("epag/settings", json!({"refund_outcome": "COMPLETED"})).await;
    ok(Ok(world.ask(&payment, "refunds", json!({})).await)).await;
    world.until_payment(&payment, "refunded", |it| it["refunded_minor"] == 12_345).await;
    world.finish().await;
}

async fn refunds_of_one_payment_never_exceed_it(world: World) {
    let payment = paid(&world).await;
    let asks = (0..10).map(|_| world.ask(&payment, "refunds", json!({"amount_minor": 3_000})));
    let answers = futures::future::join_all(asks).await;
    let accepted = answers.iter().filter(|answer| answer.status() == 202).count();
    assert_eq!(accepted, 4, "four times 30.00 fit into 123.45");
    world.until_payment(&payment, "all refunded", |it| it["refunded_minor"] == 12_000).await;
    assert_eq!(world.ledger_sum("refund", &payment).await, 12_000);
    world.finish().await;
}

/// An authorized payment to capture.
async fn authorized(world: &World) -> (crate::world::Opened, String) {
    let session = world.open(json!({"capture": "manual", "buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "requires_capture").await;
    (session, payment)
}

async fn a_capture_whose_answer_was_lost_happens_once(world: World) {
    for fault in ["lost_reply", "error_502_executed"] {
        let (session, payment) = authorized(&world).await;
        world.fault("capture", fault, 1).await;
        ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
        world.until(&session, "succeeded").await;
        assert_eq!(world.ledger_sum("capture", &payment).await, 12_345, "{fault}");
    }
    world.finish().await;
}

async fn a_capture_that_never_ran_can_be_asked_for_again(world: World) {
    let (session, payment) = authorized(&world).await;
    world.fault("capture", "error_502", 1).await;
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    // Before the clock jumps: an unknown outcome has its grace from the moment that it is one.
    let told = world.timeline(&payment).await;
    let queued = told.iter().find(|(kind, _)| kind == "capture").expect("it is queued").1.clone();
    let id = queued.split(['(', ')']).nth(1).expect("its id").to_owned();
    world.until_operation(&id, "unknown").await;
    world.advance(11 * 60).await;
    world.until_payment(&payment, "released", |it| it["timeline"].to_string().contains("is failed")).await;
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until(&session, "succeeded").await;
    world.finish().await;
}

async fn a_dispute_is_a_flag(world: World) {
    let payment = paid(&world).await;
    let token = text(&world.payment(&payment).await["provider_reference"]);
    world.control(&format!("epag/payments/{token}/dispute"), json!({"status": "DISPUTE"})).await;
    let disputed = world.until_payment(&payment, "disputed", |it| it["flags"] == json!(["disputed"])).await;
    assert_eq!(disputed["status"], "succeeded");
    world.until_received("payment.flagged").await;
    world.finish().await;
}

async fn refused_credentials_withdraw_the_offer(world: World) {
    world.fault("auth", "unauthorized", 1_000).await;
    world.fault("create", "unauthorized", 1_000).await;
    let session = world.open(json!({})).await;
    let failed = world.confirm(&session).await;
    assert_eq!(failed["last_error"]["code"], "provider_unavailable");
    assert_eq!(failed["methods"], json!([]), "what cannot work is not offered");
    world.finish().await;
}
