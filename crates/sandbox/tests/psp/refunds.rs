//! Refunds: in parts, never too much, at once or later, and failing.

use serde_json::{Value, json};

use crate::common::{Answer, Shop, entries, problem, refusal, text};

async fn refund(shop: &Shop, charge: &str, reference: &str, amount: i64) -> Answer {
    let body = json!({ "amount_minor": amount, "reference": reference });
    shop.post(&format!("/charges/{charge}/refunds"), reference, &body).await
}

#[tokio::test]
async fn money_goes_back_in_parts_and_never_more_than_was_taken() {
    let shop = Shop::new().await;
    let id = shop.captured("A").await;
    let (status, first) = refund(&shop, &id, "re_1", 950).await;
    assert_eq!((status, &first["status"], &first["charge"]), (201, &json!("succeeded"), &json!(id)));
    assert_eq!(
        (&first["reference"], &first["amount_minor"], &first["currency"]),
        (&json!("re_1"), &json!(950), &json!("BRL"))
    );
    assert_eq!(problem(&refund(&shop, &id, "re_2", 2001).await), refusal(422, "amount_too_large"));
    refund(&shop, &id, "re_3", 2000).await;
    assert_eq!(problem(&refund(&shop, &id, "re_4", 1).await), refusal(422, "amount_too_large"));
    let charge = shop.get(&format!("/charges/{id}")).await.1;
    assert_eq!((&charge["status"], &charge["refunded_minor"]), (&json!("captured"), &json!(2950)));
    let (_, list) = shop.get(&format!("/charges/{id}/refunds")).await;
    let references: Vec<_> =
        list["data"].as_array().expect("a list").iter().map(|one| text(&one["reference"])).collect();
    assert_eq!(references, ["re_1", "re_3"]);
    assert_eq!(shop.get(&format!("/refunds/{}", text(&first["id"]))).await, (200, first));
    assert_eq!(shop.ledger().await, entries(&[("charge", 2950), ("refund", 950), ("refund", 2000)]));
    let entry = shop.see("/ledger").await[1].clone();
    assert_eq!((&entry["payment"], &entry["reference"]), (&json!(id), &json!("A")));
    for path in ["/refunds/rf_unknown", "/charges/ch_unknown/refunds"] {
        assert_eq!(problem(&shop.get(path).await), refusal(404, "not_found"));
    }
    assert_eq!(problem(&refund(&shop, "ch_unknown", "re_9", 1).await), refusal(404, "not_found"));
}

#[tokio::test]
async fn a_pending_refund_holds_its_part_until_it_is_settled() {
    let shop = Shop::new().await;
    shop.set(json!({ "refund_outcome": "pending" })).await;
    let id = shop.captured("A").await;
    let (_, one) = refund(&shop, &id, "re_1", 2000).await;
    assert_eq!(one["status"], "pending");
    assert_eq!(problem(&refund(&shop, &id, "re_2", 951).await), refusal(422, "amount_too_large"));
    let path = format!("/psp/refunds/{}/settle", text(&one["id"]));
    shop.control(&path, &json!({ "outcome": "failed" })).await;
    assert_eq!(shop.ledger().await, entries(&[("charge", 2950)]), "it never went");
    let (_, two) = refund(&shop, &id, "re_3", 2950).await;
    let path = format!("/psp/refunds/{}/settle", text(&two["id"]));
    assert_eq!(shop.try_control(&path, &json!({ "outcome": "pending" })).await.0, 400);
    shop.control(&path, &json!({})).await;
    assert_eq!(shop.try_control(&path, &json!({})).await.0, 409);
    assert_eq!(shop.try_control("/psp/refunds/rf_unknown/settle", &json!({})).await.0, 404);
    let seen: Vec<Value> =
        shop.get(&format!("/charges/{id}/refunds")).await.1["data"].as_array().expect("a list").clone();
    let statuses: Vec<_> = seen.iter().map(|one| text(&one["status"])).collect();
    assert_eq!(statuses, ["failed", "succeeded"]);
    assert_eq!(shop.ledger().await, entries(&[("charge", 2950), ("refund", 2950)]));
}

#[tokio::test]
async fn refunds_can_fail_at_once_and_bodies_are_checked() {
    let shop = Shop::new().await;
    let id = shop.captured("A").await;
    shop.set(json!({ "refund_outcome": "failed" })).await;
    assert_eq!(refund(&shop, &id, "re_1", 2950).await.1["status"], "failed");
    assert_eq!(shop.get(&format!("/charges/{id}")).await.1["refunded_minor"], 0);
    for body in [json!({}), json!({ "amount_minor": 1 }), json!({ "reference": "r", "amount_minor": 0 })] {
        let answer = shop.post(&format!("/charges/{id}/refunds"), "k", &body).await;
        assert_eq!(problem(&answer), refusal(400, "invalid_request"), "{body}");
    }
}
