//! What usually happens, in both editions.

use crate::on_both;
use crate::world::{World, key, ok, problem, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both! {
    consent_once_then_pay_with_one_click;
    a_buyer_whom_the_shop_does_not_know_is_not_linked;
    a_reservation_is_captured_in_part;
    a_reservation_is_voided;
    the_legacy_edition_charges_and_refunds;
    a_link_is_read_and_forgotten;
    a_decline_says_why_and_the_buyer_may_go_on;
    it_is_not_offered_unless_it_is_configured;
    the_same_press_pays_once;
}

async fn refund(world: &World, payment: &str, amount_minor: u64) {
    let before = world.payment(payment).await["refunded_minor"].as_u64().expect("an amount");
    let refund = ok(Ok(world.ask(payment, "refunds", json!({"amount_minor": amount_minor})).await)).await;
    world.until_payment(payment, "the refund", |it| it["refunded_minor"] == before + amount_minor).await;
    let read = ok(world.shop(Method::GET, &format!("/v1/refunds/{}", text(&refund["id"]))).send().await).await;
    assert_eq!(read["status"], "succeeded", "{read}");
}

async fn consent_once_then_pay_with_one_click(world: World) {
    let world = world.with_wallet().await;
    let first = world.linked("buyer-1", "ana").await;
    let charge = &world.charges(&first).await[0];
    let taken = (&charge["funds"]["balance_minor"], &charge["funds"]["card_minor"]);
    assert_eq!(taken, (&json!(1_900), &json!(4_100)), "{charge}");
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let paid = world.one_click(&session).await;
    assert_eq!((&paid["status"], &paid["next_action"]), (&json!("succeeded"), &Value::Null), "{paid}");
    let second = text(&paid["attempt"]["id"]);
    refund(&world, &second, 10).await;
    refund(&world, &second, 5_990).await;
    assert_eq!((world.net(&first).await, world.net(&second).await), (6_000, 0));
    world.finish().await;
}

async fn a_buyer_whom_the_shop_does_not_know_is_not_linked(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(None, json!({})).await;
    let paid = world.connect_and_pay(&session, "ana").await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    let again = world.open_for(None, json!({})).await;
    let problem = problem(world.press_wallet(&again, &key(), json!({})).await, 422).await;
    assert_eq!(problem["errors"][0]["field"], "nonce_sha256");
    refund(&world, &text(&paid["attempt"]["id"]), 100).await;
    world.finish().await;
}

async fn a_reservation_is_captured_in_part(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({"capture": "manual"})).await;
    let reserved = world.connect_and_pay(&session, "ana").await;
    assert_eq!(reserved["status"], "requires_capture", "{reserved}");
    let payment = text(&reserved["attempt"]["id"]);
    ok(Ok(world.ask(&payment, "capture", json!({"amount_minor": 4_000})).await)).await;
    let paid = world.until_payment(&payment, "the capture", |it| it["status"] == "succeeded").await;
    assert_eq!(paid["captured_minor"], 4_000, "{paid}");
    assert_eq!(world.ledger_sum("capture", &payment).await, 4_000);
    refund(&world, &payment, 4_000).await;
    world.finish().await;
}

async fn a_reservation_is_voided(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({"capture": "manual"})).await;
    let payment = text(&world.connect_and_pay(&session, "ana").await["attempt"]["id"]);
    world.ask(&payment, "cancel", json!({})).await;
    world.until_payment(&payment, "the void", |it| it["status"] == "canceled").await;
    assert_eq!(world.charges(&payment).await[0]["status"], "CANCELLED");
    world.finish().await;
}

async fn the_legacy_edition_charges_and_refunds(mut world: World) {
    world.control("picpay/settings", json!({"edition": "legacy"})).await;
    world.restart_with_wallet(&[("PICPAY_EDITION", "legacy"), ("PICPAY_API_KEY", "picpay_demo_api_key")]).await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let paid = world.connect_and_pay(&session, "ana").await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    let payment = text(&paid["attempt"]["id"]);
    let transaction = text(&world.payment(&payment).await["provider_reference"]);
    assert!(transaction.bytes().all(|byte| byte.is_ascii_digit()), "{transaction}");
    refund(&world, &payment, 10).await;
    let manual = world.open_for(Some("buyer-1"), json!({"capture": "manual", "methods": ["picpay_qr"]})).await;
    let offered = world.session(&manual).await["methods"].to_string();
    assert!(!offered.contains("picpay_wallet"), "it cannot reserve: {offered}");
    world.finish().await;
}

async fn a_link_is_read_and_forgotten(world: World) {
    let world = world.with_wallet().await;
    assert_eq!(problem(world.link("buyer-1").await, 404).await["code"], "not_found");
    world.linked("buyer-1", "ana").await;
    let link = ok(Ok(world.link("buyer-1").await)).await;
    assert_eq!((&link["account"], &link["is_lapsed"]), (&json!("a•••@example.com"), &json!(false)), "{link}");
    assert_eq!(world.link("buyer-2").await.status(), StatusCode::NOT_FOUND);
    let path = "/v1/buyers/buyer-1/links/picpay";
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let by_buyer = world.http.get(world.url(path)).bearer_auth(&session.secret).send().await.expect("an answer");
    assert_eq!(by_buyer.status(), StatusCode::UNAUTHORIZED, "only the shop reads links");
    let forget = || world.shop(Method::DELETE, path).send();
    assert_eq!(forget().await.expect("an answer").status(), StatusCode::NO_CONTENT);
    assert_eq!(forget().await.expect("an answer").status(), StatusCode::NOT_FOUND);
    problem(world.press_wallet(&session, &key(), json!({})).await, 422).await;
    world.finish().await;
}

async fn a_decline_says_why_and_the_buyer_may_go_on(world: World) {
    let world = world.with_wallet().await;
    for (wallet, code) in [
        ("diego", "declined"),
        ("elisa", "declined"),
        ("fabio", "declined"),
        ("gabi", "declined"),
        ("heitor", "declined"),
        ("carla", "insufficient_funds"),
    ] {
        let session = world.open_for(Some("buyer-1"), json!({"amount_minor": 90_000})).await;
        let seen = world.connect_and_pay(&session, wallet).await;
        let told = (&seen["status"], &seen["last_error"]["code"]);
        assert_eq!(told, (&json!("requires_payment_method"), &json!(code)), "{wallet}: {seen}");
        assert_eq!(world.link("buyer-1").await.status(), StatusCode::NOT_FOUND, "{wallet}: nothing was paid");
    }
    world.finish().await;
}

async fn it_is_not_offered_unless_it_is_configured(world: World) {
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    assert!(!world.session(&session).await["methods"].to_string().contains("picpay_wallet"));
    problem(world.press_wallet(&session, &key(), json!({})).await, 422).await;
    assert_eq!(world.visit("http://x.example/providers/picpay/callback?state=x").await.status(), 404);
    assert_eq!(world.link("buyer-1").await.status(), StatusCode::NOT_FOUND);
    world.finish().await;
}

async fn the_same_press_pays_once(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "bruno").await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let presses = (0..6).map(|at| {
        let (world, session) = (&world, &session);
        async move { world.press_wallet(session, &format!("press-{}", at % 3), json!({})).await.status() }
    });
    futures::future::join_all(presses).await;
    let paid = world.until(&session, "succeeded").await;
    assert_eq!(world.net(&text(&paid["attempt"]["id"])).await, 6_000);
    world.finish().await;
}
