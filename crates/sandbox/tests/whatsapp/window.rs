//! The 24 hours in which a shop may write freely to who wrote to it.

use serde_json::json;

use crate::common::{ANA, Shop, code, order, parameters, template, words};

const ANAS: &str = "/whatsapp/buyers/5511999990000";

#[tokio::test]
async fn by_default_a_buyer_who_was_never_heard_of_can_be_written_to() {
    let shop = Shop::new().await;
    shop.ask("A").await;
    shop.set(json!({ "window_default": "closed" })).await;
    assert_eq!(code(&shop.send(&order("B")).await), (400, 131_047));
    assert_eq!(code(&shop.send(&words(ANA)).await), (400, 131_047), "whatever it is");
}

#[tokio::test]
async fn the_window_is_open_for_24_hours_after_the_buyer_wrote() {
    let shop = Shop::new().await;
    shop.set(json!({ "window_default": "closed" })).await;
    shop.control(&format!("{ANAS}/text"), &json!({ "body": "Oi" })).await;
    shop.ask("A").await;
    shop.advance(86_400 - 60).await;
    shop.ask("B").await;
    shop.advance(61).await;
    assert_eq!(code(&shop.send(&order("C")).await), (400, 131_047));
    assert_eq!(shop.see(ANAS).await["window_open"], false);
    shop.tap("A", json!({})).await;
    shop.ask("C").await;
    assert_eq!(shop.see(ANAS).await["window_open"], true, "a tap is a message, too");
}

#[tokio::test]
async fn templates_pass_a_closed_window() {
    let shop = Shop::new().await;
    shop.control(ANAS, &json!({ "window": "closed" })).await;
    assert_eq!(code(&shop.send(&order("A")).await), (400, 131_047));
    shop.accepted(&template("lembrete", json!([]))).await;
    let button = json!([{ "type": "button", "sub_type": "order_details", "index": "0", "parameters": [
        { "type": "action", "action": { "order_details": parameters("A") } }] }]);
    shop.accepted(&template("pedido", button)).await;
    assert_eq!(shop.order("A").await["can_pay"], true);
    shop.control(ANAS, &json!({ "window": "open" })).await;
    shop.ask("B").await;
    shop.advance(86_401).await;
    assert_eq!(code(&shop.send(&order("C")).await), (400, 131_047));
    shop.control(ANAS, &json!({ "window": "default" })).await;
    shop.ask("C").await;
}

#[tokio::test]
async fn a_closed_window_may_be_told_late() {
    let mut shop = Shop::with_statuses().await;
    shop.set(json!({ "late_errors": [131_047] })).await;
    shop.control(ANAS, &json!({ "window": "closed" })).await;
    shop.accepted(&order("A")).await;
    let status = crate::common::value(&shop.mailbox.next().await)["statuses"][0].clone();
    assert_eq!((&status["status"], &status["errors"][0]["code"]), (&json!("failed"), &json!(131_047)));
}
