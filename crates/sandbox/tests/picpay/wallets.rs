//! Wallets: balance first, then the card; who does not pay and how that is told; the way back.

use serde_json::{Value, json};

use crate::common::{Answer, Shop, order};

#[tokio::test]
async fn sixty_reals_are_nineteen_of_balance_and_forty_one_by_card() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &order("A")).await;
    let funds = shop.see(&format!("/picpay/charges/{id}")).await["funds"].clone();
    assert_eq!(funds, json!({ "balance_minor": 1_900, "card_minor": 4_100 }));
    let wallet = shop.wallet("ana").await;
    assert_eq!((&wallet["balance_minor"], &wallet["card_used_minor"]), (&json!(0), &json!(4_100)));
    assert_eq!(shop.post(&tokens, "/refund", &json!({ "transaction_id": id })).await.status, 200);
    let wallet = shop.wallet("ana").await;
    assert_eq!(
        (&wallet["balance_minor"], &wallet["card_used_minor"]),
        (&json!(1_900), &json!(0)),
        "back to its origin"
    );
}

#[tokio::test]
async fn a_partial_refund_goes_to_the_card_first() {
    let (shop, tokens) = Shop::linked("ana").await;
    let id = shop.charge(&tokens, &order("A")).await;
    for (value, balance, card) in [(10.0, 0, 3_100), (40.0, 900, 0), (10.0, 1_900, 0)] {
        let answer = shop.post(&tokens, "/refund", &json!({ "transaction_id": id, "value": value })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let wallet = shop.wallet("ana").await;
        assert_eq!((&wallet["balance_minor"], &wallet["card_used_minor"]), (&json!(balance), &json!(card)));
    }
}

async fn charged_by(buyer: &str, value: f64) -> Answer {
    let (shop, tokens) = Shop::linked(buyer).await;
    let before = shop.wallet(buyer).await;
    let answer = shop.post(&tokens, "/charge", &json!({ "value": value, "reference_id": "A" })).await;
    if answer.status != 200 {
        assert_eq!(shop.wallet(buyer).await, before, "{buyer}: nothing was taken");
        assert_eq!(shop.ledger().await, [], "{buyer}");
        assert_eq!(shop.status(&tokens, "A").await, "404", "{buyer}: a declined charge leaves nothing");
    }
    answer
}

#[tokio::test]
async fn each_demo_buyer_is_declined_in_the_published_words() {
    for (buyer, value, status, body) in [
        ("ana", 10_000.0, 200, Value::Null),
        ("bruno", 500.0, 200, Value::Null),
        ("bruno", 500.01, 406, json!({ "message": "Insufficient funds" })),
        ("carla", 100.0, 200, Value::Null),
        ("carla", 100.01, 406, json!({ "message": "Insufficient funds" })),
        (
            "diego",
            1.0,
            403,
            json!({ "message": "Funding source unavailable", "business_code": "FUNDING_SOURCE_UNAVAILABLE" }),
        ),
        ("elisa", 1.0, 406, json!({ "message": "Invalid funding source." })),
        ("fabio", 1.0, 406, json!({ "message": "The account is closed." })),
        ("gabi", 1.0, 406, json!({ "message": "The account is on hold." })),
        ("heitor", 1.0, 406, json!({ "message": "Unauthorized transaction." })),
    ] {
        let answer = charged_by(buyer, value).await;
        assert_eq!(answer.status, status, "{buyer} {value}: {answer:?}");
        if status != 200 {
            assert_eq!(answer.json, body, "{buyer}");
        }
    }
}

#[tokio::test]
async fn a_declined_charge_may_be_kept_as_an_error() {
    let (shop, tokens) = Shop::linked("heitor").await;
    shop.set(json!({ "keep_declined": true })).await;
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 406);
    assert_eq!(shop.status(&tokens, "A").await, "ERROR");
    let refund = shop.post(&tokens, "/refund", &json!({ "reference_id": "A" })).await;
    assert_eq!((refund.status, refund.json), (406, json!({ "message": "Transaction could not be refund" })));
    shop.control("/picpay/buyers/heitor", &json!({ "card": "active" })).await;
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 200, "its reference is free");
    assert_eq!(shop.status(&tokens, "A").await, "PAID", "the living one is found");
}

#[tokio::test]
async fn control_changes_wallets_and_invents_buyers() {
    let shop = Shop::new().await;
    let made = shop.control("/picpay/buyers/zoe-1", &json!({ "balance_minor": 700, "card": "none" })).await;
    assert_eq!((&made["name"], &made["wallet"]["use_balance"]), (&json!("Buyer zoe-1"), &json!(true)));
    let tokens = shop.connect("zoe-1").await;
    assert_eq!(shop.post(&tokens, "/charge", &json!({ "value": 7.01 })).await.status, 406);
    assert_eq!(shop.post(&tokens, "/charge", &json!({ "value": 7 })).await.status, 200);
    shop.control("/picpay/buyers/zoe-1", &json!({ "account": "closed" })).await;
    assert_eq!(shop.wallet("zoe-1").await["balance_minor"], json!(0), "only what is named changes");
    for (id, changes, told) in [
        ("zoe-1", json!({ "balance": 1 }), "unknown field `balance`"),
        ("zoe-1", json!({ "card": "gold" }), "expected one of `active`, `none`"),
        ("zoe-1", json!({ "balance_minor": -1 }), "must not be negative"),
        ("Zoé", json!({}), "a-z"),
    ] {
        let answer = shop.try_control(&format!("/picpay/buyers/{id}"), &changes).await;
        assert_eq!(answer.status, 400, "{changes}");
        assert!(answer.text.contains(told), "{answer:?}");
    }
}
