//! What waits for somebody, as the operator's gauges tell it. Asked of the program: the recorder is a process's, and other
//! tests' servers would tell their own numbers.

use super::{Server, open, program};
use crate::on_both;
use crate::world::{Opened, SECRET_KEY, TAX_ID, World, key, ok, text, wait_for};
use serde_json::{Value, json};

on_both! {
    gauges_tell_what_waits_and_since_when;
    gauges_tell_what_the_shop_does_not_take;
}

/// The program on the world's database, with an address for the operator.
struct Beside {
    server: Server,
    base: String,
    admin: String,
}

impl Beside {
    async fn start(world: &mut World) -> Self {
        world.pause_server().await;
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let admin = free.local_addr().expect("bound").to_string();
        drop(free);
        let mut command = program(world);
        command.env("UMCLIQUE_ADMIN_LISTEN", &admin);
        let server = Server::start(command).await;
        Self { base: format!("http://{}", server.address), server, admin }
    }

    async fn stop(self, world: &mut World) {
        self.server.terminate();
        let (ended, logs) = self.server.ended().await;
        assert!(ended.success(), "{logs}");
        world.resume_server().await;
    }

    async fn post(&self, world: &World, secret: &str, path: &str, body: Value) -> Value {
        let request = world.http.post(format!("{}{path}", self.base)).bearer_auth(secret);
        ok(request.header("idempotency-key", key()).json(&body).send().await).await
    }

    /// The buyer presses pay.
    async fn confirm(&self, world: &World, session: &Opened) -> String {
        let body = json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}});
        let path = format!("/v1/checkout_sessions/{}/confirm", session.id);
        text(&self.post(world, &session.secret, &path, body).await["attempt"]["id"])
    }

    async fn payment(&self, world: &World, id: &str) -> Value {
        ok(world.http.get(format!("{}/v1/payments/{id}", self.base)).bearer_auth(SECRET_KEY).send().await).await
    }

    /// Waits until every gauge or counter is within its bounds.
    async fn until(&self, world: &World, expected: &[(&str, u64, u64)]) {
        wait_for("the gauges", || async {
            let answer = world.http.get(format!("http://{}/metrics", self.admin)).send().await.expect("an answer");
            let metrics = answer.text().await.expect("a body");
            let told = |name: &str| -> Option<f64> {
                metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
            };
            let is_within = |(name, from, to): &&(&str, u64, u64)| {
                told(name).is_some_and(|it| (*from as f64..=*to as f64).contains(&it))
            };
            match expected.iter().find(|one| !is_within(one)) {
                None => Ok(()),
                Some(wrong) => Err(format!("{wrong:?} is {:?}", told(wrong.0))),
            }
        })
        .await;
    }
}

const NOTHING: [(&str, u64, u64); 10] = [
    ("umclique_payments_flagged{flag=\"needs_attention\"}", 0, 0),
    ("umclique_payments_flagged_oldest_seconds{flag=\"needs_attention\"}", 0, 0),
    ("umclique_payments_flagged{flag=\"late_capture\"}", 0, 0),
    ("umclique_payments_flagged{flag=\"disputed\"}", 0, 0),
    ("umclique_payments_unknown", 0, 0),
    ("umclique_payments_unknown_oldest_seconds", 0, 0),
    ("umclique_payments_closing", 0, 0),
    ("umclique_operations_unknown", 0, 0),
    ("umclique_operations_needs_attention", 0, 0),
    ("umclique_events_parked", 0, 0),
];

async fn gauges_tell_what_waits_and_since_when(mut world: World) {
    let beside = Beside::start(&mut world).await;
    beside.until(&world, &NOTHING).await;

    let paid = open(&world, &beside.base).await;
    let payment = beside.confirm(&world, &paid).await;
    let token = text(&beside.payment(&world, &payment).await["provider_reference"]);
    world.pay(&token).await;
    wait_for("the money", || async {
        let seen = beside.payment(&world, &payment).await;
        if seen["status"] == "succeeded" { Ok(()) } else { Err(seen) }
    })
    .await;
    world.fault("refund", "reset", 1).await;
    let path = format!("/v1/payments/{payment}/refunds");
    beside.post(&world, SECRET_KEY, &path, json!({"amount_minor": 1_000})).await;
    // Sent, and its answer lost; from here on nobody answers about it.
    beside.until(&world, &[("umclique_operations_unknown", 1, 1), ("umclique_operations_needs_attention", 0, 0)]).await;
    world.fault("refund_query", "error_500", 10_000).await;

    let left = open(&world, &beside.base).await;
    let closing = beside.confirm(&world, &left).await;
    world.fault("cancel", "error_502", 10_000).await;
    world.control(&format!("epag/payments/{token}/dispute"), json!({"status": "DISPUTE"})).await;
    let path = format!("/v1/checkout_sessions/{}/cancel", left.id);
    beside.post(&world, &left.secret, &path, json!({"attempt": closing})).await;

    let unclear = open(&world, &beside.base).await;
    world.fault("create", "lost_reply", 1).await;
    world.fault("query_reference", "error_500", 10_000).await;
    beside.confirm(&world, &unclear).await;
    beside.until(&world, &[("umclique_payments_unknown", 1, 1), ("umclique_payments_closing", 1, 1)]).await;

    world.advance(3_700).await;
    let waiting = [
        ("umclique_payments_unknown", 1, 1),
        ("umclique_payments_unknown_oldest_seconds", 3_700, 3_900),
        ("umclique_payments_closing", 1, 1),
        ("umclique_payments_closing_oldest_seconds", 3_700, 3_900),
        ("umclique_operations_unknown", 1, 1),
        ("umclique_operations_unknown_oldest_seconds", 3_700, 3_900),
        ("umclique_operations_needs_attention", 1, 1),
        ("umclique_operations_needs_attention_oldest_seconds", 3_700, 3_900),
        // The payment of the unclear refund, the unknown one, and the one that cannot be closed.
        ("umclique_payments_flagged{flag=\"needs_attention\"}", 3, 3),
        ("umclique_payments_flagged_oldest_seconds{flag=\"needs_attention\"}", 3_700, 3_900),
        ("umclique_payments_flagged{flag=\"disputed\"}", 1, 1),
        ("umclique_payments_flagged{flag=\"late_capture\"}", 0, 0),
    ];
    beside.until(&world, &waiting).await;
    world.clear_faults().await;
    beside.stop(&mut world).await;
    world.until(&left, "requires_payment_method").await;
    world.finish().await;
}

async fn gauges_tell_what_the_shop_does_not_take(mut world: World) {
    let beside = Beside::start(&mut world).await;
    let session = open(&world, &beside.base).await;
    world.refuse_webhooks(usize::MAX);
    let payment = beside.confirm(&world, &session).await;
    world.pay(&text(&beside.payment(&world, &payment).await["provider_reference"])).await;
    let failed = "umclique_deliveries_total{outcome=\"failed\"}";
    beside.until(&world, &[("umclique_events_due", 1, 1), ("umclique_events_parked", 0, 0), (failed, 1, 50)]).await;
    world.advance(3_600).await;
    beside.until(&world, &[("umclique_events_due_oldest_seconds", 3_600, 3_800)]).await;
    world.advance(3 * 86_400).await;
    let parked = "umclique_deliveries_total{outcome=\"parked\"}";
    let given_up = [("umclique_events_due", 0, 0), ("umclique_events_parked", 1, 1), (parked, 1, 1)];
    beside.until(&world, &given_up).await;
    let age = ("umclique_events_parked_oldest_seconds", 3 * 86_400, 3 * 86_400 + 4_000);
    beside.until(&world, &[age]).await;

    world.refuse_webhooks(0);
    let events = world.http.get(format!("{}/v1/events?parked=true", beside.base)).bearer_auth(SECRET_KEY);
    let event = text(&ok(events.send().await).await["data"][0]["id"]);
    beside.post(&world, SECRET_KEY, &format!("/v1/events/{event}/resend"), json!({})).await;
    let delivered = "umclique_deliveries_total{outcome=\"delivered\"}";
    let taken = [("umclique_events_due", 0, 0), ("umclique_events_parked", 0, 0), (delivered, 1, 1)];
    beside.until(&world, &taken).await;
    beside.stop(&mut world).await;
    world.finish().await;
}
