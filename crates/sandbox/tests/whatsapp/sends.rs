//! `POST /{version}/{phone_number_id}/messages`: who may call, what is answered, and the kinds of messages.

use serde_json::{Value, json};

use crate::common::{ANA, ANAS_ID, Shop, code, order, parameters, read, report, simplified, template, text, words};

#[tokio::test]
async fn an_accepted_message_is_answered_in_metas_own_words() {
    let shop = Shop::new().await;
    let response = shop.request(&order("ped-1001.1")).send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200);
    let body = response.text().await.expect("a body");
    let id = text(&serde_json::from_str::<Value>(&body).expect("JSON")["messages"][0]["id"]);
    assert!(id.starts_with("wamid.HBgN"), "{id}");
    let expected = format!(
        r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{ANA}","wa_id":"{ANAS_ID}"}}],"messages":[{{"id":"{id}"}}]}}"#
    );
    assert_eq!(body, expected);
    let (_, answer) = shop.send(&template("hello", json!([]))).await;
    assert_eq!(answer["messages"][0]["message_status"], "accepted", "templates only");
}

#[tokio::test]
async fn the_token_the_version_and_the_number_are_checked() {
    let shop = Shop::new().await;
    let send = |path: &str, token: &str| {
        let request = shop.client.post(shop.url(&format!("/whatsapp{path}"))).json(&words(ANA));
        read(if token.is_empty() { request } else { request.bearer_auth(token) })
    };
    for (path, token, expected) in [
        ("/v24.0/100000000000001/messages", "", (401, 190)),
        ("/v24.0/100000000000001/messages", "another", (401, 190)),
        ("/v24.0/999/messages", "whatsapp_demo_token", (400, 33)),
        ("/v1/100000000000001/messages", "whatsapp_demo_token", (400, 100)),
        ("/24.0/100000000000001/messages", "whatsapp_demo_token", (400, 100)),
        ("/v1/messages", "whatsapp_demo_token", (400, 100)),
    ] {
        assert_eq!(code(&send(path, token).await.expect("an answer")), expected, "{path} {token}");
    }
    assert_eq!(send("/v21.0/100000000000001/messages", "whatsapp_demo_token").await.expect("an answer").0, 200);
}

#[tokio::test]
async fn a_refusal_has_the_graph_apis_shape() {
    let shop = Shop::new().await;
    let (status, body) = shop.report("unknown", json!({ "payment": { "status": "captured" } })).await;
    assert_eq!(status, 400);
    let error = &body["error"];
    assert_eq!(error["message"], "(#131009) Parameter value is not valid");
    assert_eq!((&error["type"], &error["code"]), (&json!("OAuthException"), &json!(131_009)));
    assert_eq!(error["error_data"]["messaging_product"], "whatsapp");
    assert!(text(&error["error_data"]["details"]).contains("reference_id"));
    assert!(error["fbtrace_id"].is_string());
    assert_eq!(error["error_subcode"], json!(null), "gone since v16");
}

#[tokio::test]
async fn messaging_product_is_required_unless_the_switch_says_otherwise() {
    let shop = Shop::new().await;
    let mut body = order("A");
    body.as_object_mut().expect("an object").remove("messaging_product");
    assert_eq!(code(&shop.send(&body).await), (400, 100));
    shop.set(json!({ "strict_messaging_product": false })).await;
    assert_eq!(shop.send(&body).await.0, 200, "as the payment examples have it");
    body["messaging_product"] = json!("messenger");
    assert_eq!(code(&shop.send(&body).await), (400, 100));
}

#[tokio::test]
async fn the_returned_number_may_differ_by_a_digit_and_means_the_same_person() {
    let shop = Shop::new().await;
    shop.set(json!({ "wa_id_ninth_digit": "drop" })).await;
    let (_, answer) = shop.send(&order("A")).await;
    assert_eq!(answer["contacts"][0], json!({ "input": ANA, "wa_id": "551199990000" }));
    let mut body = order("B");
    body["to"] = json!("551199990000");
    assert_eq!(shop.send(&body).await.1["contacts"][0]["wa_id"], "551199990000");
    shop.set(json!({ "wa_id_ninth_digit": "add" })).await;
    body["interactive"]["action"]["parameters"]["reference_id"] = json!("C");
    assert_eq!(shop.send(&body).await.1["contacts"][0]["wa_id"], ANAS_ID);
    let buyers = shop.see("/whatsapp/buyers").await;
    assert_eq!(buyers["data"].as_array().map(Vec::len), Some(1), "one person: {buyers}");
    assert_eq!(shop.see("/whatsapp/orders?phone=551199990000").await["data"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_reference_is_used_once_in_the_whole_business() {
    let shop = Shop::new().await;
    shop.ask("A.1").await;
    let mut other = order("A.1");
    other["to"] = json!("+5511988887777");
    for body in [order("A.1"), other] {
        let (status, refusal) = shop.send(&body).await;
        assert_eq!((status, &refusal["error"]["code"]), (400, &json!(131_009)));
        assert!(text(&refusal["error"]["error_data"]["details"]).contains("reference_id"), "{refusal}");
    }
    shop.ask("A.2").await;
}

#[tokio::test]
async fn orders_come_with_and_without_their_items() {
    let shop = Shop::new().await;
    shop.ask("A").await;
    shop.accepted(&simplified("B")).await;
    let (whole, short) = (shop.order("A").await, shop.order("B").await);
    assert_eq!((&whole["amount_minor"], &short["amount_minor"]), (&json!(2950), &json!(2950)));
    assert_eq!(whole["items"], json!([{ "name": "Lata", "quantity": 2, "unit_amount_minor": 1150 }]));
    let parts = json!({ "subtotal_minor": 2300, "tax_minor": 200, "shipping_minor": 450, "discount_minor": 0 });
    assert_eq!((&whole["parts"], &short["parts"]), (&parts, &json!(null)));
    assert_eq!(whole["card"], json!({ "last_four_digits": "4242", "credential_id": "cred_9f2" }));
    shop.set(json!({ "order_required": true })).await;
    assert_eq!(code(&shop.send(&simplified("C")).await), (400, 131_008), "the older text");
}

#[tokio::test]
async fn templates_bring_orders_and_their_statuses() {
    let shop = Shop::new().await;
    let button = |reference: &str| {
        json!([
            { "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] },
            { "type": "button", "sub_type": "order_details", "index": 0, "parameters": [
                { "type": "action", "action": { "order_details": parameters(reference) } }] }
        ])
    };
    shop.accepted(&template("pedido", button("T"))).await;
    let order = shop.order("T").await;
    assert_eq!((&order["is_template"], &order["can_pay"]), (&json!(true), &json!(true)));
    let status = |status: &str| {
        json!([{ "type": "order_status", "parameters": [
            { "type": "order_status", "order_status": { "reference_id": "T", "order": { "status": status } } }] }])
    };
    shop.accepted(&template("andamento", status("processing"))).await;
    assert_eq!(shop.order("T").await["status"], "processing");
    assert_eq!(code(&shop.send(&template("andamento", status("gone"))).await), (400, 131_009));
    assert_eq!(code(&shop.send(&template("pedido", button("T"))).await), (400, 131_009), "used");
    shop.set(json!({ "templates": ["pedido"] })).await;
    assert_eq!(code(&shop.send(&template("andamento", json!([]))).await), (404, 132_001));
    assert_eq!(shop.send(&template("pedido", json!([]))).await.0, 200);
}

#[tokio::test]
async fn other_messages_are_read_as_far_as_shops_need_them() {
    let shop = Shop::new().await;
    shop.accepted(&words(ANA)).await;
    for (change, expected) in [
        (json!({ "type": "image" }), (400, 131_051)),
        (json!({ "type": null }), (400, 131_008)),
        (json!({ "to": null }), (400, 131_008)),
        (json!({ "to": "Ana" }), (400, 131_009)),
        (json!({ "to": 5 }), (400, 131_009)),
        (json!({ "recipient_type": "group" }), (400, 131_009)),
        (json!({ "text": { "body": "x".repeat(4097) } }), (400, 131_009)),
        (json!({ "text": {} }), (400, 131_008)),
        (json!({ "biz_opaque_callback_data": "x".repeat(513) }), (400, 131_009)),
        (json!({ "type": "interactive", "interactive": { "type": "button" } }), (400, 131_051)),
    ] {
        let mut body = words(ANA);
        let change = change.as_object().expect("an object").clone();
        body.as_object_mut().expect("an object").extend(change.clone());
        assert_eq!(code(&shop.send(&body).await), expected, "{change:?}");
    }
    let request = shop.request(&json!([])).send().await.expect("an answer");
    assert_eq!(request.status().as_u16(), 400);
    assert_eq!(code(&shop.send(&report("unknown", json!({}))).await), (400, 131_008), "neither order nor payment");
}

#[tokio::test]
async fn of_many_orders_at_once_under_one_reference_one_is_accepted() {
    let shop = Shop::new().await;
    let sends: Vec<_> = (0..20).map(|_| tokio::spawn(read(shop.request(&order("A"))))).collect();
    let mut accepted = 0;
    for send in sends {
        let answer = send.await.expect("no panic").expect("an answer");
        match answer.0 {
            200 => accepted += 1,
            _ => assert_eq!(code(&answer), (400, 131_009)),
        }
    }
    assert_eq!((accepted, shop.see("/whatsapp/orders").await["data"].as_array().map(Vec::len)), (1, Some(1)));
}
