//! Many calls at once: one key is processed once, one refresh token is good once, one charge is captured once.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::common::{Answer, PATIENCE, Shop, Tokens, entries, order, reservation};

/// Sends the same call several times at once.
async fn all_at_once(
    shop: &Arc<Shop>,
    tokens: &Tokens,
    path: &'static str,
    bodies: Vec<(Option<&str>, Value)>,
) -> Vec<Answer> {
    let mut calls = tokio::task::JoinSet::new();
    for (key, body) in bodies {
        let (shop, tokens, key) = (shop.clone(), tokens.clone(), key.map(str::to_owned));
        calls.spawn(async move {
            match key {
                Some(key) => shop.keyed(&tokens, path, &key, &body).await,
                None => shop.post(&tokens, path, &body).await,
            }
        });
    }
    calls.join_all().await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_refreshes_let_one_through() {
    let (shop, mut tokens) = Shop::linked("ana").await;
    let shop = Arc::new(shop);
    for round in 0..10 {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (shop, refresh) = (shop.clone(), tokens.refresh.clone());
            calls.spawn(async move { shop.refresh(&refresh).await });
        }
        let answers = calls.join_all().await;
        assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 7), "round {round}");
        let refused = answers.iter().filter(|answer| answer.status == 400);
        assert!(refused.clone().all(|answer| answer.json["error"] == "invalid_grant"));
        tokens = Tokens::of(answers.iter().find(|answer| answer.status == 200).expect("one"));
    }
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 200, "the last pair is good");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_at_once_charges_once() {
    let (shop, tokens) = Shop::linked("ana").await;
    let shop = Arc::new(shop);
    for round in 0..10 {
        let (key, reference) = (format!("k{round}"), format!("R{round}"));
        let bodies = vec![(Some(&*key), order(&reference)); 8];
        let answers = all_at_once(&shop, &tokens, "/charge", bodies).await;
        let (done, waiting) = (count(&answers, 200), count(&answers, 208));
        assert!(done >= 1 && done + waiting == 8, "{answers:?}");
        let last = shop.keyed(&tokens, "/charge", &key, &order(&reference)).await;
        assert!(answers.iter().all(|answer| answer.status == 208 || *answer == last));
        let path = format!("/ledger?reference={reference}");
        assert_eq!(shop.see(&path).await.as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_being_processed_while_its_first_request_is_held_open() {
    let (shop, tokens) = Shop::linked("ana").await;
    let shop = Arc::new(shop);
    shop.fault(json!({ "call": "charge", "fault": "delay", "delay_ms": 700 })).await;
    let first = tokio::spawn({
        let (shop, tokens) = (shop.clone(), tokens.clone());
        async move { shop.keyed(&tokens, "/charge", "k", &order("A")).await }
    });
    let taken = async {
        while shop.see("/picpay/faults").await["pending"] != json!([]) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.expect("the first request is there");
    let second = shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    assert_eq!((second.status, second.text.as_str()), (208, "{}"));
    assert_eq!(shop.ledger().await, []);
    let first = first.await.expect("no panic");
    assert_eq!(first.status, 200);
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await, first, "afterwards it is replayed");
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_reference_under_many_keys_is_charged_once() {
    let (shop, tokens) = Shop::linked("ana").await;
    let shop = Arc::new(shop);
    let keys = ["a", "b", "c", "d", "e", "f"];
    let answers = all_at_once(&shop, &tokens, "/charge", keys.map(|key| (Some(key), order("A"))).to_vec()).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 5));
    assert_eq!(shop.ledger().await, entries(&[("charge", 6_000)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_charge_is_captured_once_and_refunded_up_to_its_value() {
    let (shop, tokens) = Shop::linked("ana").await;
    let shop = Arc::new(shop);
    shop.charge(&tokens, &reservation("A")).await;
    let captures = vec![(None, json!({ "reference_id": "A", "value": 50 })); 6];
    let answers = all_at_once(&shop, &tokens, "/capture", captures).await;
    assert_eq!((count(&answers, 204), count(&answers, 409)), (1, 5));
    let refunds = vec![(None, json!({ "reference_id": "A", "value": 20 })); 6];
    let answers = all_at_once(&shop, &tokens, "/refund", refunds).await;
    assert_eq!((count(&answers, 200), count(&answers, 406)), (2, 4));
    let amounts = [("authorization", 6_000), ("capture", 5_000), ("refund", 2_000), ("refund", 2_000)];
    assert_eq!(shop.ledger().await, entries(&amounts));
}
