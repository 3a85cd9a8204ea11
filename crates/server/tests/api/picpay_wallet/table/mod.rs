//! The idempotency table: whatever becomes of the first try, and whoever tries again, the buyer is charged once or never.
//!
//! Each file is a column, the one who tries again; each of them goes through all rows.

mod crash;
mod processes;
mod same_key;
mod wire;

use crate::world::{Opened, World, key, ok, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What may become of the first try.
pub(super) const FIRST: [&str; 17] = [
    "success",
    "final error",
    "still_processing",
    "still_processing_executed",
    "unauthorized",
    "error_500",
    "error_503",
    "rate_limited",
    "reset",
    "error_500_executed",
    "error_503_executed",
    "lost_reply",
    "garbage",
    "timeout",
    "timeout_executed",
    "late_success",
    "delay",
];

/// The try that PicPay refuses for good.
const FINAL: &str = "final error";

/// A PicPay that loses its patience soon, and two linked buyers: one who can pay for all of it, and one whose account is closed.
pub(super) async fn patient_picpay(world: World) -> World {
    let world = world.with_wallet().await;
    let quick = json!({"timeout_ms": 100, "late_success_after_ms": 100, "late_refund_after_ms": 100});
    world.control("picpay/settings", quick).await;
    world.control("picpay/buyers/bruno", json!({"balance_minor": 90_000_000})).await;
    world.linked("buyer-1", "bruno").await;
    world.control("picpay/buyers/soon-closed", json!({})).await;
    world.linked("buyer-2", "soon-closed").await;
    world.control("picpay/buyers/soon-closed", json!({"account": "closed"})).await;
    world
}

/// A session whose buyer's first try will go as `first` says.
async fn opened(world: &World, first: &str) -> Opened {
    world.open_for(Some(if first == FINAL { "buyer-2" } else { "buyer-1" }), json!({})).await
}

/// From now on the next charge goes as `first` says.
async fn script(world: &World, first: &str) {
    if first != "success" && first != FINAL {
        let fault = json!({"call": "charge", "fault": first, "delay_ms": if first == "delay" { 300 } else { 100 }});
        world.control("picpay/faults", fault).await;
    }
}

/// Opens a session and lets the first try go as `first` says.
pub(super) async fn one_try(world: &World, first: &str) -> (Opened, Value) {
    let session = opened(world, first).await;
    script(world, first).await;
    let seen = ok(Ok(world.press_wallet(&session, &key(), json!({})).await)).await;
    (session, seen)
}

/// It ends, and the buyer has paid exactly what the books say.
async fn assert_once_or_never(world: &World, session: &Opened, first: &str) {
    let ended = if first == FINAL { "requires_payment_method" } else { "succeeded" };
    let seen = world.until(session, ended).await;
    let payment = text(&seen["attempt"]["id"]);
    let (paid, books) = (world.net(&payment).await, world.payment(&payment).await["captured_minor"].clone());
    let expected = if ended == "succeeded" { 6_000 } else { 0 };
    assert_eq!((paid, &books), (expected, &json!(expected)), "{first}");
    let charges = world.charges(&payment).await;
    let living = charges.iter().filter(|charge| charge["status"] == "PAID").count();
    assert_eq!(living, usize::from(expected > 0), "{first}: {charges:?}");
    let keys: BTreeSet<_> = charges.iter().map(|charge| charge["idempotency_key"].to_string()).collect();
    assert!(keys.len() <= 1, "{first}: one key for all tries, not {keys:?}");
    let attempts = world.payments_of(session).await;
    assert_eq!(attempts.len(), 1, "{first}: nobody began another attempt");
}
