//! What the page of a return does not take: wrong codes, late presses, other sites' forms, and markup in what a shop wrote.

use super::*;

on_both! {
    nothing_that_a_shop_wrote_becomes_markup;
    a_wrong_code_opens_nothing;
    a_press_after_the_end_pays_nothing_and_says_why;
    presses_are_limited_by_the_buyers_address;
    another_sites_form_is_not_taken;
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
