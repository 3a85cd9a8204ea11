//! Bodies that are no JSON, or too much of it, and callbacks of strangers.

use super::{confirm, post, refusal, send};
use crate::on_both;
use crate::world::{World, ok, session_body, text};
use serde_json::json;

on_both! {
    bytes_that_are_no_json_are_refused;
    bodies_that_are_too_large_are_refused;
    callbacks_of_strangers_are_dropped;
}

async fn bytes_that_are_no_json_are_refused(world: World) {
    let session = world.open(json!({})).await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let good = session_body(json!({})).to_string();
    let twice = good.replacen('{', "{\"currency\":\"BRL\",", 1);
    let deep_notes =
        good.replacen('{', &format!("{{\"billing_address\":{{\"a\":{}1{}}},", "[".repeat(200), "]".repeat(200)), 1);
    for bytes in [
        b"".to_vec(),
        b" \n ".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"{\"reference\":\"caf\xe9\"}".to_vec(),
        b"{\"reference\":\"\\ud800\"}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"a\":1}{\"a\":2}".to_vec(),
        b"{'reference':'x'}".to_vec(),
        b"amount_minor=1&currency=BRL".to_vec(),
        b"{\"amount_minor\":NaN}".to_vec(),
        b"{\"amount_minor\":1e999999999}".to_vec(),
        vec![0; 1_000],
        deep("[", "]"),
        deep("{\"a\":", "}"),
        twice.into_bytes(),
        deep_notes.into_bytes(),
    ] {
        let what = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let answer = send(post(&world, "/v1/checkout_sessions").body(bytes.clone())).await;
        assert_eq!(refusal(answer, 400, &what).await, "malformed", "{what}");
        let answer = send(confirm(&world, &session).body(bytes)).await;
        assert_eq!(refusal(answer, 400, &what).await, "malformed", "{what}");
    }
    world.finish().await;
}

async fn bodies_that_are_too_large_are_refused(world: World) {
    let session = world.open(json!({})).await;
    for size in [64 * 1024 + 1, 100_000, 300_000] {
        let body = vec![b' '; size];
        let paths = ["/v1/checkout_sessions".to_owned(), format!("/v1/checkout_sessions/{}/cancel", session.id)];
        for path in paths {
            let answer = send(post(&world, &path).body(body.clone())).await;
            assert_eq!(refusal(answer, 413, &path).await, "body_too_large");
        }
        let answer = send(confirm(&world, &session).body(body.clone())).await;
        assert_eq!(refusal(answer, 413, "confirm").await, "body_too_large");
        let path = world.url("/providers/epag/notifications/pa_0193f0c47d5b7c3e.x");
        let answer = send(world.http.post(path).body(body)).await;
        assert_eq!(refusal(answer, 413, "callback").await, "body_too_large");
    }
    let just_fits = format!("{}{}", session_body(json!({})), " ".repeat(60_000));
    ok(post(&world, "/v1/checkout_sessions").body(just_fits).send().await).await;
    world.finish().await;
}

async fn callbacks_of_strangers_are_dropped(world: World) {
    let session = world.open(json!({})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    let id = umclique_wire::AttemptId::parse(&payment).expect("an id");
    let mac = world.server.payments.keys.callback_mac(&id);
    let stranger = umclique_server::keys::new_attempt_id();
    for tail in [
        payment.clone(),
        format!("{payment}."),
        format!("{payment}.{}", &mac[1..]),
        format!("{payment}.{mac}x"),
        format!("{stranger}.{mac}"),
        format!("x.{mac}"),
        format!(".{mac}"),
        format!("%ff.{mac}"),
        "%00".to_owned(),
    ] {
        let request = world.http.post(world.url(&format!("/providers/epag/notifications/{tail}")));
        refusal(send(request.json(&json!({"status": "PAID"}))).await, 404, &tail).await;
    }
    // With the right path the body may be anything at all: it is not believed.
    for body in [b"".to_vec(), b"\xff\x00".to_vec(), b"{\"status\":\"PAID\"}".to_vec(), vec![b'['; 4_000]] {
        let request = world.http.post(world.url(&format!("/providers/epag/notifications/{payment}.{mac}")));
        assert_eq!(send(request.body(body)).await.status(), 204);
    }
    let unknown = world.server.payments.keys.callback_mac(&stranger);
    let request = world.http.post(world.url(&format!("/providers/epag/notifications/{stranger}.{unknown}")));
    assert_eq!(send(request).await.status(), 204, "ours by its path, gone from our books: dropped unstored");
    assert_eq!(world.session(&session).await["status"], "requires_action");
    world.leave(&session, &payment).await;
    world.until(&session, "requires_payment_method").await;
    world.finish().await;
}
