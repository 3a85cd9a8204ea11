//! Two at once: whoever comes second finds the work done.

use crate::common::{CHALLENGED, Merchant, OK, challenge_of, confirmed};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_payments_at_once_charge_once() {
    for is_same_token in [true, false] {
        let merchant = Merchant::new().await;
        let order = merchant.order("A", 1_000).await;
        let one = merchant.token(OK, 1_000).await;
        let two = if is_same_token { one.clone() } else { merchant.token(OK, 1_000).await };
        let tokens = [&one, &two, &one, &two, &one, &two, &one, &two];
        let answers = at_once(tokens.map(|token| merchant.pay(&order, token))).await;
        assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|(status, _)| *status == 409).count(), 7, "{answers:?}");
        assert_eq!(merchant.ledger().await, [("charge".to_owned(), 1_000)]);
    }
}

/// Starts eight calls together and waits for all.
async fn at_once<F: Future>([a, b, c, d, e, f, g, h]: [F; 8]) -> Vec<F::Output> {
    let done = tokio::join!(a, b, c, d, e, f, g, h);
    vec![done.0, done.1, done.2, done.3, done.4, done.5, done.6, done.7]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_confirmations_at_once_charge_once() {
    let merchant = Merchant::new().await;
    let order = merchant.order("A", 1_000).await;
    let token = merchant.token(CHALLENGED, 1_000).await;
    let challenge = challenge_of(&merchant.pay(&order, &token).await);
    merchant.control(&format!("/april/challenges/{challenge}/approve"), &json!({})).await;
    let (path, body) = (format!("/orders/{order}/pay"), confirmed(&token, &challenge));
    let answers = at_once([(); 8].map(|()| merchant.try_call(Method::POST, &path, &body))).await;
    let charged = answers.iter().filter(|answer| matches!(answer, Ok((200, _)))).count();
    assert_eq!((charged, merchant.ledger().await.len()), (1, 1), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn paying_and_cancelling_at_once_ends_in_one_of_them() {
    for _ in 0..10 {
        let merchant = Merchant::new().await;
        let order = merchant.order("A", 1_000).await;
        let token = merchant.token(OK, 1_000).await;
        let path = format!("/orders/{order}");
        let (paid, cancelled) = tokio::join!(merchant.pay(&order, &token), merchant.delete(&path));
        let expected = if paid.0 == 200 { ("paid", 409, 1) } else { ("cancelled", 200, 0) };
        let seen = (&*merchant.order_status(&order).await, cancelled.0, merchant.ledger().await.len());
        assert_eq!(seen, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refunds_at_once_never_exceed_what_was_captured() {
    let merchant = Merchant::new().await;
    let (_, transaction) = merchant.paid("A", 1_000).await;
    let answers = at_once([(); 8].map(|()| merchant.refund(&transaction, 300))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 3, "{answers:?}");
    assert_eq!(merchant.purchase(&transaction).await["refundedAmount"], json!(900));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_captures_at_once_capture_once() {
    let merchant = Merchant::new().await;
    let (_, transaction) = merchant.authorised("A", 1_000).await;
    let answers = at_once([(); 8].map(|()| merchant.capture(&transaction))).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1, "{answers:?}");
    assert_eq!(merchant.ledger().await.iter().filter(|(kind, _)| kind == "capture").count(), 1);
}
