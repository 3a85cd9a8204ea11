//! Events: numbered without gaps, delivered at least once under one id, signed with every key, parked and sent again.

use crate::database::Database;
use crate::on_both;
use crate::world::{TAX_ID, World, key, ok, problem, text, wait_for};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use umclique_server::Running;

on_both! {
    a_reader_misses_nothing_while_many_payments_settle;
    a_refused_webhook_comes_again_under_the_same_id;
    what_nobody_takes_is_parked_after_three_days_and_sent_again_on_request;
    two_secrets_sign_during_rotation;
}

const SECRETS: [&str; 2] = ["whsec_bmV3LXNlY3JldC1vZi10aGUtc2hvcA==", "whsec_b2xkLXNlY3JldC1vZi10aGUtc2hvcA=="];

/// A delivery, taken or not.
#[derive(Clone, Debug)]
struct Delivery {
    id: String,
    timestamp_s: i64,
    signature: String,
    body: String,
    headers: HeaderMap,
}

/// A shop that notes every delivery and answers as it is told.
#[derive(Clone)]
struct Shop {
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    answer: Arc<Mutex<StatusCode>>,
}

impl Shop {
    /// Starts it, and has the world's events delivered to it.
    async fn instead(world: &mut World) -> Self {
        let shop = Self { deliveries: Arc::default(), answer: Arc::new(Mutex::new(StatusCode::OK)) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
        let app = axum::Router::new().route("/hook", axum::routing::post(take)).with_state(shop.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        world.restart_with(&[("WEBHOOK_URL", &url), ("WEBHOOK_SECRETS", &SECRETS.join(","))]).await;
        shop
    }

    fn answers(&self, status: StatusCode) {
        *self.answer.lock().expect("no test panics with it") = status;
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().expect("no test panics with it").clone()
    }

    async fn until_tried(&self, times: usize) -> Vec<Delivery> {
        wait_for(&format!("try {times}"), || async {
            let all = self.deliveries();
            if all.len() >= times { Ok(all) } else { Err(all.len()) }
        })
        .await
    }
}

async fn take(State(shop): State<Shop>, headers: HeaderMap, body: String) -> (StatusCode, HeaderMap) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let delivery = Delivery {
        id: header("webhook-id"),
        timestamp_s: header("webhook-timestamp").parse().expect("seconds"),
        signature: header("webhook-signature"),
        body,
        headers: headers.clone(),
    };
    shop.deliveries.lock().expect("no test panics with it").push(delivery);
    let mut answer = HeaderMap::new();
    answer.insert("location", "/elsewhere".parse().expect("a header"));
    (*shop.answer.lock().expect("no test panics with it"), answer)
}

/// A paid session's payment.
async fn pay(world: &World) -> String {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    payment
}

/// The same, where the buyer's press of the button meets another server of the same shop.
async fn pay_through(world: &World, server: &Running) -> String {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let path = format!("http://{}/v1/checkout_sessions/{}/confirm", server.address, session.id);
    let request = world.http.post(path).bearer_auth(&session.secret).header("idempotency-key", key());
    let body = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
    let payment = text(&ok(request.json(&body).send().await).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    payment
}

async fn list(world: &World, query: &str) -> Value {
    ok(world.shop(Method::GET, &format!("/v1/events{query}")).send().await).await
}

fn numbers(page: &Value) -> Vec<i64> {
    page["data"].as_array().expect("a list").iter().map(|event| event["number"].as_i64().expect("a number")).collect()
}

/// Reads events after `from` until there are `count`, as a shop does that believes no number can appear behind it.
async fn read_along(world: &World, count: usize) -> Vec<Value> {
    let seen = Mutex::new(Vec::<Value>::new());
    wait_for("all events", || async {
        let last =
            seen.lock().expect("no test panics with it").last().map_or(0, |it| it["number"].as_i64().unwrap_or(0));
        let page = list(world, &format!("?after={last}&limit=7")).await;
        let mut expected = last;
        for number in numbers(&page) {
            expected += 1;
            assert_eq!(number, expected, "a gap would hide an event behind the reader");
        }
        let mut seen = seen.lock().expect("no test panics with it");
        seen.extend(page["data"].as_array().expect("a list").iter().cloned());
        if seen.len() >= count { Ok(()) } else { Err(seen.len()) }
    })
    .await;
    seen.into_inner().expect("no test panics with it")
}

async fn a_reader_misses_nothing_while_many_payments_settle(world: World) {
    const COUNT: usize = 24;
    let (payments, read) = tokio::join!(join_all((0..COUNT).map(|_| pay(&world))), read_along(&world, COUNT));
    let told: BTreeSet<String> = read.iter().map(|event| text(&event["data"]["id"])).collect();
    assert_eq!(told, payments.into_iter().collect(), "each payment told once");
    assert!(read.iter().all(|event| event["type"] == "payment.succeeded"));
    assert_eq!(read.iter().map(|event| text(&event["id"])).collect::<BTreeSet<_>>().len(), COUNT);

    let mut paged = Vec::new();
    let mut next = Some(0);
    while let Some(after) = next {
        let page = list(&world, &format!("?after={after}&limit=10")).await;
        paged.extend(numbers(&page));
        next = page["next"].as_i64();
    }
    let all: Vec<i64> = (1..=i64::try_from(COUNT).expect("few")).collect();
    assert_eq!(paged, all);
    world.finish().await;
}

async fn a_refused_webhook_comes_again_under_the_same_id(mut world: World) {
    let shop = Shop::instead(&mut world).await;
    shop.answers(StatusCode::SERVICE_UNAVAILABLE);
    pay(&world).await;
    shop.until_tried(1).await;
    // A redirect is no consent, and is not followed.
    shop.answers(StatusCode::TEMPORARY_REDIRECT);
    world.advance(6).await;
    shop.until_tried(2).await;
    shop.answers(StatusCode::NO_CONTENT);
    world.advance(31).await;
    let tries = shop.until_tried(3).await;

    let first = &tries[0];
    assert!(first.id.starts_with("evt_"));
    for again in &tries[1..] {
        assert_eq!((&again.id, &again.body), (&first.id, &first.body));
    }
    assert!(tries[2].timestamp_s >= first.timestamp_s + 37, "each try is dated and signed anew");
    assert_ne!(tries[2].signature, first.signature);
    let delivered = wait_for("the note of the delivery", || async {
        let event = list(&world, "").await["data"][0].clone();
        if event["delivered_at"].is_string() { Ok(event) } else { Err(event) }
    })
    .await;
    assert_eq!((&delivered["tries"], &delivered["parked"]), (&json!(3), &json!(false)));
    assert_eq!(delivered["id"], json!(first.id));
    world.advance(86_400).await;
    assert_eq!(shop.deliveries().len(), 3, "what was taken is not sent again");
    world.finish().await;
}

async fn what_nobody_takes_is_parked_after_three_days_and_sent_again_on_request(mut world: World) {
    let shop = Shop::instead(&mut world).await;
    shop.answers(StatusCode::INTERNAL_SERVER_ERROR);
    let payment = pay(&world).await;
    shop.until_tried(1).await;
    assert_eq!(list(&world, "?parked=true").await["data"], json!([]), "three days are not over");
    world.advance(3 * 86_400 + 60).await;
    let parked = wait_for("a parked event", || async {
        let page = list(&world, "?parked=true").await;
        if page["data"][0].is_object() { Ok(page["data"].clone()) } else { Err(page) }
    })
    .await;
    assert_eq!(parked.as_array().map(Vec::len), Some(1));
    let event = &parked[0];
    assert_eq!((&event["parked"], &event["delivered_at"]), (&json!(true), &Value::Null));
    assert_eq!(event["data"]["id"], json!(payment));
    assert!(text(&event["last_error"]).contains("500"), "{event}");
    let tried = shop.deliveries().len();
    world.advance(86_400).await;
    assert_eq!(shop.deliveries().len(), tried, "a parked event rests");

    shop.answers(StatusCode::OK);
    let path = format!("/v1/events/{}/resend", text(&event["id"]));
    let anybody = world.http.post(world.url(&path)).send().await.expect("an answer");
    problem(anybody, 401).await;
    ok(world.shop(Method::POST, &path).send().await).await;
    let again = shop.until_tried(tried + 1).await;
    let (first, last) = (&again[0], again.last().expect("tries"));
    assert_eq!((&last.id, &last.body), (&first.id, &first.body));
    wait_for("nothing parked", || async {
        let page = list(&world, "?parked=true").await["data"].clone();
        if page == json!([]) { Ok(()) } else { Err(page) }
    })
    .await;
    // And once more on request, although it was delivered.
    ok(world.shop(Method::POST, &path).send().await).await;
    shop.until_tried(tried + 2).await;
    world.finish().await;
}

async fn two_secrets_sign_during_rotation(mut world: World) {
    let shop = Shop::instead(&mut world).await;
    pay(&world).await;
    let delivery = shop.until_tried(1).await.remove(0);
    assert_eq!(delivery.headers["content-type"], "application/json");
    let signatures: Vec<&str> = delivery.signature.split(' ').collect();
    assert_eq!(signatures.len(), 2);
    for (secret, ours) in SECRETS.into_iter().zip(signatures) {
        let webhook = standardwebhooks::Webhook::new(secret).expect("a key");
        let reference = webhook.sign(&delivery.id, delivery.timestamp_s, delivery.body.as_bytes()).expect("signed");
        assert_eq!(ours, reference);
        // What a shop does, with either of its keys, under the whole header.
        webhook.verify(delivery.body.as_bytes(), &delivery.headers).expect("verified");
    }
    let payload: Value = serde_json::from_str(&delivery.body).expect("JSON");
    assert_eq!(payload["type"], "payment.succeeded");
    assert!(payload["data"]["version"].as_u64().is_some());
    let fields: Vec<_> = payload.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(fields, ["data", "timestamp", "type"]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_number_once_and_deliver_everything() {
    const COUNT: usize = 20;
    let Some(database) = Database::postgres().await else { return };
    let world = World::start(database).await;
    let other = world.another_server().await;
    world.refuse_webhooks(5);
    let at_first = join_all((0..COUNT / 2).map(|_| pay(&world)));
    let at_second = join_all((0..COUNT / 2).map(|_| pay_through(&world, &other)));
    let (first, second, read) = tokio::join!(at_first, at_second, read_along(&world, COUNT));
    let payments: BTreeSet<String> = first.into_iter().chain(second).collect();
    assert_eq!(read.iter().map(|event| text(&event["data"]["id"])).collect::<BTreeSet<_>>(), payments);
    let numbers: Vec<_> = read.iter().map(|event| event["number"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, (1..=COUNT as u64).collect::<Vec<_>>());

    let ids: BTreeSet<String> = read.iter().map(|event| text(&event["id"])).collect();
    // Whoever was refused, whoever tries again.
    wait_for("every event but the refused", || async {
        let received = world.received().len();
        if received >= COUNT - 5 { Ok(()) } else { Err(received) }
    })
    .await;
    world.advance(6).await;
    wait_for("every event at the shop", || async {
        let received: BTreeSet<String> = world.received().into_iter().map(|it| it.id).collect();
        if received == ids { Ok(()) } else { Err(received.len()) }
    })
    .await;
    other.stop().await;
    world.finish().await;
}
