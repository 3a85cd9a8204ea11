//! The buyer comes back in another browser than the one that began: the server's own page, and its press.

mod refused;

use super::consent::{assert_page_is_locked, assert_untouched};
use crate::on_both;
use crate::world::picpay::NONCE;
use crate::world::{Opened, World, key, ok, problem, text, wait_for};
use base64::Engine as _;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

on_both! {
    to_look_charges_nothing_and_a_press_charges_once_and_links_nobody;
    the_page_tells_what_is_paid_in_the_buyers_language;
    the_two_browsers_racing_charge_once;
    presses_at_once_charge_once;
    a_decline_is_told_and_the_buyer_goes_on_in_the_shop;
    a_lost_answer_is_told_as_such_and_found_out;
    a_reservation_is_told_as_such;
    a_login_that_lapsed_meanwhile_begins_again_in_the_shop;
}

/// A session whose provider's address went to another browser, and the code that it brought back.
async fn come_back(world: &World, with: Value) -> (Opened, Value, String) {
    let session = world.open_for(Some("buyer-1"), with).await;
    let asked = world.confirm_wallet(&session).await;
    let code = world.consent(&asked, "bruno").await;
    (session, asked, code)
}

async fn html(answer: Response) -> String {
    assert_eq!(answer.status(), StatusCode::OK);
    assert_page_is_locked(&answer);
    answer.text().await.expect("a page")
}

async fn to_look_charges_nothing_and_a_press_charges_once_and_links_nobody(world: World) {
    let world = world.with_wallet().await;
    let (session, asked, code) = come_back(&world, json!({})).await;
    let payment = text(&asked["attempt"]["id"]);
    for _ in 0..3 {
        let page = html(world.page(&session, &code).await).await;
        assert!(page.contains("<form method=\"post\" action=\"return\">"), "{page}");
    }
    assert_untouched(&world, &asked).await;
    let page = html(world.press_page(&session, &code).await).await;
    assert!(page.contains("Pagamento aprovado") && !page.contains("<form"), "{page}");
    let back = format!("href=\"https://loja.example/obrigado?umclique_session={}\"", session.id);
    assert!(page.contains(&back) && !page.contains(&code), "{page}");
    assert_eq!(world.net(&payment).await, 6_000);
    // The tab that began learns it, and nobody pays with one click because of it.
    assert_eq!(world.session(&session).await["status"], "succeeded");
    assert_eq!(world.link("buyer-1").await.status(), StatusCode::NOT_FOUND);
    // Pressed again, reloaded, or resumed after all: what is done is told.
    for page in [world.press_page(&session, &code).await, world.page(&session, &code).await] {
        assert!(html(page).await.contains("Pagamento aprovado"));
    }
    let late = world.answer_as(&session, &key(), json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(problem(late, 409).await["code"], "not_asked");
    assert_eq!((world.picpay_calls("charge").await, world.net(&payment).await), (1, 6_000));
    let again = world.open_for(Some("buyer-1"), json!({})).await;
    problem(world.press_wallet(&again, &key(), json!({})).await, 422).await;
    // What was paid there can be refunded like anything else.
    ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 10})).await)).await;
    world.until_payment(&payment, "the refund", |it| it["refunded_minor"] == 10).await;
    world.finish().await;
}

async fn the_page_tells_what_is_paid_in_the_buyers_language(world: World) {
    let world = world.with_wallet().await;
    let with = json!({"amount_minor": 123_456, "reference": "Pedido 7", "locale": "pt-BR"});
    let (session, _, code) = come_back(&world, with).await;
    let page = html(world.page(&session, &code).await).await;
    for told in [
        "<html lang=\"pt-BR\">",
        "Loja Exemplo",
        "Pedido 7",
        "R$\u{a0}1.234,56",
        "b•••@example.com",
        "Nada foi cobrado ainda",
        "Voltar para a loja",
    ] {
        assert!(page.contains(told), "{told} is missing: {page}");
    }
    let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("a style").0;
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
    let policy = world.page(&session, &code).await.headers()["content-security-policy"].clone();
    assert!(policy.to_str().expect("a text").contains(&hash), "the policy lets in this very style: {policy:?}");
    // Without a wish of the shop's, the browser's language counts.
    let (session, _, code) = come_back(&world, json!({})).await;
    let path = format!("/v1/checkout_sessions/{}/return?umclique_return={code}", session.id);
    let english = world.http.get(world.url(&path)).header("accept-language", "en-US,en;q=0.9,pt;q=0.8");
    let page = html(english.send().await.expect("an answer")).await;
    for told in ["<html lang=\"en\">", "Pay R$60.00", "Nothing was charged yet"] {
        assert!(page.contains(told), "{told} is missing: {page}");
    }
    world.finish().await;
}

async fn the_two_browsers_racing_charge_once(world: World) {
    let world = world.with_wallet().await;
    for _ in 0..4 {
        let (session, asked, code) = come_back(&world, json!({})).await;
        let press = key();
        let resumed = world.answer_as(&session, &press, json!({"return_code": code, "nonce": NONCE}));
        let (page, resumed) = tokio::join!(world.press_page(&session, &code), resumed);
        assert!(html(page).await.contains("Pagamento aprovado"), "whoever was faster, it is paid");
        assert!([200, 409].contains(&resumed.status().as_u16()), "{resumed:?}");
        let payment = text(&asked["attempt"]["id"]);
        assert_eq!((world.net(&payment).await, world.charges(&payment).await.len()), (6_000, 1));
        // Only the browser that began can have linked anybody.
        assert_eq!(world.link("buyer-1").await.status().is_success(), resumed.status() == StatusCode::OK);
        world.shop(Method::DELETE, "/v1/buyers/buyer-1/links/picpay").send().await.expect("an answer");
    }
    world.finish().await;
}

async fn presses_at_once_charge_once(world: World) {
    let world = world.with_wallet().await;
    let (session, asked, code) = come_back(&world, json!({})).await;
    world.control("picpay/settings", json!({"latency_ms": 150})).await;
    let pages = futures::future::join_all((0..5).map(|_| world.press_page(&session, &code))).await;
    for page in pages {
        assert!(html(page).await.contains("Pagamento aprovado"), "each press is told what became of it");
    }
    let payment = text(&asked["attempt"]["id"]);
    assert_eq!((world.picpay_calls("charge").await, world.net(&payment).await), (1, 6_000));
    world.finish().await;
}

async fn a_decline_is_told_and_the_buyer_goes_on_in_the_shop(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let code = world.consent(&asked, "diego").await;
    let page = html(world.press_page(&session, &code).await).await;
    assert!(page.contains("O pagamento não foi feito") && !page.contains("<form"), "{page}");
    let seen = world.session(&session).await;
    let told = (&seen["status"], &seen["last_error"]["code"]);
    assert_eq!(told, (&json!("requires_payment_method"), &json!("declined")), "{seen}");
    assert_eq!(world.connect_and_pay(&session, "bruno").await["status"], "succeeded");
    world.finish().await;
}

async fn a_lost_answer_is_told_as_such_and_found_out(world: World) {
    let world = world.with_wallet().await;
    let (session, asked, code) = come_back(&world, json!({})).await;
    world.picpay_fault("charge", "lost_reply", 1).await;
    // The press itself waits a little, and the worker asks meanwhile: it says paid, or that nobody knows yet.
    let page = html(world.press_page(&session, &code).await).await;
    assert!(["Pagamento aprovado", "Confirmando o pagamento"].iter().any(|told| page.contains(told)), "{page}");
    wait_for("the page to say paid", || async {
        let page = html(world.press_page(&session, &code).await).await;
        if page.contains("Pagamento aprovado") { Ok(()) } else { Err(page) }
    })
    .await;
    let payment = text(&asked["attempt"]["id"]);
    assert_eq!((world.net(&payment).await, world.charges(&payment).await.len()), (6_000, 1));
    world.finish().await;
}

async fn a_reservation_is_told_as_such(world: World) {
    let world = world.with_wallet().await;
    let (session, asked, code) = come_back(&world, json!({"capture": "manual"})).await;
    assert!(html(world.press_page(&session, &code).await).await.contains("Pagamento reservado"));
    let payment = text(&asked["attempt"]["id"]);
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until_payment(&payment, "the capture", |it| it["status"] == "succeeded").await;
    assert!(html(world.page(&session, &code).await).await.contains("Pagamento aprovado"));
    world.finish().await;
}

async fn a_login_that_lapsed_meanwhile_begins_again_in_the_shop(world: World) {
    let world = world.with_wallet().await;
    let (session, asked, code) = come_back(&world, json!({})).await;
    world.expire("bruno", "access").await;
    world.expire("bruno", "refresh").await;
    let page = html(world.press_page(&session, &code).await).await;
    assert!(page.contains("Este pagamento foi encerrado") && !page.contains("<form"), "{page}");
    // The browser that began is asked for a consent again, and this page's code is over.
    let seen = world.session(&session).await;
    assert_eq!((&seen["next_action"]["type"], &seen["attempt"]["round"]), (&json!("redirect"), &json!(1)), "{seen}");
    let again = world.consent(&seen, "bruno").await;
    assert!(!html(world.press_page(&session, &code).await).await.contains("<form"));
    assert!(html(world.press_page(&session, &again).await).await.contains("Pagamento aprovado"));
    assert_eq!(world.net(&text(&asked["attempt"]["id"])).await, 6_000);
    assert_eq!(world.link("buyer-1").await.status(), StatusCode::NOT_FOUND);
    world.finish().await;
}
