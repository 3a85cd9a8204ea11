//! Bodies of a new session of which one thing is wrong.

use super::{post, refusal, send};
use crate::on_both;
use crate::world::{World, session_body};
use serde_json::{Value, json};

on_both! {
    amounts_and_currencies_that_cannot_be_used;
    texts_that_cannot_be_used;
    buyers_who_cannot_be;
    words_and_fields_that_nobody_knows;
}

/// Sessions of which one thing is wrong, each with the status and the code of its refusal.
async fn assert_refused(world: World, bad: Vec<(Value, u16, &str)>) {
    for (with, status, code) in bad {
        let request = post(&world, "/v1/checkout_sessions").json(&session_body(with.clone()));
        assert_eq!(refusal(send(request).await, status, &with.to_string()).await, code, "{with}");
    }
    world.finish().await;
}

async fn amounts_and_currencies_that_cannot_be_used(world: World) {
    let item = |count: i64| json!({"id": "a", "name": "a", "quantity": count, "unit_amount_minor": 1});
    let many_items: Vec<_> = (0..201).map(|_| item(1)).collect();
    let bad = vec![
        (json!({"amount_minor": -1}), 422, "invalid_fields"),
        (json!({"amount_minor": i64::MIN}), 422, "invalid_fields"),
        (json!({"amount_minor": i64::MAX}), 422, "invalid_fields"),
        (json!({"amount_minor": u64::MAX}), 400, "malformed"),
        (json!({"amount_minor": 12.5}), 400, "malformed"),
        (json!({"amount_minor": 1e3}), 400, "malformed"),
        (json!({"amount_minor": "12345"}), 400, "malformed"),
        (json!({"amount_minor": null}), 400, "malformed"),
        (json!({"amount_minor": true}), 400, "malformed"),
        (json!({"amount_minor": [1]}), 400, "malformed"),
        (json!({"items": many_items, "amount_minor": 201}), 422, "invalid_fields"),
        (json!({"items": [item(-1)]}), 400, "malformed"),
        (json!({"items": [{"id": "a", "name": "a", "quantity": 1}]}), 400, "malformed"),
        (json!({"items": {"0": {}}}), 400, "malformed"),
        (json!({"tax_minor": -1}), 400, "malformed"),
        (json!({"discount_minor": 99_999}), 422, "invalid_fields"),
        (json!({"currency": "USD"}), 422, "invalid_fields"),
        (json!({"currency": "brl"}), 422, "invalid_fields"),
        (json!({"currency": ""}), 422, "invalid_fields"),
        (json!({"currency": "BRL\u{0}"}), 422, "invalid_fields"),
        (json!({"currency": 986}), 400, "malformed"),
    ];
    assert_refused(world, bad).await;
}

async fn texts_that_cannot_be_used(world: World) {
    let long = "x".repeat(3_000);
    let many_keys: serde_json::Map<_, _> = (0..51).map(|index| (format!("k{index}"), json!("v"))).collect();
    let bad = vec![
        (json!({"reference": ""}), 422, "invalid_fields"),
        (json!({"reference": long}), 422, "invalid_fields"),
        (json!({"reference": "a\u{0}b"}), 422, "invalid_fields"),
        (json!({"reference": "a\nb"}), 422, "invalid_fields"),
        (json!({"return_url": "javascript:alert(1)"}), 422, "invalid_fields"),
        (json!({"return_url": "/obrigado"}), 422, "invalid_fields"),
        (json!({"return_url": "https://"}), 422, "invalid_fields"),
        (json!({"return_url": "https://user:pass@loja.example"}), 422, "invalid_fields"),
        (json!({"return_url": "https://loja.example/\u{0}"}), 422, "invalid_fields"),
        (json!({"return_url": "https://loja.example/ x"}), 422, "invalid_fields"),
        (json!({"return_url": " https://loja.example/\n"}), 422, "invalid_fields"),
        (json!({"return_url": format!("https://loja.example/{long}")}), 422, "invalid_fields"),
        (json!({"locale": "--"}), 422, "invalid_fields"),
        (json!({"locale": "pt_BR"}), 422, "invalid_fields"),
        (json!({"locale": "a"}), 422, "invalid_fields"),
        (json!({"locale": "pt-\u{0}"}), 422, "invalid_fields"),
        (json!({"metadata": {"k": 1}}), 400, "malformed"),
        (json!({"metadata": {"k": "v".repeat(501)}}), 422, "invalid_fields"),
        (json!({"metadata": {"k".repeat(41): "v"}}), 422, "invalid_fields"),
        (json!({"metadata": many_keys}), 422, "invalid_fields"),
    ];
    assert_refused(world, bad).await;
}

async fn buyers_who_cannot_be(world: World) {
    let long = "x".repeat(3_000);
    let bad = vec![
        (json!({"buyer": {"name": ""}}), 422, "invalid_fields"),
        (json!({"buyer": {"name": "1234"}}), 422, "invalid_fields"),
        (json!({"buyer": {"name": "Ana\u{0}Souza"}}), 422, "invalid_fields"),
        (json!({"buyer": {"name": "a".repeat(121)}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "nobody"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "a@b..c"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "a@b.c\u{0}"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": "a\u{a0}b@example.com"}}), 422, "invalid_fields"),
        (json!({"buyer": {"email": format!("{long}@example.com")}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": "529.982.247-26"}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": "111.111.111-11"}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": ""}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": "52998224725\u{0}"}}), 422, "invalid_fields"),
        (json!({"buyer": {"tax_id": 52_998_224_725_i64}}), 400, "malformed"),
        (json!({"buyer": {"birth_date": "1990-02-30"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "31/12/1990"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "19901231"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "2999-01-01"}}), 422, "invalid_fields"),
        (json!({"buyer": {"birth_date": "0001-01-01"}}), 422, "invalid_fields"),
        (json!({"buyer": {"phone": "\u{7}"}}), 422, "invalid_fields"),
        (json!({"buyer": {"card": "4111111111111111"}}), 400, "malformed"),
        (json!({"buyer": {"52998224725": "tax id"}}), 400, "malformed"),
        (json!({"buyer": null}), 400, "malformed"),
    ];
    assert_refused(world, bad).await;
}

async fn words_and_fields_that_nobody_knows(world: World) {
    let bad = vec![
        (json!({"capture": "later"}), 400, "malformed"),
        (json!({"capture": "52998224725"}), 400, "malformed"),
        (json!({"goods": "services"}), 400, "malformed"),
        (json!({"methods": "picpay_qr"}), 400, "malformed"),
        (json!({"methods": ["bitcoin"]}), 422, "invalid_fields"),
        (json!({"expires_in_s": -1}), 422, "invalid_fields"),
        (json!({"expires_in_s": i64::MAX}), 422, "invalid_fields"),
        (json!({"expires_in_s": "1h"}), 400, "malformed"),
        (json!({"client_secret": "cs_x_secret_y"}), 400, "malformed"),
        (json!({"provider_data": {"epag": {"extra_data": "x"}}}), 400, "malformed"),
        (json!({"provider_data": {"april": {}}}), 400, "malformed"),
        (json!({"billing_address": "Rua Augusta"}), 400, "malformed"),
    ];
    assert_refused(world, bad).await;
}
