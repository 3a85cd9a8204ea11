//! The idempotency table: whatever becomes of the first try, and whoever tries again, the buyer is charged once or never.

use crate::on_both;
use crate::world::{Opened, World, key, text, wait_for};
use serde_json::{Value, json};

on_both! {
    the_same_key_charges_once_or_never;
    another_process_charges_once_or_never;
    a_crash_charges_once_or_never;
    a_late_success_that_picpay_gives_back_ends_as_failed;
    a_refund_whose_answer_was_lost_is_made_once;
    a_capture_whose_answer_was_lost_is_made_once;
}

/// What may happen to the first try.
const FIRST: [&str; 14] = [
    "success",
    "final error",
    "still_processing",
    "still_processing_executed",
    "error_500",
    "error_503",
    "rate_limited",
    "reset",
    "error_500_executed",
    "lost_reply",
    "garbage",
    "timeout",
    "timeout_executed",
    "late_success",
];

/// A world with a linked buyer who can pay for all of it, at a PicPay that loses its patience soon.
async fn prepared(world: World) -> World {
    let world = world.with_wallet().await;
    let quick = json!({"timeout_ms": 100, "late_success_after_ms": 100, "late_refund_after_ms": 100});
    world.control("picpay/settings", quick).await;
    world.control("picpay/buyers/bruno", json!({"balance_minor": 90_000_000})).await;
    world.linked("buyer-1", "bruno").await;
    world.control("picpay/buyers/soon-closed", json!({})).await;
    world.linked("buyer-2", "soon-closed").await;
    world
}

/// Opens a session and lets the first try go wrong.
async fn first_try(world: &World, first: &str) -> (Opened, Value) {
    let is_final = first == "final error";
    let session = world.open_for(Some(if is_final { "buyer-2" } else { "buyer-1" }), json!({})).await;
    if is_final {
        world.control("picpay/buyers/soon-closed", json!({"account": "closed"})).await;
    } else if first != "success" {
        world.picpay_fault("charge", first, 1).await;
    }
    let seen = world.one_click(&session).await;
    (session, seen)
}

/// It ends, and the buyer has paid exactly what the books say.
async fn assert_once_or_never(world: &World, session: &Opened, first: &str) {
    let ended = if first == "final error" { "requires_payment_method" } else { "succeeded" };
    let seen = world.until(session, ended).await;
    let payment = text(&seen["attempt"]["id"]);
    let (paid, books) = (world.net(&payment).await, world.payment(&payment).await["captured_minor"].clone());
    let expected = if ended == "succeeded" { 6_000 } else { 0 };
    assert_eq!((paid, &books), (expected, &json!(expected)), "{first}");
    let charges = world.charges(&payment).await;
    let living = charges.iter().filter(|charge| charge["status"] == "PAID").count();
    assert_eq!(living, usize::from(expected > 0), "{first}: {charges:?}");
    let keys: std::collections::BTreeSet<_> =
        charges.iter().map(|charge| charge["idempotency_key"].to_string()).collect();
    assert!(keys.len() <= 1, "{first}: one key for all tries, not {keys:?}");
}

async fn the_same_key_charges_once_or_never(world: World) {
    let world = prepared(world).await;
    for first in FIRST {
        let (session, seen) = first_try(&world, first).await;
        if !["success", "final error"].contains(&first) {
            assert_eq!(seen["status"], "processing", "{first}: nobody says paid or failed yet: {seen}");
        }
        assert_once_or_never(&world, &session, first).await;
    }
    world.finish().await;
}

async fn another_process_charges_once_or_never(world: World) {
    let mut world = prepared(world).await;
    for first in FIRST {
        let (session, _) = first_try(&world, first).await;
        world.pause_server().await;
        world.resume_server().await;
        assert_once_or_never(&world, &session, first).await;
    }
    world.finish().await;
}

async fn a_crash_charges_once_or_never(world: World) {
    let mut world = prepared(world).await;
    world
        .restart_with_wallet(&[
            ("PICPAY_TIMEOUT_MS", "1000"),
            ("EPAG_TIMEOUT_MS", "1000"),
            ("APRIL_TIMEOUT_MS", "1000"),
        ])
        .await;
    for (buyer, fault) in [("buyer-1", "delay_executed"), ("buyer-1", "delay"), ("buyer-2", "delay_executed")] {
        world.control("picpay/buyers/soon-closed", json!({"account": "closed"})).await;
        let session = world.open_for(Some(buyer), json!({})).await;
        world.control("picpay/faults", json!({"call": "charge", "fault": fault, "delay_ms": 3_000})).await;
        world.pause_server().await;
        let server = crate::process::Server::start(crate::process::program(&world)).await;
        let pressed = tokio::spawn({
            let request = world
                .http
                .post(format!("http://{}/v1/checkout_sessions/{}/confirm", server.address, session.id))
                .bearer_auth(&session.secret)
                .header("idempotency-key", key())
                .json(&json!({"method": "picpay_wallet", "details": {}}));
            async move { drop(request.send().await) }
        });
        let faults = format!("{}/_control/picpay/faults", world.sandbox.url());
        wait_for("the charge at PicPay", || async {
            let faults: Value = world.http.get(&faults).send().await.expect("faults").json().await.expect("JSON");
            if faults["pending"] == json!([]) { Ok(()) } else { Err(faults) }
        })
        .await;
        server.kill().await;
        pressed.await.expect("no panic");
        world.resume_server().await;
        assert_once_or_never(&world, &session, if buyer == "buyer-2" { "final error" } else { fault }).await;
    }
    world.finish().await;
}

/// Once the buyer leaves, nothing is sent again: only asked about.
async fn a_late_success_that_picpay_gives_back_ends_as_failed(world: World) {
    let world = prepared(world).await;
    let (session, seen) = first_try(&world, "late_success").await;
    let payment = text(&seen["attempt"]["id"]);
    world.leave(&session, &payment).await;
    let ended = world.until(&session, "requires_payment_method").await;
    assert_eq!(ended["attempt"]["status"], "failed", "{ended}");
    let read = world.payment(&payment).await;
    let told = read["timeline"].to_string();
    assert!(told.contains("REFUNDED"), "{told}");
    assert_eq!((world.charges(&payment).await.len(), world.net(&payment).await), (1, 0));
    world.finish().await;
}

async fn a_refund_whose_answer_was_lost_is_made_once(world: World) {
    let world = prepared(world).await;
    for fault in ["lost_reply", "error_500_executed", "still_processing_executed", "garbage"] {
        let (session, _) = first_try(&world, "success").await;
        let payment = text(&world.session(&session).await["attempt"]["id"]);
        world.picpay_fault("refund", fault, 1).await;
        world.ask(&payment, "refunds", json!({"amount_minor": 1_000})).await;
        world.until_payment(&payment, "the refund", |it| it["refunded_minor"] == 1_000).await;
        assert_eq!(world.ledger_sum("refund", &payment).await, 1_000, "{fault}");
    }
    world.finish().await;
}

async fn a_capture_whose_answer_was_lost_is_made_once(world: World) {
    let world = prepared(world).await;
    for fault in ["lost_reply", "error_503_executed"] {
        let session = world.open_for(Some("buyer-1"), json!({"capture": "manual"})).await;
        let payment = text(&world.one_click(&session).await["attempt"]["id"]);
        world.picpay_fault("capture", fault, 1).await;
        world.ask(&payment, "capture", json!({"amount_minor": 2_500})).await;
        world.until_payment(&payment, "the capture", |it| it["captured_minor"] == 2_500).await;
        assert_eq!(world.ledger_sum("capture", &payment).await, 2_500, "{fault}");
    }
    world.finish().await;
}
