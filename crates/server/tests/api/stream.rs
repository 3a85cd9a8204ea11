//! The status stream: the first snapshot at once, one for each change, the end after the end; across processes, too.
//!
//! The heartbeat is proved beside its code in `http/status.rs`, where it can be made short.

use crate::database::Database;
use crate::on_both;
use crate::world::{Opened, World, key, ok, problem, text, wait_for};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_both! {
    the_first_snapshot_comes_at_once_and_each_change_after_it;
    what_is_over_gets_one_snapshot_and_the_end;
    who_takes_no_events_gets_one_snapshot;
    a_ninth_stream_of_one_session_is_refused;
    watching_makes_the_provider_be_asked_without_callbacks;
    check_now_asks_at_most_once_in_two_seconds;
    a_check_whose_caller_went_away_holds_nothing_up;
}

/// An event: its id, and the snapshot in it.
#[derive(Debug)]
struct Snapshot {
    version: u64,
    view: Value,
}

/// A stream as a browser reads it.
struct Stream {
    answer: Response,
    unread: String,
}

impl Stream {
    async fn open(http: &Client, server: &str, session: &Opened) -> Self {
        let request = http.get(format!("{server}/v1/checkout_sessions/{}/status", session.id));
        let request = request.bearer_auth(&session.secret).header("accept", "text/event-stream");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        Self { answer, unread: String::new() }
    }

    async fn of(world: &World, session: &Opened) -> Self {
        Self::open(&world.http, &world.url(""), session).await
    }

    /// The next snapshot, or `None` at the end of the stream.
    async fn next(&mut self) -> Option<Snapshot> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let snapshot = read(event);
                self.unread = rest.to_owned();
                match snapshot {
                    Some(snapshot) => return Some(snapshot),
                    None => continue,
                }
            }
            let patience = Duration::from_secs(30);
            let chunk = tokio::time::timeout(patience, self.answer.chunk()).await.expect("the stream is not silent");
            self.unread += std::str::from_utf8(&chunk.expect("the stream is not broken")?).expect("UTF-8");
        }
    }

    /// Reads until the session is in `status`; versions rise all the way.
    async fn until(&mut self, status: &str) -> Snapshot {
        let mut last = 0;
        loop {
            let snapshot = self.next().await.expect("the stream goes on");
            assert!(snapshot.version > last, "versions rise");
            last = snapshot.version;
            if snapshot.view["status"] == status {
                return snapshot;
            }
        }
    }
}

/// `None`: a comment.
fn read(event: &str) -> Option<Snapshot> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let data = field("data:")?;
    assert_eq!(field("event:"), Some("session"), "{event}");
    let version = field("id:").and_then(|id| id.parse().ok()).expect("the id is a version");
    let view: Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(view["version"], version);
    Some(Snapshot { version, view })
}

async fn token_of(world: &World, payment: &str) -> String {
    text(&world.payment(payment).await["provider_reference"])
}

async fn the_first_snapshot_comes_at_once_and_each_change_after_it(world: World) {
    let session = world.open(json!({})).await;
    let mut stream = Stream::of(&world, &session).await;
    let first = stream.next().await.expect("a snapshot");
    assert_eq!((first.version, &first.view["status"]), (1, &json!("requires_payment_method")));

    let shown = world.confirm(&session).await;
    let told = stream.until("requires_action").await;
    assert_eq!(told.view["next_action"], shown["next_action"]);
    assert!(told.version > first.version);
    let payment = text(&shown["attempt"]["id"]);
    world.pay(&token_of(&world, &payment).await).await;
    let paid = stream.until("succeeded").await;
    assert!(paid.version > told.version);
    assert!(stream.next().await.is_none(), "nothing follows a payment");
    world.until_received("payment.succeeded").await;
    world.finish().await;
}

async fn what_is_over_gets_one_snapshot_and_the_end(world: World) {
    let session = world.open(json!({})).await;
    let path = format!("/v1/checkout_sessions/{}/cancel", session.id);
    ok(world.shop(Method::POST, &path).header("idempotency-key", key()).send().await).await;
    let mut stream = Stream::of(&world, &session).await;
    assert_eq!(stream.next().await.expect("a snapshot").view["status"], "canceled");
    assert!(stream.next().await.is_none());
    world.finish().await;
}

async fn who_takes_no_events_gets_one_snapshot(world: World) {
    let session = world.open(json!({})).await;
    for accept in [None, Some("application/json"), Some("*/*"), Some("")] {
        let mut request = world.buyer(&session, Method::GET, "/status");
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.headers()["content-type"], "application/json");
        let mut view = ok(Ok(answer)).await;
        let mut read = world.session(&session).await;
        assert!(view["poll_after_ms"].as_u64().is_some_and(|wait| (1_000..=10_000).contains(&wait)));
        assert!(view["server_time"].take().is_string() && read["server_time"].take().is_string());
        assert_eq!(view, read);
    }
    let refused = world.http.get(world.url(&format!("/v1/checkout_sessions/{}/status", session.id)));
    let refused = refused.header("accept", "text/event-stream").send().await.expect("an answer");
    problem(refused, 401).await;
    world.finish().await;
}

async fn a_ninth_stream_of_one_session_is_refused(world: World) {
    let (session, other) = (world.open(json!({})).await, world.open(json!({})).await);
    let mut streams = Vec::new();
    for _ in 0..8 {
        let mut stream = Stream::of(&world, &session).await;
        stream.next().await.expect("a snapshot");
        streams.push(stream);
    }
    let ninth = || {
        let request = world.buyer(&session, Method::GET, "/status").header("accept", "text/event-stream");
        async { request.send().await.expect("an answer") }
    };
    let refused = ninth().await;
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(problem(refused, 429).await["code"], "too_many_requests");
    let polled = ok(world.buyer(&session, Method::GET, "/status").send().await).await;
    assert_eq!(polled["status"], "requires_payment_method", "a page beyond the limit can still poll");
    Stream::of(&world, &other).await.next().await.expect("another session has streams of its own");

    // A page that went away makes room as soon as its connection is seen to be gone.
    drop(streams.pop());
    wait_for("room for another page", || async {
        let status = ninth().await.status();
        if status == 200 { Ok(()) } else { Err(status) }
    })
    .await;
    drop(streams);
    world.finish().await;
}

async fn watching_makes_the_provider_be_asked_without_callbacks(world: World) {
    world.control("epag/settings", json!({"callbacks": false})).await;
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let mut stream = Stream::of(&world, &session).await;
    stream.next().await.expect("a snapshot");
    world.pay(&token_of(&world, &payment).await).await;
    let paid_at = Instant::now();
    stream.until("succeeded").await;
    let waited = paid_at.elapsed();
    assert!(waited < Duration::from_secs(8), "watched sessions are asked about every 5 s; it took {waited:?}");
    world.until_received("payment.succeeded").await;
    world.finish().await;
}

async fn check_now_asks_at_most_once_in_two_seconds(world: World) {
    world.control("epag/settings", json!({"callbacks": false})).await;
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    // The answer to the confirm was news about the attempt as well; the clock passes the two seconds.
    world.advance(3).await;
    let asked = || async {
        let url = format!("{}/_control/epag/calls?call=query", world.sandbox.url());
        let calls = ok(world.http.get(url).send().await).await;
        calls["data"].as_array().or_else(|| calls.as_array()).expect("a list of calls").len()
    };
    let (before, began) = (asked().await, Instant::now());
    let checks = (0..20).map(|_| world.buyer(&session, Method::GET, "/status?check=true").send());
    for answer in futures::future::join_all(checks).await {
        assert_eq!(ok(answer).await["status"], "requires_action");
    }
    let (questions, took) = (asked().await - before, began.elapsed());
    let at_most = 1 + usize::try_from(took.as_secs() / 2).expect("a short while");
    assert!((1..=at_most).contains(&questions), "{questions} questions in {took:?}");
    world.leave(&session, &payment).await;
    world.until(&session, "requires_payment_method").await;
    world.finish().await;
}

async fn a_check_whose_caller_went_away_holds_nothing_up(world: World) {
    world.control("epag/settings", json!({"callbacks": false})).await;
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.advance(3).await;
    world.control("epag/faults", json!({"call": "query", "fault": "delay", "delay_ms": 1_000})).await;
    let hasty = world.buyer(&session, Method::GET, "/status?check=true").timeout(Duration::from_millis(200));
    hasty.send().await.expect_err("the caller does not wait so long");
    world.pay(&token_of(&world, &payment).await).await;
    let began = Instant::now();
    world.until(&session, "succeeded").await;
    let waited = began.elapsed();
    assert!(waited < Duration::from_secs(6), "no lease was left behind; it took {waited:?}");
    world.until_received("payment.succeeded").await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_through_one_server_reaches_a_stream_at_another() {
    let Some(database) = Database::postgres().await else { return };
    let world = World::start(database).await;
    assert!(world.database.is_shared());
    let other = world.another_server().await;
    let session = world.open(json!({})).await;
    let mut stream = Stream::open(&world.http, &format!("http://{}", other.address), &session).await;
    assert_eq!(stream.next().await.expect("a snapshot").version, 1);
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    stream.until("requires_action").await;
    world.pay(&token_of(&world, &payment).await).await;
    stream.until("succeeded").await;
    assert!(stream.next().await.is_none());
    world.until_received("payment.succeeded").await;
    other.stop().await;
    world.finish().await;
}
