//! Charges whose answer got lost, at the shop's own processor: its idempotency key is the attempt's id.

use crate::on_both;
use crate::world::whatsapp::{DECLINED, PAYS};
use crate::world::{World, ok, text};
use serde_json::json;

on_both! {
    a_charge_whose_answer_was_lost_is_charged_once;
    a_decline_whose_answer_was_lost_is_a_decline;
    a_charge_that_is_still_being_made_is_waited_for;
    a_charge_under_way_is_not_left_for_another_method;
    a_capture_a_void_and_a_refund_whose_answers_were_lost_are_done_once;
    what_the_processor_refuses_charges_nothing;
}

async fn a_charge_whose_answer_was_lost_is_charged_once(world: World) {
    let world = world.with_whatsapp().await;
    for fault in
        ["lost_reply", "reset", "error_500", "error_500_executed", "error_502_executed", "error_503", "garbage"]
    {
        let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
        world.psp_fault("charge", fault, 1).await;
        world.tap(&reference, json!({"times": 2})).await;
        world.until(&session, "succeeded").await;
        assert_eq!(world.ledger_sum("charge", &payment).await, 12_345, "{fault}");
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn a_decline_whose_answer_was_lost_is_a_decline(world: World) {
    let world = world.with_whatsapp().await;
    for fault in ["lost_reply", "error_500_executed"] {
        let (session, payment, reference) = world.ordered(DECLINED, json!({})).await;
        world.psp_fault("charge", fault, 1).await;
        world.tap(&reference, json!({})).await;
        let seen = world.until(&session, "requires_payment_method").await;
        assert_eq!(seen["last_error"]["code"], "declined", "{fault}");
        assert_eq!(world.ledger_sum("charge", &payment).await, 0, "{fault}");
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn a_charge_that_is_still_being_made_is_waited_for(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    world.psp_fault("charge", "lost_reply", 3).await;
    world.psp_fault("find", "error_500", 2).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    world.until_quiet().await;
    world.finish().await;
}

async fn a_charge_under_way_is_not_left_for_another_method(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered("card_pending", json!({})).await;
    world.tap(&reference, json!({})).await;
    world.until_payment(&payment, "a pending charge", |it| it["status"] == "processing").await;
    let left = world.leave(&session, &payment).await;
    assert_ne!(left["status"], "requires_payment_method", "the charge may still come: {left}");
    let ended = world.until(&session, "requires_payment_method").await;
    assert_eq!(ended["last_error"]["code"], "canceled");
    assert_eq!(world.ledger_sum("charge", &payment).await, 0, "it was canceled at the processor first");
    world.until_quiet().await;
    world.finish().await;
}

async fn a_capture_a_void_and_a_refund_whose_answers_were_lost_are_done_once(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({"capture": "manual"})).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "requires_capture").await;
    world.psp_fault("capture", "lost_reply", 1).await;
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until(&session, "succeeded").await;
    for fault in ["lost_reply", "error_500_executed"] {
        world.psp_fault("refund", fault, 1).await;
        let refund = ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 100})).await)).await;
        world.until_operation(&text(&refund["id"]), "succeeded").await;
    }
    assert_eq!(world.ledger_sum("capture", &payment).await, 12_345);
    assert_eq!(world.ledger_sum("refund", &payment).await, 200);

    let (session, _, reference) = world.ordered(PAYS, json!({"capture": "manual"})).await;
    world.tap(&reference, json!({})).await;
    let seen = world.until(&session, "requires_capture").await;
    world.psp_fault("cancel", "lost_reply", 1).await;
    ok(Ok(world.ask(&text(&seen["attempt"]["id"]), "cancel", json!({})).await)).await;
    world.until(&session, "canceled").await;
    world.until_quiet().await;
    world.finish().await;
}

async fn what_the_processor_refuses_charges_nothing(mut world: World) {
    world.restart_with_whatsapp(&[("PSP_TOKEN", "a_wrong_token")]).await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    world.tap(&reference, json!({})).await;
    let seen = world.until(&session, "requires_payment_method").await;
    assert_eq!(seen["last_error"]["code"], "provider_unavailable");
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    let kinds: Vec<_> = seen["methods"].as_array().expect("a list").iter().map(|it| it["kind"].clone()).collect();
    assert!(!kinds.contains(&json!("whatsapp")), "it is withdrawn until somebody mends the token: {kinds:?}");
    world.until_quiet().await;
    world.finish().await;
}
