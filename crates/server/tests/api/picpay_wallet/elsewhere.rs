//! The buyer comes back in another browser than the one that began: the server's own page, and its press.

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
    nothing_that_a_shop_wrote_becomes_markup;
    a_wrong_code_opens_nothing;
    the_two_browsers_racing_charge_once;
    presses_at_once_charge_once;
    a_press_after_the_end_pays_nothing_and_says_why;
    a_decline_is_told_and_the_buyer_goes_on_in_the_shop;
    a_lost_answer_is_told_as_such_and_found_out;
    a_reservation_is_told_as_such;
    a_login_that_lapsed_meanwhile_begins_again_in_the_shop;
    presses_are_limited_by_the_buyers_address;
    another_sites_form_is_not_taken;
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

async fn nothing_that_a_shop_wrote_becomes_markup(mut world: World) {
    let trick = r#""><script>alert(1)</script><a href='x"#;
    world.restart_with_wallet(&[("MERCHANT_NAME", &format!("Loja {trick}"))]).await;
    let with = json!({"reference": trick, "return_url": "https://loja.example/?a='%22&b=<script>"});
    let (session, _, code) = come_back(&world, with).await;
    for page in [world.page(&session, &code).await, world.press_page(&session, &code).await] {
        let page = html(page).await;
        assert!(!page.contains("<script") && !page.contains("='x"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count(), 2, "{page}");
        assert_eq!((page.matches("<a ").count(), page.matches("href=").count()), (1, 3), "{page}");
    }
    world.finish().await;
}

async fn a_wrong_code_opens_nothing(world: World) {
    let world = world.with_wallet().await;
    let (session, asked, code) = come_back(&world, json!({})).await;
    let (other, _, others) = come_back(&world, json!({})).await;
    let twice = format!("{code}&umclique_return={code}");
    let long = "x".repeat(3_000);
    for wrong in ["", "guess", "%00", "%ff", &others, &format!("{code}x"), &twice, &long] {
        let page = world.page(&session, wrong).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND, "{wrong}");
        assert_page_is_locked(&page);
        let page = page.text().await.expect("a page");
        assert!(page.contains("Este endereço não pode ser usado") && !page.contains("Pedido 1001"), "{page}");
        assert_eq!(world.press_page(&session, wrong).await.status(), StatusCode::NOT_FOUND, "{wrong}");
    }
    for id in ["cs_0193f0c47d5b7c3e9a1d2b3c4d5e6f70", "x", "%ff"] {
        let nowhere = Opened { id: id.to_owned(), secret: String::new() };
        assert_eq!(world.press_page(&nowhere, &code).await.status(), StatusCode::NOT_FOUND, "{id}");
    }
    // The code belongs into the body: an address that is opened, or guessed at by a scanner, pays nothing.
    let path = format!("/v1/checkout_sessions/{}/return?umclique_return={code}", session.id);
    let posted = world.http.post(world.url(&path)).send().await.expect("an answer");
    assert_eq!(posted.status(), StatusCode::NOT_FOUND);
    assert_untouched(&world, &asked).await;
    for (session, code) in [(&session, &code), (&other, &others)] {
        assert_eq!(world.session(session).await["status"], "requires_action");
        assert!(html(world.press_page(session, code).await).await.contains("Pagamento aprovado"));
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

async fn a_press_after_the_end_pays_nothing_and_says_why(world: World) {
    let world = world.with_wallet().await;
    // The buyer left the attempt in the other browser.
    let (session, asked, code) = come_back(&world, json!({})).await;
    world.leave(&session, &text(&asked["attempt"]["id"])).await;
    for page in [world.page(&session, &code).await, world.press_page(&session, &code).await] {
        let page = html(page).await;
        assert!(page.contains("Este pagamento foi encerrado") && !page.contains("<form"), "{page}");
    }
    // The order's time ran out.
    let (session, asked, code) = come_back(&world, json!({"expires_in_s": 300})).await;
    world.advance(301).await;
    let page = html(world.press_page(&session, &code).await).await;
    assert!(page.contains("O prazo deste pedido acabou") && !page.contains("<form"), "{page}");
    world.until(&session, "expired").await;
    assert!(html(world.page(&session, &code).await).await.contains("O prazo deste pedido acabou"));
    assert_eq!(world.charges(&text(&asked["attempt"]["id"])).await, Vec::<Value>::new());
    // The shop canceled it.
    let (session, _, code) = come_back(&world, json!({})).await;
    let cancel = world.shop(Method::POST, &format!("/v1/checkout_sessions/{}/cancel", session.id));
    ok(cancel.header("idempotency-key", key()).json(&json!({})).send().await).await;
    assert!(!html(world.press_page(&session, &code).await).await.contains("<form"));
    // The buyer left it in the other browser, and paid by another attempt.
    let (session, asked, code) = come_back(&world, json!({})).await;
    world.leave(&session, &text(&asked["attempt"]["id"])).await;
    assert_eq!(world.connect_and_pay(&session, "bruno").await["status"], "succeeded");
    assert!(html(world.press_page(&session, &code).await).await.contains("Este pedido já está pago"));
    assert_eq!(world.charges(&text(&asked["attempt"]["id"])).await, Vec::<Value>::new());
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

async fn presses_are_limited_by_the_buyers_address(mut world: World) {
    world.restart_with_wallet(&[("CONFIRMS_PER_MINUTE", "2")]).await;
    let into_minute_ms = world.server.payments.clock.now_ms().rem_euclid(60_000);
    world.advance((60_000 - into_minute_ms) / 1_000 + 1).await;
    let (first, _, code) = come_back(&world, json!({})).await;
    let (second, asked, others) = come_back(&world, json!({})).await;
    let refused = world.press_page(&first, &code).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"60".parse().expect("a number")));
    assert_page_is_locked(&refused);
    let page = refused.text().await.expect("a page");
    assert!(page.contains("Espere um minuto") && page.contains("<form"), "{page}");
    world.advance(61).await;
    for (session, code) in [(&first, &code), (&second, &others)] {
        assert!(html(world.press_page(session, code).await).await.contains("Pagamento aprovado"));
    }
    assert_eq!(world.net(&text(&asked["attempt"]["id"])).await, 6_000);
    world.finish().await;
}

async fn another_sites_form_is_not_taken(world: World) {
    let world = world.with_wallet().await;
    let (session, asked, code) = come_back(&world, json!({})).await;
    let press = |site: &'static str| {
        let url = world.url(&format!("/v1/checkout_sessions/{}/return", session.id));
        let request = world.http.post(url).form(&[("umclique_return", &code)]).header("sec-fetch-site", site);
        async move { request.send().await.expect("an answer") }
    };
    for site in ["cross-site", "same-site"] {
        assert_eq!(press(site).await.status(), StatusCode::FORBIDDEN, "{site}");
    }
    assert_untouched(&world, &asked).await;
    assert!(html(press("same-origin").await).await.contains("Pagamento aprovado"));
    world.finish().await;
}
