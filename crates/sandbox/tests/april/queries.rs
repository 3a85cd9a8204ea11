//! The list of transactions: filters, pages, and a provider that does not know the filters.

use crate::common::{DECLINED, Merchant, OK, refusal, text};
use serde_json::json;

async fn references(merchant: &Merchant, query: &str) -> Vec<String> {
    let (status, list) = merchant.get(&format!("/transactions{query}")).await;
    assert_eq!(status, 200, "{list}");
    let list = list.as_array().expect("a bare array").clone();
    list.iter().map(|one| text(&one["purchaseDetails"]["referenceOrderId"])).collect()
}

#[tokio::test]
async fn transactions_are_listed_with_filters_and_pages() {
    let merchant = Merchant::new().await;
    let mut first = (String::new(), String::new());
    for reference in ["A", "B", "C"] {
        let paid = merchant.paid(reference, 1_000).await;
        if reference == "A" {
            first = paid;
        }
        merchant.advance(60).await;
    }
    let again = merchant.order("A", 2_000).await;
    merchant.pay(&again, &merchant.token(DECLINED, 2_000).await).await;
    let (order, transaction) = first;
    assert_eq!(references(&merchant, "").await, ["A", "C", "B", "A"], "newest first");
    assert_eq!(references(&merchant, "?sort=createdAt&limit=2").await, ["A", "B"]);
    assert_eq!(references(&merchant, "?limit=2&page=2").await, ["B", "A"]);
    assert_eq!(references(&merchant, "?limit=2&page=3").await, Vec::<String>::new());
    assert_eq!(references(&merchant, &format!("?orderId={order}")).await, ["A"]);
    assert_eq!(references(&merchant, &format!("?orderId={order}&orderId={again}")).await, ["A", "A"]);
    assert_eq!(references(&merchant, "?referenceOrderId=B").await, ["B"]);
    assert_eq!(references(&merchant, &format!("?transactionId={transaction}")).await, ["A"]);
    assert_eq!(references(&merchant, "?status=failed").await, ["A"]);
    assert_eq!(references(&merchant, "?amount=1000").await, ["C", "B", "A"]);
    assert_eq!(references(&merchant, "?merchantId=mcht_Other00000000001").await, Vec::<String>::new());
    for wrong in ["?limit=0", "?limit=501", "?page=0", "?sort=amount", "?createdBefore=now", "?colour=red"] {
        assert_eq!(refusal(&merchant.get(&format!("/transactions{wrong}")).await).0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_provider_that_ignores_the_filters_shows_other_orders_too() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "ignore_order_filters": true })).await;
    merchant.paid("A", 1_000).await;
    let (order, _) = merchant.paid("B", 1_000).await;
    assert_eq!(references(&merchant, &format!("?orderId={order}")).await.len(), 2);
    assert_eq!(references(&merchant, "?referenceOrderId=A").await.len(), 2);
}

#[tokio::test]
async fn times_are_those_of_the_virtual_clock() {
    let merchant = Merchant::new().await;
    merchant.paid("OLD", 1_000).await;
    merchant.advance(3_600).await;
    let now = text(&merchant.see("/clock").await["now"]);
    let order = merchant.order("NEW", 1_000).await;
    merchant.pay(&order, &merchant.token(OK, 1_000).await).await;
    assert_eq!(references(&merchant, &format!("?createdAfter={now}")).await, ["NEW"]);
    assert_eq!(references(&merchant, &format!("?createdBefore={now}")).await, ["OLD"]);
}
