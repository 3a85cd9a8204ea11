//! Reads what WhatsApp posts: every entry, change, message and status of a body, however many and however they are laid out.
//! Pure. Source: WhatsApp Cloud API "Webhooks", "One-click payments".
//!
//! Fields and kinds that are not known mean nothing, and one update that cannot be read takes none of the others with it. A
//! status of type `payment` is documented for India's gateways only: it is tolerated and moves nothing.

use super::graph::codes::Said;
use super::reference::{Callback, Reference};
use crate::methods::Heard;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing that was said about an attempt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub(super) enum Word {
    /// The buyer tapped *Send payment*. It proves what the buyer wants, and that no money has moved.
    Tap {
        /// On which order message.
        number: u32,
        credential: String,
        last_four: String,
        /// The buyer's number; absent for buyers with a username.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// How far an order message came.
    Order { number: u32, state: State },
    /// How far a message about an order came.
    Message { id: String, state: State },
}

/// How far a message came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum State {
    Sent,
    Delivered,
    Read,
    Failed {
        /// Whether a code was told, and which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u32>,
        /// For people.
        detail: String,
    },
}

/// All that a body says about attempts of ours, in its order. An error: it is nothing that WhatsApp posts.
pub(super) fn heard(body: &str) -> Result<Vec<Heard>, String> {
    let body: Value = serde_json::from_str(body).map_err(|_| "it is not JSON".to_owned())?;
    let entries = body.get("entry").and_then(Value::as_array).ok_or_else(|| "it has no entries".to_owned())?;
    let mut words = Vec::new();
    for value in entries.iter().flat_map(|entry| list(entry, "changes")).filter_map(|change| change.get("value")) {
        words.extend(list(value, "messages").filter_map(message));
        words.extend(list(value, "statuses").filter_map(status));
    }
    Ok(words)
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

/// A buyer says something. Only a confirmation of an order of ours means anything to us.
fn message(message: &Value) -> Option<Heard> {
    let interactive = message.get("interactive").filter(|it| text(it, "type") == Some("payment_method"))?;
    let Some(tap) = interactive.get("payment_method").and_then(|tap| tapped(tap, text(message, "from"))) else {
        skipped("a confirmation");
        return None;
    };
    tap
}

/// `None`: it cannot be read. `Some(None)`: it is about no order of ours, or about another way to pay.
fn tapped(tap: &Value, from: Option<&str>) -> Option<Option<Heard>> {
    if text(tap, "payment_method")? != super::graph::payload::CARD {
        return Some(None);
    }
    let (reference, credential) = (text(tap, "reference_id")?, text(tap, "credential_id")?);
    let last_four = text(tap, "last_four_digits")?.to_owned();
    let Some(reference) = Reference::parse(reference) else { return Some(None) };
    let (credential, from) = (credential.to_owned(), from.map(str::to_owned));
    Some(Some(of(reference.attempt, Word::Tap { number: reference.number, credential, last_four, from })))
}

/// A message of ours went on, or did not.
fn status(status: &Value) -> Option<Heard> {
    let Callback { reference, message } = Callback::parse(text(status, "biz_opaque_callback_data")?)?;
    let Some(word) = text(status, "status") else {
        skipped("a status");
        return None;
    };
    let state = match word {
        "sent" => State::Sent,
        "delivered" => State::Delivered,
        "read" => State::Read,
        "failed" => {
            let said = list(status, "errors").find_map(Said::of_error);
            let detail = said.as_ref().map_or_else(String::new, |said| said.details.clone());
            State::Failed { code: said.map(|said| said.code), detail }
        }
        // `played`, of a voice message; or a kind that is not known yet.
        _ => return None,
    };
    Some(match message {
        Some(id) => of(reference.attempt, Word::Message { id, state }),
        None => of(reference.attempt, Word::Order { number: reference.number, state }),
    })
}

fn of(attempt: umclique_wire::AttemptId, word: Word) -> Heard {
    Heard { attempt, word: serde_json::to_value(word).expect("its keys are texts, so it is JSON") }
}

fn skipped(what: &'static str) {
    tracing::warn!(what, "a part of a signed notice cannot be read; it is skipped");
    metrics::counter!("umclique_whatsapp_skipped_total").increment(1);
}
