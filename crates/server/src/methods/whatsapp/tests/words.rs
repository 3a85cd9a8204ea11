//! What is read out of Meta's posts: all of it, in any layout, whatever stands beside it.

use super::super::reference::{Callback, Reference};
use super::super::words::{State, heard};
use super::samples::confirmation;
use super::*;
use umclique_wire::AttemptId;

fn body(changes: Value) -> String {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "WABA1", "changes": changes}]}).to_string()
}

fn change(value: Value) -> Value {
    json!({"field": "messages", "value": value})
}

fn status(attempt: &AttemptId, message: Option<&str>, state: &str) -> Value {
    let reference = Reference::new(attempt, 1);
    let callback = Callback { reference, message: message.map(str::to_owned) }.to_string();
    json!({"id": "wamid.1", "status": state, "timestamp": "1767225600", "recipient_id": WA_ID,
        "biz_opaque_callback_data": callback})
}

fn words(body: &str) -> Vec<Value> {
    heard(body).expect("readable").into_iter().map(|heard| heard.word).collect()
}

#[test]
fn statuses_of_orders_and_of_messages_are_told_apart() {
    let id = keys::new_attempt_id();
    let row = keys::new_row_id();
    let mut failed = status(&id, None, "failed");
    failed["errors"] =
        json!([{"code": 131_047, "title": "Re-engagement message", "error_data": {"details": "more than 24 hours"}}]);
    let mut unnamed = status(&id, Some(&row), "failed");
    unnamed["errors"] = json!([{"title": "no code"}]);
    let all = [
        (status(&id, None, "sent"), Word::Order { number: 1, state: State::Sent }),
        (status(&id, None, "delivered"), Word::Order { number: 1, state: State::Delivered }),
        (status(&id, None, "read"), Word::Order { number: 1, state: State::Read }),
        (
            failed,
            Word::Order {
                number: 1,
                state: State::Failed { code: Some(131_047), detail: "more than 24 hours".to_owned() },
            },
        ),
        (status(&id, Some(&row), "read"), Word::Message { id: row.clone(), state: State::Read }),
        (unnamed, Word::Message { id: row.clone(), state: State::Failed { code: None, detail: String::new() } }),
    ];
    for (update, expected) in all {
        assert_eq!(words(&body(json!([change(json!({"statuses": [update]}))]))), [said(&expected)], "{update}");
    }
    for nothing in ["played", "new kind"] {
        let post = body(json!([change(json!({"statuses": [status(&id, None, nothing)]}))]));
        assert!(words(&post).is_empty(), "{nothing}");
    }
}

#[test]
fn a_tap_may_come_without_a_number_and_with_more_than_is_known() {
    let attempt = waiting(&sent());
    let mut post: Value = serde_json::from_str(&confirmation(&attempt)).expect("JSON");
    let message = post.pointer_mut("/entry/0/changes/0/value/messages/0").expect("a message");
    message.as_object_mut().expect("an object").remove("from");
    message["from_user_id"] = json!("BR.13491208655302741918");
    message["interactive"]["payment_method"]["new_field"] = json!({"x": 1});
    let words = words(&post.to_string());
    assert_eq!(words.len(), 1);
    assert_eq!(words[0].get("from"), None);
}

#[test]
fn a_post_of_a_thousand_updates_loses_none() {
    let ids: Vec<_> = (0..1_000).map(|_| keys::new_attempt_id()).collect();
    let update = |id: &AttemptId| status(id, None, "read");
    let message = |id: &AttemptId| {
        let body: Value = serde_json::from_str(&confirmation(&waiting(&sent()))).expect("JSON");
        let mut message = body.pointer("/entry/0/changes/0/value/messages/0").expect("a message").clone();
        message["interactive"]["payment_method"]["reference_id"] = json!(format!("{id}.1"));
        message
    };
    // A third as entries, a third as changes, a third as lists; taps and statuses mixed.
    let mut entries: Vec<Value> = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let value = if at % 2 == 0 { json!({"messages": [message(id)]}) } else { json!({"statuses": [update(id)]}) };
        match at % 3 {
            0 => entries.push(json!({"id": "W", "changes": [change(value)]})),
            1 => entries.last_mut().expect("one")["changes"].as_array_mut().expect("a list").push(change(value)),
            _ => {
                let changes = entries.last_mut().expect("one")["changes"].as_array_mut().expect("a list");
                let last = &mut changes.last_mut().expect("one")["value"];
                for (name, list) in value.as_object().expect("an object") {
                    let known = last[name].as_array().cloned().unwrap_or_default();
                    last[name] = known.into_iter().chain(list.as_array().cloned().unwrap_or_default()).collect();
                }
            }
        }
    }
    let post = json!({"object": "whatsapp_business_account", "entry": entries}).to_string();
    let heard: std::collections::BTreeSet<_> =
        heard(&post).expect("readable").into_iter().map(|heard| heard.attempt.to_string()).collect();
    assert_eq!(heard, ids.iter().map(ToString::to_string).collect());
}

#[test]
fn what_cannot_be_read_takes_nothing_with_it() {
    let attempt = waiting(&sent());
    let good: Value = serde_json::from_str(&confirmation(&attempt)).expect("JSON");
    let good = good.pointer("/entry/0/changes/0/value/messages/0").expect("a message").clone();
    let tap = |change: fn(&mut Value)| {
        let mut broken = good.clone();
        change(&mut broken["interactive"]["payment_method"]);
        broken
    };
    let messages = json!([
        null, 7, "text", [], {}, {"type": "interactive"}, {"type": "text", "text": {"body": "Olá"}},
        {"type": "interactive", "interactive": {"type": "payment_method"}},
        {"type": "interactive", "interactive": {"type": "payment_method", "payment_method": []}},
        tap(|it| it["reference_id"] = json!("ped-1001.1")),
        tap(|it| it["reference_id"] = json!(7)),
        tap(|it| it["last_four_digits"] = Value::Null),
        tap(|it| it["payment_method"] = json!("pix")),
        good,
        {"type": "sticker"},
    ]);
    let id = &attempt.id;
    let statuses = json!([
        null, {}, {"id": "wamid.X", "status": "read"},
        {"biz_opaque_callback_data": format!("{id}.1")},
        {"biz_opaque_callback_data": "somebody else's", "status": "read"},
        // Documented for India's gateways only: it moves nothing.
        {"id": "g1", "type": "payment", "status": "captured", "timestamp": "1767225600",
            "payment": {"reference_id": format!("{id}.1"), "amount": {"value": 1, "offset": 100}}},
        status(id, None, "read"),
    ]);
    let post = body(json!([
        7, null, {"field": "messages"}, {"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}},
        change(json!({"messages": {}, "statuses": "none"})),
        change(json!({"messages": messages, "statuses": statuses})),
    ]));
    let words = words(&post);
    let kinds: Vec<_> = words.iter().map(|word| word["word"].as_str().expect("a word")).collect();
    assert_eq!(kinds, ["tap", "order"]);
    let post = json!({"entry": [null, 7, {"id": "1"}, {"changes": {}}]}).to_string();
    assert_eq!(heard(&post).expect("readable").len(), 0);
}

#[test]
fn what_is_no_post_of_metas_waits_for_a_person() {
    for body in ["", "this is signed, and no JSON", "[]", "7", "{}", r#"{"entry":{}}"#, r#"{"entry":["#] {
        assert!(heard(body).is_err(), "{body}");
    }
}

#[test]
fn escaped_and_raw_names_say_the_same() {
    let attempt = waiting(&sent());
    let raw = confirmation(&attempt).replace("Ana", "João 🛒");
    let escaped = confirmation(&attempt).replace("Ana", r"Jo\u00e3o \ud83d\uded2");
    assert_eq!(words(&raw), words(&escaped));
    assert_eq!(words(&raw).len(), 1);
}
