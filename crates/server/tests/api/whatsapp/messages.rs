//! What the buyer is told in the chat: by us after every result, and by the shop about the order.

use crate::on_both;
use crate::world::whatsapp::PAYS;
use crate::world::{World, key, ok, problem};
use serde_json::json;

on_both! {
    the_shop_tells_where_the_order_stands_in_the_order_that_whatsapp_allows;
    a_retried_order_status_is_told_once;
    only_payments_with_a_chat_have_an_order_to_tell_of;
    a_report_that_cannot_be_sent_never_charges_again;
    a_report_that_whatsapp_refuses_later_stands_on_the_timeline;
}

async fn the_shop_tells_where_the_order_stands_in_the_order_that_whatsapp_allows(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    let early = world.ask(&payment, "order_status", json!({"status": "shipped"})).await;
    problem(early, 422).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "succeeded").await;
    let refused = problem(world.ask(&payment, "order_status", json!({"status": "canceled"})).await, 422).await;
    assert_eq!(refused["code"], "not_possible");
    for status in ["partially_shipped", "shipped", "completed"] {
        let body = json!({"status": status, "description": "Correios AB123"});
        let told = world.ask(&payment, "order_status", body).await;
        assert_eq!(told.status(), 202, "{status}");
        world.until_in_chat(&reference, status, Some("captured")).await;
    }
    for status in ["processing", "shipped", "canceled"] {
        problem(world.ask(&payment, "order_status", json!({"status": status})).await, 422).await;
    }
    problem(world.ask(&payment, "order_status", json!({"status": "lost"})).await, 400).await;
    let long = json!({"status": "completed", "description": "x".repeat(121)});
    problem(world.ask(&payment, "order_status", long).await, 422).await;
    world.until_quiet().await;
    world.finish().await;
}

async fn a_retried_order_status_is_told_once(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "succeeded").await;
    let name = key();
    let first = ok(Ok(world.ask_as(&name, &payment, "order_status", json!({"status": "shipped"})).await)).await;
    let again = ok(Ok(world.ask_as(&name, &payment, "order_status", json!({"status": "shipped"})).await)).await;
    assert_eq!(first, again);
    problem(world.ask_as(&name, &payment, "order_status", json!({"status": "completed"})).await, 422).await;
    world.until_quiet().await;
    let told = world.timeline(&payment).await;
    let shipped = told.iter().filter(|(kind, detail)| kind == "told" && detail.contains("shop:")).count();
    assert_eq!(shipped, 1, "{told:?}");
    world.finish().await;
}

async fn only_payments_with_a_chat_have_an_order_to_tell_of(world: World) {
    let world = world.with_whatsapp().await;
    let session = world.open(json!({})).await;
    let seen = world.confirm(&session).await;
    let payment = crate::world::text(&seen["attempt"]["id"]);
    let refused = problem(world.ask(&payment, "order_status", json!({"status": "shipped"})).await, 422).await;
    assert_eq!(refused["code"], "not_possible");
    let nobodys = "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70";
    problem(world.ask(nobodys, "order_status", json!({"status": "shipped"})).await, 404).await;
    world.finish().await;
}

async fn a_report_that_cannot_be_sent_never_charges_again(world: World) {
    let world = world.with_whatsapp().await;
    for fault in ["lost_reply", "error_500", "error_503_executed", "garbage", "unauthorized"] {
        let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
        world.until_quiet().await;
        world.whatsapp_fault("send", fault, 2).await;
        world.tap(&reference, json!({})).await;
        world.until(&session, "succeeded").await;
        world.advance(20).await;
        world.until_in_chat(&reference, "processing", Some("captured")).await;
        assert_eq!(world.ledger_sum("charge", &payment).await, 12_345, "{fault}");
        // After refused credentials the method is away for a minute.
        world.advance(61).await;
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn a_report_that_whatsapp_refuses_later_stands_on_the_timeline(world: World) {
    let world = world.with_whatsapp().await;
    // Whether a repetition is a change is not published: here it is refused, and by a webhook.
    world.control("whatsapp/settings", json!({"repeat": "refused"})).await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "succeeded").await;
    world.until_in_chat(&reference, "processing", Some("captured")).await;
    for _ in 0..2 {
        ok(Ok(world.ask(&payment, "order_status", json!({"status": "shipped"})).await)).await;
        world.until_quiet().await;
    }
    world.until_in_chat(&reference, "shipped", Some("captured")).await;
    crate::world::wait_for("a refused message on the timeline", || async {
        let told = world.timeline(&payment).await;
        let is_told = told.iter().any(|(kind, detail)| kind == "message" && detail.contains("2046"));
        if is_told { Ok(()) } else { Err(told) }
    })
    .await;
    // The order stands where the chat shows it, and goes on from there.
    ok(Ok(world.ask(&payment, "order_status", json!({"status": "completed"})).await)).await;
    world.until_in_chat(&reference, "completed", Some("captured")).await;
    world.until_quiet().await;
    world.finish().await;
}
