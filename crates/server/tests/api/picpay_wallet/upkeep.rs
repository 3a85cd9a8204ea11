//! What the worker does about logins while nobody pays: it renews those that are needed, and forgets those that nobody needs.

use crate::on_both;
use crate::world::{World, ok, text, wait_for};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

on_both! {
    a_login_that_ends_soon_is_renewed_while_nobody_pays;
    a_login_that_nobody_needs_is_not_renewed;
    lapsed_logins_are_forgotten_unless_a_payment_or_a_link_needs_them;
}

/// Accounts whose login is kept, by the first letter that their masked address shows.
async fn kept(world: &World, with: &str) -> BTreeSet<String> {
    let mut tx = world.server.payments.db.read().await.expect("the database answers");
    let sql = format!("select masked_account from grants where {with}");
    let rows = tx.rows_built(sql, Vec::new()).await.expect("read");
    rows.iter().map(|row| row.text("masked_account").expect("told")[..1].to_owned()).collect()
}

fn letters(all: &str) -> BTreeSet<String> {
    all.chars().map(String::from).collect()
}

/// People with a wallet, told apart by their first letters.
async fn invite(world: &World, wallets: &[&str]) {
    for wallet in wallets {
        world.control(&format!("picpay/buyers/{wallet}"), json!({})).await;
    }
}

async fn until_refreshed(world: &World, times: usize) {
    wait_for("the worker to renew a login", || async {
        let calls = world.picpay_calls("refresh").await;
        if calls == times { Ok(()) } else { Err(calls) }
    })
    .await;
}

async fn a_login_that_ends_soon_is_renewed_while_nobody_pays(world: World) {
    let world = world.with_wallet().await;
    world.linked("buyer-1", "bruno").await;
    world.advance(1_000).await;
    world.advance(100).await;
    assert_eq!(world.picpay_calls("refresh").await, 0, "it has more than ten minutes left");
    // The first try comes to nothing, and nobody needs to do anything about it.
    world.picpay_fault("refresh", "error_503", 1).await;
    world.advance(200).await;
    until_refreshed(&world, 1).await;
    world.advance(61).await;
    until_refreshed(&world, 2).await;
    // Half an hour after the consent, and again.
    world.advance(1_300).await;
    until_refreshed(&world, 3).await;
    world.advance(1_300).await;
    until_refreshed(&world, 4).await;
    assert_eq!(world.picpay_calls("charge").await, 1, "nobody paid meanwhile");
    assert_eq!(ok(Ok(world.link("buyer-1").await)).await["is_lapsed"], false);
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    assert_eq!(world.one_click(&session).await["status"], "succeeded");
    world.finish().await;
}

async fn a_login_that_nobody_needs_is_not_renewed(world: World) {
    let world = world.with_wallet().await;
    invite(&world, &["forgotten", "parked", "linked", "reserved"]).await;
    // Who paid without being known to the shop, who was forgotten, and who consented and never came back.
    let session = world.open_for(None, json!({})).await;
    world.connect_and_pay(&session, "ana").await;
    world.linked("buyer-1", "forgotten").await;
    let forget = || world.shop(Method::DELETE, "/v1/buyers/buyer-1/links/picpay").send();
    assert!(forget().await.expect("an answer").status().is_success());
    let session = world.open_for(Some("buyer-2"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    world.consent(&asked, "parked").await;
    // Who is linked, and whose reservation is to be captured though the link is gone.
    world.linked("buyer-3", "linked").await;
    world.linked("buyer-1", "reserved").await;
    let manual = world.open_for(Some("buyer-1"), json!({"capture": "manual"})).await;
    let reserved = world.one_click(&manual).await;
    assert!(forget().await.expect("an answer").status().is_success());
    world.advance(1_300).await;
    until_refreshed(&world, 2).await;
    world.advance(550).await;
    wait_for("the others to lapse", || async {
        let lapsed = kept(&world, "lapsed_at is not null").await;
        if lapsed == letters("afp") { Ok(()) } else { Err(lapsed) }
    })
    .await;
    let dead = kept(&world, "access_token = '' and refresh_token is null and profile is null").await;
    assert_eq!(dead, letters("afp"), "dead tokens are not kept, nor what they opened");
    assert_eq!(kept(&world, "lapsed_at is null").await, letters("lr"));
    let payment = text(&reserved["attempt"]["id"]);
    ok(Ok(world.ask(&payment, "capture", json!({})).await)).await;
    world.until_payment(&payment, "the capture", |it| it["status"] == "succeeded").await;
    world.finish().await;
}

async fn lapsed_logins_are_forgotten_unless_a_payment_or_a_link_needs_them(world: World) {
    let world = world.with_wallet().await;
    invite(&world, &["parked", "kept-for-a-refund", "given-back", "reserved", "declined", "linked"]).await;
    world.control("picpay/buyers/declined", json!({"account": "closed"})).await;
    let session = world.open_for(Some("buyer-1"), json!({})).await;
    let asked = world.confirm_wallet(&session).await;
    let code = world.consent(&asked, "parked").await;
    let mut paid = Vec::new();
    for (wallet, with) in [
        ("kept-for-a-refund", json!({})),
        ("given-back", json!({})),
        ("reserved", json!({"capture": "manual"})),
        ("declined", json!({})),
    ] {
        let session = world.open_for(None, with).await;
        paid.push(text(&world.connect_and_pay(&session, wallet).await["attempt"]["id"]));
    }
    world.linked("buyer-2", "linked").await;
    ok(Ok(world.ask(&paid[1], "refunds", json!({})).await)).await;
    world.until_payment(&paid[1], "the refund", |it| it["refunded_minor"] == 6_000).await;
    world.advance(2 * 86_400).await;
    world.until(&session, "expired").await;
    wait_for("all of them to lapse", || async {
        let lapsed = kept(&world, "lapsed_at is not null").await;
        if lapsed == letters("dgklpr") { Ok(()) } else { Err(lapsed) }
    })
    .await;
    world.advance(86_400 + 601).await;
    wait_for("what nobody needs to be forgotten", || async {
        let kept = kept(&world, "id <> ''").await;
        if kept == letters("klr") { Ok(()) } else { Err(kept) }
    })
    .await;
    // What was forgotten is forgotten, and what came of it is still told.
    let page = world.page(&session, &code).await.text().await.expect("a page");
    assert!(page.contains("O prazo deste pedido acabou"), "{page}");
    // The login of a payment that can be refunded lives again when its buyer connects for whatever reason.
    ok(Ok(world.ask(&paid[0], "refunds", json!({"amount_minor": 10})).await)).await;
    let again = world.open_for(None, json!({})).await;
    world.connect_and_pay(&again, "kept-for-a-refund").await;
    world.advance(120).await;
    world.until_payment(&paid[0], "the refund", |it| it["refunded_minor"] == 10).await;
    world.finish().await;
}
