//! The control API: lists, settings, reset, the journal, the seed.

use serde_json::{Value, json};

use crate::common::{CALLBACK, Shop, order, read, reservation};

#[tokio::test]
async fn charges_are_listed_newest_first_and_filtered() {
    let (shop, ana) = Shop::linked("ana").await;
    let bruno = shop.connect("bruno").await;
    let one = shop.charge(&ana, &order("A")).await;
    let two = shop.charge(&bruno, &reservation("B")).await;
    for (query, expected) in [
        ("", vec![&two, &one]),
        ("?reference=A", vec![&one]),
        ("?status=AUTHORIZED", vec![&two]),
        ("?buyer=ana", vec![&one]),
        ("?limit=1", vec![&two]),
    ] {
        let list = shop.see(&format!("/picpay/charges{query}")).await;
        let list: Vec<_> =
            list["data"].as_array().expect("a list").iter().map(|charge| charge["transaction_id"].clone()).collect();
        assert_eq!(list, expected.into_iter().map(|id| json!(id)).collect::<Vec<_>>(), "{query}");
    }
    let charge = shop.see(&format!("/picpay/charges/{two}")).await;
    assert_eq!((&charge["auto_capture"], &charge["client_id"]), (&json!(false), &json!("picpay_demo_client")));
    assert!(charge["expires_at"].as_str().is_some_and(|time| time.ends_with('Z')));
    let none = read(shop.client.get(shop.url("/_control/picpay/charges/nothing"))).await.expect("an answer");
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn links_are_shown_without_their_tokens() {
    let (shop, tokens) = Shop::linked("ana").await;
    let links = shop.see("/picpay/links").await;
    let link = &links["data"][0];
    assert_eq!((&link["buyer"], &link["client_id"]), (&json!("ana"), &json!("picpay_demo_client")));
    assert_eq!(link["scopes"], "openid payments.charge payments.refund profile");
    let at =
        |name: &str| link[name].as_str().expect("a time").parse::<jiff::Timestamp>().expect("RFC 3339").as_second();
    assert_eq!(at("refresh_expires_at") - at("access_expires_at"), 1_500);
    assert!(!links.to_string().contains(&tokens.access) && !links.to_string().contains(&tokens.refresh));
}

#[tokio::test]
async fn wrong_settings_are_refused_with_the_right_names() {
    let shop = Shop::new().await;
    for (changes, told) in [
        (json!({ "editon": "legacy" }), "unknown field `editon`, expected one of `edition`"),
        (json!({ "edition": "newest" }), "expected `current` or `legacy`"),
        (json!({ "redirect_uris": ["/callback"] }), "absolute URLs"),
        (json!({ "scopes": " " }), "at least one scope"),
        (json!({ "timeout_status": 504 }), "408, or 500"),
        (json!({ "max_charges": 0 }), "at least 1"),
    ] {
        let answer = shop.try_control("/picpay/settings", &changes).await;
        assert_eq!(answer.status, 400, "{changes}");
        assert!(answer.text.contains(told), "{answer:?}");
    }
    assert_eq!(shop.see("/picpay/settings").await["redirect_uris"], json!([CALLBACK]));
}

#[tokio::test]
async fn a_reset_forgets_everything_but_ids_and_registered_addresses() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.set(json!({ "edition": "current", "timeout_ms": 5, "redirect_uris": [CALLBACK, "http://loja.test/cb"] }))
        .await;
    shop.fault(json!({ "call": "charge", "fault": "reset" })).await;
    let refresh = shop.connect("bruno").await;
    let id = shop.find(&tokens, &[("reference_id", "A")]).await;
    assert_eq!(id.status, 404);
    shop.control("/picpay/buyers/ana", &json!({ "balance_minor": 1 })).await;
    shop.control("/reset", &json!({})).await;
    assert_eq!(shop.see("/picpay/links").await["data"], json!([]));
    assert_eq!(shop.wallet("ana").await["balance_minor"], json!(1_900));
    let settings = shop.see("/picpay/settings").await;
    assert_eq!(settings["timeout_ms"], json!(30_000));
    assert_eq!(settings["redirect_uris"], json!([CALLBACK, "http://loja.test/cb"]));
    assert_eq!(shop.post(&tokens, "/charge", &order("A")).await.status, 401);
    assert_eq!(shop.refresh(&refresh.refresh).await.status, 400);
    let tokens = shop.connect("ana").await;
    assert_eq!(shop.keyed(&tokens, "/charge", "k", &order("A")).await.status, 200);
}

#[tokio::test]
async fn the_oldest_charge_is_forgotten_when_a_new_one_does_not_fit() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.set(json!({ "max_charges": 2 })).await;
    for reference in ["A", "B", "C"] {
        shop.charge(&tokens, &reservation(reference)).await;
    }
    assert_eq!(shop.status(&tokens, "A").await, "404");
    assert_eq!(shop.status(&tokens, "B").await, "AUTHORIZED");
    shop.advance(5 * 86_400 + 1).await;
    assert_eq!(
        shop.ledger().await.iter().filter(|(kind, _)| kind == "void").count(),
        2,
        "the forgotten one is left alone"
    );
}

#[tokio::test]
async fn calls_are_noted_without_tokens_and_with_their_fault() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.fault(json!({ "call": "charge", "fault": "lost_reply" })).await;
    assert!(shop.try_keyed(&tokens, "/charge", "k", &order("A")).await.is_err());
    shop.keyed(&tokens, "/charge", "k", &order("A")).await;
    shop.find(&tokens, &[("reference_id", "A")]).await;
    let calls = shop.see("/picpay/calls").await;
    let facts =
        |call: &Value| (call["call"].clone(), call["path"].clone(), call["status"].clone(), call["fault"].clone());
    let facts: Vec<_> = calls["data"].as_array().expect("a list").iter().map(facts).collect();
    let line = |call: &str, path: &str, status: Value, fault: Value| (json!(call), json!(path), status, fault);
    assert_eq!(
        facts,
        [
            line("token", "/oauth2/token", json!(200), Value::Null),
            line("charge", "/v1/payments/charge", Value::Null, json!("lost_reply")),
            line("charge", "/v1/payments/charge", json!(200), Value::Null),
            line("query", "/v1/payments", json!(200), Value::Null),
        ]
    );
    assert_eq!(shop.see("/picpay/calls?call=query").await["data"].as_array().map(Vec::len), Some(1));
    assert!(!calls.to_string().contains(&tokens.access));
}

#[tokio::test]
async fn latency_is_real_and_holds_every_call() {
    let (shop, tokens) = Shop::linked("ana").await;
    shop.set(json!({ "latency_ms": 30 })).await;
    let started = std::time::Instant::now();
    shop.charge(&tokens, &order("A")).await;
    assert!(started.elapsed().as_millis() >= 30);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let ((one, ana), (two, other)) = (Shop::linked("ana").await, Shop::linked("ana").await);
    assert_eq!(one.charge(&ana, &order("A")).await, two.charge(&other, &order("A")).await);
}
