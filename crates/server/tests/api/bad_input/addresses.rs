//! Bad paths, queries, methods and keys.

use super::{post, refusal, send};
use crate::on_both;
use crate::world::{SECRET_KEY, World, ok};
use reqwest::Method;
use serde_json::json;

on_both! {
    bad_paths_are_refused;
    bad_queries_are_refused;
    bad_methods_are_refused;
    bad_keys_are_refused;
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
        (Method::PUT, "/providers/epag/notifications/x".to_owned(), "POST,GET,HEAD"),
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
