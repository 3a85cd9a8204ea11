//! What an operator meets: refused keys, webhooks, and a payment that somebody refunded or disputes elsewhere.

use crate::on_both;
use crate::world::april::PAYS;
use crate::world::{World, ok, problem, text};
use reqwest::Method;
use serde_json::json;

on_both! {
    refused_credentials_withdraw_this_method_alone;
    a_webhook_only_makes_us_ask;
    what_happens_in_the_panel_is_told;
}

async fn refused_credentials_withdraw_this_method_alone(world: World) {
    world.april_fault("create", "unauthorized", 1).await;
    let session = world.open_aud(json!({})).await;
    let ended = world.confirm_april(&session).await;
    assert_eq!(
        (&ended["status"], &ended["last_error"]["code"]),
        (&json!("requires_payment_method"), &json!("provider_unavailable"))
    );
    assert_eq!(ended["methods"], json!([]), "no buyer is sent into the same wall");
    let brl = world.open(json!({})).await;
    assert_eq!(world.session(&brl).await["methods"][0]["kind"], "picpay_qr", "the other provider's keys work");
    world.advance(61).await;
    assert_eq!(world.session(&session).await["methods"][0]["kind"], "april", "somebody must try them again");
    world.confirm_april(&session).await;
    assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded");
    world.finish().await;
}

async fn a_webhook_only_makes_us_ask(world: World) {
    world.control("april/settings", json!({"settle": "pending"})).await;
    let (session, payment) = world.collecting(json!({})).await;
    assert_eq!(world.pay_by(&session, PAYS).await["status"], "processing");
    let url = world.url("/providers/april/webhook");
    let event = |reference: &str| {
        json!({"merchantId": "mcht_x", "webhookSubscriptionId": "webhook_x", "webhookEventType": "TransactionPaid",
            "requestId": "r", "event": {"referenceOrderId": reference, "status": "paid"}, "timestamp": "2026-01-01T00:00:00Z"})
    };
    let forged = world.http.post(&url).json(&event(&payment)).send().await.expect("an answer");
    assert_eq!(forged.status(), 204);
    assert_eq!(world.session(&session).await["status"], "processing", "a webhook's word is nobody's word");
    for body in [event("PEDIDO-1"), json!({"event": {}}), json!([])] {
        problem(world.http.post(&url).json(&body).send().await.expect("an answer"), 404).await;
    }
    let transaction = transaction_of(&world, &payment).await;
    world.control("april/settings", json!({"webhook_url": url})).await;
    world.control(&format!("april/transactions/{transaction}/settle"), json!({})).await;
    world.until_payment(&payment, "paid by webhook", |it| it["status"] == "succeeded").await;
    world.finish().await;
}

async fn what_happens_in_the_panel_is_told(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    world.pay_by(&session, PAYS).await;
    let transaction = transaction_of(&world, &payment).await;
    world.control(&format!("april/transactions/{transaction}/refund"), json!({"amount_minor": 1_000})).await;
    ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 500})).await)).await;
    world.until_payment(&payment, "our own refund", |it| it["refunded_minor"] == 500).await;
    let look = format!("/v1/checkout_sessions/{}/status?check=true", session.id);
    // At most one question in two seconds.
    world.advance(3).await;
    ok(world.shop(Method::GET, &look).send().await).await;
    world.until_payment(&payment, "both refunds", |it| it["refunded_minor"] == 1_500).await;
    world.control(&format!("april/transactions/{transaction}/dispute"), json!({})).await;
    world.advance(3).await;
    ok(world.shop(Method::GET, &look).send().await).await;
    let seen = world.until_payment(&payment, "the dispute", |it| it["flags"].to_string().contains("disputed")).await;
    assert_eq!(text(&seen["status"]), "succeeded");
    world.finish().await;
}

async fn transaction_of(world: &World, payment: &str) -> String {
    let order = &world.orders(payment).await[0];
    let found = order["transactions"].as_array().and_then(|all| all.first()).unwrap_or_else(|| panic!("{order}"));
    text(&found["transaction_id"])
}
