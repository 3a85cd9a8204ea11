//! What a new session may say, and what is assumed where it says nothing.

use crate::on_both;
use crate::world::{World, key, ok, problem, session_body, text};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both! {
    what_is_left_out_has_its_default;
    the_parts_must_add_up_to_the_amount;
    the_edges_of_what_is_allowed_are_allowed;
    what_is_beyond_the_edges_is_refused;
}

async fn what_is_left_out_has_its_default(world: World) {
    let answer = world.create_as(&key(), &session_body(json!({}))).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let session: Value = answer.json().await.expect("JSON");
    assert_eq!(session["status"], "requires_payment_method");
    assert_eq!(session["version"], 1);
    assert_eq!(session["capture"], "automatic");
    assert_eq!(session["metadata"], json!({}));
    assert_eq!(session["payments"], json!([]));
    assert_eq!(session["merchant"], "Loja Exemplo");
    assert_eq!(session["methods"], json!([{"kind": "picpay_qr", "needs": ["tax_id"]}]));
    assert_eq!(session.get("locale"), None);
    assert_eq!(life_s(&session), 86_400);
    world.finish().await;
}

fn life_s(session: &Value) -> i64 {
    let at = |field: &str| -> jiff::Timestamp { text(&session[field]).parse().expect("RFC 3339") };
    (at("expires_at").as_millisecond() - at("created_at").as_millisecond()) / 1_000
}

async fn the_parts_must_add_up_to_the_amount(world: World) {
    let items = json!([{"id": "a", "name": "Café", "quantity": 3, "unit_amount_minor": 4_000},
        {"id": "b", "name": "Filtro", "quantity": 1, "unit_amount_minor": 500}]);
    for (parts, fits) in [
        (json!({"items": items, "amount_minor": 12_500}), true),
        (json!({"items": items, "tax_minor": 45, "discount_minor": 200}), true),
        (json!({"items": items, "amount_minor": 12_700, "tax_minor": 100, "shipping_minor": 100}), true),
        (json!({"items": items}), false),
        (json!({"items": items, "amount_minor": 12_500, "discount_minor": 1}), false),
        (json!({"items": [], "amount_minor": 1}), false),
        (json!({"tax_minor": 45}), false),
        (json!({"items": [{"id": "a", "name": "x", "quantity": u32::MAX, "unit_amount_minor": u64::MAX}]}), false),
        (json!({"items": [{"id": "a", "name": "x", "quantity": 0, "unit_amount_minor": 1}]}), false),
    ] {
        let answer = world.create_as(&key(), &session_body(parts.clone())).await;
        if fits {
            ok(Ok(answer)).await;
        } else {
            let refused = problem(answer, 422).await;
            assert_eq!(refused["code"], "invalid_fields", "{parts}");
            assert!(refused["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{parts}: {refused}");
        }
    }
    world.finish().await;
}

async fn the_edges_of_what_is_allowed_are_allowed(world: World) {
    for with in [
        json!({"amount_minor": 1}),
        json!({"amount_minor": 1_000_000}),
        json!({"expires_in_s": 300}),
        json!({"expires_in_s": 604_800}),
        json!({"reference": "ç".repeat(64)}),
        json!({"locale": "pt-BR"}),
        json!({"locale": "zh-Hant-TW"}),
        json!({"methods": ["picpay_qr"]}),
        json!({"capture": "manual"}),
        json!({"return_url": "http://127.0.0.1:8000/obrigado?pedido=1#fim"}),
        json!({"metadata": {"a".repeat(40): "ç".repeat(500)}}),
        json!({"buyer": {"tax_id": "529.982.247-25", "birth_date": "1990-12-31", "phone": "+5511999998888"}}),
        json!({"goods": "digital", "billing_address": {"city": "São Paulo"}}),
        json!({"provider_data": {"epag": {"extra_data": {"loja": "centro", "n": 1}}}}),
    ] {
        let session = created(&world, with.clone()).await;
        if let Some(asked) = with["expires_in_s"].as_i64() {
            assert_eq!(life_s(&session), asked);
        }
        assert_eq!(session.get("locale"), with.get("locale"));
    }
    world.finish().await;
}

async fn what_is_beyond_the_edges_is_refused(world: World) {
    for with in [
        json!({"amount_minor": 0}),
        json!({"amount_minor": 1_000_000_000_000_i64}),
        json!({"expires_in_s": 299}),
        json!({"expires_in_s": 604_801}),
        json!({"reference": "ç".repeat(65)}),
        json!({"methods": ["picpay_qr", "picpay_qr"]}),
        json!({"methods": ["boleto"]}),
        json!({"methods": []}),
    ] {
        let refused = problem(world.create_as(&key(), &session_body(with.clone())).await, 422).await;
        assert_eq!(refused["code"], "invalid_fields", "{with}");
    }
    for nobodys in [
        json!({"currency": "AUD", "methods": ["picpay_qr"]}),
        json!({"amount_minor": 1_000_001}),
        json!({"methods": ["whatsapp"]}),
    ] {
        let refused = problem(world.create_as(&key(), &session_body(nobodys.clone())).await, 422).await;
        assert_eq!(refused["code"], "no_method", "it exists, and no configured method charges it: {nobodys}");
    }
    world.finish().await;
}

async fn created(world: &World, with: Value) -> Value {
    ok(Ok(world.create_as(&key(), &session_body(with)).await)).await
}
