//! Charges: made, found, declined, and what is refused.

use serde_json::{Value, json};

use crate::common::{Shop, entries, of_card, order, problem, read, refusal, reservation, text};

#[tokio::test]
async fn a_charge_is_made_and_found_by_id_and_by_reference() {
    let shop = Shop::new().await;
    let (status, charge) = shop.post("/charges", "pa_1", &order("pa_1")).await;
    assert_eq!(status, 201);
    let id = text(&charge["id"]);
    let mut expected = json!({
        "id": id, "reference": "pa_1", "status": "captured", "amount_minor": 2950, "currency": "BRL",
        "captured_minor": 2950, "refunded_minor": 0
    });
    expected["created_at"] = charge["created_at"].clone();
    assert!(text(&charge["created_at"]).ends_with('Z'));
    assert_eq!(charge, expected);
    assert_eq!(shop.get(&format!("/charges/{id}")).await, (200, charge.clone()));
    assert_eq!(shop.get("/charges?reference=pa_1").await, (200, json!({ "data": [charge] })));
    assert_eq!(shop.get("/charges?reference=pa_2").await, (200, json!({ "data": [] })));
    assert_eq!(problem(&shop.get("/charges/ch_unknown").await), refusal(404, "not_found"));
    assert_eq!(problem(&shop.get("/charges").await), refusal(400, "invalid_request"));
    let entry = shop.see("/ledger?reference=pa_1").await[0].clone();
    assert_eq!((&entry["provider"], &entry["kind"], &entry["id"]), (&json!("psp"), &json!("charge"), &json!(id)));
    assert_eq!((&entry["payment"], &entry["amount_minor"]), (&json!(id), &json!(2950)));
}

#[tokio::test]
async fn a_decline_is_a_charge_and_moves_nothing() {
    let shop = Shop::new().await;
    for (card, code) in [
        ("card_declined", "card_declined"),
        ("card_insufficient_funds_bruno", "insufficient_funds"),
        ("card_expired", "expired_card"),
    ] {
        let (status, charge) = shop.post("/charges", card, &of_card(card, card)).await;
        assert_eq!((status, &charge["status"]), (200, &json!("declined")));
        assert_eq!(charge["decline"]["code"], code);
        assert!(charge["decline"]["message"].is_string());
        assert_eq!((&charge["captured_minor"], &charge["refunded_minor"]), (&json!(0), &json!(0)));
        let id = text(&charge["id"]);
        assert_eq!(shop.get(&format!("/charges/{id}")).await.1["decline"]["code"], code);
        for act in ["capture", "cancel"] {
            let answer = shop.post(&format!("/charges/{id}/{act}"), act, &json!({})).await;
            assert_eq!(problem(&answer), refusal(400, "invalid_request"), "{act}");
        }
    }
    assert_eq!(shop.ledger().await, []);
}

#[tokio::test]
async fn bodies_are_checked_and_every_complaint_is_told() {
    let shop = Shop::new().await;
    for (field, value) in [
        ("reference", json!(null)),
        ("reference", json!(" ")),
        ("reference", json!("x".repeat(256))),
        ("credential_reference", json!(null)),
        ("credential_reference", json!(7)),
        ("amount_minor", json!(null)),
        ("amount_minor", json!(0)),
        ("amount_minor", json!(-1)),
        ("amount_minor", json!(29.5)),
        ("amount_minor", json!("2950")),
        ("currency", json!(null)),
        ("currency", json!("USD")),
        ("capture", json!(null)),
        ("capture", json!("yes")),
        ("description", json!(1)),
        ("metadata", json!([])),
    ] {
        let mut body = order("A");
        body[field] = value.clone();
        let answer = shop.post("/charges", "k", &body).await;
        assert_eq!(problem(&answer), refusal(400, "invalid_request"), "{field} {value}");
        assert!(text(&answer.1["detail"]).contains(field), "{answer:?}");
    }
    let (_, answer) = shop.post("/charges", "k", &json!({})).await;
    for field in ["reference", "credential_reference", "amount_minor", "currency", "capture"] {
        assert!(text(&answer["detail"]).contains(field), "{answer}");
    }
    let raw = shop.request("/charges", "k", &Value::Null).body("no JSON");
    assert_eq!(problem(&read(raw).await.expect("an answer")), refusal(400, "invalid_request"));
    assert_eq!(shop.post("/charges", "k", &order("A")).await.0, 201, "a refused body does not use up its key");
}

#[tokio::test]
async fn a_card_number_is_refused_wherever_a_card_is_named() {
    let shop = Shop::new().await;
    for number in ["4242424242424242", "4242 4242 4242 4242", "378282246310005"] {
        let answer = shop.post("/charges", "k", &of_card("A", number)).await;
        assert_eq!(problem(&answer), refusal(400, "invalid_request"));
        assert!(!answer.1.to_string().contains(number), "it is not repeated either");
        let path = format!("/psp/cards/{}", number.replace(' ', "-"));
        assert_eq!(shop.try_control(&path, &json!({ "behaves": "declined" })).await.0, 400);
    }
    assert_eq!(shop.see("/psp/charges").await["data"], json!([]));
}

#[tokio::test]
async fn a_pending_charge_waits_for_the_issuer() {
    let shop = Shop::new().await;
    let mut ids = Vec::new();
    for (reference, capture) in [("A", true), ("B", false), ("C", true), ("D", true)] {
        let mut body = of_card(reference, "card_pending");
        body["capture"] = json!(capture);
        let (status, charge) = shop.post("/charges", reference, &body).await;
        assert_eq!((status, &charge["status"]), (201, &json!("pending")));
        ids.push(text(&charge["id"]));
    }
    assert_eq!(shop.ledger().await, []);
    let capture = shop.post(&format!("/charges/{}/capture", ids[1]), "c", &json!({})).await;
    assert_eq!(problem(&capture), refusal(400, "invalid_request"));
    shop.control(&format!("/psp/charges/{}/settle", ids[0]), &json!({})).await;
    shop.control(&format!("/psp/charges/{}/settle", ids[1]), &json!({ "outcome": "approved" })).await;
    let declined = json!({ "outcome": "declined", "code": "insufficient_funds" });
    shop.control(&format!("/psp/charges/{}/settle", ids[2]), &declined).await;
    shop.post(&format!("/charges/{}/cancel", ids[3]), "d", &json!({})).await;
    let mut statuses = Vec::new();
    for id in &ids {
        statuses.push(shop.status(id).await);
        assert_eq!(shop.try_control(&format!("/psp/charges/{id}/settle"), &json!({})).await.0, 409);
    }
    assert_eq!(statuses, ["captured", "authorized", "declined", "canceled"]);
    assert_eq!(shop.ledger().await, entries(&[("charge", 2950), ("authorization", 2950)]));
}

#[tokio::test]
async fn the_token_is_checked_first_and_unknown_paths_are_problems() {
    let shop = Shop::new().await;
    for request in [
        shop.client.get(shop.url("/psp/charges?reference=A")),
        shop.client.get(shop.url("/psp/charges?reference=A")).bearer_auth("another"),
        shop.client.post(shop.url("/psp/charges")).body(reservation("A").to_string()),
    ] {
        assert_eq!(problem(&read(request).await.expect("an answer")), refusal(401, "unauthorized"));
    }
    assert_eq!(problem(&shop.get("/cards").await), refusal(404, "not_found"));
    let wrong = shop.client.delete(shop.url("/psp/charges")).bearer_auth("psp_demo_token");
    assert_eq!(problem(&read(wrong).await.expect("an answer")), refusal(404, "not_found"));
    let response = shop.query("/cards").send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_reference_may_be_found_later_than_the_charge() {
    let shop = Shop::new().await;
    shop.set(json!({ "find_lag_ms": 60_000 })).await;
    let id = shop.captured("A").await;
    assert_eq!(shop.get("/charges?reference=A").await.1, json!({ "data": [] }));
    assert_eq!(shop.status(&id).await, "captured", "by its id at once");
    shop.advance(60).await;
    assert_eq!(shop.get("/charges?reference=A").await.1["data"][0]["id"], json!(id));
}

#[tokio::test]
async fn two_keys_under_one_reference_are_two_charges() {
    let shop = Shop::new().await;
    shop.post("/charges", "one", &order("A")).await;
    shop.post("/charges", "two", &order("A")).await;
    assert_eq!(shop.get("/charges?reference=A").await.1["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(shop.ledger().await, entries(&[("charge", 2950), ("charge", 2950)]), "the key is what protects");
}
