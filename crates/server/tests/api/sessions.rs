//! Sessions, payments and refunds as the shop and the buyer read them: what is taken, replayed, hidden and refused.

use crate::on_both;
use crate::world::{Opened, SECRET_KEY, TAX_ID, World, key, ok, problem, session_body, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both! {
    what_is_left_out_has_its_default;
    the_parts_must_add_up_to_the_amount;
    the_edges_of_what_is_allowed_are_allowed;
    the_same_key_gets_the_same_bytes;
    a_key_is_needed_and_must_be_usable;
    two_secret_keys_are_taken_during_rotation;
    a_client_secret_opens_one_session_only;
    secrets_are_told_once;
    the_buyer_sees_a_subset;
    payments_are_listed_in_pages_and_by_filter;
    what_is_not_there_is_not_found;
    a_refund_is_read_by_its_id_and_asked_for_once;
    the_shop_ends_a_session;
}

async fn created(world: &World, with: Value) -> Value {
    ok(Ok(world.create_as(&key(), &session_body(with)).await)).await
}

async fn what_is_left_out_has_its_default(world: World) {
    let answer = world.create_as(&key(), &session_body(json!({}))).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let session: Value = answer.json().await.expect("JSON");
    assert_eq!(session["status"], "requires_payment_method");
    assert_eq!(session["version"], 1);
    assert_eq!(session["capture"], "automatic");
    assert_eq!(session["metadata"], json!({}));
    assert_eq!(session["payments"], json!([]));
    assert_eq!(session["merchant"], "Loja Exemplo");
    assert_eq!(session["methods"], json!([{"kind": "picpay_qr", "needs": ["tax_id"]}]));
    assert_eq!(session.get("locale"), None);
    assert_eq!(life_s(&session), 86_400);
    world.finish().await;
}

fn life_s(session: &Value) -> i64 {
    let at = |field: &str| -> jiff::Timestamp { text(&session[field]).parse().expect("RFC 3339") };
    (at("expires_at").as_millisecond() - at("created_at").as_millisecond()) / 1_000
}

async fn the_parts_must_add_up_to_the_amount(world: World) {
    let items = json!([{"id": "a", "name": "Café", "quantity": 3, "unit_amount_minor": 4_000},
        {"id": "b", "name": "Filtro", "quantity": 1, "unit_amount_minor": 500}]);
    for (parts, fits) in [
        (json!({"items": items, "amount_minor": 12_500}), true),
        (json!({"items": items, "tax_minor": 45, "discount_minor": 200}), true),
        (json!({"items": items, "amount_minor": 12_700, "tax_minor": 100, "shipping_minor": 100}), true),
        (json!({"items": items}), false),
        (json!({"items": items, "amount_minor": 12_500, "discount_minor": 1}), false),
        (json!({"items": [], "amount_minor": 1}), false),
        (json!({"tax_minor": 45}), false),
        (json!({"items": [{"id": "a", "name": "x", "quantity": u32::MAX, "unit_amount_minor": u64::MAX}]}), false),
        (json!({"items": [{"id": "a", "name": "x", "quantity": 0, "unit_amount_minor": 1}]}), false),
    ] {
        let answer = world.create_as(&key(), &session_body(parts.clone())).await;
        if fits {
            ok(Ok(answer)).await;
        } else {
            let refused = problem(answer, 422).await;
            assert_eq!(refused["code"], "invalid_fields", "{parts}");
            assert!(refused["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{parts}: {refused}");
        }
    }
    world.finish().await;
}

async fn the_edges_of_what_is_allowed_are_allowed(world: World) {
    for with in [
        json!({"amount_minor": 1}),
        json!({"amount_minor": 1_000_000}),
        json!({"expires_in_s": 300}),
        json!({"expires_in_s": 604_800}),
        json!({"reference": "ç".repeat(64)}),
        json!({"locale": "pt-BR"}),
        json!({"locale": "zh-Hant-TW"}),
        json!({"methods": ["picpay_qr"]}),
        json!({"capture": "manual"}),
        json!({"return_url": "http://127.0.0.1:8000/obrigado?pedido=1#fim"}),
        json!({"metadata": {"a".repeat(40): "ç".repeat(500)}}),
        json!({"buyer": {"tax_id": "529.982.247-25", "birth_date": "1990-12-31", "phone": "+5511999998888"}}),
        json!({"goods": "digital", "billing_address": {"city": "São Paulo"}}),
        json!({"provider_data": {"epag": {"extra_data": {"loja": "centro", "n": 1}}}}),
    ] {
        let session = created(&world, with.clone()).await;
        if let Some(asked) = with["expires_in_s"].as_i64() {
            assert_eq!(life_s(&session), asked);
        }
        assert_eq!(session.get("locale"), with.get("locale"));
    }
    for with in [
        json!({"amount_minor": 0}),
        json!({"amount_minor": 1_000_000_000_000_i64}),
        json!({"expires_in_s": 299}),
        json!({"expires_in_s": 604_801}),
        json!({"reference": "ç".repeat(65)}),
        json!({"methods": ["picpay_qr", "picpay_qr"]}),
        json!({"methods": ["whatsapp"]}),
        json!({"methods": []}),
    ] {
        let refused = problem(world.create_as(&key(), &session_body(with.clone())).await, 422).await;
        assert_eq!(refused["code"], "invalid_fields", "{with}");
    }
    for nobodys in [json!({"currency": "AUD"}), json!({"amount_minor": 1_000_001})] {
        let refused = problem(world.create_as(&key(), &session_body(nobodys.clone())).await, 422).await;
        assert_eq!(refused["code"], "no_method", "it exists, and no configured method charges it: {nobodys}");
    }
    world.finish().await;
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

async fn two_secret_keys_are_taken_during_rotation(mut world: World) {
    let hash = umclique_server::keys::sha256_hex("sk_the_new_key").to_uppercase();
    world.restart_with(&[("SECRET_KEYS", &format!("{SECRET_KEY}, sha256:{hash}"))]).await;
    let body = session_body(json!({}));
    let create = |secret: &str| {
        let request = world.http.post(world.url("/v1/checkout_sessions")).header("idempotency-key", "rotated");
        request.bearer_auth(secret).json(&body).send()
    };
    let first = ok(create(SECRET_KEY).await).await;
    let second = ok(create("sk_the_new_key").await).await;
    assert_eq!(first, second, "both keys are the same caller's");
    for wrong in ["sk_another", &hash, &format!("sha256:{hash}"), "", "sk_test_of_the_shop2"] {
        assert_eq!(problem(create(wrong).await.expect("an answer"), 401).await["code"], "unauthorized");
    }
    let none = world.http.get(world.url("/v1/payments")).send().await.expect("an answer");
    assert_eq!(none.headers()["www-authenticate"], "Bearer");
    problem(none, 401).await;
    let basic = world.http.get(world.url("/v1/payments")).basic_auth(SECRET_KEY, Some("")).send().await;
    problem(basic.expect("an answer"), 401).await;
    world.finish().await;
}

async fn a_client_secret_opens_one_session_only(world: World) {
    let (mine, other) = (world.open(json!({})).await, world.open(json!({})).await);
    let confusion = Opened { id: mine.id.clone(), secret: other.secret.clone() };
    let body = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
    for (method, path) in
        [(Method::GET, ""), (Method::GET, "/status"), (Method::POST, "/confirm"), (Method::POST, "/cancel")]
    {
        let request = world.buyer(&confusion, method, path).header("idempotency-key", key()).json(&body);
        let refused = problem(request.send().await.expect("an answer"), 403).await;
        assert_eq!(refused["code"], "forbidden", "{path}");
        assert!(!refused.to_string().contains(&other.secret));
    }
    // The shop's key does not belong into a browser, so a confirm does not take it.
    let with_key = Opened { id: mine.id.clone(), secret: SECRET_KEY.into() };
    let request = world.buyer(&with_key, Method::POST, "/confirm").header("idempotency-key", key()).json(&body);
    assert_eq!(problem(request.send().await.expect("an answer"), 403).await["code"], "forbidden");
    // And a client secret opens nothing of the shop's.
    for path in ["/v1/payments", "/v1/events"] {
        let request = world.http.get(world.url(path)).bearer_auth(&mine.secret);
        problem(request.send().await.expect("an answer"), 401).await;
    }
    for tampered in [format!("{}x", mine.secret), mine.secret[..mine.secret.len() - 1].to_owned(), mine.id.clone()] {
        let with = Opened { id: mine.id.clone(), secret: tampered };
        problem(world.buyer(&with, Method::GET, "").send().await.expect("an answer"), 403).await;
    }
    // Another session's attempt cannot be left either.
    let theirs = text(&world.confirm(&other).await["attempt"]["id"]);
    let request = world.buyer(&mine, Method::POST, "/cancel").header("idempotency-key", key());
    problem(request.json(&json!({"attempt": theirs})).send().await.expect("an answer"), 404).await;
    assert_eq!(world.session(&other).await["status"], "requires_action");
    world.finish().await;
}

async fn secrets_are_told_once(world: World) {
    let session = world.open(json!({"buyer": {"tax_id": TAX_ID, "name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    world.until_received("payment.succeeded").await;
    let mut told = vec![world.session(&session).await];
    let paths = [
        format!("/v1/checkout_sessions/{}", session.id),
        format!("/v1/checkout_sessions/{}/status", session.id),
        format!("/v1/payments/{payment}"),
        "/v1/payments".to_owned(),
        "/v1/events".to_owned(),
    ];
    for path in paths {
        told.push(ok(world.shop(Method::GET, &path).send().await).await);
    }
    told.extend(world.received().into_iter().map(|event| event.data));
    for answer in told {
        let answer = answer.to_string();
        for secret in ["client_secret", &session.secret, SECRET_KEY, "52998224725", TAX_ID, "epag_demo_secret"] {
            assert!(!answer.contains(secret), "{secret} stands in {answer}");
        }
    }
    world.finish().await;
}

async fn the_buyer_sees_a_subset(world: World) {
    let buyer = json!({"id": "cliente-77", "name": "Ana Beatriz Souza", "email": "ana.beatriz@example.com",
        "phone": "+5511999998888", "tax_id": TAX_ID, "birth_date": "1990-12-31"});
    let session = world
        .open(json!({"buyer": buyer, "metadata": {"margem": "37%"}, "billing_address": {"street": "Rua Augusta"},
            "provider_data": {"epag": {"extra_data": {"loja": "centro"}}}}))
        .await;
    let shop = ok(world.shop(Method::GET, &format!("/v1/checkout_sessions/{}", session.id)).send().await).await;
    assert_eq!(shop["metadata"]["margem"], "37%");
    assert_eq!(shop["buyer_id"], "cliente-77");

    let seen = world.session(&session).await;
    assert_eq!(seen["receipt_email"], "a•••@example.com");
    assert_eq!(seen["methods"], json!([{"kind": "picpay_qr", "needs": []}]), "nothing is asked for twice");
    for (field, value) in seen.as_object().expect("an object") {
        if field != "server_time" {
            assert_eq!(Some(value), shop.get(field), "{field}");
        }
    }
    let status = ok(world.buyer(&session, Method::GET, "/status").send().await).await;
    let confirmed = world.confirm(&session).await;
    for view in [seen, status, confirmed] {
        let view = view.to_string();
        for hidden in
            ["Beatriz", "beatriz", "99999", "52998224725", "529.982", "1990", "37%", "cliente-77", "Augusta", "centro"]
        {
            assert!(!view.contains(hidden), "{hidden} stands in {view}");
        }
    }
    world.finish().await;
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
