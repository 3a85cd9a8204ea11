//! Lists, single payments and refunds, what is not there, and the end of a session.

use crate::on_both;
use crate::world::{World, key, ok, problem, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both! {
    payments_are_listed_in_pages_and_by_filter;
    what_is_not_there_is_not_found;
    a_refund_is_read_by_its_id_and_asked_for_once;
    the_shop_ends_a_session;
}

async fn payments_are_listed_in_pages_and_by_filter(world: World) {
    let mut payments = Vec::new();
    for index in 0..5 {
        let name = if index == 0 { "PAID Souza" } else { "Ana Souza" };
        let session = world.open(json!({"reference": format!("Pedido {index}"), "buyer": {"name": name}})).await;
        let payment = text(&world.confirm(&session).await["attempt"]["id"]);
        if index == 0 {
            world.until(&session, "succeeded").await;
        }
        payments.push((session, payment));
    }
    let list = async |query: &str| ok(world.shop(Method::GET, &format!("/v1/payments{query}")).send().await).await;
    let ids = |page: &Value| -> Vec<String> {
        page["data"].as_array().expect("a list").iter().map(|payment| text(&payment["id"])).collect()
    };
    let newest_first: Vec<_> = payments.iter().rev().map(|(_, id)| id.clone()).collect();
    let all = list("").await;
    assert_eq!((ids(&all), &all["next"]), (newest_first.clone(), &Value::Null));
    assert_eq!(all["data"][0].get("timeline"), None, "a list is short");

    let mut paged = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = list(&query).await;
        assert!(ids(&page).len() <= 2);
        paged.extend(ids(&page));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=2&after={next}");
    }
    assert_eq!(paged, newest_first);

    let (session, paid) = &payments[0];
    for (query, expected) in [
        (format!("?session={}", session.id), vec![paid.clone()]),
        ("?reference=Pedido%200".to_owned(), vec![paid.clone()]),
        ("?reference=Pedido".to_owned(), vec![]),
        ("?status=succeeded".to_owned(), vec![paid.clone()]),
        ("?status=requires_action".to_owned(), newest_first[..4].to_vec()),
        ("?flag=needs_attention".to_owned(), vec![]),
        ("?created_after=2020-01-01T00:00:00Z".to_owned(), newest_first.clone()),
        ("?created_after=2999-01-01T00:00:00%2B02:00".to_owned(), vec![]),
        ("?reference=Pedido+3&status=requires_action&limit=1".to_owned(), vec![newest_first[1].clone()]),
        (format!("?after={}", newest_first[4]), vec![]),
    ] {
        assert_eq!(ids(&list(&query).await), expected, "{query}");
    }
    let one = world.payment(paid).await;
    assert_eq!(one["reference"], "Pedido 0");
    assert_eq!(one["timeline"][0]["kind"], "created");
    assert_eq!(one["session"], json!(session.id));
    world.finish().await;
}

async fn what_is_not_there_is_not_found(world: World) {
    let session = world.open(json!({})).await;
    let id = "0193f0c47d5b7c3e9a1d2b3c4d5e6f70";
    for path in [
        format!("/v1/checkout_sessions/cs_{id}"),
        format!("/v1/checkout_sessions/cs_{id}/status"),
        format!("/v1/payments/pa_{id}"),
        format!("/v1/payments/{}", session.id),
        format!("/v1/refunds/re_{id}"),
        format!("/v1/refunds/pa_{id}"),
    ] {
        let refused = problem(world.shop(Method::GET, &path).send().await.expect("an answer"), 404).await;
        assert_eq!(refused["code"], "not_found", "{path}");
    }
    for path in [
        format!("/v1/payments/pa_{id}/refunds"),
        format!("/v1/payments/pa_{id}/capture"),
        format!("/v1/payments/pa_{id}/cancel"),
        format!("/v1/checkout_sessions/cs_{id}/cancel"),
        format!("/v1/events/evt_{id}/resend"),
    ] {
        let request = world.shop(Method::POST, &path).header("idempotency-key", key());
        let refused = problem(request.json(&json!({})).send().await.expect("an answer"), 404).await;
        assert_eq!(refused["code"], "not_found", "{path}");
    }
    // To somebody without a key nothing is told about what is there.
    for id in [session.id.as_str(), "cs_0193f0c47d5b7c3e9a1d2b3c4d5e6f70"] {
        let request = world.http.get(world.url(&format!("/v1/checkout_sessions/{id}"))).bearer_auth("guess");
        problem(request.send().await.expect("an answer"), 401).await;
    }
    world.finish().await;
}

async fn a_refund_is_read_by_its_id_and_asked_for_once(world: World) {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    let path = format!("/v1/payments/{payment}/refunds");
    let ask = |key: &'static str, body: Value| {
        world.shop(Method::POST, &path).header("idempotency-key", key).json(&body).send()
    };
    let first = ask("r1", json!({"amount_minor": 345, "reason": "troco"})).await.expect("an answer");
    assert_eq!(first.status(), StatusCode::ACCEPTED);
    let first = first.text().await.expect("a body");
    world.until_received("refund.succeeded").await;
    let again = ask("r1", json!({"reason": "troco", "amount_minor": 345})).await.expect("an answer");
    assert_eq!(again.text().await.expect("a body"), first, "the order of a body's fields means nothing");
    let other = problem(ask("r1", json!({"amount_minor": 346})).await.expect("an answer"), 422).await;
    assert_eq!(other["code"], "idempotency_key_reused");

    let id = text(&serde_json::from_str::<Value>(&first).expect("JSON")["id"]);
    let refund = ok(world.shop(Method::GET, &format!("/v1/refunds/{id}")).send().await).await;
    assert_eq!(refund["status"], "succeeded");
    assert_eq!((&refund["amount_minor"], &refund["reason"]), (&json!(345), &json!("troco")));
    assert_eq!(refund["payment"], json!(payment));
    assert!(refund["provider_reference"].is_string());
    assert_eq!(world.payment(&payment).await["refunds"], json!([refund]));
    assert_eq!(world.ledger_sum("refund", &payment).await, 345);
    assert_eq!(world.session(&session).await["status"], "succeeded", "a refund does not change the session");
    world.finish().await;
}

async fn the_shop_ends_a_session(world: World) {
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let path = format!("/v1/checkout_sessions/{}/cancel", session.id);
    let request = world.shop(Method::POST, &path).header("idempotency-key", key());
    let closing: Value = ok(request.send().await).await;
    assert_eq!((&closing["status"], &closing["reason"]), (&json!("processing"), &json!("closing")));
    world.until(&session, "canceled").await;
    assert_eq!(world.payment(&payment).await["status"], "canceled");
    let late = problem(world.confirm_as(&session, &key()).await, 409).await;
    assert_eq!(late["code"], "session_not_payable");
    let again = world.shop(Method::POST, &path).header("idempotency-key", key());
    let again = again.send().await.expect("an answer");
    assert_eq!(again.status(), StatusCode::OK);
    world.until_received("payment.canceled").await;
    world.finish().await;
}
