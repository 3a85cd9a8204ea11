//! Who is signed in, what the merchant server hears of it, and the cards that are stored for WhatsApp.

use crate::harness::{client, post, shop};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use umclique_shop::Shop;
use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A browser that keeps its cookie.
struct Browser<'a> {
    shop: &'a Shop,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// One that has signed in to Ana's account.
    async fn signed_in(shop: &'a Shop) -> Self {
        let request = client().post(format!("{}/shop/account", shop.url())).json(&json!({ "account": "ana" }));
        let answer = request.send().await.expect("the shop answers");
        let cookie = answer.headers()["set-cookie"].to_str().expect("visible ASCII").to_owned();
        assert!(cookie.ends_with("; Path=/shop; HttpOnly; SameSite=Lax"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Self { shop, cookie }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = client().request(method, format!("{}{path}", self.shop.url()));
        request = request.header("cookie", &self.cookie).header("idempotency-key", "press-1");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("the shop answers");
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }
}

async fn sessions(server: &MockServer) {
    let session = json!({ "id": "cs_0000000001", "client_secret": "s3cret" });
    Mock::given(method("POST"))
        .and(path("/v1/checkout_sessions"))
        .respond_with(ResponseTemplate::new(201).set_body_json(session))
        .mount(server)
        .await;
}

fn cart() -> Value {
    json!({ "items": [{ "id": "flask", "quantity": 1 }], "locale": "en",
        "buyer": { "name": "Somebody Else", "phone": "+5511888880000" } })
}

#[tokio::test]
async fn the_shop_itself_says_who_buys_where_somebody_is_signed_in() {
    let server = MockServer::start().await;
    sessions(&server).await;
    let shop = shop(&server.uri(), Path::new("."), None).await;
    let ana = Browser::signed_in(&shop).await;
    let account = json!({ "id": "ana", "name": "Ana Souza", "email": "ana@example.com", "phone": "+5511999990000" });
    assert_eq!(ana.call(Method::GET, "/shop/account", None).await, (200, json!({ "account": account })));

    let (status, answer) = ana.call(Method::POST, "/shop/sessions", Some(cart())).await;
    assert_eq!((status, &answer["order"]["amount_minor"]), (201, &json!(6_000)), "{answer}");
    let (status, problem) = post(format!("{}/shop/sessions", shop.url()), "press-1", &cart()).await;
    assert_eq!((status, &problem["code"]), (422, &json!("idempotency_key_reused")), "a guest's order is another one");
    let (status, _) = post(format!("{}/shop/sessions", shop.url()), "press-2", &cart()).await;
    assert_eq!(status, 201);

    let sent = server.received_requests().await.expect("recording is on");
    let bodies: Vec<Value> = sent.iter().map(|request| request.body_json().expect("JSON")).collect();
    assert_eq!(bodies[0]["buyer"], account);
    assert_eq!(bodies[1]["buyer"], cart()["buyer"], "a guest has no id");
    let reference = answer["order"]["reference"].as_str().expect("a reference");
    assert_eq!(bodies[0]["return_url"], format!("{}/?lang=en&order={reference}", shop.url()));

    let (_, answer) = ana.call(Method::DELETE, "/shop/account", None).await;
    assert_eq!(answer, json!({ "account": null }));
    let (_, answer) = ana.call(Method::GET, "/shop/account", None).await;
    assert_eq!(answer, json!({ "account": null }), "the token is worth nothing any more");
}

#[tokio::test]
async fn a_card_is_stored_under_the_account_by_the_processors_name() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/credentials"))
        .and(header("idempotency-key", "press-1"))
        .and(body_json(json!({ "buyer": { "phone": "+5511999990000", "id": "ana" }, "last_four_digits": "4242",
            "brand": "visa", "psp_reference": "card_visa_4242" })))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({ "id": "cr_1" })))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path("/v1/credentials"))
        .and(query_param("buyer", "ana"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "data": [{ "id": "cr_1" }], "next": null })))
        .mount(&server)
        .await;
    // Its answer got lost, and then it is not there any more.
    let forgets = || Mock::given(method("DELETE")).and(path("/v1/credentials/cr_1"));
    forgets().respond_with(ResponseTemplate::new(503)).up_to_n_times(1).mount(&server).await;
    let gone = ResponseTemplate::new(404).set_body_json(json!({ "code": "not_found" }));
    forgets().respond_with(gone).expect(1).mount(&server).await;

    let shop = shop(&server.uri(), Path::new("."), None).await;
    let ana = Browser::signed_in(&shop).await;
    let cards = "/shop/account/cards";
    let (status, stored) = ana.call(Method::POST, cards, Some(json!({ "psp_reference": "card_visa_4242" }))).await;
    assert_eq!((status, stored), (200, json!({ "id": "cr_1" })));
    let (_, list) = ana.call(Method::GET, cards, None).await;
    assert_eq!((&list["stored"], list["cards"].as_array().map(Vec::len)), (&json!([{ "id": "cr_1" }]), Some(2)));
    assert_eq!(ana.call(Method::DELETE, &format!("{cards}/cr_1"), None).await.0, 204);
    assert_eq!(ana.call(Method::DELETE, &format!("{cards}/cr_2"), None).await.0, 404, "not one of the account's");
    let (status, _) = ana.call(Method::POST, cards, Some(json!({ "psp_reference": "4242424242424242" }))).await;
    assert_eq!(status, 404, "only cards that the processor knows");
}

#[tokio::test]
async fn nobody_reaches_an_account_without_its_token() {
    let shop = shop("http://127.0.0.1:9", Path::new("."), None).await;
    for cookie in ["", "umclique_shop_visit=ana", "umclique_shop_visit="] {
        let guest = Browser { shop: &shop, cookie: cookie.to_owned() };
        for (method, path, body) in [
            (Method::GET, "/shop/account/cards", None),
            (Method::POST, "/shop/account/cards", Some(json!({ "psp_reference": "card_visa_4242" }))),
            (Method::DELETE, "/shop/account/cards/cr_1", None),
        ] {
            let (status, problem) = guest.call(method, path, body).await;
            assert_eq!((status, &problem["code"]), (401, &json!("signed_out")), "{path}");
        }
    }
    let nobody = Browser { shop: &shop, cookie: String::new() };
    let (status, _) = nobody.call(Method::POST, "/shop/account", Some(json!({ "account": "bo" }))).await;
    assert_eq!(status, 404);
}
