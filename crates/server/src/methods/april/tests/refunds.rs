//! `GET /transactions/refunds`: what is on the list, and when the list is believed to be whole.

use super::*;
use crate::methods::{RefundSeen, RefundState};

fn row(id: &str, amount_minor: u64) -> Value {
    json!({"refundId": id, "transactionId": TRANSACTION, "orderId": ORDER, "referenceOrderId": "pa_x",
        "transactionAmount": {"minorCurrencyUnits": 60_900, "currency": "AUD"},
        "refundAmount": {"minorCurrencyUnits": amount_minor, "currency": "AUD"}})
}

fn seen(id: &str, amount_minor: Option<u64>) -> RefundSeen {
    RefundSeen { id: id.to_owned(), state: RefundState::Succeeded, amount_minor }
}

/// April with these refunds on its list and this transaction behind them.
async fn start(rows: Value, purchase: Value) -> Provider {
    let provider = Provider::start().await;
    let transaction = with_purchase(transaction(&paid_attempt(false), TRANSACTION, "partially_refunded"), purchase);
    provider.answer("GET", "/transactions/refunds", 200, rows).await;
    provider.answer("GET", AT_TRANSACTION, 200, transaction).await;
    provider
}

#[tokio::test]
async fn a_refund_on_the_list_is_done() {
    let attempt = paid_attempt(false);
    let rows = json!([row("rfnd_1", 5_000), with(row("rfnd_2", 1), json!({"refundAmount": 2_500}))]);
    let told = json!({"refundedAmount": 7_500, "refundIds": ["rfnd_1", "rfnd_2"]});
    let expected = vec![seen("rfnd_1", Some(5_000)), seen("rfnd_2", Some(2_500))];
    for rows in [rows.clone(), json!({"refunds": rows})] {
        let provider = start(rows, told.clone()).await;
        assert_eq!(provider.method.list_refunds(of(&attempt)).await.expect("an answer"), expected);
        let found = provider.method.find_refund(of(&attempt), "rfnd_2").await.expect("an answer");
        assert_eq!(found, Some(seen("rfnd_2", Some(2_500))));
        assert_eq!(provider.method.find_refund(of(&attempt), "rfnd_3").await, Ok(None));
    }
}

#[tokio::test]
async fn the_list_is_asked_for_this_transaction_and_for_long_enough() {
    let provider = start(json!([]), json!({})).await;
    assert_eq!(provider.method.list_refunds(of(&paid_attempt(false))).await, Ok(Vec::new()));
    let asked = provider.requests("/transactions/refunds").await.remove(0);
    let query: Vec<_> = asked.url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    let since = "createdAfter=2025-03-05T14:00:00.000Z";
    assert_eq!(query, [&format!("transactionId={TRANSACTION}"), since, "limit=100", "page=1"]);
}

#[tokio::test]
async fn a_list_that_lags_behind_its_transaction_is_no_answer() {
    let attempt = paid_attempt(false);
    for (rows, purchase, is_whole) in [
        (json!([]), json!({"refundedAmount": 0, "refundIds": []}), true),
        (json!([]), json!({"refundedAmount": 5_000, "refundIds": ["rfnd_1"]}), false),
        (json!([]), json!({"refundedAmount": 0, "refundIds": ["rfnd_1"]}), false),
        (json!([]), json!({"refundedAmount": 5_000, "refundIds": []}), false),
        (json!([]), json!({"refundedAmount": 5_000, "refundIds": null}), false),
        (json!([row("rfnd_1", 5_000)]), json!({"refundedAmount": 5_000, "refundIds": null}), true),
        (json!([row("rfnd_1", 5_000)]), json!({"refundedAmount": 5_001, "refundIds": null}), false),
        (json!([row("rfnd_1", 5_000)]), json!({"refundedAmount": 7_500, "refundIds": ["rfnd_1"]}), false),
        (json!([row("rfnd_1", 5_000)]), json!({"refundedAmount": 5_000, "refundIds": ["rfnd_1", "rfnd_2"]}), false),
        // The list is ahead of the transaction: it shows all that is there.
        (json!([row("rfnd_1", 5_000)]), json!({"refundedAmount": 0, "refundIds": []}), true),
        // Without amounts the names decide, and without names nothing does.
        (json!([{"refundId": "rfnd_1"}]), json!({"refundedAmount": 5_000, "refundIds": ["rfnd_1"]}), true),
        (json!([{"refundId": "rfnd_1"}]), json!({"refundedAmount": 5_000, "refundIds": null}), false),
    ] {
        let provider = start(rows.clone(), purchase.clone()).await;
        let listed = provider.method.list_refunds(of(&attempt)).await;
        assert_eq!(listed.is_ok(), is_whole, "{rows} {purchase}: {listed:?}");
        assert_eq!(provider.method.find_refund(of(&attempt), "rfnd_9").await.is_ok(), is_whole, "{rows} {purchase}");
    }
}

#[tokio::test]
async fn a_refund_that_is_listed_is_found_on_a_list_that_lags() {
    let purchase = json!({"refundedAmount": 7_500, "refundIds": ["rfnd_1", "rfnd_2"]});
    let provider = start(json!([row("rfnd_1", 5_000)]), purchase).await;
    let found = provider.method.find_refund(of(&paid_attempt(false)), "rfnd_1").await.expect("an answer");
    assert_eq!(found, Some(seen("rfnd_1", Some(5_000))));
}

#[tokio::test]
async fn refunds_of_other_payments_and_repeated_rows_do_not_count() {
    let foreign = with(row("rfnd_9", 5_000), json!({"transactionId": "tran_2"}));
    let rows = json!([foreign, row("rfnd_1", 5_000), row("rfnd_1", 5_000)]);
    let provider = start(rows, json!({"refundedAmount": 5_000, "refundIds": ["rfnd_1"]})).await;
    let listed = provider.method.list_refunds(of(&paid_attempt(false))).await.expect("an answer");
    assert_eq!(listed, [seen("rfnd_1", Some(5_000))]);
}

#[tokio::test]
async fn all_pages_are_read() {
    let provider = Provider::start().await;
    let page: Vec<_> = (0..100).map(|number| row(&format!("rfnd_{number:03}"), 10)).collect();
    provider.answer_page("/transactions/refunds", 1, json!(page)).await;
    provider.answer_page("/transactions/refunds", 2, json!([row("rfnd_100", 10)])).await;
    let purchase = json!({"refundedAmount": 1_010, "refundIds": null});
    let transaction = with_purchase(transaction(&paid_attempt(false), TRANSACTION, "partially_refunded"), purchase);
    provider.answer("GET", AT_TRANSACTION, 200, transaction).await;
    let listed = provider.method.list_refunds(of(&paid_attempt(false))).await.expect("an answer");
    assert_eq!(listed.len(), 101);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_whole_is_no_answer() {
    let attempt = paid_attempt(false);
    for (status, body) in [
        (200, json!({})),
        (200, json!([{"refundAmount": 5_000}])),
        (200, json!([{"refundId": "../x"}])),
        (200, json!([17])),
        (404, refused(404, "not_found")),
        (500, json!({})),
        (401, json!({})),
    ] {
        let provider = Provider::start().await;
        provider.answer("GET", "/transactions/refunds", status, body.clone()).await;
        provider.answer("GET", AT_TRANSACTION, 200, transaction(&attempt, TRANSACTION, "paid")).await;
        let listed = provider.method.list_refunds(of(&attempt)).await;
        assert!(listed.is_err_and(|it| it.is_credentials == (status == 401)), "{status} {body}");
    }
    let provider = Provider::start().await;
    provider.answer("GET", "/transactions/refunds", 200, json!([])).await;
    provider.answer("GET", AT_TRANSACTION, 500, json!({})).await;
    assert!(provider.method.list_refunds(of(&attempt)).await.is_err(), "nobody can say whether it is whole");
}
