//! Idempotency keys: needed, usable, and the same bytes for the same key.

use crate::on_both;
use crate::world::{Opened, SERVER_KEY, TAX_ID, World, key, ok, problem, session_body, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const NEW_SERVER_KEY: &str = "another-key-for-tests-another-key-for-tests";

on_both! {
    the_same_key_gets_the_same_bytes;
    a_retry_is_recognised_after_a_change_of_the_servers_key;
    a_retry_gets_its_answer_whatever_is_configured_by_now;
    a_key_is_needed_and_must_be_usable;
}

async fn the_same_key_gets_the_same_bytes(world: World) {
    let (key, body) = (key(), session_body(json!({"metadata": {"b": "1", "a": "2"}})));
    let first = world.create_as(&key, &body).await.text().await.expect("a body");
    assert!(first.contains("client_secret"));
    let id = text(&serde_json::from_str::<Value>(&first).expect("JSON")["id"]);
    // A later state of the session does not show in the answer to its creation.
    world.control("clock", json!({"advance_s": 60})).await;
    let again = world.create_as(&key, &body).await;
    assert_eq!(again.status(), StatusCode::CREATED);
    assert_eq!(again.text().await.expect("a body"), first);

    let other = problem(world.create_as(&key, &session_body(json!({"amount_minor": 1}))).await, 422).await;
    assert_eq!(other["code"], "idempotency_key_reused");
    let all = ok(world.shop(Method::GET, &format!("/v1/checkout_sessions/{id}")).send().await).await;
    assert_eq!(all["amount_minor"], 12_345);

    let at_once = (0..8).map(|_| world.create_as("at-once", &body));
    let mut bodies = Vec::new();
    for answer in futures::future::join_all(at_once).await {
        match answer.status().as_u16() {
            201 => bodies.push(answer.text().await.expect("a body")),
            _ => {
                assert!(answer.headers().contains_key("retry-after"));
                assert_eq!(problem(answer, 409).await["code"], "idempotency_key_in_use");
            }
        }
    }
    assert!(!bodies.is_empty());
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "one key made several sessions: {bodies:?}");
    world.finish().await;
}

/// Every request that was answered before the change is sent again after it.
async fn a_retry_is_recognised_after_a_change_of_the_servers_key(mut world: World) {
    let paying = session_body(json!({"buyer": {"name": "PAID Souza"}}));
    let first = world.create_as("create", &paying).await.text().await.expect("a body");
    let session = Opened::read(&serde_json::from_str(&first).expect("JSON"));
    let pressed = world.confirm_as(&session, "press").await.text().await.expect("a body");
    let payment = text(&serde_json::from_str::<Value>(&pressed).expect("JSON")["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    let refunded = world.ask_as("refund", &payment, "refunds", json!({"amount_minor": 345})).await;
    let refunded = refunded.text().await.expect("a body");
    world.until_payment(&payment, "its refund", |it| it["refunded_minor"] == 345).await;

    world.restart_with(&[("SERVER_KEY", NEW_SERVER_KEY), ("SERVER_KEY_PREVIOUS", SERVER_KEY)]).await;
    let again = world.create_as("create", &paying).await;
    assert_eq!(again.status(), StatusCode::CREATED);
    assert_eq!(again.text().await.expect("a body"), first, "the client secret, too, is the one that was told");
    let again = world.confirm_as(&session, "press").await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.text().await.expect("a body"), pressed);
    let again = world.ask_as("refund", &payment, "refunds", json!({"amount_minor": 345})).await;
    assert_eq!(again.text().await.expect("a body"), refunded);
    // The answer is kept for 30 days, the refund knows its key for ever.
    world.advance(31 * 86_400).await;
    forget_kept_answers(&world).await;
    let again = world.ask_as("refund", &payment, "refunds", json!({"amount_minor": 345})).await;
    let again: Value = again.json().await.expect("JSON");
    assert_eq!(again["id"], serde_json::from_str::<Value>(&refunded).expect("JSON")["id"], "not a second refund");
    let other = world.create_as("create", &session_body(json!({"amount_minor": 1}))).await;
    assert_eq!(other.status(), StatusCode::CREATED, "the key of a creation was forgotten");
    let other = world.ask_as("refund", &payment, "refunds", json!({"amount_minor": 346})).await;
    assert_eq!(problem(other, 422).await["code"], "idempotency_key_reused", "the key of a refund is not");
    assert_eq!(world.ledger_sum("refund", &payment).await, 345);
    world.finish().await;
}

async fn forget_kept_answers(world: &World) {
    let mut tx = world.server.payments.db.begin().await.expect("the database answers");
    let now_ms = world.server.payments.clock.now_ms();
    umclique_server::store::idempotency::forget(&mut tx, now_ms).await.expect("forgotten");
    tx.commit().await.expect("committed");
}

async fn a_retry_gets_its_answer_whatever_is_configured_by_now(mut world: World) {
    let body = session_body(json!({}));
    let first = world.create_as("create", &body).await.text().await.expect("a body");
    world.restart_with(&[("EPAG_BASE_URL", ""), ("SESSIONS_PER_MINUTE", "0")]).await;
    let refused = problem(world.create_as("another", &body).await, 422).await;
    assert_eq!(refused["code"], "no_method");
    let again = world.create_as("create", &body).await;
    assert_eq!(again.status(), StatusCode::CREATED);
    assert_eq!(again.text().await.expect("a body"), first);
    world.finish().await;
}

async fn a_key_is_needed_and_must_be_usable(world: World) {
    let session = world.open(json!({})).await;
    let create = || world.shop(Method::POST, "/v1/checkout_sessions").json(&session_body(json!({})));
    let confirm = || {
        let body = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
        world.buyer(&session, Method::POST, "/confirm").json(&body)
    };
    for (request, what) in [(create(), "create"), (confirm(), "confirm")] {
        let missing = problem(request.send().await.expect("an answer"), 400).await;
        assert_eq!(missing["code"], "idempotency_key_missing", "{what}");
    }
    let too_long = "k".repeat(256);
    for bad in ["", "   ", "a\tb", too_long.as_str()] {
        for (request, what) in [(create(), "create"), (confirm(), "confirm")] {
            let answer = request.header("idempotency-key", bad).send().await.expect("an answer");
            assert_eq!(problem(answer, 400).await["code"], "idempotency_key_invalid", "{what} with {bad:?}");
        }
    }
    let no_text = reqwest::header::HeaderValue::from_bytes(b"caf\xc3\xa9").expect("bytes that a header may have");
    let answer = create().header("idempotency-key", no_text).send().await.expect("an answer");
    assert_eq!(problem(answer, 400).await["code"], "idempotency_key_invalid");
    let longest = "k".repeat(255);
    ok(create().header("idempotency-key", longest).send().await).await;
    world.finish().await;
}
