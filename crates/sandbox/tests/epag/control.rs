//! The control API itself: ledger, lists, settings, reset, the buyer page, the seed.

use crate::common::{Merchant, order, read};
use serde_json::json;
use umclique_sandbox::{Options, start};

#[tokio::test]
async fn the_ledger_names_everything_that_moved() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "operation_delay_ms": 0 })).await;
    let token = merchant.create(&order("PEDIDO-1")).await;
    merchant.act(&token, "pay").await;
    let (_, refund) = merchant.post("/refund", &json!({ "payment_token": token, "amount": 9.9 })).await;
    let other = merchant.create(&order("PEDIDO-2")).await;
    merchant.act(&other, "pay").await;
    let mut entries = merchant.see("/ledger?reference=PEDIDO-1").await;
    for entry in entries.as_array_mut().expect("an array") {
        let at = entry.as_object_mut().and_then(|entry| entry.remove("at")).expect("a time");
        assert!(at.as_str().is_some_and(|at| at.ends_with('Z')), "{at}");
    }
    let entry = |kind: &str, id: &str, cents: i64| {
        json!({ "provider": "epag", "kind": kind, "id": id, "payment": token, "reference": "PEDIDO-1",
                "amount_minor": cents, "currency": "BRL" })
    };
    let refund_id = refund["refund_id"].to_string();
    assert_eq!(entries, json!([entry("charge", &token, 5990), entry("refund", &refund_id, 990)]));
    assert_eq!(merchant.see("/ledger").await.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn payments_are_listed_newest_first_and_found_by_their_code() {
    let merchant = Merchant::new().await;
    let (one, two) = (merchant.create(&order("A")).await, merchant.create(&order("B")).await);
    merchant.act(&two, "pay").await;
    let tokens = |list: serde_json::Value| -> Vec<String> {
        let list = list["data"].as_array().expect("a list").clone();
        list.iter().map(|payment| payment["payment_token"].as_str().expect("a token").to_owned()).collect()
    };
    assert_eq!(tokens(merchant.see("/epag/payments").await), [two.clone(), one.clone()]);
    assert_eq!(tokens(merchant.see("/epag/payments?open=true").await), [&*one]);
    assert_eq!(tokens(merchant.see("/epag/payments?reference=B&status=PAID").await), [&*two]);
    let payload = merchant.see(&format!("/epag/payments/{one}")).await["qr_payload"].clone();
    let url = merchant.url("/_control/epag/payments");
    let query = [("code", payload.as_str().expect("a payload"))];
    let found = merchant.client.get(reqwest::Url::parse_with_params(&url, query).expect("a URL"));
    assert_eq!(tokens(read(found).await.expect("an answer").1), [one]);
    let (status, _) =
        read(merchant.client.get(merchant.url("/_control/epag/payments?code=nonsense"))).await.expect("an answer");
    assert_eq!(status, 404);
}

#[tokio::test]
async fn wrong_settings_are_refused_with_the_right_names() {
    let merchant = Merchant::new().await;
    for (changes, told) in [
        (json!({ "qr_kontainer": "gzip" }), "unknown field `qr_kontainer`, expected one of `settle_delay_ms`"),
        (json!({ "qr_container": "rar" }), "expected one of `gzip`, `zlib`, `zip`, `raw`"),
        (json!({ "payee": "Café" }), "plain ASCII"),
        (json!([]), "the body does not fit"),
    ] {
        let (status, body) = merchant.try_control("/epag/settings", &changes).await;
        assert_eq!(status, 400, "{changes}");
        assert!(body["error"].as_str().is_some_and(|text| text.contains(told)), "{body}");
    }
    merchant.set(json!({ "payee": "OUTRA LOJA" })).await;
    assert_eq!(merchant.see("/epag/settings").await["payee"], "OUTRA LOJA");
}

#[tokio::test]
async fn a_reset_forgets_everything_but_ids_and_access() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "payee": "OUTRA LOJA" })).await;
    merchant.fault(json!({ "call": "query", "fault": "reset" })).await;
    let token = merchant.create(&order("A")).await;
    merchant.act(&token, "pay").await;
    merchant.advance(60).await;
    merchant.control("/reset", &json!({})).await;
    assert_eq!(merchant.see("/ledger").await, json!([]));
    assert_eq!(merchant.see("/clock").await["offset_s"], json!(0));
    assert_eq!(merchant.see("/epag/settings").await["payee"], "LOJA EXEMPLO");
    assert_eq!(merchant.get(&format!("/payment/{token}")).await.0, 404);
    assert_ne!(merchant.create(&order("A")).await, token, "an id never means two payments");
}

#[tokio::test]
async fn the_oldest_payment_is_forgotten_when_a_new_one_does_not_fit() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "max_payments": 2 })).await;
    let mut tokens = Vec::new();
    for reference in ["A", "B", "C"] {
        tokens.push(merchant.create(&order(reference)).await);
    }
    assert_eq!(merchant.get(&format!("/payment/{}", tokens[0])).await.0, 404);
    assert_eq!(merchant.get("/payment/reference/A").await.1["payments"], json!([]));
    assert_eq!(merchant.status(&tokens[1]).await, "PROCESSING");
    assert_eq!(merchant.status(&tokens[2]).await, "PROCESSING");
}

#[tokio::test]
async fn calls_are_noted_with_the_fault_they_suffered() {
    let merchant = Merchant::new().await;
    merchant.fault(json!({ "call": "query_reference", "fault": "reset" })).await;
    let request = merchant.client.get(merchant.url("/epag/payment/reference/A"));
    assert!(read(request).await.is_err());
    merchant.get("/payment/reference/A").await;
    let calls = merchant.see("/epag/calls?call=query_reference").await;
    assert_eq!(calls["data"][0]["fault"], "reset");
    assert!(calls["data"][0].get("status").is_none());
    assert_eq!(calls["data"][1]["status"], json!(200));
    assert_eq!(calls["data"][1]["path"], "/payment/reference/A");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_tokens() {
    let (one, two) = (Merchant::new().await, Merchant::new().await);
    assert_eq!(one.create(&order("A")).await, two.create(&order("A")).await);
}

#[tokio::test]
async fn the_buyer_page_is_served_under_a_strict_policy() {
    let merchant = Merchant::new().await;
    for (path, kind) in
        [("/_buyer", "text/html"), ("/_buyer/buyer.css", "text/css"), ("/_buyer/buyer.js", "text/javascript")]
    {
        let response = merchant.client.get(merchant.url(path)).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
        assert!(header("content-type").starts_with(kind));
        assert!(header("content-security-policy").contains("default-src 'none'"));
        let text = response.text().await.expect("a body");
        assert!(!text.contains("style=") && !text.contains("innerHTML") && !text.contains("onclick"), "{path}");
    }
}

#[tokio::test]
async fn a_dropped_sandbox_stops_answering() {
    let sandbox = start(Options::default()).await.expect("a free port exists");
    let address = sandbox.address();
    drop(sandbox);
    let waiting = async { while tokio::net::TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(crate::common::PATIENCE, waiting).await.expect("the port is closed");
}

#[tokio::test]
async fn unknown_paths_are_told_so() {
    let merchant = Merchant::new().await;
    assert_eq!(merchant.try_control("/nothing", &json!({})).await.0, 404);
    let (status, body) = merchant.get("/nothing").await;
    assert_eq!((status, &body["path"], &body["error"]), (404, &json!("/nothing"), &json!("Not Found")));
    assert_eq!(merchant.post("/payment/x", &json!({})).await.0, 405);
}
