//! WhatsApp: a stored card is charged after the buyer confirmed the order in the chat. Every way a payment goes there, in a real
//! browser, with the sandbox's chat, card processor and ledger as the witnesses.

mod cards;
mod decline;
mod journey;
mod leave;
mod reload;
mod screens;

use serde_json::{Value, json};
use umclique_e2e::World;
use umclique_e2e::picpay::SIXTY;

/// The order is paid, once, and the card processor took BRL 60.00 for it. Gives the payment.
async fn expect_paid_once(world: &World, reference: &str) -> Value {
    world.webhook(reference, "payment.succeeded").await;
    let payments = world.payments(reference).await;
    let paid: Vec<&Value> = payments.iter().filter(|payment| payment["status"] == "succeeded").collect();
    assert_eq!(paid.len(), 1, "{payments:?}");
    assert_eq!((&paid[0]["method"], &paid[0]["captured_minor"]), (&json!("whatsapp"), &json!(SIXTY)));
    let charges = world.ledger("charge").await;
    let charged: Vec<&Value> = charges.iter().filter(|charge| charge["reference"] == paid[0]["id"]).collect();
    assert_eq!((charged.len(), &charged[0]["amount_minor"]), (1, &json!(SIXTY)), "{charges:#?}");
    paid[0].clone()
}
