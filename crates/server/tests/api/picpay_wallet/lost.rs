//! What becomes of a lost answer where nothing is sent again, and of lost answers of captures and refunds.

use super::table::{one_try, patient_picpay};
use crate::on_both;
use crate::world::{Opened, World, ok, text, wait_for};
use serde_json::json;

on_both! {
    a_late_success_that_picpay_gives_back_ends_as_failed;
    a_lost_charge_whose_login_lapsed_waits_for_the_buyer;
    a_lost_charge_whose_login_lapsed_is_a_persons_to_resolve;
    a_refund_whose_answer_was_lost_is_made_once;
    a_capture_whose_answer_was_lost_is_made_once;
}

/// Once the buyer leaves, nothing is sent again: only asked about.
async fn a_late_success_that_picpay_gives_back_ends_as_failed(world: World) {
    let world = patient_picpay(world).await;
    let (session, seen) = one_try(&world, "late_success").await;
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

/// A charge that was made, its answer lost, and nobody left who may ask about it. A 401 says nothing of what happened.
async fn charged_and_out_of_sight(world: &World) -> (Opened, String) {
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    world.picpay_fault("charge", "lost_reply", 1).await;
    let seen = world.one_click(&session).await;
    world.expire("bruno", "access").await;
    world.expire("bruno", "refresh").await;
    let payment = text(&seen["attempt"]["id"]);
    world.until_payment(&payment, "a question", |it| it["timeline"].to_string().contains("unknown")).await;
    wait_for("the login to lapse", || async {
        let link = ok(Ok(world.link("buyer-1").await)).await;
        if link["is_lapsed"] == true { Ok(()) } else { Err(link) }
    })
    .await;
    let seen = world.session(&session).await;
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("processing"), &json!("confirming")), "{seen}");
    assert_eq!(world.charges(&payment).await.len(), 1);
    (session, payment)
}

async fn a_lost_charge_whose_login_lapsed_waits_for_the_buyer(world: World) {
    let world = patient_picpay(world).await;
    let (session, payment) = charged_and_out_of_sight(&world).await;
    world.advance(3_700).await;
    let waiting = world.until(&session, "processing").await;
    assert_eq!(waiting["reason"], "confirming", "an hour later nobody says paid or failed: {waiting}");
    world.until_payment(&payment, "a person to be asked", |it| it["attention"] == json!(["unanswered"])).await;
    // The buyer connects the same account, for whatever reason.
    let other = world.open_for(None, json!({})).await;
    world.connect_and_pay(&other, "bruno").await;
    world.until(&session, "succeeded").await;
    assert_eq!((world.charges(&payment).await.len(), world.net(&payment).await), (1, 6_000));
    assert_eq!(world.payment(&payment).await["attention"], json!([]));
    world.finish().await;
}

async fn a_lost_charge_whose_login_lapsed_is_a_persons_to_resolve(world: World) {
    let world = patient_picpay(world).await;
    let (session, payment) = charged_and_out_of_sight(&world).await;
    let transaction = text(&world.charges(&payment).await[0]["transaction_id"]);
    let mut command = crate::process::program(&world);
    command.args(["resolve", &payment, "--as", "captured", "--provider-reference", &transaction]);
    command.args(["--note", "PicPay's panel shows it as paid"]);
    let resolved = command.output().await.expect("the program runs");
    assert!(resolved.status.success(), "{}", String::from_utf8_lossy(&resolved.stderr));
    world.until(&session, "succeeded").await;
    let read = world.payment(&payment).await;
    assert_eq!((&read["captured_minor"], &read["provider_reference"]), (&json!(6_000), &json!(transaction)), "{read}");
    world.finish().await;
}

async fn a_refund_whose_answer_was_lost_is_made_once(world: World) {
    let world = patient_picpay(world).await;
    for fault in ["lost_reply", "error_500_executed", "still_processing_executed", "garbage"] {
        let (session, _) = one_try(&world, "success").await;
        let payment = text(&world.session(&session).await["attempt"]["id"]);
        world.picpay_fault("refund", fault, 1).await;
        world.ask(&payment, "refunds", json!({"amount_minor": 1_000})).await;
        world.until_payment(&payment, "the refund", |it| it["refunded_minor"] == 1_000).await;
        assert_eq!(world.ledger_sum("refund", &payment).await, 1_000, "{fault}");
    }
    world.finish().await;
}

async fn a_capture_whose_answer_was_lost_is_made_once(world: World) {
    let world = patient_picpay(world).await;
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
