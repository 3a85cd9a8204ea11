//! Bad input of every kind gets a clear problem: the right 4xx, a stable code, a sentence that says what to do. Never a
//! 5xx, and never an echo of what may be secret.

use crate::on_both;
use crate::world::{Opened, SECRET_KEY, TAX_ID, World, key, ok, session_body, text};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

on_both! {
    bad_bodies_of_a_session_are_refused;
    bad_bodies_of_a_confirm_are_refused;
    bad_bodies_of_capture_refund_and_cancel_are_refused;
    bytes_that_are_no_json_are_refused;
    bodies_that_are_too_large_are_refused;
    bad_paths_are_refused;
    bad_queries_are_refused;
    bad_methods_are_refused;
    bad_keys_are_refused;
    callbacks_of_strangers_are_dropped;
    random_changes_of_good_bodies_are_never_faults;
}

/// Checks everything that every refusal must have, and returns its code.
async fn refusal(answer: Response, status: u16, what: &str) -> String {
    let got = answer.status().as_u16();
    let kind = answer.headers().get("content-type").cloned();
    let body = answer.text().await.expect("a body");
    assert_eq!(got, status, "{what}: {body}");
    assert_eq!(kind.expect("a content type"), "application/problem+json", "{what}");
    let problem: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(problem["status"], status, "{what}: the body tells the same status");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{what}: {problem}");
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{what}: {problem}");
    for error in problem["errors"].as_array().into_iter().flatten() {
        assert!(error["field"].as_str().is_some_and(|field| !field.is_empty()), "{what}: {problem}");
        assert!(error["detail"].as_str().is_some_and(|detail| detail.contains(' ')), "{what}: {problem}");
    }
    for secret in
        [SECRET_KEY, "_secret_", "529.982.247-25", "52998224725", "4111111111111111", "sqlx", "SELECT", "panicked"]
    {
        assert!(!body.contains(secret), "{what}: {secret} stands in {body}");
    }
    text(&problem["code"])
}

fn post(world: &World, path: &str) -> RequestBuilder {
    world.shop(Method::POST, path).header("idempotency-key", key())
}

fn confirm(world: &World, session: &Opened) -> RequestBuilder {
    world.buyer(session, Method::POST, "/confirm").header("idempotency-key", key())
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("the server answers")
}

async fn bad_bodies_of_a_session_are_refused(world: World) {
    let long = "x".repeat(3_000);
    let many_keys: serde_json::Map<_, _> = (0..51).map(|index| (format!("k{index}"), json!("v"))).collect();
    let many_items: Vec<_> =
        (0..201).map(|_| json!({"id": "a", "name": "a", "quantity": 1, "unit_amount_minor": 1})).collect();
    for (with, status, code) in [
        // Amounts.
        (json!({"amount_minor": -1}), 422, "invalid_fields"),
        (json!({"amount_minor": i64::MIN}), 422, "invalid_fields"),
        (json!({"amount_minor": i64::MAX}), 422, "invalid_fields"),
        (json!({"amount_minor": u64::MAX}), 400, "malformed"),
        (json!({"amount_minor": 12.5}), 400, "malformed"),
        (json!({"amount_minor": 1e3}), 400, "malformed"),
        (json!({"amount_minor": "12345"}), 400, "malformed"),
        (json!({"amount_minor": null}), 400, "malformed"),
        (json!({"amount_minor": true}), 400, "malformed"),
        (json!({"amount_minor": [1]}), 400, "malformed"),
        (json!({"items": many_items, "amount_minor": 201}), 422, "invalid_fields"),
        (json!({"items": [{"id": "a", "name": "a", "quantity": -1, "unit_amount_minor": 1}]}), 400, "malformed"),
        (json!({"items": [{"id": "a", "name": "a", "quantity": 1}]}), 400, "malformed"),
        (json!({"items": {"0": {}}}), 400, "malformed"),
        (json!({"tax_minor": -1}), 400, "malformed"),
        (json!({"discount_minor": 99_999}), 422, "invalid_fields"),
        // Currencies.
        (json!({"currency": "USD"}), 422, "invalid_fields"),
        (json!({"currency": "brl"}), 422, "invalid_fields"),
        (json!({"currency": ""}), 422, "invalid_fields"),
        (json!({"currency": "BRL\u{0}"}), 422, "invalid_fields"),
        (json!({"currency": 986}), 400, "malformed"),
        // Texts.
        (json!({"reference": ""}), 422, "invalid_fields"),
        (json!({"reference": long}), 422, "invalid_fields"),
        (json!({"reference": "a\u{0}b"}), 422, "invalid_fields"),
        (json!({"reference": "a\nb"}), 422, "invalid_fields"),
        (json!({"return_url": "javascript:alert(1)"}), 422, "invalid_fields"),
        (json!({"return_url": "/obrigado"}), 422, "invalid_fields"),
        (json!({"return_url": "https://"}), 422, "invalid_fields"),
        (json!({"return_url": "https://user:pass@loja.example"}), 422, "invalid_fields"),
        (json!({"return_url": "https://loja.example/\u{0}"}), 422, "invalid_fields"),
        (json!({"return_url": "https://loja.example/ x"}), 422, "invalid_fields"),
        (json!({"return_url": " https://loja.example/\n"}), 422, "invalid_fields"),
        (json!({"return_url": format!("https://loja.example/{long}")}), 422, "invalid_fields"),
        (json!({"locale": "--"}), 422, "invalid_fields"),
        (json!({"locale": "pt_BR"}), 422, "invalid_fields"),
        (json!({"locale": "a"}), 422, "invalid_fields"),
        (json!({"locale": "pt-\u{0}"}), 422, "invalid_fields"),
        (json!({"metadata": {"k": 1}}), 400, "malformed"),
        (json!({"metadata": {"k": "v".repeat(501)}}), 422, "invalid_fields"),
        (json!({"metadata": {"k".repeat(41): "v"}}), 422, "invalid_fields"),
        (json!({"metadata": many_keys}), 422, "invalid_fields"),
        // The buyer.
        (json!({"buyer": {"name": ""}}), 422, "invalid_fields"),
        (json!({"buyer": {"name": "1234"}}), 422, "invalid_fields"),
        (json!({"buyer": {"name": "Ana\u{0}Souza"}}), 422, "invalid_fields"),
        (json!({"buyer": {"name": "a".repeat(121)}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "nobody"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "a@b..c"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "a@b.c\u{0}"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "a\u{a0}b@example.com"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": format!("{long}@example.com")}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": "529.982.247-26"}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": "111.111.111-11"}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": ""}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": "52998224725\u{0}"}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": 52_998_224_725_i64}}), 400, "malformed"),
        (json!({"buyer": {"birth_date": "1990-02-30"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "31/12/1990"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "19901231"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "2999-01-01"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "0001-01-01"}}), 422, "invalid_fields"),
        (json!({"buyer": {"phone": "\u{7}"}}), 422, "invalid_fields"),
        (json!({"buyer": {"card": "4111111111111111"}}), 400, "malformed"),
        (json!({"buyer": {"52998224725": "tax id"}}), 400, "malformed"),
        (json!({"buyer": null}), 400, "malformed"),
        // Words.
        (json!({"capture": "later"}), 400, "malformed"),
        (json!({"capture": "52998224725"}), 400, "malformed"),
        (json!({"goods": "services"}), 400, "malformed"),
        (json!({"methods": "picpay_qr"}), 400, "malformed"),
        (json!({"methods": ["bitcoin"]}), 422, "invalid_fields"),
        (json!({"expires_in_s": -1}), 422, "invalid_fields"),
        (json!({"expires_in_s": i64::MAX}), 422, "invalid_fields"),
        (json!({"expires_in_s": "1h"}), 400, "malformed"),
        (json!({"client_secret": "cs_x_secret_y"}), 400, "malformed"),
        (json!({"provider_data": {"epag": {"extra_data": "x"}}}), 400, "malformed"),
        (json!({"provider_data": {"april": {}}}), 400, "malformed"),
        (json!({"billing_address": "Rua Augusta"}), 400, "malformed"),
    ] {
        let request = post(&world, "/v1/checkout_sessions").json(&session_body(with.clone()));
        assert_eq!(refusal(send(request).await, status, &with.to_string()).await, code, "{with}");
    }
    world.finish().await;
}

async fn bad_bodies_of_a_confirm_are_refused(world: World) {
    let session = world.open(json!({})).await;
    for (body, status, code) in [
        (json!({}), 400, "malformed"),
        (json!([]), 400, "malformed"),
        (json!("picpay_qr"), 400, "malformed"),
        (json!({"method": "picpay_qr"}), 400, "malformed"),
        (json!({"method": "bitcoin", "details": {}}), 400, "malformed"),
        (json!({"method": "52998224725", "details": {}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": null}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {"amount_minor": 1}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {"tax_id": 52_998_224_725_i64}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {"tax_id": ["52998224725"]}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": ""}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": "123"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": "52998224725\u{0}"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": "5".repeat(60_000)}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID, "name": "\u{0}"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID, "email": "x"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID, "birth_date": "ontem"}}), 422, "invalid_fields"),
    ] {
        let refused = send(confirm(&world, &session).json(&body)).await;
        let what: String = body.to_string().chars().take(200).collect();
        assert_eq!(refusal(refused, status, &what).await, code, "{what}");
    }
    let seen = world.session(&session).await;
    assert_eq!((&seen["status"], seen.get("attempt")), (&json!("requires_payment_method"), None), "nothing was begun");
    world.finish().await;
}

async fn bad_bodies_of_capture_refund_and_cancel_are_refused(world: World) {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    for (verb, body, status, code) in [
        ("refunds", json!({"amount_minor": 0}), 422, "amount_too_high"),
        ("refunds", json!({"amount_minor": 12_346}), 422, "amount_too_high"),
        ("refunds", json!({"amount_minor": u64::MAX}), 422, "amount_too_high"),
        ("refunds", json!({"amount_minor": -1}), 400, "malformed"),
        ("refunds", json!({"amount_minor": 1.5}), 400, "malformed"),
        ("refunds", json!({"amount_minor": "1"}), 400, "malformed"),
        ("refunds", json!({"amount": 1}), 400, "malformed"),
        ("refunds", json!({"reason": "x".repeat(201)}), 422, "invalid_fields"),
        ("refunds", json!({"reason": "a\u{0}b"}), 422, "invalid_fields"),
        ("refunds", json!({"reason": 1}), 400, "malformed"),
        ("refunds", json!([]), 400, "malformed"),
        ("refunds", json!([1, "x"]), 400, "malformed"),
        ("refunds", json!(null), 400, "malformed"),
        ("capture", json!({}), 422, "not_possible"),
        ("capture", json!({"amount_minor": -1}), 400, "malformed"),
        ("cancel", json!({}), 422, "not_possible"),
        ("cancel", json!({"force": true}), 400, "malformed"),
    ] {
        let what = format!("{verb} {body}");
        let refused = send(post(&world, &format!("/v1/payments/{payment}/{verb}")).json(&body)).await;
        assert_eq!(refusal(refused, status, &what).await, code, "{what}");
    }
    for (body, status) in [
        (json!({}), 422),
        (json!({"attempt": "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70"}), 404),
        (json!({"attempt": session.id}), 400),
        (json!({"attempt": "pa_\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"}), 400),
        (json!({"attempt": 1}), 400),
        (json!({"session": session.id}), 400),
    ] {
        let request = world.buyer(&session, Method::POST, "/cancel").header("idempotency-key", key());
        refusal(send(request.json(&body)).await, status, &body.to_string()).await;
    }
    assert_eq!(world.payment(&payment).await["refunded_minor"], 0);
    world.finish().await;
}

async fn bytes_that_are_no_json_are_refused(world: World) {
    let session = world.open(json!({})).await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let good = session_body(json!({})).to_string();
    let twice = good.replacen('{', "{\"currency\":\"BRL\",", 1);
    let deep_notes =
        good.replacen('{', &format!("{{\"billing_address\":{{\"a\":{}1{}}},", "[".repeat(200), "]".repeat(200)), 1);
    for bytes in [
        b"".to_vec(),
        b" \n ".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"{\"reference\":\"caf\xe9\"}".to_vec(),
        b"{\"reference\":\"\\ud800\"}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"a\":1}{\"a\":2}".to_vec(),
        b"{'reference':'x'}".to_vec(),
        b"amount_minor=1&currency=BRL".to_vec(),
        b"{\"amount_minor\":NaN}".to_vec(),
        b"{\"amount_minor\":1e999999999}".to_vec(),
        vec![0; 1_000],
        deep("[", "]"),
        deep("{\"a\":", "}"),
        twice.into_bytes(),
        deep_notes.into_bytes(),
    ] {
        let what = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let answer = send(post(&world, "/v1/checkout_sessions").body(bytes.clone())).await;
        assert_eq!(refusal(answer, 400, &what).await, "malformed", "{what}");
        let answer = send(confirm(&world, &session).body(bytes)).await;
        assert_eq!(refusal(answer, 400, &what).await, "malformed", "{what}");
    }
    world.finish().await;
}

async fn bodies_that_are_too_large_are_refused(world: World) {
    let session = world.open(json!({})).await;
    for size in [64 * 1024 + 1, 100_000, 300_000] {
        let body = vec![b' '; size];
        let paths = ["/v1/checkout_sessions".to_owned(), format!("/v1/checkout_sessions/{}/cancel", session.id)];
        for path in paths {
            let answer = send(post(&world, &path).body(body.clone())).await;
            assert_eq!(refusal(answer, 413, &path).await, "body_too_large");
        }
        let answer = send(confirm(&world, &session).body(body.clone())).await;
        assert_eq!(refusal(answer, 413, "confirm").await, "body_too_large");
        let path = world.url("/providers/epag/notifications/pa_0193f0c47d5b7c3e.x");
        let answer = send(world.http.post(path).body(body)).await;
        assert_eq!(refusal(answer, 413, "callback").await, "body_too_large");
    }
    let just_fits = format!("{}{}", session_body(json!({})), " ".repeat(60_000));
    ok(post(&world, "/v1/checkout_sessions").body(just_fits).send().await).await;
    world.finish().await;
}

async fn bad_paths_are_refused(world: World) {
    let long = format!("/v1/payments/pa_{}", "a".repeat(8_000));
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v2/payments",
        "/v1/payments/",
        "/v1//payments",
        "/v1/payments/pa_0193f0c47d5b7c3e/",
        "/v1/payments/pa_0193f0c47d5b7c3e/unknown",
        "/v1/payments/..%2f..%2fetc%2fpasswd",
        "/v1/payments/%2e%2e%2f%2e%2e",
        "/v1/payments/%00",
        "/v1/payments/%ff%fe",
        "/v1/payments/pa_%00%00%00%00%00%00%00%00",
        "/v1/payments/cs_0193f0c47d5b7c3e9a1d2b3c4d5e6f70",
        "/v1/payments/pa_x'%20or%201=1--",
        "/v1/checkout_sessions/pa_0193f0c47d5b7c3e",
        "/v1/checkout_sessions/%ff",
        "/v1/checkout_sessions/%ff/status",
        "/v1/refunds/%ff",
        "/v1/refunds/cs_0193f0c47d5b7c3e",
        "/metrics",
        "/readyz",
        "/.env",
        long.as_str(),
    ] {
        refusal(send(world.shop(Method::GET, path)).await, 404, path).await;
    }
    for path in ["/v1/payments/%ff/refunds", "/v1/events/%ff/resend", "/v1/checkout_sessions/%ff/cancel"] {
        refusal(send(post(&world, path).json(&json!({}))).await, 404, path).await;
    }
    let answer = send(world.shop(Method::GET, "/v1/nothing")).await;
    assert_eq!(refusal(answer, 404, "a route").await, "no_such_route");
    world.finish().await;
}

async fn bad_queries_are_refused(world: World) {
    let session = world.open(json!({})).await;
    for (query, status) in [
        ("?limit=0", 422),
        ("?limit=101", 422),
        ("?limit=-1", 422),
        ("?limit=many", 400),
        ("?limit=1.5", 400),
        ("?limit=99999999999999999999", 400),
        ("?limit=1&limit=2", 400),
        ("?limit", 400),
        ("?unknown=1", 400),
        ("?client_secret=cs_x_secret_y", 400),
        ("?status=paid", 422),
        ("?status=", 422),
        ("?flag=red", 422),
        ("?session=pa_0193f0c47d5b7c3e", 422),
        ("?session=%00", 422),
        ("?session=%ff", 422),
        ("?reference=%00", 422),
        ("?reference=a%00b", 422),
        ("?after=last", 422),
        ("?created_after=yesterday", 422),
        ("?created_after=2026-01-31", 422),
        ("?created_after=9999999-01-01T00:00:00Z", 422),
        ("?created_after=2026-01-31T12:00:00", 422),
    ] {
        refusal(send(world.shop(Method::GET, &format!("/v1/payments{query}"))).await, status, query).await;
    }
    for query in
        ["?after=x", "?after=1.5", "?after=99999999999999999999", "?parked=maybe", "?limit=x", "?x=1", "?parked"]
    {
        refusal(send(world.shop(Method::GET, &format!("/v1/events{query}"))).await, 400, query).await;
    }
    for query in ["?check=1", "?check=", "?secret=x", "?check=true&check=true"] {
        let answer = send(world.buyer(&session, Method::GET, &format!("/status{query}"))).await;
        refusal(answer, 400, query).await;
    }
    // Odd, and harmless.
    for path in
        ["/v1/events?after=-9223372036854775808", "/v1/events?limit=0", "/v1/payments?reference=%ff", "/v1/payments?&&"]
    {
        ok(world.shop(Method::GET, path).send().await).await;
    }
    world.finish().await;
}

async fn bad_methods_are_refused(world: World) {
    let session = world.open(json!({})).await;
    let of_session = format!("/v1/checkout_sessions/{}", session.id);
    for (method, path, allowed) in [
        (Method::GET, "/v1/checkout_sessions".to_owned(), "POST"),
        (Method::DELETE, of_session.clone(), "GET,HEAD"),
        (Method::PUT, of_session.clone(), "GET,HEAD"),
        (Method::GET, format!("{of_session}/confirm"), "POST"),
        (Method::POST, format!("{of_session}/status"), "GET,HEAD"),
        (Method::POST, "/v1/payments".to_owned(), "GET,HEAD"),
        (Method::GET, "/v1/payments/pa_0193f0c47d5b7c3e/refunds".to_owned(), "POST"),
        (Method::TRACE, "/v1/events".to_owned(), "GET,HEAD"),
        (Method::GET, "/providers/epag/notifications/x".to_owned(), "POST"),
        (Method::POST, "/healthz".to_owned(), "GET,HEAD"),
    ] {
        let answer = send(world.shop(method.clone(), &path)).await;
        assert_eq!(answer.headers()["allow"], allowed, "{method} {path}");
        assert_eq!(refusal(answer, 405, &path).await, "method_not_allowed", "{method} {path}");
    }
    world.finish().await;
}

async fn bad_keys_are_refused(world: World) {
    let session = world.open(json!({})).await;
    let ways: [(&str, Option<&[u8]>); 9] = [
        ("no header", None),
        ("empty", Some(b"")),
        ("no scheme", Some(SECRET_KEY.as_bytes())),
        ("another scheme", Some(b"Basic c2tfdGVzdA==")),
        ("no key", Some(b"Bearer ")),
        ("a wrong key", Some(b"Bearer sk_wrong")),
        ("two keys", Some(b"Bearer sk_wrong sk_test_of_the_shop")),
        ("no text", Some(b"Bearer \xff\xfe")),
        ("a quoted key", Some(b"Bearer \"sk_test_of_the_shop\"")),
    ];
    let of_session = format!("/v1/checkout_sessions/{}", session.id);
    for (what, header) in ways {
        for (method, path) in [
            (Method::POST, "/v1/checkout_sessions".to_owned()),
            (Method::GET, of_session.clone()),
            (Method::POST, format!("{of_session}/confirm")),
            (Method::POST, format!("{of_session}/cancel")),
            (Method::GET, format!("{of_session}/status")),
            (Method::GET, "/v1/payments?limit=x".to_owned()),
            (Method::GET, "/v1/payments/pa_0193f0c47d5b7c3e".to_owned()),
            (Method::POST, "/v1/payments/pa_0193f0c47d5b7c3e/refunds".to_owned()),
            (Method::POST, "/v1/payments/pa_0193f0c47d5b7c3e/capture".to_owned()),
            (Method::POST, "/v1/payments/pa_0193f0c47d5b7c3e/cancel".to_owned()),
            (Method::GET, "/v1/refunds/re_0193f0c47d5b7c3e".to_owned()),
            (Method::GET, "/v1/events".to_owned()),
            (Method::POST, "/v1/events/evt_0193f0c47d5b7c3e/resend".to_owned()),
        ] {
            let mut request = world.http.request(method.clone(), world.url(&path)).body("no JSON at all");
            if let Some(header) = header {
                let value = reqwest::header::HeaderValue::from_bytes(header).expect("bytes that a header may have");
                request = request.header("authorization", value);
            }
            let code = refusal(send(request).await, 401, &format!("{what}: {method} {path}")).await;
            assert_eq!(code, "unauthorized", "nobody is told more than that: {what}: {method} {path}");
        }
    }
    world.finish().await;
}

async fn callbacks_of_strangers_are_dropped(world: World) {
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let id = umclique_wire::AttemptId::parse(&payment).expect("an id");
    let mac = world.server.payments.keys.callback_mac(&id);
    let stranger = umclique_server::keys::new_attempt_id();
    for tail in [
        payment.clone(),
        format!("{payment}."),
        format!("{payment}.{}", &mac[1..]),
        format!("{payment}.{mac}x"),
        format!("{stranger}.{mac}"),
        format!("x.{mac}"),
        format!(".{mac}"),
        format!("%ff.{mac}"),
        "%00".to_owned(),
    ] {
        let request = world.http.post(world.url(&format!("/providers/epag/notifications/{tail}")));
        refusal(send(request.json(&json!({"status": "PAID"}))).await, 404, &tail).await;
    }
    // With the right path the body may be anything at all: it is not believed.
    for body in [b"".to_vec(), b"\xff\x00".to_vec(), b"{\"status\":\"PAID\"}".to_vec(), vec![b'['; 4_000]] {
        let request = world.http.post(world.url(&format!("/providers/epag/notifications/{payment}.{mac}")));
        assert_eq!(send(request.body(body)).await.status(), 204);
    }
    let unknown = world.server.payments.keys.callback_mac(&stranger);
    let request = world.http.post(world.url(&format!("/providers/epag/notifications/{stranger}.{unknown}")));
    assert_eq!(send(request).await.status(), 204, "ours by its path, gone from our books: dropped unstored");
    assert_eq!(world.session(&session).await["status"], "requires_action");
    world.leave(&session, &payment).await;
    world.until(&session, "requires_payment_method").await;
    world.finish().await;
}

/// Random changes of good bodies, from a printed seed: whatever comes out, the answer is never a fault.
async fn random_changes_of_good_bodies_are_never_faults(world: World) {
    let seed = u64::from(std::process::id());
    eprintln!("seed {seed}");
    let mut dice = crate::buyers::Dice::new(seed);
    let full = session_body(json!({"items": [{"id": "a", "name": "Café", "quantity": 1, "unit_amount_minor": 12_345}],
        "buyer": {"id": "1", "phone": "+5511999998888", "tax_id": TAX_ID, "birth_date": "1990-12-31"},
        "metadata": {"a": "b"}, "methods": ["picpay_qr"], "capture": "automatic", "locale": "pt-BR",
        "expires_in_s": 3_600, "goods": "physical", "billing_address": {"city": "São Paulo"},
        "provider_data": {"epag": {"extra_data": {"a": [1, 2.5, null]}}}}));
    let session = world.open(json!({})).await;
    let pay = json!({"method": "picpay_qr", "details": {"name": "Ana", "email": "a@b.c", "tax_id": TAX_ID,
        "birth_date": "1990-12-31"}});
    let mut taken = 0;
    for turn in 0..300 {
        let is_pay = turn % 3 == 0;
        let mut body = if is_pay { pay.clone() } else { full.clone() };
        for _ in 0..=dice.roll(2) {
            change(&mut body, &mut dice);
        }
        let mut bytes = body.to_string().into_bytes();
        if dice.roll(8) == 0 {
            let length = u64::try_from(bytes.len()).expect("a short body");
            let at = usize::try_from(dice.roll(length)).expect("an index");
            bytes[at] = u8::try_from(dice.roll(256)).expect("a byte");
        }
        let what = String::from_utf8_lossy(&bytes).into_owned();
        let request = if is_pay { confirm(&world, &session) } else { post(&world, "/v1/checkout_sessions") };
        let answer = send(request.body(bytes)).await;
        if answer.status().is_success() {
            taken += 1;
        } else {
            let status = answer.status().as_u16();
            assert!((400..500).contains(&status), "{status} for {what}");
            refusal(answer, status, &what).await;
        }
    }
    assert!(taken > 0, "some changes do no harm");
    if let Some(attempt) = world.session(&session).await["attempt"]["id"].as_str() {
        world.leave(&session, attempt).await;
        world.until(&session, "requires_payment_method").await;
    }
    world.finish().await;
}

/// Changes one value somewhere in `value`: replaces, drops, renames or adds.
fn change(value: &mut Value, dice: &mut crate::buyers::Dice) {
    let goes_deeper = dice.roll(4) != 0;
    match value {
        Value::Object(fields) if !fields.is_empty() && goes_deeper => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            match dice.roll(6) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert(text(&strange(dice, true)), json!(1))),
                _ => change(fields.get_mut(&name).expect("a name from the list"), dice),
            }
        }
        Value::Array(list) if !list.is_empty() && goes_deeper => change(&mut list[0], dice),
        other => *other = strange(dice, false),
    }
}

/// A value that programs trip over.
fn strange(dice: &mut crate::buyers::Dice, only_text: bool) -> Value {
    let long = "ç".repeat(2_000);
    let texts = [
        "",
        "\u{0}",
        "a\u{0}b",
        "null",
        "-1",
        "\u{202e}",
        "\u{fffd}",
        "💸",
        "'; drop table sessions; --",
        "%00",
        "\n",
        "9999999999999999999999",
        "../../etc/passwd",
        "{{7*7}}",
        "<script>",
        "BRL",
        "1990-12-31",
        &long,
    ];
    if only_text || dice.roll(2) == 0 {
        return json!(dice.pick(&texts));
    }
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!({}),
        json!([[[[]]]]),
        json!({"": {"": ""}}),
        json!(12_345),
    ];
    dice.pick(&others).clone()
}
