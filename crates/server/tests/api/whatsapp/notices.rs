//! What Meta posts: signed or refused, kept before it is answered, and all of it worked on.

use crate::on_both;
use crate::world::whatsapp::PAYS;
use crate::world::{World, ok, problem};
use serde_json::{Value, json};

on_both! {
    the_address_is_verified_by_the_word_that_was_agreed_on;
    forged_posts_are_refused_and_change_nothing;
    a_post_of_a_thousand_updates_loses_none;
    broken_neighbours_lose_no_tap;
    a_kept_post_outlives_the_server;
    a_post_that_nobody_can_read_waits_for_a_person;
    a_huge_post_is_refused;
}

async fn the_address_is_verified_by_the_word_that_was_agreed_on(world: World) {
    let world = world.with_whatsapp().await;
    let ask = |query: &str| world.http.get(world.url(&format!("/providers/whatsapp/webhook?{query}"))).send();
    let word = "hub.verify_token=whatsapp_demo_verify_token";
    let answer = ask(&format!("hub.mode=subscribe&hub.challenge=1158201444&{word}")).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.expect("a body"), "1158201444", "the bare challenge");
    for query in [
        "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=wrong".to_owned(),
        format!("hub.mode=unsubscribe&hub.challenge=1158201444&{word}"),
        format!("hub.mode=subscribe&{word}"),
        format!("hub.mode=subscribe&hub.challenge=%3Cscript%3E&{word}"),
        String::new(),
    ] {
        problem(ask(&query).await.expect("an answer"), 403).await;
    }
    world.finish().await;
}

async fn forged_posts_are_refused_and_change_nothing(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    for forge in ["bad_signature", "unsigned", "truncated", "reserialized"] {
        let answers = world.tap(&reference, json!({"forge": forge})).await["answers"].clone();
        assert_eq!(answers, json!([401]), "{forge}");
    }
    world.until_quiet().await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 0);
    assert_eq!(world.session(&session).await["status"], "requires_action");
    // A signature of the same bytes with another case, or with something behind it, is none either.
    let url = world.url("/providers/whatsapp/webhook");
    for signature in ["", "sha256=", "sha1=00", "sha256=00", &format!("sha256={}", "0".repeat(64))] {
        let post = world.http.post(&url).header("x-hub-signature-256", signature).body("{}");
        problem(post.send().await.expect("an answer"), 401).await;
    }
    world.finish().await;
}

/// A tap as Meta tells it.
fn tap_message(order: &Value, id: &str) -> Value {
    json!({
        "from": order["phone"], "id": id, "timestamp": "1767225600", "from_logical_id": "64244926160970", "type": "interactive",
        "interactive": {"type": "payment_method", "payment_method": {
            "payment_method": "offsite_card_pay", "payment_timestamp": 1_767_225_600,
            "reference_id": order["reference_id"], "last_four_digits": order["card"]["last_four_digits"],
            "credential_id": order["card"]["credential_id"]}}
    })
}

fn change(value: Value) -> Value {
    let mut value = value;
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "551130000000", "phone_number_id": "100000000000001"});
    json!({"field": "messages", "value": value})
}

async fn a_post_of_a_thousand_updates_loses_none(world: World) {
    let world = world.with_whatsapp().await;
    let mut orders = Vec::new();
    for _ in 0..8 {
        let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
        orders.push((session, payment, world.in_chat(&reference).await));
    }
    // Taps in the first, the middle and the last places, between words about messages that nobody here knows.
    let noise = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|at| json!({"id": format!("wamid.NOISE{at}"), "status": "read", "timestamp": "1767225600"}))
            .collect()
    };
    let taps: Vec<_> = orders.iter().map(|(_, _, order)| order).collect();
    let tap = |at: usize| tap_message(taps[at], &format!("wamid.IN{at}"));
    let entries = json!([
        {"id": "200000000000002", "changes": [change(json!({"messages": [tap(0), tap(1)], "statuses": noise(330)}))]},
        {"id": "200000000000002", "changes": [
            change(json!({"statuses": noise(330)})),
            change(json!({"messages": [tap(2), tap(3), tap(3)]})),
            json!({"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}}),
            change(json!({"messages": [tap(4)]})),
        ]},
        {"id": "200000000000003", "changes": [change(json!({"statuses": noise(330), "messages": [tap(5), tap(6), tap(7)]}))]},
    ]);
    let status = world.posted(json!({"object": "whatsapp_business_account", "entry": entries}), None).await;
    assert_eq!(status, 200);
    for (session, payment, _) in &orders {
        world.until(session, "succeeded").await;
        assert_eq!(world.ledger_sum("charge", payment).await, 12_345);
    }
    world.until_quiet().await;
    world.finish().await;
}

async fn broken_neighbours_lose_no_tap(world: World) {
    let world = world.with_whatsapp().await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    let order = world.in_chat(&reference).await;
    let mut strangers = tap_message(&order, "wamid.X1");
    strangers["interactive"]["payment_method"]["reference_id"] = json!("ped-1001.1");
    let messages = json!([
        null, 7, "text", {}, {"type": "interactive"}, {"type": "text", "text": {"body": "Olá, é isso?"}, "from": 5},
        {"type": "interactive", "interactive": {"type": "payment_method", "payment_method": []}},
        strangers, tap_message(&order, "wamid.IN1"), {"type": "sticker"}
    ]);
    let body = json!({"object": "whatsapp_business_account", "entry": [null, {"id": "1"}, {"changes": [
        7, {"field": "messages"}, {"field": "messages", "value": {"messages": {}, "statuses": [null, {"id": 4}]}},
        change(json!({"messages": messages})),
    ]}]});
    assert_eq!(world.posted(body, None).await, 200);
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    world.until_quiet().await;
    world.finish().await;
}

async fn a_kept_post_outlives_the_server(mut world: World) {
    world.restart_with_whatsapp(&[]).await;
    let (session, payment, reference) = world.ordered(PAYS, json!({})).await;
    let order = world.in_chat(&reference).await;
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [
        change(json!({"messages": [tap_message(&order, "wamid.IN1")]}))]}]});
    world.until_quiet().await;
    world.pause_server().await;
    // What a process that was killed right after its answer leaves behind.
    let database = umclique_server::store::Db::open(&world.database.url, false).await.expect("opened");
    let mut tx = database.begin().await.expect("begun");
    let kind = umclique_wire::MethodKind::Whatsapp;
    umclique_server::store::inbox::add(&mut tx, kind, &body.to_string(), 0).await.expect("kept");
    tx.commit().await.expect("committed");
    database.close().await;
    world.resume_server().await;
    world.point_webhooks_at(&world.url("")).await;
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    world.until_quiet().await;
    world.finish().await;
}

async fn a_post_that_nobody_can_read_waits_for_a_person(world: World) {
    let world = world.with_whatsapp().await;
    assert_eq!(world.posted(json!("this is signed, and no JSON"), None).await, 200);
    crate::world::wait_for("an unreadable notice", || async {
        let mut tx = world.server.payments.db.read().await.expect("the database answers");
        let (due, unreadable) = umclique_server::store::counts::notices(&mut tx).await.expect("counted");
        if (due.count, unreadable.count) == (0, 1) { Ok(()) } else { Err((due, unreadable)) }
    })
    .await;
    // The next one is worked on all the same.
    let (session, _, reference) = world.ordered(PAYS, json!({})).await;
    world.tap(&reference, json!({})).await;
    world.until(&session, "succeeded").await;
    world.finish().await;
}

async fn a_huge_post_is_refused(world: World) {
    let world = world.with_whatsapp().await;
    let url = world.url("/providers/whatsapp/webhook");
    let huge = vec![b' '; 3 * 1024 * 1024 + 1];
    let answer = world.http.post(&url).body(huge).send().await;
    // The server may close the line before all of it was sent.
    if let Ok(answer) = answer {
        problem(answer, 413).await;
    }
    let epag = world.http.post(world.url("/providers/epag/notifications/x")).body(vec![b' '; 20_000]).send().await;
    if let Ok(answer) = epag {
        problem(answer, 413).await;
    }
    let health = ok(world.http.get(world.url("/v1/payments")).bearer_auth(crate::world::SECRET_KEY).send().await).await;
    assert!(health["data"].is_array());
    world.finish().await;
}
