//! What a person may say to `umclique-server resolve`, what is refused, and how it stands on the timeline.

use super::resolve::resolve;
use super::{output, program, sentence};
use crate::on_both;
use crate::world::{Opened, World, ok, text, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    a_person_says_how_much_was_taken;
    a_verdict_is_dated_by_the_sandboxs_clock;
    a_refund_that_was_never_sent_did_not_go_back;
    a_refund_keeps_the_reference_that_the_provider_gave;
}

/// A payment whose answer was lost, and about which nobody answers for more than an hour.
async fn unclear(world: &World) -> (Opened, String) {
    let session = world.open(json!({})).await;
    world.fault("create", "lost_reply", 1).await;
    world.fault("query_reference", "error_500", 10_000).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.advance(3_700).await;
    world.until_payment(&payment, "a flag", |it| it["flags"] == json!(["needs_attention"])).await;
    (session, payment)
}

async fn paid(world: &World) -> String {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    payment
}

async fn refund(world: &World, id: &str) -> Value {
    ok(world.shop(Method::GET, &format!("/v1/refunds/{id}")).send().await).await
}

async fn refused(world: &World, args: &[&str]) -> String {
    sentence(&resolve(world, &[args, &["--note", "x"]].concat()).await)
}

async fn resolved(world: &World, args: &[&str]) {
    let done = resolve(world, &[args, &["--note", "visto no painel"]].concat()).await;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

async fn a_person_says_how_much_was_taken(world: World) {
    let (session, payment) = unclear(&world).await;
    let token = text(&world.at_epag(&payment).await[0]["payment_token"]);
    let captured = [payment.as_str(), "--as", "captured", "--provider-reference", &token];
    for amount in ["0", "12346", "18446744073709551615"] {
        let why = refused(&world, &[&captured[..], &["--amount", amount]].concat()).await;
        assert!(why.contains("1 to 12345 minor units"), "{amount}: {why}");
    }
    let why = refused(&world, &[&payment, "--as", "not_captured", "--amount", "1"]).await;
    assert!(why.contains("--as captured"), "{why}");
    assert_eq!(world.session(&session).await["reason"], "confirming", "nothing was written");

    resolved(&world, &[&captured[..], &["--amount", "5000"]].concat()).await;
    world.until(&session, "succeeded").await;
    let books = world.payment(&payment).await;
    assert_eq!((&books["captured_minor"], &books["amount_minor"]), (&json!(5_000), &json!(12_345)));
    let too_much = world.ask(&payment, "refunds", json!({"amount_minor": 5_001})).await;
    assert_eq!(too_much.status(), 422, "what was not taken cannot go back");
    world.clear_faults().await;
    world.finish().await;
}

async fn a_verdict_is_dated_by_the_sandboxs_clock(world: World) {
    let (session, payment) = unclear(&world).await;
    world.advance(4 * 3_600).await;
    resolved(&world, &[&payment, "--as", "not_captured"]).await;
    world.until(&session, "requires_payment_method").await;
    let timeline = world.payment(&payment).await["timeline"].clone();
    let timeline = timeline.as_array().expect("a list");
    let at = |kind: &str| -> jiff::Timestamp {
        let entry = timeline.iter().find(|entry| entry["kind"] == kind).expect("an entry");
        text(&entry["at"]).parse().expect("RFC 3339")
    };
    let later_s = at("resolved").as_second() - at("created").as_second();
    assert!((18_100..18_400).contains(&later_s), "five hours later for the sandbox: {later_s} s");
    let mut audit = program(&world);
    audit.arg("audit");
    let audited = output(audit).await;
    assert_eq!(String::from_utf8_lossy(&audited.stdout), "0 violations\n");
    world.clear_faults().await;
    world.finish().await;
}

async fn a_refund_that_was_never_sent_did_not_go_back(world: World) {
    let payment = paid(&world).await;
    // The look before the send fails again and again.
    world.fault("refund_query", "error_500", 10_000).await;
    let asked = text(&ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 1_000})).await)).await["id"]);
    world.advance(3_700).await;
    wait_for("a person's attention", || async {
        let seen = refund(&world, &asked).await;
        if seen["needs_attention"] == true { Ok(()) } else { Err(seen) }
    })
    .await;
    let why = refused(&world, &[&asked, "--as", "captured"]).await;
    assert!(why.contains("never sent"), "{why}");
    assert_eq!(refund(&world, &asked).await["status"], "pending");
    resolved(&world, &[&asked, "--as", "not_captured"]).await;
    assert_eq!(refund(&world, &asked).await["status"], "failed");
    world.until_received("refund.failed").await;
    assert_eq!(world.ledger_sum("refund", &payment).await, 0);
    world.clear_faults().await;
    world.finish().await;
}

async fn a_refund_keeps_the_reference_that_the_provider_gave(world: World) {
    let payment = paid(&world).await;
    world.control("epag/settings", json!({"operation_delay_ms": 900_000})).await;
    let asked = text(&ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 1_000})).await)).await["id"]);
    let accepted = world.until_payment(&payment, "accepted", |it| it["refunds"][0]["provider_reference"].is_string());
    let of_provider = text(&accepted.await["refunds"][0]["provider_reference"]);
    for (args, told) in [
        (["--as", "captured", "--provider-reference", "9999999"].as_slice(), "another reference"),
        (&["--as", "captured", "--amount", "1000"], "leave --amount out"),
    ] {
        let why = refused(&world, &[&[asked.as_str()], args].concat()).await;
        assert!(why.contains(told), "{why}");
    }
    assert_eq!(refund(&world, &asked).await["status"], "pending", "nothing was written");
    resolved(&world, &[&asked, "--as", "captured", "--provider-reference", &of_provider]).await;
    let books = world.payment(&payment).await;
    assert_eq!((&books["refunded_minor"], &books["refunds"][0]["status"]), (&json!(1_000), &json!("succeeded")));
    // The note and what it explains are written together, or not at all.
    let timeline = books["timeline"].as_array().expect("a list");
    let entry = |part: &str| timeline.iter().find(|entry| text(&entry["detail"]).contains(part)).expect("an entry");
    let (note, done) = (entry("visto no painel"), entry("is succeeded"));
    assert_eq!((&note["kind"], &note["at"]), (&json!("resolved"), &done["at"]));
    world.finish().await;
}
