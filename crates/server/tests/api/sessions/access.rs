//! Who may read and do what: secret keys, client secrets, and what each of them shows.

use crate::on_both;
use crate::world::{Opened, SECRET_KEY, TAX_ID, World, key, ok, problem, session_body, text};
use reqwest::Method;
use serde_json::json;

on_both! {
    two_secret_keys_are_taken_during_rotation;
    a_client_secret_opens_one_session_only;
    secrets_are_told_once;
    the_buyer_sees_a_subset;
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
