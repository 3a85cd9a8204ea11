//! What a browser can send: late, twice, for another round, or nonsense. And what limits it.

use crate::on_both;
use crate::world::april::{CHALLENGED, DECLINED, PAYS, STOLEN};
use crate::world::{World, key, ok, problem, text};
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both! {
    the_same_answer_twice_pays_once;
    many_answers_at_once_pay_once;
    an_answer_to_another_round_is_not_asked_for;
    what_answers_nothing_is_refused_and_changes_nothing;
    the_last_decline_closes_the_attempt;
    an_expired_token_asks_for_the_card_again;
    the_sessions_end_cancels_the_order;
    a_suspected_fraud_is_told_to_the_shop_alone;
    no_token_is_kept_after_its_use;
}

async fn the_same_answer_twice_pays_once(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let token = world.token(PAYS, "Card", 60_000).await;
    let body = json!({"attempt": payment, "round": 0, "token": token["token"], "kind": "Card"});
    let mut answers = Vec::new();
    for _ in 0..2 {
        let request = world.buyer(&session, Method::POST, "/resume").header("idempotency-key", "once").json(&body);
        answers.push(request.send().await.expect("an answer").text().await.expect("a body"));
    }
    assert_eq!(answers[0], answers[1], "the same key gets the same bytes");
    let other = json!({"attempt": payment, "round": 0, "token": token["token"]});
    let request = world.buyer(&session, Method::POST, "/resume").header("idempotency-key", "once").json(&other);
    assert_eq!(problem(request.send().await.expect("an answer"), 422).await["code"], "idempotency_key_reused");
    assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    world.finish().await;
}

async fn many_answers_at_once_pay_once(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let mut tokens = Vec::new();
    for _ in 0..8 {
        tokens.push(world.token(PAYS, "Card", 60_000).await);
    }
    let answers = tokens.iter().map(|token| {
        let body = json!({"attempt": payment, "round": 0, "token": token["token"], "kind": "Card"});
        let request = world.buyer(&session, Method::POST, "/resume").header("idempotency-key", key());
        async move { request.json(&body).send().await.expect("an answer").status() }
    });
    let statuses = join_all(answers).await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{statuses:?}");
    world.until(&session, "succeeded").await;
    assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    world.finish().await;
}

async fn an_answer_to_another_round_is_not_asked_for(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    world.pay_by(&session, DECLINED).await;
    let token = world.token(PAYS, "Card", 60_000).await;
    let (other, _) = world.collecting(json!({})).await;
    for wrong in [
        json!({"round": 0}),
        json!({"round": 2}),
        json!({"attempt": text(&world.session(&other).await["attempt"]["id"])}),
    ] {
        let mut answer = token.clone();
        answer.as_object_mut().expect("an object").extend(wrong.as_object().expect("an object").clone());
        let refused = problem(world.answer_as(&session, &key(), answer).await, 409).await;
        assert_eq!(refused["code"], "not_asked", "{wrong}");
    }
    assert_eq!(world.answer(&session, token).await["status"], "succeeded", "the token was never sent before");
    assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    world.finish().await;
}

async fn what_answers_nothing_is_refused_and_changes_nothing(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    for (answer, status) in [
        (json!({"challenge": "done"}), 409),
        (json!({}), 409),
        (json!({"token": "ptkn_short"}), 422),
        (json!({"token": "4242424242424242"}), 422),
        (json!({"token": "ptkn_../../orders/x"}), 422),
        (json!({"token": "x".repeat(10_000)}), 422),
        (json!({"token": 7}), 400),
        (json!({"token": "ptkn_Abc123Abc123Abc1", "kind": "<script>"}), 422),
        (json!({"token": "ptkn_Abc123Abc123Abc1", "challenge": "done"}), 409),
        (json!({"round": -1, "token": "ptkn_Abc123Abc123Abc1"}), 400),
        (json!({"amount_minor": 1, "token": "ptkn_Abc123Abc123Abc1"}), 400),
    ] {
        let refused = world.answer_as(&session, &key(), answer.clone()).await;
        let got = refused.status().as_u16();
        assert_eq!(got, status, "{answer}: {}", refused.text().await.unwrap_or_default());
    }
    let shop = world.shop(Method::POST, &format!("/v1/checkout_sessions/{}/resume", session.id));
    let body = json!({"attempt": payment, "round": 0, "token": "ptkn_Abc123Abc123Abc1"});
    problem(shop.header("idempotency-key", key()).json(&body).send().await.expect("an answer"), 403).await;
    let nobody = world.buyer(&session, Method::POST, "/resume").json(&body).send().await.expect("an answer");
    assert_eq!(problem(nobody, 400).await["code"], "idempotency_key_missing");
    assert_eq!(world.session(&session).await["attempt"]["round"], 0, "nothing was claimed");
    assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded");
    world.finish().await;
}

async fn the_last_decline_closes_the_attempt(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    for _ in 0..4 {
        assert_eq!(world.pay_by(&session, DECLINED).await["status"], "requires_action");
    }
    let last = world.pay_by(&session, DECLINED).await;
    let stands = (&last["status"], &last["reason"], &last["next_action"]);
    assert_eq!(stands, (&json!("processing"), &json!("closing"), &json!(null)), "no moment asks for another card");
    let ended = world.until(&session, "requires_payment_method").await;
    assert_eq!(ended["last_error"]["code"], "declined");
    assert_eq!(world.orders(&payment).await[0]["status"], "cancelled");
    let request = world.buyer(&session, Method::POST, "/confirm").header("idempotency-key", key());
    let again = request.json(&json!({"method": "april", "details": {}})).send().await.expect("an answer");
    assert_eq!(problem(again, 409).await["code"], "attempts_exhausted");
    world.finish().await;
}

async fn an_expired_token_asks_for_the_card_again(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let token = world.token(PAYS, "Card", 60_000).await;
    world.advance(601).await;
    let asked = world.answer(&session, token).await;
    assert_eq!((&asked["status"], &asked["last_error"]["code"]), (&json!("requires_action"), &json!("card_details")));
    assert_eq!(world.pay_by(&session, PAYS).await["status"], "succeeded");
    assert_eq!(world.ledger_sum("charge", &payment).await, 60_000);
    world.finish().await;
}

async fn the_sessions_end_cancels_the_order(world: World) {
    let (expiring, payment) = world.collecting(json!({"expires_in_s": 600})).await;
    let (left, other) = world.collecting(json!({})).await;
    let cancel = world.shop(Method::POST, &format!("/v1/checkout_sessions/{}/cancel", left.id));
    ok(cancel.header("idempotency-key", key()).send().await).await;
    world.until(&left, "canceled").await;
    world.advance(601).await;
    world.until(&expiring, "expired").await;
    for reference in [payment, other] {
        assert_eq!(world.orders(&reference).await[0]["status"], "cancelled");
    }
    world.finish().await;
}

async fn a_suspected_fraud_is_told_to_the_shop_alone(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let declined = world.pay_by(&session, STOLEN).await;
    assert_eq!(declined["last_error"]["code"], "declined");
    assert!(!declined.to_string().contains("stolen"), "{declined}");
    let told = world.until_received("payment.flagged").await;
    assert_eq!(told.data["attention"], json!(["suspected_fraud"]));
    assert_eq!(world.payment(&payment).await["provider_code"], "stolen_card");
    world.finish().await;
}

async fn no_token_is_kept_after_its_use(world: World) {
    let (session, payment) = world.collecting(json!({})).await;
    let token = world.token(CHALLENGED, "Card", 60_000).await;
    let seen = world.answer(&session, token.clone()).await;
    let secret = text(&token["token"]);
    assert!(!seen.to_string().contains(&secret), "the buyer's page has it already, and nobody else needs it");
    assert!(!world.payment(&payment).await.to_string().contains(&secret));
    world.in_challenge(&seen, "approve").await;
    world.answer(&session, json!({"challenge": "done"})).await;
    let mut tx = world.server.payments.db.read().await.expect("the database answers");
    for table in ["attempts", "timeline", "outbox", "idempotency"] {
        let rows = tx.rows_built(format!("select * from {table}"), umclique_server::args![]).await.expect("listed");
        let columns: &[&str] = match table {
            "attempts" => &["details", "next_action"],
            "timeline" => &["detail"],
            "outbox" => &["payload"],
            _ => &["body"],
        };
        for row in &rows {
            for column in columns {
                let text = row.opt_text(column).expect("a text").unwrap_or_default();
                assert!(!text.contains(&secret), "{table}.{column} holds the token: {text}");
            }
        }
    }
    drop(tx);
    let _: Value = world.session(&session).await;
    world.finish().await;
}
