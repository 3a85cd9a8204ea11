//! Reserved money: captured once, wholly or in part; released; lapsed.

use serde_json::json;

use crate::common::{Shop, entries, problem, refusal};

#[tokio::test]
async fn a_reservation_is_captured_once_and_the_rest_is_released() {
    let shop = Shop::new().await;
    let (whole, part) = (shop.authorized("A").await, shop.authorized("B").await);
    assert_eq!(shop.status(&whole).await, "authorized");
    let (status, charge) = shop.post(&format!("/charges/{whole}/capture"), "1", &json!({})).await;
    assert_eq!((status, &charge["status"], &charge["captured_minor"]), (200, &json!("captured"), &json!(2950)));
    for amount in [0, -1] {
        let answer = shop.post(&format!("/charges/{part}/capture"), "2", &json!({ "amount_minor": amount })).await;
        assert_eq!(problem(&answer), refusal(400, "invalid_request"));
    }
    let answer = shop.post(&format!("/charges/{part}/capture"), "3", &json!({ "amount_minor": 2951 })).await;
    assert_eq!(problem(&answer), refusal(422, "amount_too_large"));
    shop.post(&format!("/charges/{part}/capture"), "4", &json!({ "amount_minor": 1000 })).await;
    let again = shop.post(&format!("/charges/{part}/capture"), "5", &json!({ "amount_minor": 1950 })).await;
    assert_eq!(problem(&again), refusal(409, "already_captured"));
    let cancel = shop.post(&format!("/charges/{part}/cancel"), "6", &json!({})).await;
    assert_eq!(problem(&cancel), refusal(409, "already_captured"));
    shop.advance(30 * 86_400).await;
    assert_eq!(shop.status(&part).await, "captured", "the deadline has gone with the capture");
    let expected = [("authorization", 2950), ("authorization", 2950), ("capture", 2950), ("capture", 1000)];
    assert_eq!(shop.ledger().await, entries(&expected));
}

#[tokio::test]
async fn a_reservation_is_released_by_cancel_or_lapses() {
    let shop = Shop::new().await;
    let (canceled, lapsed, hurried) =
        (shop.authorized("A").await, shop.authorized("B").await, shop.authorized("C").await);
    let (status, charge) = shop.post(&format!("/charges/{canceled}/cancel"), "1", &json!({})).await;
    assert_eq!((status, &charge["status"]), (200, &json!("canceled")));
    shop.control(&format!("/psp/charges/{hurried}/expire"), &json!({})).await;
    shop.advance(7 * 86_400 - 60).await;
    assert_eq!(shop.status(&lapsed).await, "authorized");
    shop.advance(60).await;
    for id in [&canceled, &lapsed, &hurried] {
        assert_eq!(shop.status(id).await, "canceled");
        let capture = shop.post(&format!("/charges/{id}/capture"), id, &json!({})).await;
        assert_eq!(problem(&capture), refusal(409, "already_canceled"));
        let cancel = shop.post(&format!("/charges/{id}/cancel"), &format!("again {id}"), &json!({})).await;
        assert_eq!(problem(&cancel), refusal(409, "already_canceled"));
        let refund = json!({ "amount_minor": 1, "reference": "r" });
        let refund = shop.post(&format!("/charges/{id}/refunds"), "r", &refund).await;
        assert_eq!(problem(&refund), refusal(409, "not_captured"));
    }
    let voids = shop.ledger().await.into_iter().filter(|(kind, _)| kind == "void").count();
    assert_eq!(voids, 3);
    assert_eq!(shop.try_control(&format!("/psp/charges/{lapsed}/expire"), &json!({})).await.0, 409);
    for act in ["capture", "cancel"] {
        let answer = shop.post(&format!("/charges/ch_unknown/{act}"), "u", &json!({})).await;
        assert_eq!(problem(&answer), refusal(404, "not_found"));
    }
}
