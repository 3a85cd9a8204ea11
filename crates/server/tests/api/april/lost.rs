//! Answers that got lost, and what is found out about them. April knows no idempotency key: the order is the fence.

use crate::on_both;
use crate::world::april::{CHALLENGED, PAYS, PROCESSING_ERROR};
use crate::world::{World, ok, text};
use serde_json::json;

on_both! {
    a_pay_whose_answer_was_lost_is_found_by_its_order;
    a_pay_that_never_ran_is_fenced_before_the_buyer_may_try_again;
    a_challenge_that_was_lost_with_its_answer_is_fenced;
    a_confirmation_whose_answer_was_lost_is_found;
    an_order_whose_making_got_lost_is_made_again;
    a_card_that_may_have_been_charged_is_not_called_declined;
    a_pay_that_runs_late_meets_a_cancelled_order;
    a_refund_whose_answer_was_lost_is_found_and_not_repeated;
    a_refund_without_an_answer_body_is_found;
    what_provably_did_not_arrive_is_sent_again;
}

async fn a_pay_whose_answer_was_lost_is_found_by_its_order(world: World) {
    for fault in ["lost_reply", "error_500_executed", "error_503_executed", "garbage", "wrong_amount"] {
        let (session, payment) = world.collecting(json!({})).await;
        world.april_fault("pay", fault, 1).await;
        world.pay_by(&session, PAYS).await;
        let paid = world.until(&session, "succeeded").await;
        assert_eq!(text(&paid["attempt"]["id"]), payment, "{fault}");
        assert_eq!(world.ledger_sum("charge", &payment).await, 60_000, "{fault}");
    }
    world.finish().await;
}

async fn a_pay_that_never_ran_is_fenced_before_the_buyer_may_try_again(world: World) {
    for fault in ["reset", "error_500", "error_503"] {
        let (session, payment) = world.collecting(json!({})).await;
        world.april_fault("pay", fault, 1).await;
        let seen = world.pay_by(&session, PAYS).await;
        assert_ne!(seen["status"], "requires_payment_method", "{fault}: nobody knows yet");
        let ended = world.until(&session, "requires_payment_method").await;
        assert_eq!(ended["last_error"]["code"], "provider_unavailable", "{fault}");
        assert_eq!(world.orders(&payment).await[0]["status"], "cancelled", "{fault}: first the fence, then the end");
        world.confirm_april(&session).await;
        assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded", "{fault}");
        assert_eq!(world.ledger_sum("charge", &payment).await, 0, "{fault}");
    }
    world.finish().await;
}

async fn a_challenge_that_was_lost_with_its_answer_is_fenced(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    world.april_fault("pay", "lost_reply", 1).await;
    world.pay_by(&session, CHALLENGED).await;
    world.until(&session, "requires_payment_method").await;
    assert_eq!(world.orders(&payment).await[0]["status"], "cancelled");
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    world.finish().await;
}

async fn a_confirmation_whose_answer_was_lost_is_found(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let seen = world.pay_by(&session, CHALLENGED).await;
    world.in_challenge(&seen, "approve").await;
    world.april_fault("confirm", "lost_reply", 1).await;
    world.answer(&session, json!({"challenge": "done"})).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    world.finish().await;
}

async fn an_order_whose_making_got_lost_is_made_again(world: World) {
    for fault in ["lost_reply", "error_500", "garbage", "rate_limited"] {
        world.april_fault("create", fault, 1).await;
        let session = world.open_aud(json!({})).await;
        world.confirm_april(&session).await;
        let asked = world.until(&session, "requires_action").await;
        let payment = text(&asked["attempt"]["id"]);
        assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded", "{fault}");
        let paid = world.orders(&payment).await.iter().filter(|order| order["status"] == "paid").count();
        assert_eq!((paid, world.ledger_sum("charge", &payment).await), (1, 60_000), "{fault}");
    }
    world.finish().await;
}

async fn a_card_that_may_have_been_charged_is_not_called_declined(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let seen = world.pay_by(&session, PROCESSING_ERROR).await;
    assert_eq!((&seen["status"], &seen["last_error"]), (&json!("processing"), &json!(null)), "{seen}");
    world.until(&session, "requires_payment_method").await;
    assert_eq!(world.orders(&payment).await[0]["status"], "cancelled");
    world.finish().await;
}

/// The request hangs at April while we give up, and runs after the order was deleted.
async fn a_pay_that_runs_late_meets_a_cancelled_order(mut world: World) {
    world.restart_with(&[("APRIL_TIMEOUT_MS", "300")]).await;
    let (session, payment) = world.collecting(json!({})).await;
    let slow = json!({"call": "pay", "fault": "delay", "delay_ms": 6_000});
    world.control("april/faults", slow).await;
    world.pay_by(&session, PAYS).await;
    world.until(&session, "requires_payment_method").await;
    let late = crate::world::wait_for("the late pay's 409", || async {
        let url = format!("{}/_control/april/calls?call=pay", world.sandbox.url());
        let calls = ok(world.http.get(url).send().await).await;
        if calls.to_string().contains("409") { Ok(calls) } else { Err(calls) }
    })
    .await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 0, "{late}");
    world.finish().await;
}

async fn a_refund_whose_answer_was_lost_is_found_and_not_repeated(world: World) {
    for fault in ["lost_reply", "error_500_executed", "error_500"] {
        let (session, payment) = world.collecting(json!({})).await;
        world.pay_by(&session, PAYS).await;
        world.april_fault("refund", fault, 1).await;
        let refund = ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 100})).await)).await;
        if fault == "error_500" {
            let read = format!("/v1/refunds/{}", text(&refund["id"]));
            world.until_operation(&text(&refund["id"]), "unknown").await;
            world.advance(700).await;
            crate::world::wait_for("a refund that is given up", || async {
                let seen = ok(world.shop(reqwest::Method::GET, &read).send().await).await;
                if seen["status"] == "failed" { Ok(()) } else { Err(seen) }
            })
            .await;
            assert_eq!(world.ledger_sum("refund", &payment).await, 0);
        } else {
            world.until_payment(&payment, "the refund", |it| it["refunded_minor"] == 100).await;
            assert_eq!(world.ledger_sum("refund", &payment).await, 100, "{fault}");
        }
    }
    world.finish().await;
}

async fn a_refund_without_an_answer_body_is_found(world: World) {
    world.control("april/settings", json!({"operation_reply": "empty"})).await;
    let (session, payment) = world.collecting(json!({})).await;
    world.pay_by(&session, PAYS).await;
    ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 45_000})).await)).await;
    world.until_payment(&payment, "the refund", |it| it["refunded_minor"] == 45_000).await;
    assert_eq!(world.ledger_sum("refund", &payment).await, 45_000);
    world.finish().await;
}

async fn what_provably_did_not_arrive_is_sent_again(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    world.april_fault("pay", "rate_limited", 2).await;
    world.pay_by(&session, PAYS).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    world.finish().await;
}
