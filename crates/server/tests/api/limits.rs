//! Limits against card testing and runaway loops: sessions per minute, payment attempts per buyer's address, attempts and
//! declines per session.

use crate::on_both;
use crate::world::{Opened, TAX_ID, World, key, ok, problem, session_body, text};
use reqwest::{Method, Response};
use serde_json::json;

on_both! {
    sessions_are_limited_by_the_minute;
    attempts_are_limited_by_the_buyers_address;
    an_address_is_believed_from_our_own_proxies_only;
    a_session_has_so_many_attempts;
    a_session_has_so_many_declines;
}

/// Moves the clock to the beginning of a minute, so that what follows is counted together.
async fn to_a_new_minute(world: &World) {
    let into_minute_ms = world.server.payments.clock.now_ms().rem_euclid(60_000);
    world.advance((60_000 - into_minute_ms) / 1_000 + 1).await;
}

async fn assert_too_many(answer: Response) {
    let wait: u32 = answer.headers()["retry-after"].to_str().expect("a text").parse().expect("seconds");
    assert!((1..=60).contains(&wait));
    assert_eq!(problem(answer, 429).await["code"], "too_many_requests");
}

async fn confirm_from(world: &World, session: &Opened, forwarded_for: &str) -> Response {
    let request = world.buyer(session, Method::POST, "/confirm").header("idempotency-key", key());
    let body = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
    request.header("x-forwarded-for", forwarded_for).json(&body).send().await.expect("an answer")
}

async fn sessions_are_limited_by_the_minute(mut world: World) {
    world.restart_with(&[("SESSIONS_PER_MINUTE", "3")]).await;
    to_a_new_minute(&world).await;
    let first = world.create_as("first", &session_body(json!({}))).await.text().await.expect("a body");
    world.open(json!({})).await;
    // What is refused for itself is not counted.
    problem(world.create_as(&key(), &session_body(json!({"currency": "XXX"}))).await, 422).await;
    world.open(json!({})).await;
    assert_too_many(world.create_as("refused", &session_body(json!({}))).await).await;
    assert_too_many(world.create_as(&key(), &session_body(json!({}))).await).await;
    let again = world.create_as("first", &session_body(json!({}))).await;
    assert_eq!(again.text().await.expect("a body"), first, "a replay is never too many");

    to_a_new_minute(&world).await;
    ok(Ok(world.create_as("refused", &session_body(json!({}))).await)).await;
    world.finish().await;
}

async fn attempts_are_limited_by_the_buyers_address(mut world: World) {
    world.restart_with(&[("CONFIRMS_PER_MINUTE", "2")]).await;
    let mut sessions = Vec::new();
    for _ in 0..6 {
        sessions.push(world.open(json!({"buyer": {"name": "PAID Souza"}})).await);
    }
    to_a_new_minute(&world).await;
    ok(Ok(confirm_from(&world, &sessions[0], "203.0.113.7").await)).await;
    ok(Ok(confirm_from(&world, &sessions[1], "203.0.113.7").await)).await;
    assert_too_many(confirm_from(&world, &sessions[2], "203.0.113.7").await).await;
    // What the buyer's own browser says of its address counts for nothing: the last hop does.
    assert_too_many(confirm_from(&world, &sessions[2], "198.51.100.1, 203.0.113.7").await).await;
    assert_too_many(confirm_from(&world, &sessions[2], "198.51.100.1, 203.0.113.7, 127.0.0.1").await).await;
    let seen = world.session(&sessions[2]).await;
    assert_eq!(seen["status"], "requires_payment_method", "a refused attempt leaves the session as it was");

    ok(Ok(confirm_from(&world, &sessions[2], "203.0.113.8").await)).await;
    ok(Ok(confirm_from(&world, &sessions[3], "2001:db8::1").await)).await;
    ok(Ok(confirm_from(&world, &sessions[4], "no address at all").await)).await;
    to_a_new_minute(&world).await;
    ok(Ok(confirm_from(&world, &sessions[5], "203.0.113.7").await)).await;
    world.finish().await;
}

async fn an_address_is_believed_from_our_own_proxies_only(mut world: World) {
    world.restart_with(&[("CONFIRMS_PER_MINUTE", "1"), ("TRUSTED_PROXIES", "10.0.0.1")]).await;
    let (first, second) = (world.open(json!({})).await, world.open(json!({})).await);
    to_a_new_minute(&world).await;
    let shown = ok(Ok(confirm_from(&world, &first, "203.0.113.7").await)).await;
    assert_too_many(confirm_from(&world, &second, "203.0.113.8").await).await;
    world.leave(&first, &text(&shown["attempt"]["id"])).await;
    world.until(&first, "requires_payment_method").await;
    world.finish().await;
}

async fn a_session_has_so_many_attempts(mut world: World) {
    world.restart_with(&[("MAX_ATTEMPTS", "2")]).await;
    let session = world.open(json!({})).await;
    for _ in 0..2 {
        let payment = text(&world.confirm(&session).await["attempt"]["id"]);
        world.leave(&session, &payment).await;
        world.until(&session, "requires_payment_method").await;
    }
    let refused = problem(world.confirm_as(&session, &key()).await, 409).await;
    assert_eq!(refused["code"], "attempts_exhausted");
    assert!(text(&refused["detail"]).contains("new session"), "{refused}");
    world.finish().await;
}

async fn a_session_has_so_many_declines(mut world: World) {
    world.restart_with(&[("MAX_DECLINES", "2")]).await;
    let session = world.open(json!({"buyer": {"name": "DECLINED Souza"}})).await;
    for _ in 0..2 {
        world.confirm(&session).await;
        let declined = world.until(&session, "requires_payment_method").await;
        assert_eq!(declined["last_error"]["code"], "insufficient_funds");
    }
    let refused = problem(world.confirm_as(&session, "one too many").await, 409).await;
    assert_eq!(refused["code"], "attempts_exhausted");
    // A refusal before the claim is not kept: the same key may come again, and is refused again.
    problem(world.confirm_as(&session, "one too many").await, 409).await;
    world.finish().await;
}
