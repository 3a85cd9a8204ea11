//! `order_status`: which reports an order takes, which are refused, and how the refusal arrives.

use serde_json::{Value, json};

use crate::common::{Shop, code, report, simplified, value};

fn status(status: &str) -> Value {
    json!({ "order": { "status": status } })
}

fn paid() -> Value {
    json!({ "order": { "status": "processing" }, "payment": { "status": "captured", "timestamp": 1_767_225_630 } })
}

/// Status and payment of an order.
async fn state(shop: &Shop, reference: &str) -> (String, Value) {
    let order = shop.order(reference).await;
    (order["status"].as_str().expect("a status").to_owned(), order["payment"].clone())
}

#[tokio::test]
async fn the_usual_way_is_processing_shipped_completed() {
    let shop = Shop::new().await;
    shop.ask("A").await;
    assert_eq!(state(&shop, "A").await, ("pending".to_owned(), Value::Null));
    shop.accepted(&report("A", paid())).await;
    assert_eq!(state(&shop, "A").await, ("processing".to_owned(), json!("captured")));
    for (sent, kept) in [
        ("partially_shipped", "partially_shipped"),
        ("partially-shipped", "partially_shipped"),
        ("shipped", "shipped"),
        ("completed", "completed"),
        ("completed", "completed"),
    ] {
        shop.accepted(&report("A", status(sent))).await;
        assert_eq!(state(&shop, "A").await, (kept.to_owned(), json!("captured")), "{sent}");
    }
}

#[tokio::test]
async fn a_forbidden_step_is_accepted_and_then_fails() {
    let mut shop = Shop::with_statuses().await;
    shop.ask("A").await;
    for _ in 0..3 {
        shop.mailbox.next().await;
    }
    for (parameters, expected) in [(status("completed"), 2046), (json!({ "payment": { "status": "captured" } }), 0)] {
        let wamid = shop.accepted(&report("A", parameters)).await;
        let first = value(&shop.mailbox.next().await)["statuses"][0].clone();
        assert_eq!(first["id"], json!(wamid));
        if expected == 0 {
            assert_eq!(first["status"], "sent");
            shop.mailbox.next().await;
            shop.mailbox.next().await;
            continue;
        }
        assert_eq!((&first["status"], &first["errors"][0]["code"]), (&json!("failed"), &json!(expected)));
        for name in ["title", "message", "href"] {
            assert!(first["errors"][0][name].is_string(), "{first}");
        }
        assert!(first["errors"][0]["error_data"]["details"].is_string());
        assert_eq!(state(&shop, "A").await.0, "pending", "nothing of it is believed");
    }
    let wamid = shop.accepted(&report("A", status("canceled"))).await;
    let failed = value(&shop.mailbox.next().await)["statuses"][0].clone();
    assert_eq!((&failed["id"], &failed["errors"][0]["code"]), (&json!(wamid), &json!(2047)));
    assert_eq!(state(&shop, "A").await, ("pending".to_owned(), json!("captured")));
}

#[tokio::test]
async fn a_switch_refuses_forbidden_steps_at_once() {
    let shop = Shop::new().await;
    shop.set(json!({ "late_errors": [] })).await;
    shop.ask("A").await;
    assert_eq!(code(&shop.report("A", status("completed")).await), (400, 2046));
    shop.accepted(&report("A", paid())).await;
    assert_eq!(code(&shop.report("A", status("canceled")).await), (400, 2047));
    assert_eq!(code(&shop.report("A", status("pending")).await), (400, 2046));
    assert_eq!(code(&shop.report("A", json!({ "payment": { "status": "failed" } })).await), (400, 2046));
    let (status, answer) = shop.try_control("/whatsapp/settings", &json!({ "late_errors": [190] })).await;
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test]
async fn a_late_tap_is_answered_with_canceled_and_failed_at_once() {
    let shop = Shop::new().await;
    shop.set(json!({ "late_errors": [] })).await;
    shop.ask("A").await;
    shop.tap("A", json!({})).await;
    let both = json!({ "order": { "status": "canceled" }, "payment": { "status": "failed" } });
    shop.accepted(&report("A", both)).await;
    assert_eq!(state(&shop, "A").await, ("canceled".to_owned(), json!("failed")));
    shop.ask("B").await;
    shop.accepted(&report("B", json!({ "payment": { "status": "pending" } }))).await;
    assert_eq!(code(&shop.report("B", status("canceled")).await), (400, 2047), "a payment is pending");
    shop.accepted(&report("B", json!({ "payment": { "status": "failed" } }))).await;
    assert_eq!(shop.order("B").await["can_pay"], true, "the buyer may try again");
    shop.accepted(&report("B", status("canceled"))).await;
}

#[tokio::test]
async fn a_repeated_status_is_taken_unless_the_switch_says_otherwise() {
    let shop = Shop::new().await;
    shop.set(json!({ "late_errors": [] })).await;
    shop.ask("A").await;
    shop.accepted(&report("A", paid())).await;
    shop.accepted(&report("A", paid())).await;
    shop.set(json!({ "repeat": "refused" })).await;
    assert_eq!(code(&shop.report("A", paid()).await), (400, 2046));
    assert_eq!(code(&shop.report("A", status("processing")).await), (400, 2046));
    shop.accepted(&report("A", status("shipped"))).await;
}

#[tokio::test]
async fn a_simplified_order_is_reported_on_by_its_payment_alone() {
    let shop = Shop::new().await;
    shop.accepted(&simplified("S")).await;
    assert_eq!(code(&shop.report("S", paid()).await), (400, 131_009));
    shop.accepted(&report("S", json!({ "payment": { "status": "captured" } }))).await;
    assert_eq!(state(&shop, "S").await, ("pending".to_owned(), json!("captured")));
    shop.set(json!({ "simplified_status": "any" })).await;
    shop.accepted(&report("S", status("shipped"))).await;
}

#[tokio::test]
async fn reports_are_checked_field_by_field() {
    let shop = Shop::new().await;
    shop.ask("A").await;
    for (parameters, expected) in [
        (json!({}), 131_008),
        (json!({ "order": {} }), 131_008),
        (status("cancelled"), 131_009),
        (json!({ "order": { "status": "shipped", "description": "x".repeat(121) } }), 131_009),
        (json!({ "payment": { "status": "paid" } }), 131_009),
        (json!({ "payment": { "status": "captured", "timestamp": "1767225630" } }), 131_009),
        (json!({ "payment": { "status": "captured", "timestamp": 0 } }), 131_009),
    ] {
        assert_eq!(code(&shop.report("A", parameters.clone()).await), (400, expected), "{parameters}");
    }
    let mut wrong_type = report("A", paid());
    wrong_type["interactive"]["type"] = json!("order_details");
    assert_eq!(code(&shop.send(&wrong_type).await), (400, 131_009), "an error of an older text");
    let mut stranger = report("A", paid());
    stranger["to"] = json!("+5511988887777");
    assert_eq!(code(&shop.send(&stranger).await), (400, 131_009), "not in this chat");
}
