//! Bad bodies of confirm, capture, refund and cancel.

use super::{confirm, post, refusal, send};
use crate::on_both;
use crate::world::{TAX_ID, World, key, text};
use reqwest::Method;
use serde_json::json;

on_both! {
    bad_bodies_of_a_confirm_are_refused;
    bad_bodies_of_capture_refund_and_cancel_are_refused;
}

async fn bad_bodies_of_a_confirm_are_refused(world: World) {
    let session = world.open(json!({})).await;
    for (body, status, code) in [
        (json!({}), 400, "malformed"),
        (json!([]), 400, "malformed"),
        (json!("picpay_qr"), 400, "malformed"),
        (json!({"method": "picpay_qr"}), 400, "malformed"),
        (json!({"method": "bitcoin", "details": {}}), 400, "malformed"),
        (json!({"method": "52998224725", "details": {}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": null}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {"amount_minor": 1}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {"tax_id": 52_998_224_725_i64}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {"tax_id": ["52998224725"]}}), 400, "malformed"),
        (json!({"method": "picpay_qr", "details": {}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": ""}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": "123"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": "52998224725\u{0}"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": "5".repeat(60_000)}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID, "name": "\u{0}"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID, "email": "x"}}), 422, "invalid_fields"),
        (json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID, "birth_date": "ontem"}}), 422, "invalid_fields"),
    ] {
        let refused = send(confirm(&world, &session).json(&body)).await;
        let what: String = body.to_string().chars().take(200).collect();
        assert_eq!(refusal(refused, status, &what).await, code, "{what}");
    }
    let seen = world.session(&session).await;
    assert_eq!((&seen["status"], seen.get("attempt")), (&json!("requires_payment_method"), None), "nothing was begun");
    world.finish().await;
}

async fn bad_bodies_of_capture_refund_and_cancel_are_refused(world: World) {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    for (verb, body, status, code) in [
        ("refunds", json!({"amount_minor": 0}), 422, "amount_too_high"),
        ("refunds", json!({"amount_minor": 12_346}), 422, "amount_too_high"),
        ("refunds", json!({"amount_minor": u64::MAX}), 422, "amount_too_high"),
        ("refunds", json!({"amount_minor": -1}), 400, "malformed"),
        ("refunds", json!({"amount_minor": 1.5}), 400, "malformed"),
        ("refunds", json!({"amount_minor": "1"}), 400, "malformed"),
        ("refunds", json!({"amount": 1}), 400, "malformed"),
        ("refunds", json!({"reason": "x".repeat(201)}), 422, "invalid_fields"),
        ("refunds", json!({"reason": "a\u{0}b"}), 422, "invalid_fields"),
        ("refunds", json!({"reason": 1}), 400, "malformed"),
        ("refunds", json!([]), 400, "malformed"),
        ("refunds", json!([1, "x"]), 400, "malformed"),
        ("refunds", json!(null), 400, "malformed"),
        ("capture", json!({}), 422, "not_possible"),
        ("capture", json!({"amount_minor": -1}), 400, "malformed"),
        ("cancel", json!({}), 422, "not_possible"),
        ("cancel", json!({"force": true}), 400, "malformed"),
        ("cancel", json!({"amount_minor": 1}), 422, "invalid_fields"),
        ("capture", json!({"reason": "x"}), 422, "invalid_fields"),
    ] {
        let what = format!("{verb} {body}");
        let refused = send(post(&world, &format!("/v1/payments/{payment}/{verb}")).json(&body)).await;
        assert_eq!(refusal(refused, status, &what).await, code, "{what}");
    }
    for (body, status) in [
        (json!({}), 422),
        (json!({"attempt": "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70"}), 404),
        (json!({"attempt": session.id}), 400),
        (json!({"attempt": "pa_\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"}), 400),
        (json!({"attempt": 1}), 400),
        (json!({"session": session.id}), 400),
    ] {
        let request = world.buyer(&session, Method::POST, "/cancel").header("idempotency-key", key());
        refusal(send(request.json(&body)).await, status, &body.to_string()).await;
    }
    assert_eq!(world.payment(&payment).await["refunded_minor"], 0);
    world.finish().await;
}
