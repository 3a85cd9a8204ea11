//! What became of an attempt: order and transaction, where they agree and where they do not.

use super::*;
use umclique_wire::FailureCode;

/// What is known of an attempt before it is asked about.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    /// Only its order.
    Order,
    /// April named the transaction in its answer.
    Transaction,
}

fn attempt(known: Known, is_manual: bool) -> Attempt {
    match known {
        Known::Order => attempt_at(is_manual, json!({"step": "pay", "token": TOKEN, "kind": "Card"})),
        Known::Transaction => paid_attempt(is_manual),
    }
}

async fn found(known: Known, is_manual: bool, order_status: &str, status: Option<&str>) -> Option<Observation> {
    let (provider, attempt) = (Provider::start().await, attempt(known, is_manual));
    let listed: Vec<_> = status.iter().map(|status| transaction(&attempt, TRANSACTION, status)).collect();
    provider.show(&attempt, order_status, json!(listed)).await;
    let found = provider.method.find(&attempt).await.ok()?;
    assert_eq!(found.len(), 1, "never more than one");
    assert_eq!(found[0].provider_reference, ORDER);
    assert_eq!(found[0].next_action, None);
    found.into_iter().next()
}

#[tokio::test]
async fn order_and_transaction_are_judged_together() {
    use AttemptStatus::{Canceled, Failed, Processing, RequiresAction, RequiresCapture, Succeeded};
    use Known::{Order, Transaction};
    for (known, is_manual, order_status, transaction_status, expected) in [
        // The order alone.
        (Order, false, "created", None, Some(RequiresAction)),
        (Order, false, "cancelled", None, Some(Canceled)),
        (Order, false, "paid", None, None),
        (Order, false, "something_new", None, Some(Processing)),
        // It is paid.
        (Order, false, "paid", Some("paid"), Some(Succeeded)),
        (Order, false, "paid", Some("accepted"), Some(Succeeded)),
        (Order, false, "paid", Some("partially_refunded"), Some(Succeeded)),
        (Order, false, "paid", Some("refunded"), Some(Succeeded)),
        (Order, false, "paid", Some("disputed"), Some(Succeeded)),
        (Order, false, "paid", Some("pending"), Some(Processing)),
        (Order, false, "paid", Some("incomplete"), Some(Processing)),
        (Order, false, "paid", Some("something_new"), Some(Processing)),
        (Order, false, "paid", Some("failed"), None),
        (Order, false, "paid", Some("cancelled"), None),
        (Order, true, "paid", Some("not_captured"), Some(RequiresCapture)),
        (Order, false, "paid", Some("not_captured"), Some(Processing)),
        (Transaction, true, "paid", Some("cancelled"), Some(Canceled)),
        (Transaction, true, "paid", Some("paid"), Some(Succeeded)),
        // The order lags, and money does not.
        (Order, false, "created", Some("paid"), Some(Succeeded)),
        (Order, false, "created", Some("accepted"), Some(Succeeded)),
        (Order, false, "created", Some("pending"), Some(Processing)),
        (Order, true, "created", Some("not_captured"), Some(RequiresCapture)),
        (Order, false, "cancelled", Some("paid"), Some(Succeeded)),
        (Order, false, "cancelled", Some("pending"), Some(Processing)),
        // A reservation that only we could capture, and do not.
        (Order, true, "cancelled", Some("not_captured"), Some(Canceled)),
        // A card that was refused, or a challenge that nobody passed, leaves the order open.
        (Order, false, "created", Some("failed"), Some(RequiresAction)),
        (Order, false, "created", Some("cancelled"), Some(RequiresAction)),
        (Order, false, "created", Some("incomplete"), Some(RequiresAction)),
        (Order, false, "cancelled", Some("incomplete"), Some(Canceled)),
        (Order, false, "cancelled", Some("failed"), Some(Canceled)),
        // But what our pay was answered with is the attempt's own.
        (Transaction, false, "created", Some("failed"), Some(Failed)),
        (Transaction, false, "created", Some("pending"), Some(Processing)),
        (Transaction, false, "cancelled", Some("incomplete"), Some(Canceled)),
        (Transaction, false, "something_new", Some("paid"), Some(Succeeded)),
        (Order, false, "something_new", Some("failed"), Some(Processing)),
    ] {
        let seen = found(known, is_manual, order_status, transaction_status).await;
        let status = seen.map(|seen| seen.status);
        assert_eq!(
            status, expected,
            "{known:?} manual {is_manual} order {order_status} transaction {transaction_status:?}"
        );
    }
}

#[tokio::test]
async fn amounts_are_told_without_the_surcharge_and_with_it() {
    let paid = found(Known::Order, false, "paid", Some("paid")).await.expect("an answer");
    assert_eq!((paid.received_minor, paid.payer_amount_minor), (Some(60_000), Some(60_900)));
    assert_eq!((paid.refunded_minor, paid.is_disputed, paid.mismatch), (Some(0), false, None));
    assert_eq!(paid.provider_code.as_deref(), Some("paid"));
    let kept = kept(false, json!({"step": "paid", "transaction": TRANSACTION}));
    assert_eq!(paid.details, Some(kept), "the token is forgotten");
    let known = found(Known::Transaction, false, "paid", Some("disputed")).await.expect("an answer");
    assert_eq!((known.is_disputed, known.details), (true, None), "nothing new to keep");
    let refunded = found(Known::Order, false, "paid", Some("refunded")).await.expect("an answer");
    assert_eq!(refunded.refunded_minor, Some(60_000), "all of it, where no sum is told");
    let failed = found(Known::Transaction, false, "created", Some("failed")).await.expect("an answer");
    assert_eq!((failed.failure, failed.received_minor), (Some(FailureCode::Declined), None));
    let reserved = found(Known::Order, true, "paid", Some("not_captured")).await.expect("an answer");
    assert_eq!((reserved.received_minor, reserved.payer_amount_minor), (None, Some(60_900)));
}

#[tokio::test]
async fn a_partial_refund_is_told() {
    let (provider, attempt) = (Provider::start().await, paid_attempt(false));
    let refunded = with_purchase(
        transaction(&attempt, TRANSACTION, "partially_refunded"),
        json!({"refundedAmount": 45_000, "refundIds": ["rfnd_1"]}),
    );
    provider.show(&attempt, "paid", json!([refunded])).await;
    let seen = provider.method.find(&attempt).await.expect("an answer").remove(0);
    assert_eq!((seen.status, seen.refunded_minor), (AttemptStatus::Succeeded, Some(45_000)));
}

#[tokio::test]
async fn without_an_order_nothing_was_ever_paid() {
    let provider = Provider::start().await;
    assert_eq!(provider.method.find(&new_attempt()).await, Ok(Vec::new()));
    assert!(provider.server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn before_the_first_token_only_the_order_is_asked() {
    let provider = Provider::start().await;
    let attempt = Attempt { provider_reference: Some(ORDER.to_owned()), ..new_attempt() };
    provider.answer("GET", &format!("/orders/{ORDER}"), 200, order(&attempt, "created")).await;
    let seen = provider.method.find(&attempt).await.expect("an answer").remove(0);
    assert_eq!((seen.status, seen.details), (AttemptStatus::RequiresAction, None));
    assert!(provider.requests("/transactions").await.is_empty());
}

#[tokio::test]
async fn the_list_is_asked_for_this_order_and_for_long_enough() {
    let (provider, attempt) = (Provider::start().await, paying_attempt());
    provider.show(&attempt, "created", json!([])).await;
    provider.method.find(&attempt).await.expect("an answer");
    let asked = provider.requests("/transactions").await.remove(0);
    let query: Vec<_> = asked.url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    let since = "createdAfter=2025-03-05T14:00:00.000Z";
    assert_eq!(query, [&format!("orderId={ORDER}"), since, "limit=100", "page=1"], "an hour before the attempt began");
}

#[tokio::test]
async fn other_orders_in_the_list_are_not_ours() {
    let (provider, attempt) = (Provider::start().await, paying_attempt());
    let foreign = with_purchase(transaction(&attempt, "tran_2", "paid"), json!({"orderId": "ordr_2"}));
    let unnamed = with_purchase(transaction(&attempt, "tran_3", "paid"), json!({"orderId": null}));
    provider.show(&attempt, "created", json!([foreign, unnamed])).await;
    let seen = provider.method.find(&attempt).await.expect("an answer").remove(0);
    assert_eq!(seen.status, AttemptStatus::RequiresAction);
}

#[tokio::test]
async fn of_several_payments_the_one_with_money_counts() {
    let (provider, attempt) = (Provider::start().await, paying_attempt());
    let listed = ["failed", "incomplete", "paid", "cancelled"];
    let listed = listed.map(|status| transaction(&attempt, &format!("tran_{status}"), status));
    provider.show(&attempt, "paid", json!(listed)).await;
    let found = provider.method.find(&attempt).await.expect("an answer");
    assert_eq!(found.len(), 1);
    let kept = found[0].details.as_ref().expect("the transaction is kept");
    assert_eq!((found[0].status, &kept["transaction"]), (AttemptStatus::Succeeded, &json!("tran_paid")));
}

#[tokio::test]
async fn the_list_is_read_to_its_end() {
    let (provider, attempt) = (Provider::start().await, paying_attempt());
    provider.answer("GET", &format!("/orders/{ORDER}"), 200, order(&attempt, "paid")).await;
    let foreign = |number: usize| {
        let id = format!("tran_{number}");
        with_purchase(transaction(&attempt, &id, "paid"), json!({"orderId": "ordr_2"}))
    };
    provider.answer_page("/transactions", 1, json!((0..100).map(foreign).collect::<Vec<_>>())).await;
    provider.answer_page("/transactions", 2, json!([transaction(&attempt, TRANSACTION, "paid")])).await;
    let seen = provider.method.find(&attempt).await.expect("an answer").remove(0);
    assert_eq!(seen.status, AttemptStatus::Succeeded);
}

#[tokio::test]
async fn a_list_without_an_end_is_no_answer() {
    let (provider, attempt) = (Provider::start().await, paying_attempt());
    provider.answer("GET", &format!("/orders/{ORDER}"), 200, order(&attempt, "created")).await;
    let foreign = with_purchase(transaction(&attempt, "tran_2", "paid"), json!({"orderId": "ordr_2"}));
    provider.answer("GET", "/transactions", 200, json!(vec![foreign; 100])).await;
    assert!(provider.method.find(&attempt).await.is_err());
    assert_eq!(provider.requests("/transactions").await.len(), 20);
}

#[tokio::test]
async fn an_answer_about_something_else_is_no_answer() {
    let attempt = paying_attempt();
    for changes in [
        json!({"orderId": "ordr_2"}),
        json!({"orderId": null}),
        json!({"referenceOrderId": "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70"}),
        json!({"status": null}),
    ] {
        let provider = Provider::start().await;
        let told = with(order(&attempt, "cancelled"), changes.clone());
        provider.answer("GET", &format!("/orders/{ORDER}"), 200, told).await;
        provider.answer("GET", "/transactions", 200, json!([])).await;
        assert!(provider.method.find(&attempt).await.is_err(), "{changes}");
    }
    let attempt = paid_attempt(false);
    for (told, changes) in [
        ("another transaction", json!({"transactionId": "tran_2"})),
        ("no status", json!({"status": null})),
        ("no amount", json!({"amount": null})),
        ("a wrong amount", json!({"amount": {"minorCurrencyUnits": "60900", "currency": "AUD"}})),
        ("a wrong surcharge", json!({"surchargeAmount": 60_901})),
        ("an unreadable surcharge", json!({"surchargeAmount": "9.00"})),
    ] {
        let provider = Provider::start().await;
        provider.answer("GET", &format!("/orders/{ORDER}"), 200, order(&attempt, "paid")).await;
        let shown = with_purchase(transaction(&attempt, TRANSACTION, "paid"), changes);
        provider.answer("GET", AT_TRANSACTION, 200, shown).await;
        assert!(provider.method.find(&attempt).await.is_err(), "{told}");
    }
}

#[tokio::test]
async fn money_in_another_currency_is_for_a_person() {
    let (provider, attempt) = (Provider::start().await, paid_attempt(false));
    let amount = json!({"amount": {"minorCurrencyUnits": 60_900, "currency": "USD"}});
    provider.show(&attempt, "paid", json!([with_purchase(transaction(&attempt, TRANSACTION, "paid"), amount)])).await;
    let seen = provider.method.find(&attempt).await.expect("an answer").remove(0);
    assert_eq!((seen.status, seen.received_minor), (AttemptStatus::Processing, None));
    assert_eq!(seen.mismatch.as_deref(), Some("the payment is in another currency than AUD"));
}

#[tokio::test]
async fn orders_are_read_wrapped_and_bare() {
    let attempt = paying_attempt();
    let bare = order(&attempt, "created");
    for body in [bare.clone(), json!({"OnlineOrder": {"order": bare}}), json!({"order": bare})] {
        let provider = Provider::start().await;
        provider.answer("GET", &format!("/orders/{ORDER}"), 200, body).await;
        provider.answer("GET", "/transactions", 200, json!({"transactions": []})).await;
        let seen = provider.method.find(&attempt).await.expect("an answer").remove(0);
        assert_eq!(seen.status, AttemptStatus::RequiresAction);
    }
}

#[tokio::test]
async fn only_aprils_own_word_counts_as_not_found() {
    for (status, body, is_absent) in [
        (404, refused(404, "not_found").to_string(), true),
        (404, json!({"message": "no route"}).to_string(), false),
        (404, "<html>nginx</html>".to_owned(), false),
        (404, String::new(), false),
        (410, refused(410, "not_found").to_string(), false),
        (500, refused(500, "internal_server_error").to_string(), false),
        (429, "{}".to_owned(), false),
        (401, "{}".to_owned(), false),
        (403, "{}".to_owned(), false),
        (302, String::new(), false),
        (200, String::new(), false),
        (200, "[]".to_owned(), false),
    ] {
        let (provider, attempt) = (Provider::start().await, paying_attempt());
        provider.answer_text("GET", &format!("/orders/{ORDER}"), status, &body).await;
        let found = provider.method.find(&attempt).await;
        assert_eq!(found.as_ref().is_ok_and(Vec::is_empty), is_absent, "{status} {body}");
        assert_eq!(found.is_err(), !is_absent, "{status} {body}");
        let is_credentials = found.err().is_some_and(|unanswered| unanswered.is_credentials);
        assert_eq!(is_credentials, matches!(status, 401 | 403), "{status}");
    }
}

#[tokio::test]
async fn a_transaction_that_is_gone_says_nothing_about_the_payment() {
    let (provider, attempt) = (Provider::start().await, paid_attempt(false));
    provider.answer("GET", &format!("/orders/{ORDER}"), 200, order(&attempt, "paid")).await;
    provider.answer("GET", AT_TRANSACTION, 404, refused(404, "not_found")).await;
    assert!(provider.method.find(&attempt).await.is_err());
}
