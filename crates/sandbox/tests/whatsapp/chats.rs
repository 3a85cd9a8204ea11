//! What control shows of chats and orders, and what a reset forgets.

use serde_json::{Value, json};

use crate::common::{ANA, Shop, order, report, words};

#[tokio::test]
async fn a_chat_shows_what_both_sides_said() {
    let shop = Shop::new().await;
    shop.ask("A").await;
    shop.tap("A", json!({})).await;
    let paid = json!({ "order": { "status": "processing" }, "payment": { "status": "captured" } });
    shop.accepted(&report("A", paid)).await;
    shop.accepted(&words(ANA)).await;
    shop.control("/whatsapp/buyers/5511999990000/text", &json!({ "body": "Valeu" })).await;
    let chat = shop.see("/whatsapp/chats/+55 11 99999-0000").await;
    assert_eq!((&chat["name"], &chat["window_open"]), (&json!("Ana"), &json!(true)));
    let bubbles = chat["bubbles"].as_array().expect("bubbles").clone();
    let facts = |bubble: &Value| (bubble["from"].clone(), bubble["kind"].clone());
    let line = |from: &str, kind: &str| (json!(from), json!(kind));
    assert_eq!(
        bubbles.iter().map(facts).collect::<Vec<_>>(),
        [
            line("shop", "order"),
            line("buyer", "payment"),
            line("shop", "order_status"),
            line("shop", "text"),
            line("buyer", "text")
        ]
    );
    let shown = &bubbles[0]["order"];
    assert_eq!((&shown["status"], &shown["payment"]), (&json!("processing"), &json!("captured")));
    assert_eq!((&shown["can_pay"], &shown["taps"]), (&json!(false), &json!(1)));
    assert_eq!((&bubbles[2]["status"], &bubbles[2]["payment"]), (&json!("processing"), &json!("captured")));
    assert_eq!(bubbles[4]["text"], "Valeu");
    let nobody = shop.client.get(shop.url("/_control/whatsapp/chats/5511900000000")).send().await.expect("an answer");
    assert_eq!(nobody.status().as_u16(), 404);
}

#[tokio::test]
async fn orders_are_listed_newest_first_and_filtered() {
    let shop = Shop::new().await;
    shop.ask("A").await;
    let mut other = order("B");
    other["to"] = json!("+5511988887777");
    shop.accepted(&other).await;
    shop.accepted(&report("A", json!({ "payment": { "status": "captured" } }))).await;
    for (query, expected) in [
        ("", vec!["B", "A"]),
        ("?open=true", vec!["B"]),
        ("?open=false", vec!["A"]),
        ("?phone=5511999990000", vec!["A"]),
        ("?limit=1", vec!["B"]),
    ] {
        let list = shop.see(&format!("/whatsapp/orders{query}")).await;
        let list: Vec<_> =
            list["data"].as_array().expect("a list").iter().map(|one| one["reference_id"].clone()).collect();
        assert_eq!(list, expected.into_iter().map(|one| json!(one)).collect::<Vec<_>>(), "{query}");
    }
    shop.set(json!({ "max_orders": 2 })).await;
    shop.ask("C").await;
    assert_eq!(shop.see("/whatsapp/orders").await["data"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_registered_address() {
    let shop = Shop::new().await;
    shop.ask("A").await;
    shop.set(json!({ "window_default": "closed", "app_secret": "rotated" })).await;
    shop.control("/reset", &json!({})).await;
    assert_eq!(shop.see("/whatsapp/chats").await["data"], json!([]));
    let settings = shop.see("/whatsapp/settings").await;
    assert_eq!((&settings["window_default"], &settings["app_secret"]), (&json!("open"), &json!("rotated")));
    assert_eq!(settings["webhook_url"], json!(shop.mailbox.url));
    shop.ask("A").await;
}

#[tokio::test]
async fn wrong_settings_are_refused_with_the_right_names() {
    let shop = Shop::new().await;
    for (changes, told) in [
        (json!({ "windw": 1 }), "unknown field `windw`"),
        (json!({ "window_default": "ajar" }), "expected `open` or `closed`"),
        (json!({ "max_orders": 0 }), "at least 1"),
        (json!({ "late_errors": [100] }), "2040"),
    ] {
        let (status, answer) = shop.try_control("/whatsapp/settings", &changes).await;
        assert_eq!(status, 400, "{changes}");
        assert!(answer["error"].as_str().is_some_and(|text| text.contains(told)), "{answer}");
    }
}
