//! Who may call from a browser: the buyer's routes answer the configured origins, the shop's routes answer no page at all.

use crate::on_both;
use crate::world::{TAX_ID, World, key, ok, problem};
use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use serde_json::json;

on_both! {
    a_preflight_of_an_allowed_origin_is_answered;
    a_foreign_origin_is_told_nothing;
    answers_and_refusals_carry_the_origin;
    the_shops_routes_know_no_origin;
}

const SHOP: &str = "https://loja.example";
const FOREIGN: [&str; 7] = [
    "https://evil.example",
    "https://loja.example.evil.example",
    "http://loja.example",
    "https://loja.example:8443",
    "https://LOJA.example",
    "https://sub.loja.example",
    "null",
];

async fn preflight(world: &World, path: &str, origin: &str, method: &str) -> Response {
    let request = world.http.request(Method::OPTIONS, world.url(path)).header("origin", origin);
    let request = request
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type,idempotency-key");
    request.send().await.expect("an answer")
}

fn cors_headers(headers: &HeaderMap) -> Vec<String> {
    headers.keys().map(|name| name.as_str().to_owned()).filter(|name| name.starts_with("access-control")).collect()
}

fn names(headers: &HeaderMap, header: &str) -> Vec<String> {
    let list = headers[header].to_str().expect("a text");
    list.split(',').map(|name| name.trim().to_ascii_lowercase()).collect()
}

async fn a_preflight_of_an_allowed_origin_is_answered(mut world: World) {
    world.restart_with(&[("ALLOWED_ORIGINS", &format!("{SHOP}, http://127.0.0.1:8000"))]).await;
    let session = world.open(json!({})).await;
    let path = |tail: &str| format!("/v1/checkout_sessions/{}{tail}", session.id);
    for origin in [SHOP, "http://127.0.0.1:8000"] {
        for (tail, method) in [("", "GET"), ("/status", "GET"), ("/confirm", "POST"), ("/cancel", "POST")] {
            let answer = preflight(&world, &path(tail), origin, method).await;
            assert_eq!(answer.status(), 200, "{tail}");
            let headers = answer.headers();
            assert_eq!(headers["access-control-allow-origin"], origin);
            assert!(names(headers, "access-control-allow-methods").contains(&method.to_ascii_lowercase()));
            let allowed = names(headers, "access-control-allow-headers");
            for name in ["authorization", "content-type", "accept", "idempotency-key"] {
                assert!(allowed.iter().any(|it| it == name), "{name} is not among {allowed:?}");
            }
            assert!(!headers.contains_key("access-control-allow-credentials"), "no cookies, ever");
            assert!(headers.contains_key("access-control-max-age"));
            assert!(names(headers, "vary").contains(&"origin".to_owned()), "caches keep origins apart");
        }
    }
    world.finish().await;
}

async fn a_foreign_origin_is_told_nothing(world: World) {
    let session = world.open(json!({})).await;
    for origin in FOREIGN {
        for (tail, method) in [("", "GET"), ("/status", "GET"), ("/confirm", "POST"), ("/cancel", "POST")] {
            let path = format!("/v1/checkout_sessions/{}{tail}", session.id);
            let headers = preflight(&world, &path, origin, method).await.headers().clone();
            assert!(!headers.contains_key("access-control-allow-origin"), "{origin} {tail}");
        }
        let answer = world.buyer(&session, Method::GET, "").header("origin", origin).send().await;
        let answer = answer.expect("an answer");
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{origin}");
        assert!(!answer.headers().contains_key("access-control-allow-credentials"), "{origin}");
    }
    world.finish().await;
}

async fn answers_and_refusals_carry_the_origin(world: World) {
    let session = world.open(json!({})).await;
    let body = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
    let of = |method: Method, tail: &str| world.buyer(&session, method, tail).header("origin", SHOP);
    let confirm = || of(Method::POST, "/confirm").header("idempotency-key", key());
    let nobody = world.http.get(world.url(&format!("/v1/checkout_sessions/{}", session.id))).header("origin", SHOP);
    for (request, status) in [
        (of(Method::GET, ""), 200),
        (of(Method::GET, "/status"), 200),
        (of(Method::GET, "/status").header("accept", "text/event-stream"), 200),
        (confirm().json(&body), 200),
        (confirm().body("no JSON"), 400),
        (of(Method::POST, "/confirm").json(&body), 400),
        (confirm().body(vec![b' '; 70_000]), 413),
        (of(Method::POST, "/status"), 405),
        (nobody, 401),
    ] {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), status);
        let headers = answer.headers();
        assert_eq!(headers["access-control-allow-origin"], SHOP, "a page reads refusals, too: {status}");
        assert_eq!(names(headers, "access-control-expose-headers"), ["retry-after"]);
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
    let attempt = world.session(&session).await["attempt"]["id"].clone();
    world.leave(&session, attempt.as_str().expect("an attempt")).await;
    world.until(&session, "requires_payment_method").await;
    world.finish().await;
}

async fn the_shops_routes_know_no_origin(world: World) {
    let payment = "/v1/payments/pa_0193f0c47d5b7c3e";
    for (method, path) in [
        ("POST", "/v1/checkout_sessions".to_owned()),
        ("GET", "/v1/payments".to_owned()),
        ("GET", payment.to_owned()),
        ("POST", format!("{payment}/refunds")),
        ("POST", format!("{payment}/capture")),
        ("POST", format!("{payment}/cancel")),
        ("GET", "/v1/refunds/re_0193f0c47d5b7c3e".to_owned()),
        ("GET", "/v1/events".to_owned()),
        ("POST", "/v1/events/evt_0193f0c47d5b7c3e/resend".to_owned()),
        ("POST", "/providers/epag/notifications/x".to_owned()),
        ("GET", "/healthz".to_owned()),
        ("GET", "/openapi.json".to_owned()),
        ("GET", "/nothing".to_owned()),
    ] {
        let refused = preflight(&world, &path, SHOP, method).await;
        assert_eq!(cors_headers(refused.headers()), Vec::<String>::new(), "{path}");
        let status = if path == "/nothing" { 404 } else { 405 };
        problem(refused, status).await;
        let method = method.parse().expect("a method");
        let answer = world.shop(method, &path).header("origin", SHOP).send().await.expect("an answer");
        assert_eq!(cors_headers(answer.headers()), Vec::<String>::new(), "{path}");
    }
    let answer = world.http.get(world.url("/healthz")).send().await;
    assert_eq!(answer.expect("an answer").text().await.expect("a body"), "ok");
    ok(world.http.get(world.url("/openapi.json")).send().await).await;
    world.finish().await;
}
