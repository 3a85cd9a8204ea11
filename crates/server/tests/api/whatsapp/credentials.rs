//! Stored cards: whose they are, and what is refused.

use crate::on_both;
use crate::world::whatsapp::{BUYER, PAYS, PHONE};
use crate::world::{World, key, ok, problem, text};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    a_card_is_stored_once_read_listed_and_forgotten;
    whatever_looks_like_a_cards_number_is_refused_and_kept_nowhere;
    a_card_is_offered_to_its_own_buyer_only;
    only_the_shops_key_opens_cards;
    a_card_of_somebody_else_cannot_be_confirmed;
}

fn card(psp_reference: &str) -> Value {
    json!({"buyer": {"phone": PHONE, "id": BUYER}, "last_four_digits": "4242", "brand": "visa", "psp_reference": psp_reference})
}

async fn a_card_is_stored_once_read_listed_and_forgotten(world: World) {
    let world = world.with_whatsapp().await;
    let name = key();
    let first = world.create_credential(&name, &card(PAYS)).await;
    assert_eq!(first.status(), 201);
    let first = first.text().await.expect("a body");
    let again = world.create_credential(&name, &card(PAYS)).await.text().await.expect("a body");
    assert_eq!(first, again, "byte for byte");
    let other = problem(world.create_credential(&name, &card("card_other")).await, 422).await;
    assert_eq!(other["code"], "idempotency_key_reused");
    let stored: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(stored["phone"], "+55•••0000", "masked");
    assert!(!first.contains(PAYS), "what charges the card is told to nobody: {first}");
    let path = format!("/v1/credentials/{}", text(&stored["id"]));
    assert_eq!(ok(world.shop(Method::GET, &path).send().await).await, stored);
    let list = ok(world.shop(Method::GET, &format!("/v1/credentials?buyer={BUYER}")).send().await).await;
    assert_eq!(list, json!({"data": [stored], "next": null}));
    assert_eq!(world.shop(Method::DELETE, &path).send().await.expect("an answer").status(), 204);
    problem(world.shop(Method::GET, &path).send().await.expect("an answer"), 404).await;
    world.finish().await;
}

async fn whatever_looks_like_a_cards_number_is_refused_and_kept_nowhere(world: World) {
    let world = world.with_whatsapp().await;
    let number = "4242424242424242";
    let bodies = [
        card(number),
        card("card_4242-4242-4242-4242"),
        json!({"buyer": {"phone": PHONE, "id": number}, "last_four_digits": "4242", "brand": "visa", "psp_reference": "c"}),
        json!({"buyer": {"phone": PHONE}, "last_four_digits": "4242", "brand": "4242 4242 4242 4242", "psp_reference": "c"}),
        json!({"buyer": {"phone": PHONE}, "last_four_digits": number, "brand": "visa", "psp_reference": "c"}),
        json!({"buyer": {"phone": number}, "last_four_digits": "4242", "brand": "visa", "psp_reference": "c"}),
    ];
    for body in bodies {
        let refused = problem(world.create_credential(&key(), &body).await, 422).await;
        assert!(!refused.to_string().contains("4242424242424242"), "a problem repeats no number: {refused}");
        assert!(!refused["errors"].as_array().expect("a list").is_empty(), "{refused}");
    }
    let with_number = json!({"card_number": number});
    let refused = problem(world.create_credential(&key(), &with_number).await, 400).await;
    assert!(!refused.to_string().contains(number), "{refused}");
    let mut tx = world.server.payments.db.read().await.expect("the database answers");
    let rows = tx.rows("select id from credentials", umclique_server::args![]).await.expect("listed");
    assert!(rows.is_empty(), "nothing of it was stored");
    drop(tx);
    world.finish().await;
}

async fn a_card_is_offered_to_its_own_buyer_only(world: World) {
    let world = world.with_whatsapp().await;
    world.store_card(PAYS).await;
    let nobodys = world.store_card_of(None, "+5511988887777", PAYS).await;
    for (buyer, saved) in [
        (json!({"id": "cliente-18"}), None),
        (json!({"id": "cliente-18", "phone": PHONE}), None),
        (json!({"phone": PHONE}), None),
        (json!({"id": "cliente-18", "phone": "+5511988887777"}), None),
        (json!({"phone": "+5511988887777"}), Some(nobodys.as_str())),
    ] {
        let session = world.open(json!({"buyer": buyer})).await;
        let seen = world.session(&session).await;
        let offer = seen["methods"].as_array().expect("a list").iter().find(|it| it["kind"] == "whatsapp").cloned();
        let found = offer.map(|offer| text(&offer["saved"][0]["id"]));
        assert_eq!(found.as_deref(), saved, "{buyer}");
    }
    // A session that only WhatsApp could pay, without a card, cannot be opened at all.
    let body = crate::world::session_body(json!({"buyer": {"id": "cliente-18"}, "methods": ["whatsapp"]}));
    assert_eq!(problem(world.create_as(&key(), &body).await, 422).await["code"], "no_method");
    world.finish().await;
}

async fn only_the_shops_key_opens_cards(world: World) {
    let world = world.with_whatsapp().await;
    let id = world.store_card(PAYS).await;
    let session = world.open_in_chat(json!({})).await;
    for path in [format!("/v1/credentials/{id}"), format!("/v1/credentials?buyer={BUYER}")] {
        let asked = world.http.get(world.url(&path)).bearer_auth(&session.secret).send().await.expect("an answer");
        assert!([401, 403].contains(&asked.status().as_u16()), "{path}");
        let asked = world.http.get(world.url(&path)).send().await.expect("an answer");
        problem(asked, 401).await;
    }
    problem(world.shop(Method::GET, "/v1/credentials").send().await.expect("an answer"), 422).await;
    world.finish().await;
}

async fn a_card_of_somebody_else_cannot_be_confirmed(world: World) {
    let world = world.with_whatsapp().await;
    world.store_card(PAYS).await;
    let other = world.store_card_of(Some("cliente-18"), "+5511988887777", PAYS).await;
    let session = world.open_in_chat(json!({})).await;
    let request = world.buyer(&session, Method::POST, "/confirm").header("idempotency-key", key());
    let body = json!({"method": "whatsapp", "details": {"credential": other}});
    let refused = problem(request.json(&body).send().await.expect("an answer"), 422).await;
    assert_eq!(refused["errors"][0]["field"], "credential");
    assert_eq!(world.session(&session).await["status"], "requires_payment_method");
    world.finish().await;
}
