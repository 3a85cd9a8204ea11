//! Scripted faults of `send`: what the shop sees, and whether the message was sent.

use serde_json::json;

use crate::common::{ANA, Shop, order, read, words};

#[tokio::test]
async fn faults_come_before_or_after_the_message_is_sent() {
    for (fault, answer, is_sent) in [
        ("reset", None, false),
        ("lost_reply", None, true),
        ("error_500", Some((500, 131_000)), false),
        ("error_500_executed", Some((500, 131_000)), true),
        ("error_503", Some((503, 131_016)), false),
        ("error_503_executed", Some((503, 131_016)), true),
        ("error_502", Some((502, 0)), false),
        ("error_502_executed", Some((502, 0)), true),
        ("rate_limited", Some((400, 130_429)), false),
        ("pair_limited", Some((400, 131_056)), false),
        ("unauthorized", Some((401, 190)), false),
        ("garbage", Some((200, 0)), true),
        ("delay", Some((200, 0)), true),
        ("delay_executed", Some((200, 0)), true),
    ] {
        let shop = Shop::new().await;
        shop.fault("send", fault).await;
        let found = read(shop.request(&order("A"))).await.ok();
        let found = found.map(|(status, body)| (status, body["error"]["code"].as_i64().unwrap_or(0)));
        assert_eq!(found, answer, "{fault}");
        let orders = shop.see("/whatsapp/orders").await["data"].as_array().map_or(0, Vec::len);
        assert_eq!(orders == 1, is_sent, "{fault}");
        // The next one is as usual; an order that was sent has used up its reference.
        assert_eq!(shop.send(&order("A")).await.0, if is_sent { 400 } else { 200 }, "{fault}");
        let line = shop.see("/whatsapp/calls?call=send").await["data"][0].clone();
        assert_eq!((&line["fault"], &line["path"]), (&json!(fault), &json!("/v24.0/100000000000001/messages")));
    }
}

#[tokio::test]
async fn a_send_goes_on_when_the_shop_hangs_up() {
    let shop = Shop::new().await;
    shop.fault("send", "delay").await;
    let request = shop.request(&order("A")).timeout(std::time::Duration::from_millis(10));
    assert!(request.send().await.is_err());
    let sent = async {
        while shop.see("/whatsapp/orders").await["data"] == json!([]) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::common::PATIENCE, sent).await.expect("it is sent");
}

#[tokio::test]
async fn latency_is_real_and_wrong_faults_are_refused() {
    let shop = Shop::new().await;
    shop.set(json!({ "latency_ms": 30 })).await;
    let started = std::time::Instant::now();
    shop.accepted(&words(ANA)).await;
    assert!(started.elapsed().as_millis() >= 30);
    for (call, fault) in [("charge", "reset"), ("send", "still_processing"), ("webhook", "reset"), ("verify", "reset")]
    {
        assert_eq!(shop.try_control("/whatsapp/faults", &json!({ "call": call, "fault": fault })).await.0, 400);
    }
}
