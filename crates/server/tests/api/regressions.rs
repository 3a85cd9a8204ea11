//! What once went wrong, or would have: each test is a defect that was found by reading.

use crate::on_both;
use crate::world::{Opened, World, key, ok, problem, text, wait_for};
use reqwest::Method;
use serde_json::{Value, json};
use umclique_server::payments::resolve::Verdict;
use umclique_wire::AttemptId;

on_both! {
    mended_credentials_are_offered_again;
    a_callback_during_a_question_is_not_lost;
    a_reservation_made_while_we_close_is_the_shops;
    a_late_verdict_does_not_compete_with_the_capture_that_counts;
    what_is_open_at_the_provider_is_not_talked_away;
    a_capture_that_was_not_done_is_told;
    a_refund_that_stays_unclear_is_found_by_its_payment;
    a_paid_payment_is_never_canceled;
    a_row_of_a_newer_version_holds_nobody_up;
}

fn id(payment: &str) -> AttemptId {
    AttemptId::parse(payment).expect("an attempt's id")
}

fn verdict(is_captured: bool, provider_reference: Option<&str>) -> Verdict {
    let provider_reference = provider_reference.map(str::to_owned);
    Verdict { is_captured, amount_minor: None, provider_reference, note: "seen in ePag's panel".into() }
}

async fn token_of(world: &World, payment: &str) -> String {
    text(&world.payment(payment).await["provider_reference"])
}

/// A payment at ePag under our reference of which the server was never told, and which is paid.
async fn charged_unseen(world: &World, reference: &str) -> String {
    let token = world.runs_late(reference).await;
    world.pay(&token).await;
    token
}

/// Confirms with an answer that is lost and questions that nobody answers for more than an hour.
async fn unclear(world: &World, session: &Opened) -> String {
    world.fault("create", "reset", 1).await;
    world.fault("query_reference", "error_500", 1_000).await;
    let payment = text(&world.confirm(session).await["attempt"]["id"]);
    world.advance(3_700).await;
    world.until_payment(&payment, "a flag", |it| it["flags"] == json!(["needs_attention"])).await;
    world.clear_faults().await;
    payment
}

/// Nothing else asks while no attempt is live: without another try the method would stay away until a restart.
async fn mended_credentials_are_offered_again(world: World) {
    world.fault("auth", "unauthorized", 1_000).await;
    world.fault("create", "unauthorized", 1_000).await;
    let session = world.open(json!({})).await;
    assert_eq!(world.confirm(&session).await["methods"], json!([]));
    world.clear_faults().await;
    world.advance(61).await;
    assert_eq!(world.session(&session).await["methods"][0]["kind"], "picpay_qr");
    assert_eq!(world.confirm(&session).await["status"], "requires_action");
    world.finish().await;
}

/// The provider was asked before it changed its mind, and told us while its first answer was still on the way.
async fn a_callback_during_a_question_is_not_lost(world: World) {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    let token = token_of(&world, &payment).await;
    world.advance(60).await;
    let slow = json!({"call": "query", "fault": "delay_executed", "delay_ms": 2_000});
    world.control("epag/faults", slow).await;
    world.control(&format!("epag/payments/{token}/callback"), json!({})).await;
    wait_for("the question to be read", || async {
        let url = format!("{}/_control/epag/faults", world.sandbox.url());
        let faults = ok(world.http.get(url).send().await).await;
        if faults["pending"] == json!([]) { Ok(()) } else { Err(faults) }
    })
    .await;
    world.control(&format!("epag/payments/{token}/dispute"), json!({"status": "DISPUTE"})).await;
    world.until_payment(&payment, "the dispute", |it| it["flags"] == json!(["disputed"])).await;
    world.finish().await;
}

async fn a_reservation_made_while_we_close_is_the_shops(world: World) {
    let session = world.open(json!({"capture": "manual"})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let token = token_of(&world, &payment).await;
    world.fault("cancel", "error_502", 1_000).await;
    world.leave(&session, &payment).await;
    world.pay(&token).await;
    world.until(&session, "requires_capture").await;
    world.clear_faults().await;
    world.advance(3_600).await;
    assert_eq!(world.session(&session).await["status"], "requires_capture", "nobody voids it behind the shop's back");
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until(&session, "succeeded").await;
    world.finish().await;
}

async fn a_late_verdict_does_not_compete_with_the_capture_that_counts(world: World) {
    let session = world.open(json!({})).await;
    let payment = unclear(&world, &session).await;
    world.until(&session, "requires_payment_method").await;
    let second = text(&world.confirm(&session).await["attempt"]["id"]);
    let token = charged_unseen(&world, &payment).await;
    let resolved = world.server.payments.resolve_payment(&id(&payment), verdict(true, Some(&token))).await;
    resolved.expect("a person knows");
    let late = world.until_payment(&payment, "its refund", |it| it["refunded_minor"] == 12_345).await;
    assert_eq!((&late["status"], &late["flags"]), (&json!("failed"), &json!(["late_capture"])));
    world.pay(&token_of(&world, &second).await).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.payment(&second).await["captured_minor"], 12_345);
    world.finish().await;
}

async fn what_is_open_at_the_provider_is_not_talked_away(world: World) {
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let refused = world.server.payments.resolve_payment(&id(&payment), verdict(false, None)).await;
    refused.expect_err("its code can still be paid");
    assert_eq!(world.session(&session).await["status"], "requires_action");
    world.finish().await;
}

async fn authorized(world: &World) -> (Opened, String) {
    let session = world.open(json!({"capture": "manual", "buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "requires_capture").await;
    (session, payment)
}

async fn a_capture_that_was_not_done_is_told(world: World) {
    let (session, payment) = authorized(&world).await;
    world.fault("capture", "error_502", 1).await;
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until_payment(&payment, "unknown", |it| it["timeline"].to_string().contains("capture")).await;
    world.advance(11 * 60).await;
    let flagged = world.until_received("payment.flagged").await;
    assert_eq!(
        (&flagged.data["status"], &flagged.data["flags"]),
        (&json!("requires_capture"), &json!(["needs_attention"]))
    );
    ok(Ok(world.ask(&payment, "capture", json!({"amount_minor": 5_000})).await)).await;
    world.until(&session, "succeeded").await;
    let looked = world.server.payments.resolve_payment(&id(&payment), verdict(true, None)).await;
    looked.expect("a person looked at it");
    let after = world.payment(&payment).await;
    assert_eq!((&after["flags"], &after["captured_minor"]), (&json!([]), &json!(5_000)));
    world.finish().await;
}

async fn a_refund_that_stays_unclear_is_found_by_its_payment(world: World) {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    world.fault("refund", "lost_reply", 1).await;
    let refund = ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 345})).await)).await;
    world.until_payment(&payment, "unknown", |it| it["timeline"].to_string().contains("refund")).await;
    world.fault("refund_query", "error_500", 1_000).await;
    world.advance(3_700).await;
    world.until_received("payment.flagged").await;
    let path = "/v1/payments?flag=needs_attention";
    let found = ok(world.shop(Method::GET, path).send().await).await;
    assert_eq!(found["data"][0]["id"], json!(payment));
    let resolved = world.server.payments.resolve_refund(&text(&refund["id"]), verdict(true, None)).await;
    resolved.expect("a person knows");
    assert_eq!(world.payment(&payment).await["refunded_minor"], 345);
    world.clear_faults().await;
    world.finish().await;
}

/// What a cancel of a paid payment would do is only assumed: so none is sent, whoever once wanted it closed.
async fn a_paid_payment_is_never_canceled(world: World) {
    let calls = async |call: &str| {
        let url = format!("{}/_control/epag/calls?call={call}", world.sandbox.url());
        let calls = ok(world.http.get(url).send().await).await;
        calls["data"].as_array().expect("a list").len()
    };
    let session = world.open(json!({"expires_in_s": 300})).await;
    world.fault("create", "reset", 1).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.advance(301).await;
    wait_for("the closing", || async {
        let seen = world.session(&session).await;
        if seen["reason"] == "closing" { Ok(()) } else { Err(seen) }
    })
    .await;
    world.advance(600).await;
    world.until(&session, "expired").await;
    charged_unseen(&world, &payment).await;
    world.advance(31 * 60).await;
    world.until(&session, "succeeded").await;
    let asked = calls("query").await;
    world.advance(25 * 3_600).await;
    wait_for("the look a day later", || async {
        let now = calls("query").await;
        if now > asked { Ok(()) } else { Err(now) }
    })
    .await;
    assert_eq!(calls("cancel").await, 0);
    world.finish().await;
}

async fn a_row_of_a_newer_version_holds_nobody_up(world: World) {
    let strange = world.open(json!({"expires_in_s": 300})).await;
    let payment = text(&world.confirm(&strange).await["attempt"]["id"]);
    let write = async |sql: &'static str| {
        let mut tx = world.server.payments.db.begin().await.expect("the database answers");
        tx.execute(sql, umclique_server::args![&payment]).await.expect("written");
        tx.commit().await.expect("written");
    };
    write("update attempts set method = 'of_tomorrow', next_tend_at = 0 where id = $1").await;
    let session = world.open(json!({"expires_in_s": 400})).await;
    let other = text(&world.confirm(&session).await["attempt"]["id"]);
    world.advance(401).await;
    world.until_payment(&other, "its end", |it| it["status"] == "expired").await;
    write("update attempts set method = 'picpay_qr' where id = $1").await;
    world.until(&strange, "expired").await;
    let late: Value = problem(world.confirm_as(&session, &key()).await, 409).await;
    assert_eq!(late["code"], "session_not_payable");
    world.finish().await;
}
