//! Reserve, then capture, cancel, or let it lapse.

use serde_json::{Value, json};

use crate::common::{Answer, Shop, Tokens, entries, reservation};

async fn reserved() -> (Shop, Tokens, String) {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &reservation("A")).await;
    (shop, tokens, id)
}

fn coded(answer: &Answer) -> (u16, &Value) {
    (answer.status, &answer.json["business_code"])
}

#[tokio::test]
async fn a_reservation_is_authorized_and_holds_the_money() {
    let (shop, tokens, _) = reserved().await;
    assert_eq!(shop.status(&tokens, "A").await, "AUTHORIZED");
    assert_eq!(shop.ledger().await, entries(&[("authorization", 6_000)]));
    assert_eq!(shop.wallet("ana").await["card_used_minor"], json!(4_100));
}

#[tokio::test]
async fn a_capture_answers_204_with_nothing_and_takes_all_unless_told() {
    let (shop, tokens, id) = reserved().await;
    let answer = shop.post(&tokens, "/capture", &json!({ "transaction_id": id })).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(shop.status(&tokens, "A").await, "PAID");
    assert_eq!(shop.ledger().await, entries(&[("authorization", 6_000), ("capture", 6_000)]));
}

#[tokio::test]
async fn a_partial_capture_releases_the_rest_and_is_the_only_one() {
    let (shop, tokens, id) = reserved().await;
    let answer = shop.post(&tokens, "/capture", &json!({ "reference_id": "A", "value": 40 })).await;
    assert_eq!(answer.status, 204);
    let wallet = shop.wallet("ana").await;
    assert_eq!((&wallet["balance_minor"], &wallet["card_used_minor"]), (&json!(0), &json!(2_100)));
    let again = shop.post(&tokens, "/capture", &json!({ "transaction_id": id, "value": 20 })).await;
    assert_eq!(coded(&again), (409, &json!("TRANSACTION_CANT_BE_CAPTURED")));
    assert_eq!(again.json["message"], "Transaction has invalid status for capture.");
    let refund = shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": 40.01 })).await;
    assert_eq!(coded(&refund), (406, &json!("REFUND_EXCEEDS_LIMIT")), "only what was captured goes back");
    assert_eq!(shop.ledger().await, entries(&[("authorization", 6_000), ("capture", 4_000)]));
}

#[tokio::test]
async fn more_than_was_authorized_is_not_captured() {
    let (shop, tokens, id) = reserved().await;
    let answer = shop.post(&tokens, "/capture", &json!({ "transaction_id": id, "value": 60.01 })).await;
    assert_eq!(coded(&answer), (406, &json!("CAPTURED_INVALID_VALUE")));
    assert_eq!(answer.json["message"], "Captured value is invalid.");
    let answer = shop.post(&tokens, "/capture", &json!({ "transaction_id": id, "value": 0 })).await;
    assert_eq!(coded(&answer), (422, &json!("INVALID_INPUT")));
    assert_eq!(shop.status(&tokens, "A").await, "AUTHORIZED");
}

#[tokio::test]
async fn a_cancel_releases_everything_once() {
    let (shop, tokens, id) = reserved().await;
    let answer = shop.post(&tokens, "/cancel", &json!({ "transaction_id": id })).await;
    assert_eq!((answer.status, &answer.json["transaction_id"]), (200, &json!(id)));
    assert_eq!(answer.json["reference_id"], "A");
    assert_eq!(answer.json["created_at"].as_str().map(str::len), Some("2025-03-04 10:15:30".len()));
    assert_eq!(shop.status(&tokens, "A").await, "CANCELLED", "with two L");
    assert_eq!(shop.wallet("ana").await["balance_minor"], json!(1_900));
    let again = shop.post(&tokens, "/cancel", &json!({ "transaction_id": id })).await;
    assert_eq!(coded(&again), (409, &json!("TRANSACTION_CANT_BE_CANCELLED")));
    assert_eq!(again.json["message"], "Transaction has invalid status for cancellation.");
    assert_eq!(shop.ledger().await, entries(&[("authorization", 6_000), ("void", 6_000)]));
}

#[tokio::test]
async fn an_authorization_lapses_after_five_days() {
    let (shop, tokens, id) = reserved().await;
    shop.set(json!({ "token_life_s": 10_000_000 })).await;
    let tokens = Tokens::of(&shop.refresh(&tokens.refresh).await);
    shop.advance(5 * 86_400 - 60).await;
    assert_eq!(shop.status(&tokens, "A").await, "AUTHORIZED");
    shop.advance(61).await;
    assert_eq!(shop.status(&tokens, "A").await, "EXPIRED");
    for (path, code) in [("/capture", "TRANSACTION_CANT_BE_CAPTURED"), ("/cancel", "TRANSACTION_CANT_BE_CANCELLED")] {
        let answer = shop.post(&tokens, path, &json!({ "transaction_id": id })).await;
        assert_eq!(coded(&answer), (409, &json!(code)));
    }
    assert_eq!(shop.ledger().await, entries(&[("authorization", 6_000), ("void", 6_000)]));
    assert_eq!(shop.wallet("ana").await["card_used_minor"], json!(0));
}

#[tokio::test]
async fn a_captured_authorization_does_not_lapse() {
    let (shop, tokens, id) = reserved().await;
    assert_eq!(shop.post(&tokens, "/capture", &json!({ "transaction_id": id })).await.status, 204);
    shop.advance(30 * 86_400).await;
    assert_eq!(shop.see(&format!("/picpay/charges/{id}")).await["status"], "PAID");
    assert_eq!(shop.ledger().await.len(), 2);
}

#[tokio::test]
async fn control_can_let_an_authorization_lapse() {
    let (shop, tokens, id) = reserved().await;
    let charge = shop.control(&format!("/picpay/charges/{id}/expire"), &json!({})).await;
    assert_eq!(charge["status"], "EXPIRED");
    assert_eq!(shop.status(&tokens, "A").await, "EXPIRED");
    assert_eq!(shop.try_control(&format!("/picpay/charges/{id}/expire"), &json!({})).await.status, 409);
}

/// What can be done to a charge: capture, cancel, part of a refund, the rest of it, lapse.
async fn act(shop: &Shop, tokens: &Tokens, id: &str, verb: &str) {
    let ids = json!({ "transaction_id": id });
    match verb {
        "capture" | "cancel" | "refund" => drop(shop.post(tokens, &format!("/{verb}"), &ids).await),
        "part" => drop(shop.post(tokens, "/refund", &json!({ "transaction_id": id, "value": 10 })).await),
        _ => drop(shop.try_control(&format!("/picpay/charges/{id}/expire"), &json!({})).await),
    }
}

#[tokio::test]
async fn every_status_is_reached_as_drawn_and_left_by_no_other_way() {
    let (shop, tokens) = Shop::linked("ana").await;
    let paid = [
        ("capture", "PAID"),
        ("cancel", "PAID"),
        ("lapse", "PAID"),
        ("part", "PARTIALLY_REFUNDED"),
        ("refund", "REFUNDED"),
    ];
    let part = [
        ("capture", "PARTIALLY_REFUNDED"),
        ("cancel", "PARTIALLY_REFUNDED"),
        ("lapse", "PARTIALLY_REFUNDED"),
        ("part", "PARTIALLY_REFUNDED"),
        ("refund", "REFUNDED"),
    ];
    let authorized = [
        ("capture", "PAID"),
        ("cancel", "CANCELLED"),
        ("lapse", "EXPIRED"),
        ("part", "AUTHORIZED"),
        ("refund", "AUTHORIZED"),
    ];
    let stays = |status| ["capture", "cancel", "lapse", "part", "refund"].map(|verb| (verb, status));
    let mut number = 0;
    for (before, table) in [
        (vec!["capture"], paid),
        (vec!["capture", "part"], part),
        (vec![], authorized),
        (vec!["cancel"], stays("CANCELLED")),
        (vec!["lapse"], stays("EXPIRED")),
        (vec!["capture", "refund"], stays("REFUNDED")),
    ] {
        for (verb, after) in table {
            number += 1;
            let reference = format!("R{number}");
            let id = shop.charge(&tokens, &reservation(&reference)).await;
            for step in &before {
                act(&shop, &tokens, &id, step).await;
            }
            act(&shop, &tokens, &id, verb).await;
            assert_eq!(shop.status(&tokens, &reference).await, after, "{before:?}, then {verb}");
        }
    }
}
