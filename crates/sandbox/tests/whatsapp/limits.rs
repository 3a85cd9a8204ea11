//! Pair limit, throughput, random trouble, and accounts in a bad state.

use serde_json::json;

use crate::common::{ANA, Shop, code, words};

#[tokio::test]
async fn one_buyer_gets_a_burst_and_then_one_message_in_six_seconds() {
    let shop = Shop::new().await;
    shop.set(json!({ "pair_limit": true })).await;
    for _ in 0..45 {
        shop.accepted(&words(ANA)).await;
    }
    assert_eq!(code(&shop.send(&words(ANA)).await), (400, 131_056));
    shop.accepted(&words("+5511988887777")).await;
    shop.advance(6).await;
    shop.accepted(&words(ANA)).await;
    assert_eq!(code(&shop.send(&words(ANA)).await), (400, 131_056));
    shop.advance(86_400).await;
    for _ in 0..45 {
        shop.accepted(&words(ANA)).await;
    }
    assert_eq!(code(&shop.send(&words(ANA)).await), (400, 131_056), "a long rest is one burst, not many");
    shop.set(json!({ "pair_limit": false })).await;
    shop.accepted(&words(ANA)).await;
    assert_eq!(shop.try_control("/whatsapp/settings", &json!({ "pair_interval_ms": 0 })).await.0, 400);
}

#[tokio::test]
async fn the_whole_business_has_a_limit_per_second() {
    let shop = Shop::new().await;
    shop.set(json!({ "messages_per_second": 1 })).await;
    let started = std::time::Instant::now();
    let mut accepted = 0;
    for index in 0..20 {
        let answer = shop.send(&words(&format!("+55119888877{index:02}"))).await;
        match answer.0 {
            200 => accepted += 1,
            _ => assert_eq!(code(&answer), (400, 130_429)),
        }
    }
    // One for each second that was touched, however busy the machine is.
    assert!(accepted <= started.elapsed().as_secs() + 2, "{accepted} in {:?}", started.elapsed());
    shop.advance(1).await;
    shop.accepted(&words(ANA)).await;
}

#[tokio::test]
async fn some_of_a_thousand_sends_stumble_and_nothing_is_sent_then() {
    let shop = Shop::new().await;
    shop.set(json!({ "random_errors_permille": 500 })).await;
    let (mut sent, mut codes) = (0, std::collections::BTreeSet::new());
    for index in 0..60 {
        let answer = shop.send(&words(&format!("+55119888877{index:02}"))).await;
        match answer.0 {
            200 => sent += 1,
            _ => drop(codes.insert(code(&answer))),
        }
    }
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), [(500, 131_000), (503, 131_016)]);
    assert!((10..50).contains(&sent), "{sent} of 60");
    assert_eq!(shop.see("/whatsapp/chats").await["data"].as_array().map(Vec::len), Some(sent));
    assert_eq!(shop.try_control("/whatsapp/settings", &json!({ "random_errors_permille": 1001 })).await.0, 400);
}

#[tokio::test]
async fn an_account_can_be_in_a_bad_state() {
    let shop = Shop::new().await;
    for (state, status) in
        [(190, 401), (10, 403), (131_031, 403), (131_042, 400), (134_011, 400), (131_048, 400), (4, 400)]
    {
        shop.set(json!({ "account_error": state })).await;
        assert_eq!(code(&shop.send(&words(ANA)).await), (status, state));
    }
    shop.set(json!({ "account_error": null })).await;
    shop.accepted(&words(ANA)).await;
    assert_eq!(shop.try_control("/whatsapp/settings", &json!({ "account_error": 2046 })).await.0, 400);
}
