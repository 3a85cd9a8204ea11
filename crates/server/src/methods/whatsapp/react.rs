//! What follows from what WhatsApp tells. Pure; asked again and again, the same word on the same attempt comes to the same, or
//! to nothing.
//!
//! A tap proves only what the buyer wants. It is charged if it is about an order message of ours, names the card as it was
//! sent, comes from whom it was sent to, and comes in time on an attempt that still waits: the claim of the next round is one
//! conditional update, so a second tap finds nothing to claim.

use super::details::{Details, Form};
use super::graph::codes::{self, Meaning};
use super::words::{State, Word};
use super::{WhatsappConfig, order, phone, told};
use crate::methods::{Ear, Reaction};
use crate::store::Attempt;
use umclique_wire::{AttemptStatus, Delivery, FailureCode};

/// What is to be done.
pub(super) fn react(config: &WhatsappConfig, ear: Ear<'_>) -> Reaction {
    let word = serde_json::from_value(ear.word.clone());
    let (Ok(word), Ok(details)) = (word, Details::of(ear.attempt)) else { return Reaction::Nothing };
    match word {
        Word::Tap { number, credential, last_four, from } => {
            tap(&ear, details, &Tapped { number, credential, last_four, from })
        }
        Word::Order { number, state } => delivery(config, &ear, details, number, &state),
        Word::Message { id, state } => message(id, &state),
    }
}

/// What a tap said.
struct Tapped {
    number: u32,
    credential: String,
    last_four: String,
    from: Option<String>,
}

fn tap(ear: &Ear<'_>, details: Details, tapped: &Tapped) -> Reaction {
    if details.tap.is_some() && is_taken(ear.attempt) {
        // The same tap again, or another one on an order that is being paid, or is.
        return Reaction::Nothing;
    }
    let refuse = |why: &str, is_told: bool| Reaction::Refuse {
        detail: format!("the buyer confirmed, and nothing is charged: {why}"),
        message: is_told.then(|| told::late(&details, &ear.attempt.id, tapped.number)),
    };
    // Meta may leave the number out. Then the order's name, our own name for the card and its last digits must do: they went to
    // nobody else, and Meta signed them. Undocumented; we assume that they cannot be had elsewhere.
    let is_buyer = |from: &str| [details.address(), &details.to].into_iter().any(|known| phone::is_same(from, known));
    if !tapped.from.as_deref().is_none_or(is_buyer) {
        // It is not known to be the buyer who said it, so nobody is told.
        return refuse("it comes from another number than the order went to", false);
    }
    if is_under_way(ear.attempt, &details) {
        return Reaction::Later;
    }
    let is_card = tapped.credential == details.credential.as_str() && tapped.last_four == details.last_four;
    let is_stored = ear.session.known.cards.iter().any(|card| card.id == details.credential);
    if !is_card {
        // No chat of ours says that: the order that is there waits on.
        refuse("it names another card than the order did", false)
    } else if !ear.is_open {
        refuse("the order is no longer open", true)
    } else if tapped.number > details.number {
        refuse("no such order was sent", false)
    } else if details.expires_at_ms <= ear.now_ms {
        refuse("the order has expired", true)
    } else if is_stored {
        let details = Details { tap: Some(tapped.number), ..details };
        Reaction::Round { details: details.stored(), detail: "the buyer confirmed the order in WhatsApp".to_owned() }
    } else {
        // The order would wait in vain.
        let detail = "the buyer confirmed, and nothing is charged: the card is no longer stored".to_owned();
        Reaction::End { failure: FailureCode::ProviderUnavailable, detail }
    }
}

/// A tap was claimed, and its charge is under way or done.
fn is_taken(attempt: &Attempt) -> bool {
    use AttemptStatus::{Processing, RequiresAction, RequiresCapture, Sending, Succeeded};
    match attempt.status {
        Sending | Processing | RequiresAction | RequiresCapture | Succeeded => true,
        AttemptStatus::Failed | AttemptStatus::Canceled | AttemptStatus::Expired => false,
    }
}

/// The order message was sent, and what came of that is not written yet: buyers and statuses may be faster.
fn is_under_way(attempt: &Attempt, details: &Details) -> bool {
    attempt.live && attempt.status == AttemptStatus::Sending && details.tap.is_none()
}

/// How far an order message came.
fn delivery(config: &WhatsappConfig, ear: &Ear<'_>, details: Details, number: u32, state: &State) -> Reaction {
    if is_under_way(ear.attempt, &details) {
        return Reaction::Later;
    }
    // An older message of the same attempt was replaced already.
    if !ear.is_open || number != details.number || !details.is_sent {
        return Reaction::Nothing;
    }
    let reached = match state {
        State::Sent => Delivery::Sent,
        State::Delivered => Delivery::Delivered,
        State::Read => Delivery::Read,
        State::Failed { code, detail } => return undelivered(config, &details, *code, detail),
    };
    // The order of statuses is not guaranteed, and `delivered` may be left out.
    if details.delivery.is_some_and(|known| rank(known) >= rank(reached)) {
        return Reaction::Nothing;
    }
    let details = Details { delivery: Some(reached), ..details };
    Reaction::Note {
        kind: "delivery",
        detail: format!("the order message is {}", reached.as_str()),
        next_action: Some(Box::new(order::action(config, &details, reached))),
        details: Some(details.stored()),
    }
}

fn rank(delivery: Delivery) -> u8 {
    match delivery {
        Delivery::Sent => 0,
        Delivery::Delivered => 1,
        Delivery::Read => 2,
    }
}

/// WhatsApp took the order message first, and could not bring it to the buyer.
fn undelivered(config: &WhatsappConfig, details: &Details, code: Option<u32>, detail: &str) -> Reaction {
    let told = code.map_or_else(|| "without a code".to_owned(), |code| format!("with code {code}"));
    let is_closed = code.map(codes::of) == Some(Meaning::WindowClosed);
    if is_closed && details.form == Form::Interactive && config.order_template.is_some() {
        let detail = "the buyer's 24-hour window is closed; the order is sent again in a template".to_owned();
        return Reaction::Round { details: details.next_in(Form::Template).stored(), detail };
    }
    Reaction::End {
        failure: FailureCode::BuyerUnreachable,
        detail: format!("the order message failed {told}: {detail}"),
    }
}

/// How far a message about an order came.
fn message(id: String, state: &State) -> Reaction {
    let (state, failure) = match state {
        State::Sent => ("sent", None),
        State::Delivered => ("delivered", None),
        State::Read => ("read", None),
        State::Failed { code, detail } => {
            let code = code.map_or_else(|| "no code".to_owned(), |code| format!("code {code}"));
            ("failed", Some(format!("WhatsApp refused it afterwards with {code}: {detail}")))
        }
    };
    Reaction::Message { id, state, failure }
}
