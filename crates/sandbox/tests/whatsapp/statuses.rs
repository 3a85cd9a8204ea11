//! What becomes of an accepted message: sent, delivered, read, failed; late, out of order, left out.

use serde_json::{Value, json};

use crate::common::{ANAS_ID, Shop, order, value, words};

/// The next status that comes.
async fn next(shop: &mut Shop) -> Value {
    value(&shop.mailbox.next().await)["statuses"][0].clone()
}

async fn names(shop: &mut Shop, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..count {
        names.push(next(shop).await["status"].as_str().expect("a name").to_owned());
    }
    names
}

/// The ticks under the only bubble.
async fn ticks(shop: &Shop) -> Value {
    shop.see("/whatsapp/chats").await["data"][0]["bubbles"][0]["delivery"].clone()
}

#[tokio::test]
async fn a_message_is_sent_delivered_and_read() {
    let mut shop = Shop::with_statuses().await;
    let mut body = order("A");
    body["biz_opaque_callback_data"] = json!("ours-1");
    let wamid = shop.accepted(&body).await;
    for expected in ["sent", "delivered", "read"] {
        let status = next(&mut shop).await;
        assert_eq!((&status["id"], &status["status"]), (&json!(wamid), &json!(expected)));
        assert_eq!((&status["recipient_id"], &status["biz_opaque_callback_data"]), (&json!(ANAS_ID), &json!("ours-1")));
        assert!(status["timestamp"].as_str().is_some_and(|at| at.parse::<i64>().is_ok()), "a string of seconds");
        assert_eq!((status.get("conversation"), status.get("errors")), (None, None));
        assert_eq!(status["pricing"].is_object(), expected != "read");
    }
    assert_eq!(ticks(&shop).await, "read");
}

#[tokio::test]
async fn each_station_has_its_time_on_the_virtual_clock() {
    let mut shop = Shop::with_statuses().await;
    shop.set(json!({ "sent_after_ms": 10_000, "delivered_after_ms": 60_000, "read_after_ms": null })).await;
    shop.accepted(&words("+5511999990000")).await;
    assert_eq!(ticks(&shop).await, "accepted");
    shop.advance(10).await;
    assert_eq!(next(&mut shop).await["status"], "sent");
    assert_eq!((ticks(&shop).await, shop.mailbox.waiting()), (json!("sent"), 0));
    shop.advance(50).await;
    assert_eq!(next(&mut shop).await["status"], "delivered");
    shop.advance(86_400).await;
    assert_eq!((ticks(&shop).await, shop.mailbox.waiting()), (json!("delivered"), 0));
    let opened = shop.control("/whatsapp/buyers/5511999990000/open", &json!({})).await;
    assert_eq!(opened["read"], 1);
    assert_eq!((next(&mut shop).await["status"].clone(), ticks(&shop).await), (json!("read"), json!("read")));
    assert_eq!(shop.control("/whatsapp/buyers/5511999990000/open", &json!({})).await["read"], 0);
    assert_eq!(shop.try_control("/whatsapp/buyers/5511900000000/open", &json!({})).await.0, 404);
}

#[tokio::test]
async fn stations_may_come_in_reverse_or_without_delivered() {
    let mut shop = Shop::with_statuses().await;
    shop.set(json!({ "status_order": "reversed" })).await;
    shop.ask("A").await;
    assert_eq!(names(&mut shop, 3).await, ["read", "delivered", "sent"]);
    assert_eq!(ticks(&shop).await, "read", "ticks never go back");
    shop.set(json!({ "status_order": "in_order", "skip_delivered": true })).await;
    shop.ask("B").await;
    assert_eq!(names(&mut shop, 2).await, ["sent", "read"]);
}

#[tokio::test]
async fn numbers_that_cannot_be_reached_say_so() {
    let mut shop = Shop::with_statuses().await;
    for (to, content, expected) in [
        ("+5511900000026", words(""), Some(131_026)),
        ("+5511900000026", order("A"), Some(131_026)),
        ("+551100000026", words(""), Some(131_026)),
        ("+5511900000051", order("B"), Some(131_051)),
        ("+5511900000051", words(""), None),
    ] {
        let mut body = content;
        body["to"] = json!(to);
        let (status, answer) = shop.send(&body).await;
        match expected {
            Some(code) => assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{to}"),
            None => {
                assert_eq!(status, 200, "a plain text passes");
                names(&mut shop, 3).await;
            }
        }
    }
    let mut body = order("C");
    body["to"] = json!("+5511900002040");
    let wamid = shop.accepted(&body).await;
    let failed = next(&mut shop).await;
    assert_eq!((&failed["id"], &failed["status"]), (&json!(wamid), &json!("failed")));
    assert_eq!(failed["errors"][0]["code"], 2040);
    assert_eq!(shop.try_control("/whatsapp/orders/C/tap", &json!({})).await.0, 404, "it never reached the chat");
    shop.set(json!({ "late_errors": [131_026] })).await;
    body["to"] = json!("+5511900000026");
    shop.accepted(&body).await;
    assert_eq!(next(&mut shop).await["errors"][0]["code"], 131_026);
}

#[tokio::test]
async fn control_changes_whom_messages_reach() {
    let shop = Shop::new().await;
    for (reach, expected) in [("not_on_whatsapp", 131_026), ("unsupported", 131_051), ("cannot_receive", 2040)] {
        shop.set(json!({ "late_errors": [] })).await;
        shop.control("/whatsapp/buyers/5511999990000", &json!({ "reach": reach, "name": "Beatriz" })).await;
        let (status, answer) = shop.send(&order("A")).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(expected)), "{reach}");
    }
    let buyer = shop.control("/whatsapp/buyers/5511999990000", &json!({ "reach": "ok" })).await;
    assert_eq!((&buyer["name"], &buyer["phone"]), (&json!("Beatriz"), &json!(ANAS_ID)));
    shop.ask("A").await;
    assert_eq!(shop.try_control("/whatsapp/buyers/5511999990000", &json!({ "reach": "moon" })).await.0, 400);
    assert_eq!(shop.try_control("/whatsapp/buyers/nobody", &json!({})).await.0, 400);
}
