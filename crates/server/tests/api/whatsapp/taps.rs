//! Taps that must not be charged, or not twice: late ones, doubled ones, and those that do not fit.

use crate::on_both;
use crate::world::whatsapp::PAYS;
use crate::world::{World, key, ok, wait_for};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    a_doubled_tap_charges_once;
    taps_of_many_servers_charge_once;
    a_tap_after_leaving_is_refused_and_the_chat_says_so;
    a_late_tap_and_another_method_never_both_charge;
    a_tap_that_does_not_fit_its_order_charges_nothing;
    a_tap_after_the_orders_time_is_refused;
    a_tap_of_a_card_that_the_shop_forgot_charges_nothing;
    a_tap_without_a_phone_is_the_buyers_own_where_everything_else_fits;
    an_order_that_nobody_confirms_ends_by_itself;
}

async fn a_doubled_tap_charges_once(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    world.tap(&reference, json!({"times": 5})).await;
    world.until(&session, "succeeded").await;
    world.until_quiet().await;
    world.tap(&reference, json!({"even_if_closed": true})).await;
    world.control("whatsapp/webhook/replay", json!({})).await;
    world.until_quiet().await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    let refused = world.timeline(&payment).await.into_iter().filter(|(kind, _)| kind == "not_charged").count();
    assert_eq!(refused, 0, "a tap of what is paid is known already");
    world.until_in_chat(&reference, "processing", Some("captured")).await;
    world.finish().await;
}

async fn taps_of_many_servers_charge_once(world: World) {
    let world = world.with_whatsapp().await;
    let others = match world.database.is_shared() {
        true => vec![world.another_server().await, world.another_server().await],
        false => Vec::new(),
    };
    for _ in 0..5 {
        let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
        join_all((0..4).map(|_| world.tap(&reference, json!({"times": 3, "even_if_closed": true})))).await;
        world.until(&session, "succeeded").await;
        world.until_quiet().await;
        assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    }
    for other in others {
        other.stop().await;
    }
    world.finish().await;
}

async fn a_tap_after_leaving_is_refused_and_the_chat_says_so(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    let left = world.leave(&session, &payment).await;
    assert_eq!(left["status"], "requires_payment_method", "nothing at WhatsApp can charge: {left}");
    world.until_in_chat(&reference, "canceled", Some("failed")).await;
    // It was on its way already.
    world.tap(&reference, json!({"even_if_closed": true, "times": 2})).await;
    world.until_refused(&payment).await;
    world.until_quiet().await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    assert_eq!(world.payment(&payment).await["status"], "canceled");
    world.finish().await;
}

async fn a_late_tap_and_another_method_never_both_charge(world: World) {
    let world = world.with_whatsapp().await;
    for _ in 0..8 {
        let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
        // The buyer taps on the phone while pressing "pay another way" at the desk.
        let leave = world.buyer(&session, Method::POST, "/cancel").header("idempotency-key", key());
        let leave = leave.json(&json!({"attempt": payment})).send();
        let (_, left) = tokio::join!(world.tap(&reference, json!({"even_if_closed": true})), leave);
        left.expect("an answer");
        let seen = wait_for("one of the two to win", || async {
            let seen = world.session(&session).await;
            let is_decided = ["succeeded", "requires_payment_method"].contains(&seen["status"].as_str().unwrap_or(""));
            if is_decided { Ok(seen) } else { Err(seen) }
        })
        .await;
        world.until_quiet().await;
        let charged = world.ledger_sum("charge", &payment).await;
        let expected = if seen["status"] == "succeeded" { 12_345 } else { 0 };
        assert_eq!(charged, expected, "{seen}");
    }
    world.finish().await;
}

async fn a_tap_that_does_not_fit_its_order_charges_nothing(world: World) {
    let world = world.with_whatsapp().await;
    let fits_not: [Value; 4] = [
        json!({"credential_id": "cr_0193f0c47d5b7c3e9a1d2b3c4d5e6f70"}),
        json!({"last_four_digits": "1111"}),
        json!({"from": "5521988887777"}),
        json!({"credential_id": "4242424242424242"}),
    ];
    for how in fits_not {
        let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
        world.tap(&reference, how.clone()).await;
        world.until_refused(&payment).await;
        assert_eq!(world.ledger_sum("charge", &payment).await, 0, "{how}");
        assert_eq!(world.session(&session).await["status"], "requires_action", "the order still waits: {how}");
    }
    world.finish().await;
}

async fn a_tap_after_the_orders_time_is_refused(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({"expires_in_s": 600})).await;
    world.advance(601).await;
    // The session's end may have closed the order in the chat by now, while the tap was on its way.
    world.tap(&reference, json!({"even_if_expired": true, "even_if_closed": true})).await;
    world.until(&session, "expired").await;
    world.until_refused(&payment).await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    world.finish().await;
}

async fn a_tap_of_a_card_that_the_shop_forgot_charges_nothing(world: World) {
    let world = world.with_whatsapp().await;
    let card = world.store_card(PAYS).await;
    let session = world.open_in_chat(json!({})).await;
    let asked = world.confirm_whatsapp(&session, &card).await;
    let payment = crate::world::text(&asked["attempt"]["id"]);
    let gone = world.shop(Method::DELETE, &format!("/v1/credentials/{card}")).send().await.expect("an answer");
    assert_eq!(gone.status(), 204);
    world.tap(&format!("{payment}.1"), json!({})).await;
    world.until(&session, "requires_payment_method").await;
    world.until_in_chat(&format!("{payment}.1"), "canceled", Some("failed")).await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    let again = world.shop(Method::DELETE, &format!("/v1/credentials/{card}")).send().await.expect("an answer");
    assert_eq!(again.status(), 404);
    world.finish().await;
}

async fn a_tap_without_a_phone_is_the_buyers_own_where_everything_else_fits(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    world.tap(&reference, json!({"without_phone": true})).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    world.until_quiet().await;
    world.finish().await;
}

async fn an_order_that_nobody_confirms_ends_by_itself(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    let expires_at = world.session(&session).await["next_action"]["expires_at"].clone();
    assert!(expires_at.is_string(), "the page can count down");
    world.advance(3_700).await;
    let seen = world.until(&session, "requires_payment_method").await;
    assert_eq!(seen["last_error"]["code"], "expired");
    world.tap(&reference, json!({"even_if_expired": true, "even_if_closed": true})).await;
    world.until_refused(&payment).await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    ok(world.shop(Method::GET, &format!("/v1/payments/{payment}")).send().await).await;
    world.finish().await;
}
