//! The way of a payment that goes well, and one that is declined.

use crate::on_both;
use crate::world::whatsapp::{BUYER, DECLINED, PAYS, PHONE};
use crate::world::{World, ok, text};
use reqwest::Method;
use serde_json::json;

on_both! {
    a_stored_card_pays_once_its_owner_confirmed_in_the_chat;
    how_far_the_order_came_is_shown_to_the_buyer_and_stands_on_the_timeline;
    a_declined_card_leads_back_to_choosing_and_the_chat_says_so;
    a_reservation_is_captured_in_part_and_another_is_voided;
    a_pending_charge_is_heard_of_by_the_processors_own_signal;
    a_refund_goes_back_at_the_processor_and_the_buyer_is_told;
    the_cart_goes_to_the_chat_and_adds_up;
}

async fn a_stored_card_pays_once_its_owner_confirmed_in_the_chat(world: World) {
    let world = world.with_whatsapp().await;
    let card = world.store_card(PAYS).await;
    let session = world.open_in_chat(json!({})).await;
    let seen = world.session(&session).await;
    let offer = seen["methods"].as_array().expect("a list").iter().find(|it| it["kind"] == "whatsapp").cloned();
    assert_eq!(offer.expect("it is offered")["saved"], json!([{"id": card, "label": "4242"}]));
    let asked = world.confirm_whatsapp(&session, &card).await;
    assert_eq!((&asked["status"], &asked["next_action"]["label"]), (&json!("requires_action"), &json!("4242")));
    let payment = text(&asked["attempt"]["id"]);
    let reference = format!("{payment}.1");
    assert_eq!(world.ledger_sum("charge", &payment).await, 0, "an order alone charges nothing");

    world.tap(&reference, json!({})).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    world.until_in_chat(&reference, "processing", Some("captured")).await;
    let told = world.until_received("payment.succeeded").await;
    assert_eq!((&told.data["id"], &told.data["provider_reference"]), (&json!(payment), &json!(reference)));

    for status in ["shipped", "completed"] {
        ok(Ok(world.ask(&payment, "order_status", json!({"status": status})).await)).await;
        world.until_in_chat(&reference, status, Some("captured")).await;
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn how_far_the_order_came_is_shown_to_the_buyer_and_stands_on_the_timeline(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, _) = world.ordered(PAYS, json!({})).await;
    crate::world::wait_for("an order that was read", || async {
        let seen = world.session(&session).await;
        if seen["next_action"]["delivery"] == "read" { Ok(()) } else { Err(seen) }
    })
    .await;
    let deliveries = world.timeline(&payment).await.into_iter().filter(|(kind, _)| kind == "delivery").count();
    assert!((1..=3).contains(&deliveries), "each word at most once, and the last one surely: {deliveries}");
    world.finish().await;
}

async fn a_declined_card_leads_back_to_choosing_and_the_chat_says_so(world: World) {
    let world = world.with_whatsapp().await;
    for (card, code) in [(DECLINED, "declined"), ("card_insufficient_funds", "insufficient_funds")] {
        let (session, payment, reference) = world.ordered(card, json!({})).await;
        world.tap(&reference, json!({})).await;
        let seen = world.until(&session, "requires_payment_method").await;
        assert_eq!(seen["last_error"]["code"], code);
        assert!(seen["methods"].as_array().expect("a list").len() > 1, "there are other ways: {seen}");
        world.until_in_chat(&reference, "pending", Some("failed")).await;
        assert_eq!(world.ledger_sum("charge", &payment).await, 0);
        // The same session pays by another way.
        let qr = world.confirm(&session).await;
        let token = text(&world.payment(&text(&qr["attempt"]["id"])).await["provider_reference"]);
        world.pay(&token).await;
        world.until(&session, "succeeded").await;
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn a_reservation_is_captured_in_part_and_another_is_voided(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({"capture": "manual"})).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "requires_capture").await;
    assert_eq!(world.ledger_sum("charge", &payment).await + world.ledger_sum("capture", &payment).await, 0);
    ok(Ok(world.ask(&payment, "capture", json!({"amount_minor": 4_000})).await)).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("capture", &payment).await, 4_000);
    world.until_in_chat(&reference, "processing", Some("captured")).await;

    let (session, payment, reference) = world.ordered(PAYS, json!({"capture": "manual"})).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "requires_capture").await;
    ok(Ok(world.ask(&payment, "cancel", json!({})).await)).await;
    world.until(&session, "canceled").await;
    assert_eq!(world.ledger_sum("capture", &payment).await, 0);
    world.until_quiet().await;
    world.finish().await;
}

async fn a_pending_charge_is_heard_of_by_the_processors_own_signal(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered("card_pending", json!({})).await;
    world.tap(&reference, json!({})).await;
    world.until_payment(&payment, "a pending charge", |it| it["status"] == "processing").await;
    let url = format!("{}/_control/psp/charges?reference={payment}", world.sandbox.url());
    let charges = ok(world.http.get(url).send().await).await;
    let charge = text(&charges["data"][0]["id"]);
    world.control(&format!("psp/charges/{charge}/settle"), json!({"outcome": "approved"})).await;
    world.until_payment(&payment, "a captured charge", |it| it["status"] == "succeeded").await;
    assert_eq!(world.session(&session).await["status"], "succeeded");
    world.until_quiet().await;
    world.finish().await;
}

async fn a_refund_goes_back_at_the_processor_and_the_buyer_is_told(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "succeeded").await;
    for amount in [345, 12_000] {
        let refund = ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": amount})).await)).await;
        world.until_operation(&text(&refund["id"]), "succeeded").await;
    }
    assert_eq!(world.ledger_sum("refund", &payment).await, 12_345);
    world.until_quiet().await;
    let texts = world.texts(PHONE).await.join("\n");
    assert!(texts.contains("3,45") && texts.contains("120,00"), "the buyer reads what went back: {texts}");
    assert_eq!(world.in_chat(&reference).await["payment"], "captured", "Brazil's orders know no refund");
    world.finish().await;
}

async fn the_cart_goes_to_the_chat_and_adds_up(world: World) {
    let world = world.with_whatsapp().await;
    let cart = json!({
        "amount_minor": 2_950, "goods": "physical", "tax_minor": 200, "shipping_minor": 450,
        "items": [{"id": "sku-1", "name": "Lata", "quantity": 2, "unit_amount_minor": 1_150}],
    });
    let (_, _, reference) = world.ordered(PAYS, cart).await;
    let seen = world.in_chat(&reference).await;
    assert_eq!((&seen["amount_minor"], &seen["goods"]), (&json!(2_950), &json!("physical-goods")));
    assert_eq!(seen["items"], json!([{"name": "Lata", "quantity": 2, "unit_amount_minor": 1_150}]));
    assert_eq!(seen["card"]["last_four_digits"], "4242");
    // Without a cart the total stands alone.
    let (_, _, reference) = world.ordered(PAYS, json!({})).await;
    assert_eq!(world.in_chat(&reference).await["amount_minor"], 12_345);
    let path = format!("/v1/credentials?buyer={BUYER}");
    let list = ok(world.shop(Method::GET, &path).send().await).await;
    assert_eq!(list["data"].as_array().map(Vec::len), Some(2));
    world.finish().await;
}
