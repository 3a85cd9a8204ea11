//! The control API: lists, cards that change their minds, settings, reset.

use serde_json::json;

use crate::common::{Shop, of_card, order};

#[tokio::test]
async fn charges_are_listed_newest_first_with_what_was_asked_for() {
    let shop = Shop::new().await;
    let (one, two) = (shop.captured("A").await, shop.authorized("B").await);
    for (query, expected) in [
        ("", vec![&two, &one]),
        ("?reference=A", vec![&one]),
        ("?status=authorized", vec![&two]),
        ("?limit=1", vec![&two]),
    ] {
        let list = shop.see(&format!("/psp/charges{query}")).await;
        let list: Vec<_> = list["data"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect();
        assert_eq!(list, expected.into_iter().map(|id| json!(id)).collect::<Vec<_>>(), "{query}");
    }
    let charge = shop.see(&format!("/psp/charges/{one}")).await;
    assert_eq!((&charge["credential_reference"], &charge["capture"]), (&json!("stored_1"), &json!(true)));
    assert_eq!(charge["metadata"], json!({ "whatsapp_reference_id": "A.1" }));
    assert_eq!(shop.try_control("/psp/charges/ch_unknown/settle", &json!({})).await.0, 404);
}

#[tokio::test]
async fn control_tells_a_card_how_to_behave() {
    let shop = Shop::new().await;
    shop.control("/psp/cards/stored_1", &json!({ "behaves": "declined" })).await;
    assert_eq!(shop.post("/charges", "1", &order("A")).await.1["status"], "declined");
    shop.control("/psp/cards/stored_1", &json!({ "behaves": "approves" })).await;
    assert_eq!(shop.post("/charges", "2", &order("A")).await.1["status"], "captured");
    shop.control("/psp/cards/card_declined", &json!({ "behaves": "approves" })).await;
    assert_eq!(shop.post("/charges", "3", &of_card("A", "card_declined")).await.1["status"], "captured");
    assert_eq!(shop.try_control("/psp/cards/stored_1", &json!({ "behaves": "oddly" })).await.0, 400);
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_registered_address() {
    let shop = Shop::new().await;
    let id = shop.captured("A").await;
    shop.control("/psp/cards/stored_1", &json!({ "behaves": "declined" })).await;
    shop.set(json!({ "refund_outcome": "failed", "webhook_secret": "rotated" })).await;
    shop.control("/reset", &json!({})).await;
    let settings = shop.see("/psp/settings").await;
    assert_eq!((&settings["refund_outcome"], &settings["webhook_secret"]), (&json!("succeeded"), &json!("rotated")));
    assert_eq!(settings["webhook_url"], json!(shop.mailbox.url));
    assert_eq!(shop.get(&format!("/charges/{id}")).await.0, 404);
    assert_ne!(shop.captured("A").await, id, "the key is forgotten, and ids go on");
    assert_eq!(shop.ledger().await.len(), 1);
}

#[tokio::test]
async fn the_oldest_charge_is_forgotten_when_a_new_one_does_not_fit() {
    let shop = Shop::new().await;
    shop.set(json!({ "max_charges": 2 })).await;
    let first = shop.authorized("A").await;
    for reference in ["B", "C"] {
        shop.captured(reference).await;
    }
    assert_eq!(shop.get(&format!("/charges/{first}")).await.0, 404);
    assert_eq!(shop.get("/charges?reference=A").await.1, json!({ "data": [] }));
    shop.advance(8 * 86_400).await;
    assert!(shop.ledger().await.iter().all(|(kind, _)| kind != "void"), "the forgotten one is left alone");
    for (changes, told) in [(json!({ "max_charges": 0 }), "at least 1"), (json!({ "slow": 1 }), "unknown field `slow`")]
    {
        let (status, answer) = shop.try_control("/psp/settings", &changes).await;
        assert!(status == 400 && answer.to_string().contains(told), "{answer}");
    }
    shop.set(json!({ "rate_limited": true })).await;
    assert_eq!(shop.get("/charges?reference=A").await.0, 429);
}
