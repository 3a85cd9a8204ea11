//! What a provider's frame says, as the component understands it: each word about its own question, and nothing else.
#![cfg(not(target_arch = "wasm32"))]

mod samples;

use samples::{ask, attempt_id, key, token};
use serde_json::{Value, json};
use umclique::machine::{Ask, Breakage, Event, Token, Word};
use umclique::shell::frame::event;
use umclique::shell::read::Json;
use umclique_wire::ChallengeEnd;

/// A value as the page hands it over; absent is null.
struct Said(Value);

impl Json for Said {
    fn get(&self, name: &str) -> Option<Self> {
        self.0.get(name).filter(|value| !value.is_null()).cloned().map(Self)
    }

    fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn is_true(&self) -> bool {
        self.0 == Value::Bool(true)
    }

    fn list(&self) -> Vec<Self> {
        self.0.as_array().cloned().unwrap_or_default().into_iter().map(Self).collect()
    }
}

fn heard(said: Value) -> Option<Event> {
    event(&Said(said), &attempt_id('a'), || key("fresh"))
}

#[test]
fn every_word_is_heard_about_the_question_that_it_names() {
    for (said, word) in [
        (json!({ "name": "ready" }), Word::Ready),
        (json!({ "name": "error" }), Word::Complained),
        (json!({ "name": "failed" }), Word::Failed(Breakage::Widget)),
        (json!({ "name": "failed", "why": "script" }), Word::Failed(Breakage::Script)),
        (json!({ "name": "failed", "why": "blocked" }), Word::Failed(Breakage::Blocked)),
        (json!({ "name": "failed", "why": "place" }), Word::Failed(Breakage::Place)),
        (json!({ "name": "failed", "why": "whim" }), Word::Failed(Breakage::Widget)),
        (json!({ "name": "token", "token": "ptkn_1", "kind": "Card" }), Word::Token(token("ptkn_1"), key("fresh"))),
        (
            json!({ "name": "token", "token": "ptkn_1" }),
            Word::Token(Token { kind: None, ..token("ptkn_1") }, key("fresh")),
        ),
        (json!({ "name": "done" }), Word::Ended(ChallengeEnd::Done, key("fresh"))),
        (json!({ "name": "closed" }), Word::Ended(ChallengeEnd::Failed, key("fresh"))),
    ] {
        for is_challenge in [false, true] {
            let mut said = said.clone();
            (said["round"], said["mount"], said["is_challenge"]) = (7.into(), 3.into(), is_challenge.into());
            let ask = Ask { is_challenge, ..ask(7, 3) };
            let expected = Some(Event::FrameSaid { ask, word: word.clone() });
            assert_eq!(heard(said.clone()), expected, "{said}");
        }
    }
}

#[test]
fn what_is_no_word_is_not_heard() {
    for said in [
        json!(null),
        json!({}),
        json!({ "name": "ready" }),
        json!({ "name": "ready", "round": 1 }),
        json!({ "name": "ready", "mount": 0 }),
        json!({ "name": "paid", "round": 1, "mount": 0 }),
        json!({ "name": "token", "round": 1, "mount": 0 }),
        json!({ "name": "token", "token": 7, "round": 1, "mount": 0 }),
        json!({ "round": 1, "mount": 0 }),
    ] {
        assert_eq!(heard(said.clone()), None, "{said}");
    }
}
