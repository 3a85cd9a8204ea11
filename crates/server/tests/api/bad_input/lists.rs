//! Lists in place of structures: serde would fill the structure from them, in the order of its fields.

use super::{confirm, post, send};
use crate::on_both;
use crate::world::{World, problem, session_body};
use serde_json::{Value, json};

on_both! {
    a_list_is_no_structure;
}

async fn a_list_is_no_structure(world: World) {
    let item = json!(["a", "Café", 1, 12_345]);
    let good = json!({"id": "a", "name": "Café", "quantity": 1, "unit_amount_minor": 0});
    for (with, fields) in [
        (json!({"buyer": ["x", "Ana", "ana@example.com", null, null, null]}), vec!["buyer"]),
        (json!({"items": [item]}), vec!["items[0]"]),
        (json!({"items": [good, item]}), vec!["items[1]"]),
        (json!({"provider_data": []}), vec!["provider_data"]),
        (json!({"provider_data": {"epag": []}}), vec!["provider_data.epag"]),
        (json!({"provider_data": {"epag": [{}]}, "items": [item]}), vec!["items[0]", "provider_data.epag"]),
        (json!({"capture": {"automatic": null}}), vec!["capture"]),
        (json!({"goods": {"digital": null}}), vec!["goods"]),
        (json!({"methods": [{"picpay_qr": null}]}), vec!["methods[0]"]),
    ] {
        let mut body = session_body(json!({}));
        for (name, value) in with.as_object().expect("fields") {
            body[name] = value.clone();
        }
        let refused = problem(send(post(&world, "/v1/checkout_sessions").json(&body)).await, 422).await;
        assert_eq!((&refused["code"], named(&refused)), (&json!("invalid_fields"), fields), "{with}");
    }
    let session = world.open(json!({})).await;
    let body = json!({"method": "picpay_qr", "details": ["Ana", "ana@example.com", "529.982.247-25", null]});
    let refused = problem(send(confirm(&world, &session).json(&body)).await, 422).await;
    assert_eq!(named(&refused), ["details"]);
    assert_eq!(refused["errors"][0]["detail"], "expected an object, not a list");
    assert!(!refused.to_string().contains("529"), "what was sent is not repeated: {refused}");
    assert_eq!(world.session(&session).await["status"], "requires_payment_method", "nothing was begun");
    world.finish().await;
}

fn named(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().filter_map(|error| error["field"].as_str()).collect()
}
