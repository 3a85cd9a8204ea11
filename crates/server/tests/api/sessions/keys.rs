//! Idempotency keys: needed, usable, and the same bytes for the same key.

use crate::on_both;
use crate::world::{TAX_ID, World, key, ok, problem, session_body, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both! {
    the_same_key_gets_the_same_bytes;
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
