//! Reserve now, capture later. April publishes neither the fields of a capture nor a void.

use crate::on_both;
use crate::world::april::PAYS;
use crate::world::{World, key, ok, problem};
use reqwest::Method;
use serde_json::json;

on_both! {
    a_reservation_is_captured_whole;
    a_reservation_lapses_after_seven_days;
    a_reservation_cannot_be_given_up;
    a_capture_whose_answer_was_lost_is_found;
}

async fn a_reservation_is_captured_whole(world: World) {
    let (session, payment) = world.collecting(json!({"capture": "manual"})).await;
    assert_eq!(world.pay_by(&session, PAYS).await["status"], "requires_capture");
    let part = problem(world.ask(&payment, "capture", json!({"amount_minor": 100})).await, 422).await;
    assert_eq!(part["code"], "not_possible", "only the whole");
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.payment(&payment).await["captured_minor"], 60_000);
    assert_eq!(world.ledger_sum("capture", &payment).await, 60_000);
    world.finish().await;
}

async fn a_reservation_lapses_after_seven_days(world: World) {
    let (session, payment) = world.collecting(json!({"capture": "manual"})).await;
    world.pay_by(&session, PAYS).await;
    world.advance(7 * 86_400 + 60).await;
    world.until(&session, "canceled").await;
    assert_eq!(world.payment(&payment).await["captured_minor"], 0);
    world.finish().await;
}

async fn a_reservation_cannot_be_given_up(world: World) {
    let (session, payment) = world.collecting(json!({"capture": "manual"})).await;
    world.pay_by(&session, PAYS).await;
    let refused = problem(world.ask(&payment, "cancel", json!({})).await, 422).await;
    assert!(refused["detail"].as_str().expect("a text").contains("no way to give up"), "{refused}");
    let cancel = world.shop(Method::POST, &format!("/v1/checkout_sessions/{}/cancel", session.id));
    problem(cancel.header("idempotency-key", key()).send().await.expect("an answer"), 422).await;
    assert_eq!(world.session(&session).await["status"], "requires_capture");
    world.finish().await;
}

async fn a_capture_whose_answer_was_lost_is_found(world: World) {
    let (session, payment) = world.collecting(json!({"capture": "manual"})).await;
    world.pay_by(&session, PAYS).await;
    world.april_fault("capture", "lost_reply", 1).await;
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("capture", &payment).await, 60_000);
    world.finish().await;
}
