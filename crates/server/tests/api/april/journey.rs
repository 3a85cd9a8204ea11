//! The way of a payment by card: order, token, perhaps a challenge, perhaps another card, refund.

use crate::on_both;
use crate::world::april::{CHALLENGED, CHALLENGED_TWICE, DECLINED, PAYS};
use crate::world::{World, ok, text};
use serde_json::json;

on_both! {
    a_card_pays_whatever_form_the_answer_has;
    a_card_pays_after_its_challenges;
    the_predecessors_403_is_a_challenge_too;
    instalments_pay;
    a_declined_card_leaves_the_same_attempt_for_another_one;
    a_challenge_that_was_closed_leaves_the_attempt_for_another_card;
    leaving_cancels_the_order;
    a_surcharge_is_the_payers;
}

async fn a_card_pays_whatever_form_the_answer_has(world: World) {
    for shape in ["wrapped", "flat", "reference"] {
        world.control("april/settings", json!({"reply_shape": shape})).await;
        let (session, payment) = world.collecting(json!({})).await;
        let paid = world.pay_by(&session, PAYS).await;
        assert_eq!(paid["status"], "succeeded", "{shape}: {paid}");
        let kept = world.payment(&payment).await;
        assert_eq!((&kept["captured_minor"], &kept["method"]), (&json!(60_000), &json!("april")));
        let order = &world.orders(&payment).await[0];
        assert_eq!(kept["provider_reference"], order["order_id"], "{order}");
        assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);

        ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 45_000, "reason": "one chair"})).await)).await;
        world.until_payment(&payment, "450.00 back", |it| it["refunded_minor"] == 45_000).await;
        assert_eq!(world.ledger_sum("refund", &payment).await, 45_000);
        ok(Ok(world.ask(&payment, "refunds", json!({})).await)).await;
        world.until_payment(&payment, "the rest back", |it| it["refunded_minor"] == 60_000).await;
        assert_eq!(world.ledger_sum("refund", &payment).await, 60_000);
    }
    world.until_received("payment.succeeded").await;
    world.until_received("refund.succeeded").await;
    world.finish().await;
}

async fn a_card_pays_after_its_challenges(world: World) {
    for (card, rounds) in [(CHALLENGED, 1), (CHALLENGED_TWICE, 2)] {
        let (session, payment) = world.collecting(json!({})).await;
        let mut seen = world.pay_by(&session, card).await;
        for round in 1..=rounds {
            assert_eq!((&seen["status"], &seen["attempt"]["round"]), (&json!("requires_action"), &json!(round)));
            assert_eq!(world.ledger_sum("charge", &payment).await, 0, "nothing is paid before the challenge");
            world.in_challenge(&seen, "approve").await;
            seen = world.answer(&session, json!({"challenge": "done"})).await;
        }
        assert_eq!(seen["status"], "succeeded", "{seen}");
        assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    }
    world.finish().await;
}

async fn the_predecessors_403_is_a_challenge_too(world: World) {
    world.control("april/settings", json!({"challenge_status": 403})).await;
    let (session, _) = world.collecting(json!({})).await;
    let seen = world.pay_by(&session, CHALLENGED).await;
    world.in_challenge(&seen, "approve").await;
    let paid = world.answer(&session, json!({"challenge": "done"})).await;
    assert_eq!(paid["status"], "succeeded");
    world.finish().await;
}

async fn instalments_pay(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let token = world.token(PAYS, "PayPlan", 60_000).await;
    let paid = world.answer(&session, token).await;
    assert_eq!(paid["status"], "succeeded", "an accepted plan is money for the shop: {paid}");
    assert_eq!(world.payment(&payment).await["captured_minor"], 60_000);
    world.finish().await;
}

async fn a_declined_card_leaves_the_same_attempt_for_another_one(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let declined = world.pay_by(&session, DECLINED).await;
    assert_eq!((&declined["status"], &declined["last_error"]["code"]), (&json!("requires_action"), &json!("declined")));
    assert_eq!((&declined["attempt"]["id"], &declined["attempt"]["round"]), (&json!(payment), &json!(1)));
    assert_eq!(declined["next_action"]["type"], "collect_token");
    let paid = world.pay_by(&session, PAYS).await;
    assert_eq!((&paid["status"], &paid["last_error"]), (&json!("succeeded"), &json!(null)));
    assert_eq!((&paid["attempt"]["id"], world.orders(&payment).await.len()), (&json!(payment), 1));
    world.finish().await;
}

async fn a_challenge_that_was_closed_leaves_the_attempt_for_another_card(world: World) {
    for (act, end) in [("close", "failed"), ("fail", "failed"), ("fail", "done"), ("close", "done")] {
        let (session, payment) = world.collecting(json!({})).await;
        let seen = world.pay_by(&session, CHALLENGED).await;
        world.in_challenge(&seen, act).await;
        let asked = world.answer(&session, json!({"challenge": end})).await;
        assert_eq!(asked["status"], "requires_action", "{act}, {end}: {asked}");
        assert_eq!(asked["next_action"]["type"], "collect_token", "{act}, {end}");
        assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded", "{act}, {end}");
        assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    }
    world.finish().await;
}

async fn leaving_cancels_the_order(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    world.leave(&session, &payment).await;
    world.until(&session, "requires_payment_method").await;
    assert_eq!(world.orders(&payment).await[0]["status"], "cancelled");
    let (second, _) = (text(&world.confirm_april(&session).await["attempt"]["id"]), ());
    assert_ne!(second, payment, "another try is another attempt and another order");
    assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded");
    world.finish().await;
}

async fn a_surcharge_is_the_payers(world: World) {
    world.control("april/settings", json!({"surcharge_basis_points": 150})).await;
    for shape in ["wrapped", "flat", "reference"] {
        world.control("april/settings", json!({"reply_shape": shape})).await;
        let (session, payment) = world.collecting(json!({})).await;
        assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded", "{shape}");
        // The next look tells exactly what the payer paid.
        world.advance(90_000).await;
        let kept = world.until_payment(&payment, "the surcharge", |it| it["payer_amount_minor"] == 60_900).await;
        assert_eq!(kept["captured_minor"], 60_000, "{shape}: refunds go up to the order's own amount");
    }
    world.finish().await;
}
