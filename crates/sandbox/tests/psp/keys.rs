//! Idempotency keys: one name, one execution, one answer.

use serde_json::{Value, json};

use crate::common::{Shop, entries, of_card, order, problem, read, refusal, text};

#[tokio::test]
async fn the_same_key_and_body_get_the_same_answer() {
    let shop = Shop::new().await;
    let first = shop.request("/charges", "k", &order("A")).send().await.expect("an answer");
    assert!(first.headers().get("idempotent-replayed").is_none());
    let first = first.text().await.expect("a body");
    // Written in another order and with spaces, it says the same.
    let body: Value = order("A");
    let body = serde_json::to_string_pretty(&body).expect("JSON");
    let again = shop.request("/charges", "k", &Value::Null).body(body).send().await.expect("an answer");
    assert_eq!(
        (again.status().as_u16(), again.headers()["idempotent-replayed"].to_str().expect("text")),
        (201, "true")
    );
    assert_eq!(again.text().await.expect("a body"), first);
    assert_eq!(shop.ledger().await, entries(&[("charge", 2950)]));
    shop.post("/charges", "d", &of_card("B", "card_declined")).await;
    assert_eq!(shop.post("/charges", "d", &of_card("B", "card_declined")).await.1["status"], "declined");
    assert_eq!(shop.see("/psp/charges").await["data"].as_array().map(Vec::len), Some(2), "a decline is kept, too");
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let shop = Shop::new().await;
    shop.post("/charges", "k", &order("A")).await;
    assert_eq!(problem(&shop.post("/charges", "k", &order("B")).await), refusal(422, "idempotency_key_reused"));
    assert_eq!(shop.ledger().await.len(), 1);
}

#[tokio::test]
async fn a_write_needs_a_key_that_fits() {
    let shop = Shop::new().await;
    let bare = shop.client.post(shop.url("/psp/charges")).bearer_auth("psp_demo_token").body(order("A").to_string());
    assert_eq!(problem(&read(bare).await.expect("an answer")), refusal(400, "invalid_request"));
    for key in [" ", &"k".repeat(256)] {
        assert_eq!(problem(&shop.post("/charges", key, &order("A")).await), refusal(400, "invalid_request"));
    }
    assert_eq!(shop.post("/charges", &"k".repeat(255), &order("A")).await.0, 201);
}

#[tokio::test]
async fn a_key_counts_for_one_path() {
    let shop = Shop::new().await;
    let id = shop.authorized("pa_1").await;
    let (status, _) = shop.post(&format!("/charges/{id}/capture"), "pa_1", &json!({ "amount_minor": 950 })).await;
    assert_eq!(status, 200);
    let (status, again) = shop.post(&format!("/charges/{id}/capture"), "pa_1", &json!({ "amount_minor": 950 })).await;
    assert_eq!((status, &again["captured_minor"]), (200, &json!(950)), "replayed, not refused as captured");
    let refund = json!({ "amount_minor": 100, "reference": "re_1" });
    let path = format!("/charges/{id}/refunds");
    let (first, again) = (shop.post(&path, "re_1", &refund).await, shop.post(&path, "re_1", &refund).await);
    assert_eq!((first.0, &first.1["id"]), (201, &again.1["id"]));
    assert_eq!(shop.ledger().await, entries(&[("authorization", 2950), ("capture", 950), ("refund", 100)]));
}

#[tokio::test]
async fn while_a_request_is_being_processed_its_key_is_in_use() {
    let shop = Shop::new().await;
    shop.set(json!({ "slow_ms": 1500 })).await;
    let body = of_card("A", "card_slow");
    let (first, second) = tokio::join!(shop.post("/charges", "k", &body), async {
        // The charge is there before its answer is.
        while shop.get("/charges?reference=A").await.1["data"] == json!([]) {
            tokio::task::yield_now().await;
        }
        shop.post("/charges", "k", &body).await
    });
    assert_eq!((first.0, problem(&second)), (201, refusal(409, "idempotency_key_in_use")));
    assert_eq!(shop.post("/charges", "k", &body).await.1, first.1);
    assert_eq!(shop.ledger().await, entries(&[("charge", 2950)]));
    shop.fault("charge", "delay").await;
    let body = order("B");
    let (one, two) = tokio::join!(shop.post("/charges", "both", &body), shop.post("/charges", "both", &body));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert!(matches!(statuses, [201, 201] | [201, 409]), "{statuses:?}");
    assert_eq!(shop.ledger().await.len(), 2);
}

#[tokio::test]
async fn fifty_at_once_charge_once() {
    let shop = Shop::new().await;
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(read(shop.request("/charges", "k", &order("A"))))).collect();
    let mut ids = std::collections::BTreeSet::new();
    for call in calls {
        let (status, charge) = call.await.expect("no panic").expect("an answer");
        assert!(matches!(status, 201 | 409), "{charge}");
        if status == 201 {
            ids.insert(text(&charge["id"]));
        }
    }
    assert_eq!((ids.len(), shop.ledger().await), (1, entries(&[("charge", 2950)])));
}
