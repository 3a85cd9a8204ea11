//! Who comes back from PicPay, and who only seems to.

use crate::on_both;
use crate::world::picpay::{NONCE, parameter};
use crate::world::{Opened, World, key, problem, text};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

on_both! {
    a_refusal_ends_at_the_shop_and_another_try_is_free;
    a_callback_twice_gives_no_second_code;
    an_authorize_url_in_a_strangers_browser_charges_and_links_nothing;
    the_code_and_the_nonce_are_both_needed;
    another_sessions_return_is_refused;
    another_sessions_callback_is_refused;
    a_code_that_picpay_does_not_know_ends_the_attempt;
    a_state_that_is_not_ours_ends_on_a_page;
    a_consent_that_comes_too_late_pays_nothing;
    the_browser_goes_on_only_to_the_sessions_own_address;
    an_account_can_be_changed;
}

async fn resume(world: &World, session: &Opened, answer: Value) -> Response {
    world.answer_as(session, &key(), answer).await
}

/// A page of the server's own: no script, nothing from elsewhere, in nobody's frame, kept and told to nobody.
pub(super) fn assert_page_is_locked(answer: &Response) {
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (policy, rest) = header("content-security-policy").split_once("; style-src 'sha256-").expect("a policy");
    assert_eq!(policy, "default-src 'none'");
    let (_, rest) = rest.split_once("'; ").expect("a hash");
    assert_eq!(rest, "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(header(name), value, "{name}");
    }
    assert_eq!(header("access-control-allow-origin"), "");
}

/// Nothing was taken, and nobody linked.
pub(super) async fn assert_untouched(world: &World, asked: &Value) {
    assert_eq!(world.charges(&text(&asked["attempt"]["id"])).await, Vec::<Value>::new());
    assert_eq!(world.link("buyer-1").await.status(), StatusCode::NOT_FOUND);
}

async fn a_refusal_ends_at_the_shop_and_another_try_is_free(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let back = world.decide(&text(&asked["next_action"]["url"]), "ana", false).await;
    let shop = world.sent_on(&back).await;
    assert_eq!((parameter(&shop, "umclique_return"), shop.host_str()), (None, Some("loja.example")));
    assert_eq!(world.session(&session).await["status"], "requires_payment_method");
    assert_untouched(&world, &asked).await;
    assert_eq!(world.connect_and_pay(&session, "ana").await["status"], "succeeded");
    world.finish().await;
}

async fn a_callback_twice_gives_no_second_code(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let url = text(&asked["next_action"]["url"]);
    let (first, second) = (world.decide(&url, "ana", true).await, world.decide(&url, "bruno", true).await);
    let code = parameter(&world.sent_on(&first).await, "umclique_return").expect("a code");
    for address in [&first, &second] {
        assert_eq!(parameter(&world.sent_on(address).await, "umclique_return"), None, "{address}");
    }
    let paid = resume(&world, &session, json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(paid.status(), StatusCode::OK, "the first one still pays");
    let charge = &world.charges(&text(&asked["attempt"]["id"])).await[0];
    assert_eq!(charge["buyer"], "ana", "{charge}");
    assert_eq!(world.picpay_calls("token").await, 1);
    world.finish().await;
}

/// Login CSRF: PicPay does not ask a buyer twice, so a link that is passed on makes a code without a word.
async fn an_authorize_url_in_a_strangers_browser_charges_and_links_nothing(world: World) {
    let world = world.with_wallet().await;
    let victim = world.linked("victim", "bruno").await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let back = world.decide(&text(&asked["next_action"]["url"]), "bruno", true).await;
    let shop = world.sent_on(&back).await;
    assert_untouched(&world, &asked).await;
    // The attacker has the nonce, and not what went on in the stranger's browser.
    for code in ["", "guess", &text(&asked["attempt"]["id"])] {
        let refused = resume(&world, &session, json!({"return_code": code, "nonce": NONCE})).await;
        assert_eq!(problem(refused, 422).await["code"], "invalid_fields");
    }
    // The stranger has the code, and neither the nonce nor the session's key.
    let code = parameter(&shop, "umclique_return").expect("a code");
    let body = json!({"attempt": asked["attempt"]["id"], "round": 0, "return_code": code, "nonce": NONCE});
    let path = format!("/v1/checkout_sessions/{}/resume", session.id);
    let stranger = world.http.request(Method::POST, world.url(&path)).header("idempotency-key", key());
    problem(stranger.json(&body).send().await.expect("an answer"), 401).await;
    assert_untouched(&world, &asked).await;
    // The stranger's own link goes on.
    let own = world.open_for(Some("victim"), json!({})).await;
    assert_eq!(world.one_click(&own).await["status"], "succeeded");
    assert_eq!(world.net(&victim).await, 6_000);
    world.finish().await;
}

async fn the_code_and_the_nonce_are_both_needed(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let early = resume(&world, &session, json!({"return_code": "x", "nonce": NONCE})).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY, "nobody came back yet");
    let code = world.consent(&asked, "ana").await;
    for (answer, status) in [
        (json!({"return_code": code, "nonce": "another"}), 422),
        (json!({"return_code": "another", "nonce": NONCE}), 422),
        (json!({"return_code": code}), 409),
        (json!({"nonce": NONCE}), 409),
        (json!({"token": "ptkn_Abc123Abc1"}), 409),
        (json!({"challenge": "done"}), 409),
    ] {
        problem(resume(&world, &session, answer).await, status).await;
    }
    assert_untouched(&world, &asked).await;
    let paid = resume(&world, &session, json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(paid.status(), StatusCode::OK);
    let again = resume(&world, &session, json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(problem(again, 409).await["code"], "not_asked");
    assert_eq!(world.net(&text(&asked["attempt"]["id"])).await, 6_000);
    world.finish().await;
}

async fn another_sessions_return_is_refused(world: World) {
    let world = world.with_wallet().await;
    let (one, other) = (world.open_for(Some("buyer-1"), json!({})).await, world.open_for(None, json!({})).await);
    let (asked, _) = (world.confirm_wallet(&one).await, world.confirm_wallet(&other).await);
    let code = world.consent(&asked, "ana").await;
    // The same browser, so the same nonce perhaps: still another session's.
    problem(resume(&world, &other, json!({"return_code": code, "nonce": NONCE})).await, 422).await;
    assert_untouched(&world, &asked).await;
    assert_eq!(world.session(&other).await["status"], "requires_action");
    world.finish().await;
}

/// Mix-up: PicPay's code of one session, brought with the state of another. It has been used, or is used up by it.
async fn another_sessions_callback_is_refused(world: World) {
    let world = world.with_wallet().await;
    let (own, other) =
        (world.open_for(Some("buyer-1"), json!({})).await, world.open_for(Some("thief"), json!({})).await);
    let (asked, stolen) = (world.confirm_wallet(&own).await, world.confirm_wallet(&other).await);
    let back = world.decide(&text(&asked["next_action"]["url"]), "ana", true).await;
    let code = parameter(&world.sent_on(&back).await, "umclique_return").expect("a code");
    let of = |address: &str, name: &str| parameter(&reqwest::Url::parse(address).expect("an address"), name);
    let (used, state) = (of(&back, "code").expect("a code"), of(&text(&stolen["next_action"]["url"]), "state"));
    let state = state.expect("a state");
    let mixed = format!("http://x.example/providers/picpay/callback?code={used}&state={state}");
    assert_eq!(parameter(&world.sent_on(&mixed).await, "umclique_return"), None);
    assert_eq!(world.session(&other).await["status"], "requires_payment_method", "it came to nothing");
    assert_untouched(&world, &stolen).await;
    assert_eq!(world.link("thief").await.status(), StatusCode::NOT_FOUND);
    let paid = resume(&world, &own, json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(paid.status(), StatusCode::OK, "who it belongs to pays with it");
    assert_eq!(world.net(&text(&asked["attempt"]["id"])).await, 6_000);
    world.finish().await;
}

/// Code injection: a code of somebody else's login, or one that was made up.
async fn a_code_that_picpay_does_not_know_ends_the_attempt(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let back = world.decide(&text(&asked["next_action"]["url"]), "ana", true).await;
    let url = reqwest::Url::parse(&back).expect("an address");
    let state = parameter(&url, "state").expect("our state");
    let forged = format!("http://x.example/providers/picpay/callback?code=made-up&state={state}");
    assert_eq!(parameter(&world.sent_on(&forged).await, "umclique_return"), None);
    let seen = world.session(&session).await;
    let told = (&seen["status"], &seen["last_error"]["code"]);
    assert_eq!(told, (&json!("requires_payment_method"), &json!("provider_unavailable")), "{seen}");
    assert_untouched(&world, &asked).await;
    world.finish().await;
}

async fn a_state_that_is_not_ours_ends_on_a_page(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let attempt = text(&asked["attempt"]["id"]);
    for query in [
        "".to_owned(),
        "code=x".to_owned(),
        "code=x&state=".to_owned(),
        "code=x&state=%ff%00".to_owned(),
        format!("code=x&state={attempt}.0."),
        format!("code=x&state={attempt}.0.AAAAAAAAAAAAAAAAAAAAAA"),
        format!("state={attempt}&state={attempt}"),
        "error=access_denied&state=<script>".to_owned(),
    ] {
        let answer = world.visit(&format!("http://x.example/providers/picpay/callback?{query}")).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_page_is_locked(&answer);
        let page = answer.text().await.expect("a page");
        assert!(page.contains("Volte à loja") && !page.contains("<script") && !page.contains(&attempt), "{page}");
    }
    assert_eq!(world.session(&session).await["status"], "requires_action", "nothing happened to the attempt");
    world.finish().await;
}

async fn a_consent_that_comes_too_late_pays_nothing(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    world.leave(&session, &text(&asked["attempt"]["id"])).await;
    assert_eq!(world.session(&session).await["status"], "requires_payment_method", "nothing there can charge");
    let back = world.decide(&text(&asked["next_action"]["url"]), "ana", true).await;
    assert_eq!(parameter(&world.sent_on(&back).await, "umclique_return"), None);
    assert_eq!(world.picpay_calls("token").await, 0, "the code is not even redeemed");
    assert_untouched(&world, &asked).await;
    // And the session's own end.
    let asked = world.confirm_wallet(&session).await;
    world.advance(25 * 3_600).await;
    world.until(&session, "expired").await;
    let back = world.decide(&text(&asked["next_action"]["url"]), "ana", true).await;
    assert_eq!(parameter(&world.sent_on(&back).await, "umclique_return"), None);
    world.finish().await;
}

async fn the_browser_goes_on_only_to_the_sessions_own_address(world: World) {
    let world = world.with_wallet().await;
    let with = json!({"return_url": "https://loja.example/obrigado?pedido=1&umclique_return=mine#fim"});
    let session = world.open_for(Some("buyer-1"), with).await;
    let asked = world.confirm_wallet(&session).await;
    let back = world.decide(&text(&asked["next_action"]["url"]), "ana", true).await;
    let shop =
        world.sent_on(&format!("{back}&return_url=https://evil.example&redirect_uri=https://evil.example")).await;
    let expected = "https://loja.example/obrigado?pedido=1&umclique_return=mine&umclique_session=";
    assert!(shop.as_str().starts_with(expected) && shop.fragment() == Some("fim"), "{shop}");
    assert!(!shop.as_str().contains("evil"), "{shop}");
    world.finish().await;
}

async fn an_account_can_be_changed(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "ana").await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let details = json!({"nonce_sha256": umclique_server::keys::sha256_hex(NONCE), "reconnect": true});
    let asked: Value = world.press_wallet(&session, &key(), details).await.json().await.expect("JSON");
    let code = world.consent(&asked, "bruno").await;
    let paid = world.answer(&session, json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    let link: Value = world.link("buyer-1").await.json().await.expect("JSON");
    assert_eq!(link["account"], "b•••@example.com");
    world.finish().await;
}
