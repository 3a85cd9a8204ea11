//! April's webhooks: whose attempt a notice is about, and what is dropped.

use super::*;
use crate::methods::{Notice, Taken};
use axum::http::HeaderMap;
use umclique_wire::AttemptId;

const ID: &str = "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70";

fn notice(event: Value) -> Value {
    json!({
        "marketplaceId": "mktp_Abc123Abc123Abc1",
        "metadata": {"service": "checkout"},
        "webhookSubscriptionId": "webhook_Abc123Abc123",
        "webhookEventType": "TransactionPaid",
        "requestId": "a0a3e2b6-99bd-4a7d-ae30-d3f7340c59e5",
        "event": event,
        "timestamp": "2026-06-22T01:52:52.096861Z",
    })
}

fn event() -> Value {
    json!({"purchaseDetails": {"orderId": ORDER, "referenceOrderId": ID, "status": "paid"}})
}

async fn hinted(ids: WebhookIds, at: &str, body: &[u8]) -> Option<AttemptId> {
    let mut config = new_config("http://127.0.0.1:9", 1_000);
    config.webhook = ids;
    let notice = Notice { path: at, headers: &HeaderMap::new(), body };
    match April::new(config).expect("the configuration works").take(notice) {
        Taken::Hint(attempt) => Some(attempt),
        Taken::Keep | Taken::Forged | Taken::Foreign => None,
    }
}

async fn is_hinted(body: &Value) -> bool {
    hinted(WebhookIds::default(), "webhook", body.to_string().as_bytes()).await.is_some_and(|id| id.as_str() == ID)
}

#[tokio::test]
async fn our_reference_is_found_wherever_it_stands() {
    let list = json!({"orders": [{"referenceOrderId": "S-1"}, {"referenceOrderId": ID}]});
    for event in
        [event(), json!({"referenceOrderId": ID}), list, json!({"a": {"b": {"c": {"d": {"referenceOrderId": ID}}}}})]
    {
        assert!(is_hinted(&notice(event.clone())).await, "{event}");
    }
}

#[tokio::test]
async fn what_is_not_ours_is_dropped() {
    let mut deep = json!({"referenceOrderId": ID});
    for _ in 0..20 {
        deep = json!({"x": deep});
    }
    for event in [
        json!({}),
        json!({"referenceOrderId": "S-1001"}),
        json!({"referenceOrderId": 17}),
        json!({"referenceOrderId": format!("{ID}/../x")}),
        json!({"description": ID}),
        json!([{"referenceOrderId": ID}]),
        json!(ID),
        json!(null),
        deep,
    ] {
        assert!(!is_hinted(&notice(event.clone())).await, "{event}");
    }
    for missing in ["webhookEventType", "requestId", "event"] {
        let mut body = notice(event());
        body[missing] = Value::Null;
        assert!(!is_hinted(&body).await, "{missing}");
    }
    assert!(!is_hinted(&json!({"referenceOrderId": ID})).await, "outside of the event");
    for body in [b"".as_slice(), b"{", b"null", b"\xff\xfe"] {
        assert_eq!(hinted(WebhookIds::default(), "webhook", body).await, None);
    }
    let body = notice(event()).to_string();
    for at in ["", "webhook/", "webhooks", "../webhook", "notifications/x"] {
        assert_eq!(hinted(WebhookIds::default(), at, body.as_bytes()).await, None, "{at}");
    }
}

#[tokio::test]
async fn a_notice_for_somebody_else_is_dropped() {
    let ids = |marketplace: Option<&str>, merchant: Option<&str>, subscription: Option<&str>| WebhookIds {
        marketplace_id: marketplace.map(str::to_owned),
        merchant_id: merchant.map(str::to_owned),
        subscription_id: subscription.map(str::to_owned),
    };
    let (ours, hook) = (Some("mktp_Abc123Abc123Abc1"), Some("webhook_Abc123Abc123"));
    for (ids, is_taken) in [
        (ids(None, None, None), true),
        (ids(ours, None, None), true),
        (ids(ours, None, hook), true),
        (ids(Some("mktp_2"), None, None), false),
        (ids(ours, None, Some("webhook_2")), false),
        // One of the two stands in a notice, never the other.
        (ids(None, Some("mcht_Abc123Abc123Abc1"), None), false),
    ] {
        let body = notice(event()).to_string();
        let taken = hinted(ids.clone(), "webhook", body.as_bytes()).await.is_some();
        assert_eq!(taken, is_taken, "{ids:?}");
    }
}

#[tokio::test]
async fn the_provider_has_a_name_in_the_path() {
    let method = new_method("http://127.0.0.1:9", 1_000);
    assert_eq!((method.provider(), method.kind()), ("april", MethodKind::April));
    let can = method.capabilities();
    assert_eq!((can.manual_capture, can.partial_capture, can.void, can.partial_refund), (true, false, false, true));
}
