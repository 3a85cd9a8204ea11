//! What a session offers of an account that its buyer linked: one click, and what forms may begin with.

use crate::on_both;
use crate::world::picpay::NONCE;
use crate::world::{Opened, World, key, ok, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use umclique_server::keys::sha256_hex;

on_both! {
    a_linked_account_is_offered_to_its_buyer_alone;
    a_link_that_is_taken_back_is_offered_no_more;
    a_link_that_has_lapsed_is_not_offered;
    forms_begin_with_what_the_session_lacks;
    nothing_is_suggested_where_the_account_tells_nothing;
}

/// A session of the shop's buyer of whom the shop knows nothing else.
async fn unknown(world: &World, buyer: Option<&str>, with: Value) -> Opened {
    let session = world.open_for(buyer, json!({"buyer": {"email": null}})).await;
    if with == json!({}) { session } else { world.open_for(buyer, json!({"buyer": with})).await }
}

/// What the wallet's offer names.
async fn saved(world: &World, session: &Opened) -> Value {
    let seen = world.session(session).await;
    let methods = seen["methods"].as_array().expect("a list").clone();
    let offer = methods.into_iter().find(|offer| offer["kind"] == "picpay_wallet").expect("it is offered");
    offer["saved"].clone()
}

async fn a_linked_account_is_offered_to_its_buyer_alone(world: World) {
    let world = world.with_wallet().await;
    let early = world.open_for(Some("buyer-1"), json!({})).await;
    assert_eq!(saved(&world, &early).await, Value::Null);
    world.linked("buyer-1", "bruno").await;
    assert_eq!(saved(&world, &early).await, json!([{"label": "b•••@example.com"}]), "also where it was open before");
    for buyer in [Some("buyer-2"), None] {
        let other = world.open_for(buyer, json!({})).await;
        assert_eq!(saved(&world, &other).await, Value::Null, "{buyer:?}");
    }
    // Another account takes its place.
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let details = json!({"nonce_sha256": sha256_hex(NONCE), "reconnect": true});
    let asked = ok(Ok(world.press_wallet(&session, &key(), details).await)).await;
    let code = world.consent(&asked, "ana").await;
    world.answer(&session, json!({"return_code": code, "nonce": NONCE})).await;
    assert_eq!(saved(&world, &early).await, json!([{"label": "a•••@example.com"}]));
    world.finish().await;
}

async fn a_link_that_is_taken_back_is_offered_no_more(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "bruno").await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let forgotten = world.shop(Method::DELETE, "/v1/buyers/buyer-1/links/picpay").send().await.expect("an answer");
    assert_eq!(forgotten.status(), StatusCode::NO_CONTENT);
    assert_eq!(saved(&world, &session).await, Value::Null);
    // By the buyer, who then does not consent to anything else.
    world.linked("buyer-1", "bruno").await;
    let details = json!({"nonce_sha256": sha256_hex(NONCE), "reconnect": true});
    let asked = ok(Ok(world.press_wallet(&session, &key(), details).await)).await;
    assert_eq!(saved(&world, &session).await, Value::Null, "from the press on");
    let back = world.decide(&text(&asked["next_action"]["url"]), "bruno", false).await;
    world.sent_on(&back).await;
    assert_eq!(saved(&world, &session).await, Value::Null);
    assert_eq!(world.link("buyer-1").await.status(), StatusCode::NOT_FOUND);
    world.finish().await;
}

async fn a_link_that_has_lapsed_is_not_offered(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "bruno").await;
    world.expire("bruno", "access").await;
    world.expire("bruno", "refresh").await;
    let session = unknown(&world, Some("buyer-1"), json!({})).await;
    assert_eq!(saved(&world, &session).await, json!([{"label": "b•••@example.com"}]), "nobody has noticed yet");
    assert_eq!(world.one_click(&session).await["last_error"]["code"], "authentication_failed");
    assert_eq!(saved(&world, &session).await, Value::Null);
    assert_eq!(world.session(&session).await["suggested"], Value::Null);
    assert_eq!(ok(Ok(world.link("buyer-1").await)).await["is_lapsed"], true);
    world.finish().await;
}

async fn forms_begin_with_what_the_session_lacks(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "bruno").await;
    let (email, birth_date) = ("bruno@example.com", "1990-05-17");
    for (buyer, known, expected) in [
        (Some("buyer-1"), json!({"email": null}), json!({"email": email, "birth_date": birth_date})),
        (Some("buyer-1"), json!({"email": "eu@example.com"}), json!({"birth_date": birth_date})),
        (Some("buyer-1"), json!({"email": null, "birth_date": "1980-01-02"}), json!({"email": email})),
        (Some("buyer-1"), json!({"email": "eu@example.com", "birth_date": "1980-01-02"}), Value::Null),
        (Some("buyer-2"), json!({"email": null}), Value::Null),
        (None, json!({"email": null}), Value::Null),
    ] {
        let session = unknown(&world, buyer, known.clone()).await;
        assert_eq!(world.session(&session).await["suggested"], expected, "{buyer:?} {known}");
        // The shop asked for nothing of this, and is told nothing.
        let path = format!("/v1/checkout_sessions/{}", session.id);
        assert_eq!(ok(world.shop(Method::GET, &path).send().await).await["suggested"], Value::Null);
    }
    // Where the wallet is not wanted, its account says nothing; nor once there is no form any more.
    let without = world.open_for(Some("buyer-1"), json!({"buyer": {"email": null}, "methods": ["picpay_qr"]})).await;
    assert_eq!(world.session(&without).await["suggested"], Value::Null);
    let paid = unknown(&world, Some("buyer-1"), json!({})).await;
    assert_eq!(world.one_click(&paid).await["suggested"], Value::Null);
    assert_eq!(world.session(&paid).await["suggested"], Value::Null);
    // Forgotten with the link.
    world.shop(Method::DELETE, "/v1/buyers/buyer-1/links/picpay").send().await.expect("an answer");
    let session = unknown(&world, Some("buyer-1"), json!({})).await;
    assert_eq!(world.session(&session).await["suggested"], Value::Null);
    let mut tx = world.server.payments.db.read().await.expect("the database answers");
    let rows = tx.rows("select profile from grants", Vec::new()).await.expect("read");
    assert!(rows.iter().all(|row| row.opt_text("profile").expect("a text").is_none()), "nobody is linked to it");
    drop(tx);
    world.finish().await;
}

async fn nothing_is_suggested_where_the_account_tells_nothing(world: World) {
    let world = world.with_wallet().await;
    world.control("picpay/settings", json!({"scopes": "openid payments.charge payments.refund"})).await;
    world.linked("buyer-1", "bruno").await;
    let session = unknown(&world, Some("buyer-1"), json!({})).await;
    assert_eq!(saved(&world, &session).await, json!([{}]), "it pays by one click, whoever it is");
    assert_eq!(world.session(&session).await["suggested"], Value::Null);
    assert_eq!(world.one_click(&session).await["status"], "succeeded");
    world.finish().await;
}
