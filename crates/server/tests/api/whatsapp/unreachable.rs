//! Buyers who cannot be written to, and a WhatsApp that does not answer: the other methods at once, or another try.

use crate::on_both;
use crate::world::whatsapp::{BUYER, PAYS, PHONE};
use crate::world::{World, text};
use serde_json::json;

on_both! {
    who_cannot_be_written_to_is_offered_the_other_methods_at_once;
    what_was_refused_after_all_ends_the_wait;
    a_closed_window_is_opened_by_a_template;
    an_order_whose_answer_was_lost_is_sent_again_and_stands_once_in_the_chat;
    limits_are_waited_for;
    refused_credentials_withdraw_the_method_and_tell_the_operator;
}

async fn who_cannot_be_written_to_is_offered_the_other_methods_at_once(world: World) {
    let world = world.with_whatsapp().await;
    for phone in ["+5511900000026", "+5511900000051"] {
        let card = world.store_card_of(Some(phone), phone, PAYS).await;
        let session = world.open(json!({"buyer": {"id": phone}})).await;
        let seen = world.confirm_whatsapp(&session, &card).await;
        assert_eq!(seen["status"], "requires_payment_method", "{seen}");
        assert_eq!(seen["last_error"]["code"], "buyer_unreachable", "{seen}");
        assert!(seen["methods"].as_array().expect("a list").iter().any(|it| it["kind"] == "picpay_qr"));
    }
    world.finish().await;
}

async fn what_was_refused_after_all_ends_the_wait(world: World) {
    let world = world.with_whatsapp().await;
    world.control("whatsapp/settings", json!({"late_errors": [2040, 2046, 2047, 131_026, 131_051]})).await;
    for phone in ["+5511900002040", "+5511900000026", "+5511900000051"] {
        let card = world.store_card_of(Some(phone), phone, PAYS).await;
        let session = world.open(json!({"buyer": {"id": phone}})).await;
        let asked = world.confirm_whatsapp(&session, &card).await;
        let seen = world.until(&session, "requires_payment_method").await;
        assert_eq!(seen["last_error"]["code"], "buyer_unreachable", "{phone}: {asked}");
        let payment = text(&seen["attempt"]["id"]);
        assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn a_closed_window_is_opened_by_a_template(mut world: World) {
    world.restart_with_whatsapp(&[("WHATSAPP_ORDER_TEMPLATE", "pedido")]).await;
    let phone = PHONE.trim_start_matches('+');
    for late in [json!([2040, 2046, 2047]), json!([2040, 2046, 2047, 131_047])] {
        world.control("whatsapp/settings", json!({"late_errors": late, "window_default": "closed"})).await;
        world.control(&format!("whatsapp/buyers/{phone}"), json!({"window": "closed"})).await;
        let card = world.store_card(PAYS).await;
        let session = world.open(json!({"buyer": {"id": BUYER}})).await;
        let asked = world.confirm_whatsapp(&session, &card).await;
        let payment = text(&asked["attempt"]["id"]);
        let reference = format!("{payment}.2");
        crate::world::wait_for("an order by template", || async {
            let url = format!("{}/_control/whatsapp/orders/{reference}", world.sandbox.url());
            let answer = world.http.get(url).send().await.expect("an answer");
            if answer.status().is_success() { Ok(()) } else { Err(answer.status()) }
        })
        .await;
        assert_eq!(world.in_chat(&reference).await["is_template"], true);
        world.tap(&reference, json!({})).await;
        world.until(&session, "succeeded").await;
        assert_eq!(world.payment(&payment).await["provider_reference"], reference, "{late}");
        assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
        world.until_in_chat(&reference, "processing", Some("captured")).await;
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn an_order_whose_answer_was_lost_is_sent_again_and_stands_once_in_the_chat(world: World) {
    let world = world.with_whatsapp().await;
    for fault in ["lost_reply", "reset", "error_500", "error_503", "error_500_executed", "garbage"] {
        let card = world.store_card(PAYS).await;
        let session = world.open_in_chat(json!({})).await;
        world.whatsapp_fault("send", fault, 1).await;
        world.confirm_whatsapp(&session, &card).await;
        let asked = world.until(&session, "requires_action").await;
        let payment = text(&asked["attempt"]["id"]);
        let reference = format!("{payment}.1");
        let chat = world.texts(PHONE).await.join("\n");
        assert_eq!(
            chat.matches(&format!("\"reference_id\":\"{payment}.")).count(),
            2,
            "one bubble, and its order: {fault} {chat}"
        );
        world.tap(&reference, json!({})).await;
        world.until(&session, "succeeded").await;
        assert_eq!(world.ledger_sum("charge", &payment).await, 12_345, "{fault}");
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn limits_are_waited_for(world: World) {
    let world = world.with_whatsapp().await;
    for fault in ["pair_limited", "rate_limited"] {
        let card = world.store_card(PAYS).await;
        let session = world.open_in_chat(json!({})).await;
        world.whatsapp_fault("send", fault, 2).await;
        let seen = world.confirm_whatsapp(&session, &card).await;
        assert_eq!(seen["status"], "processing", "it is tried again: {seen}");
        let asked = world.until(&session, "requires_action").await;
        let reference = format!("{}.1", text(&asked["attempt"]["id"]));
        // The report of the result meets the limit, too.
        world.whatsapp_fault("send", fault, 2).await;
        world.tap(&reference, json!({})).await;
        world.until(&session, "succeeded").await;
        world.advance(30).await;
        world.until_in_chat(&reference, "processing", Some("captured")).await;
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn refused_credentials_withdraw_the_method_and_tell_the_operator(mut world: World) {
    world.restart_with_whatsapp(&[("WHATSAPP_ACCESS_TOKEN", "an_old_token")]).await;
    let card = world.store_card(PAYS).await;
    let session = world.open_in_chat(json!({})).await;
    let seen = world.confirm_whatsapp(&session, &card).await;
    assert_eq!(seen["last_error"]["code"], "provider_unavailable", "{seen}");
    let kinds: Vec<_> = seen["methods"].as_array().expect("a list").iter().map(|it| it["kind"].clone()).collect();
    assert!(!kinds.contains(&json!("whatsapp")), "{kinds:?}");
    world.finish().await;
}
