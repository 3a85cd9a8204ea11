//! Logins: one renewal at a time, "connect again" instead of errors, and no token where it does not belong.

use crate::on_both;
use crate::world::picpay::NONCE;
use crate::world::{World, key, ok, problem, text, wait_for};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use umclique_server::keys::sha256_hex;

on_both! {
    many_payments_of_one_buyer_renew_the_login_once;
    a_token_that_picpay_refuses_is_renewed_and_the_payment_made;
    a_login_that_has_lapsed_asks_the_buyer_to_connect_again;
    one_click_alone_cannot_connect_again;
    a_refund_waits_for_the_buyers_login;
    a_key_of_the_vault_is_changed_without_anybody_connecting_again;
    an_account_is_known_again_where_picpay_tells_nothing_about_it;
    nothing_secret_or_personal_of_an_account_is_in_the_database_in_clear;
    no_token_is_in_the_logs;
}

/// On PostgreSQL two servers take them, on SQLite one.
async fn many_payments_of_one_buyer_renew_the_login_once(world: World) {
    let world = world.with_wallet().await;
    world.control("picpay/buyers/bruno", json!({"balance_minor": 90_000_000})).await;
    world.linked("buyer-1", "bruno").await;
    let other = if world.database.is_shared() { Some(world.another_server().await) } else { None };
    let mut sessions = Vec::new();
    for _ in 0..16 {
        sessions.push(world.open_for(Some("buyer-1"), json!({})).await);
    }
    // The access token has a few seconds left, the refresh token half an hour.
    world.advance(295).await;
    let presses = sessions.iter().enumerate().map(|(at, session)| {
        let server = other.as_ref().filter(|_| at % 2 == 1).unwrap_or(&world.server);
        let request = world.one_click_at(&server.address.to_string(), session, &key());
        async move { ok(request.send().await).await["status"].clone() }
    });
    let statuses = join_all(presses).await;
    assert!(statuses.iter().all(|status| status == "succeeded"), "{statuses:?}");
    assert_eq!(world.picpay_calls("refresh").await, 1, "a second renewal would have killed the first one's tokens");
    if let Some(other) = other {
        other.stop().await;
    }
    world.finish().await;
}

async fn a_token_that_picpay_refuses_is_renewed_and_the_payment_made(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "ana").await;
    world.expire("ana", "access").await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let paid = world.one_click(&session).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    assert_eq!((world.picpay_calls("refresh").await, world.picpay_calls("charge").await), (1, 3));
    assert_eq!(world.net(&text(&paid["attempt"]["id"])).await, 6_000);
    world.finish().await;
}

async fn a_login_that_has_lapsed_asks_the_buyer_to_connect_again(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "ana").await;
    world.expire("ana", "access").await;
    world.expire("ana", "refresh").await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    assert_eq!((&asked["status"], &asked["last_error"]), (&json!("requires_action"), &Value::Null), "{asked}");
    let link = ok(Ok(world.link("buyer-1").await)).await;
    assert_eq!(link["is_lapsed"], true, "{link}");
    let code = world.consent(&asked, "ana").await;
    let paid = world.answer(&session, json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");
    assert_eq!(world.net(&text(&paid["attempt"]["id"])).await, 6_000);
    let again = world.open_for(Some("buyer-1"), json!({})).await;
    assert_eq!(world.one_click(&again).await["status"], "succeeded", "and one click is one click again");
    world.finish().await;
}

async fn one_click_alone_cannot_connect_again(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "ana").await;
    world.expire("ana", "access").await;
    world.expire("ana", "refresh").await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let seen = world.one_click(&session).await;
    let told = (&seen["status"], &seen["last_error"]["code"]);
    assert_eq!(told, (&json!("requires_payment_method"), &json!("authentication_failed")), "{seen}");
    problem(world.press_wallet(&session, &key(), json!({})).await, 422).await;
    assert_eq!(world.connect_and_pay(&session, "ana").await["status"], "succeeded");
    world.finish().await;
}

async fn a_refund_waits_for_the_buyers_login(world: World) {
    let world = world.with_wallet().await;
    let payment = world.linked("buyer-1", "ana").await;
    world.expire("ana", "access").await;
    world.expire("ana", "refresh").await;
    let asked = ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 100})).await)).await;
    let path = format!("/v1/refunds/{}", text(&asked["id"]));
    let waiting = wait_for("a reason", || async {
        let seen = ok(world.shop(Method::GET, &path).send().await).await;
        if seen["failure"].is_string() { Ok(seen) } else { Err(seen) }
    })
    .await;
    assert_eq!(waiting["status"], "pending", "{waiting}");
    assert!(text(&waiting["failure"]).contains("connects again"), "{waiting}");
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    world.connect_and_pay(&session, "ana").await;
    world.advance(120).await;
    world.until_payment(&payment, "the refund", |it| it["refunded_minor"] == 100).await;
    let done = ok(world.shop(Method::GET, &path).send().await).await;
    assert_eq!((&done["status"], &done["failure"]), (&json!("succeeded"), &Value::Null), "{done}");
    assert_eq!(world.ledger_sum("refund", &payment).await, 100);
    world.finish().await;
}

async fn a_key_of_the_vault_is_changed_without_anybody_connecting_again(mut world: World) {
    let (old, new) = (crate::world::picpay::VAULT_KEYS, "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=");
    world.restart_with_wallet(&[]).await;
    world.linked("buyer-1", "bruno").await;
    for (keys, seals) in [(format!("{new},{old}"), "x1.k2."), (new.to_owned(), "x1.k2.")] {
        world.restart_with_wallet(&[("VAULT_KEYS", &keys)]).await;
        // The next renewal seals the new pair with the newest key.
        world.expire("bruno", "access").await;
        let session = world.open_for(Some("buyer-1"), json!({})).await;
        assert_eq!(world.one_click(&session).await["status"], "succeeded", "{keys}");
        let mut tx = world.server.payments.db.read().await.expect("the database answers");
        let rows = tx.rows("select access_token, refresh_token from grants", Vec::new()).await.expect("read");
        for column in ["access_token", "refresh_token"] {
            assert!(rows[0].text(column).expect("a text").starts_with(seals), "{column}");
        }
    }
    // A key that is missing is the operator's to bring back: nobody's login has lapsed because of it.
    world.restart_with_wallet(&[("VAULT_KEYS", old)]).await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    assert_eq!(world.one_click(&session).await["status"], "processing");
    assert_eq!(ok(Ok(world.link("buyer-1").await)).await["is_lapsed"], false);
    world.restart_with_wallet(&[("VAULT_KEYS", new)]).await;
    let paid = world.until(&session, "succeeded").await;
    assert_eq!(world.net(&text(&paid["attempt"]["id"])).await, 6_000);
    world.finish().await;
}

/// Else the older login would be dead for ever, and its payments' refunds with it.
async fn an_account_is_known_again_where_picpay_tells_nothing_about_it(world: World) {
    let world = world.with_wallet().await;
    world.picpay_fault("userinfo", "error_500", 1).await;
    let payment = world.linked("buyer-1", "ana").await;
    let link = ok(Ok(world.link("buyer-1").await)).await;
    assert_eq!(link["account"], Value::Null, "{link}");
    // The same account connects for another buyer, which kills the first tokens at PicPay.
    world.linked("buyer-2", "ana").await;
    ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 100})).await)).await;
    world.until_payment(&payment, "the refund", |it| it["refunded_minor"] == 100).await;
    let link = ok(Ok(world.link("buyer-1").await)).await;
    assert_eq!((&link["account"], &link["is_lapsed"]), (&json!("a•••@example.com"), &json!(false)), "{link}");
    world.finish().await;
}

/// Nor what an account says of its owner: not even in what is kept for a caller's key.
async fn nothing_secret_or_personal_of_an_account_is_in_the_database_in_clear(world: World) {
    let world = world.with_wallet().await;
    let nobody = json!({"buyer": {"id": "buyer-1", "name": null, "email": null}});
    let session = world.open_for(Some("buyer-1"), nobody.clone()).await;
    let asked = world.confirm_wallet(&session).await;
    let code = world.consent(&asked, "ana").await;
    world.answer(&session, json!({"return_code": code, "nonce": NONCE})).await;
    // A session that suggests it, and whose answers are kept while it does.
    world.control("picpay/buyers/ana", json!({"account": "closed"})).await;
    let again = world.open_for(Some("buyer-1"), nobody).await;
    assert_eq!(world.session(&again).await["suggested"]["email"], "ana@example.com");
    assert_eq!(world.one_click(&again).await["status"], "requires_payment_method");
    let id = umclique_wire::AttemptId::parse(&text(&asked["attempt"]["id"])).expect("an id");
    let mut tx = world.server.payments.db.read().await.expect("the database answers");
    let attempt = umclique_server::store::attempts::get(&mut tx, &id).await.expect("read").expect("it is there");
    let grant = text(&attempt.details["grant"]);
    let kept = umclique_server::store::grants::get(&mut tx, &grant).await.expect("read").expect("it is there");
    for sealed in [Some(&kept.access_token), kept.refresh_token.as_ref(), kept.profile.as_ref()] {
        let sealed = sealed.expect("a secret");
        assert!(sealed.starts_with("x1.k1."), "{sealed}");
    }
    drop(tx);
    let everything = world.database.text().await;
    for known in [&grant, "a•••@example.com", &sha256_hex(NONCE), &sha256_hex(&code), &kept.access_token] {
        assert!(everything.contains(known), "{known} is not found, so this test finds nothing");
    }
    for secret in ["eyJ", "picpay_demo_secret", NONCE, &code, "ana@example.com", "1990-05-17"] {
        assert!(!everything.contains(secret), "{secret} is in the database");
    }
    world.finish().await;
}

/// At the level of detail of somebody who looks for a fault.
async fn no_token_is_in_the_logs(world: World) {
    let mut world = world.with_wallet().await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    world.pause_server().await;
    let mut program = crate::process::program(&world);
    program.env("RUST_LOG", "debug");
    let server = crate::process::Server::start(program).await;
    let base = format!("http://{}", server.address);
    let post = |path: &str, body: Value| {
        let url = format!("{base}/v1/checkout_sessions/{}/{path}", session.id);
        let request = world.http.post(url).bearer_auth(&session.secret).header("idempotency-key", key());
        async move { ok(request.json(&body).send().await).await }
    };
    let details = json!({"nonce_sha256": sha256_hex(NONCE)});
    let asked = post("confirm", json!({"method": "picpay_wallet", "details": details})).await;
    let back = world.decide(&text(&asked["next_action"]["url"]), "ana", true).await;
    let query = back.split_once('?').expect("a query").1.to_owned();
    let browser = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
    let went = browser.expect("a client").get(format!("{base}/providers/picpay/callback?{query}")).send().await;
    let shop = went.expect("an answer").headers()["location"].to_str().expect("a text").to_owned();
    let code = shop.split_once("umclique_return=").expect("a code").1.to_owned();
    let answer = json!({"attempt": asked["attempt"]["id"], "round": 0, "return_code": code, "nonce": NONCE});
    assert_eq!(post("resume", answer).await["status"], "succeeded");
    server.terminate();
    let (_, logs) = server.ended().await;
    assert!(logs.contains("a payment moved on"), "the logs are read: {logs}");
    for secret in ["eyJ", "picpay_demo_secret", NONCE, &code, &query, "AQIDBAUG", "ana@example.com", "1990-05-17"] {
        assert!(!logs.contains(secret), "{secret} is in the logs");
    }
    world.resume_server().await;
    world.finish().await;
}
