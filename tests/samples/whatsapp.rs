//! Sample snapshots and states of WhatsApp: an order in the buyer's chat, for a stored card.

use super::{SEEN, attempt_id, key, session};
use std::rc::Rc;
use umclique::machine::{Confirm, Doubt, Look, State};
use umclique_wire::{
    AttemptStatus, AttemptView, AwaitBuyer, ConfirmRequest, CredentialId, Delivery, MethodKind, MethodOffer,
    NextAction, ProcessingReason, Saved, SessionStatus, SessionView, WhatsappDetails,
};

/// Two stored cards, the newest first.
pub(crate) const CARDS: [(&str, &str); 2] = [("cr_1111111111111111", "4242"), ("cr_2222222222222222", "1881")];

/// A session that is to be paid by WhatsApp alone, with these cards.
pub(crate) fn chat_session(version: u64, cards: &[(&str, &str)]) -> SessionView {
    let saved = cards.iter().map(|(id, label)| Saved { id: Some((*id).to_owned()), label: Some((*label).to_owned()) });
    let saved = saved.collect();
    SessionView { methods: vec![MethodOffer { kind: MethodKind::Whatsapp, needs: vec![], saved }], ..session(version) }
}

fn chat(version: u64, status: SessionStatus, of_attempt: AttemptStatus) -> SessionView {
    let attempt = AttemptView {
        id: attempt_id('a'),
        method: MethodKind::Whatsapp,
        status: of_attempt,
        payer_amount_minor: 12_345,
        round: 0,
    };
    SessionView { status, attempt: Some(attempt), ..chat_session(version, &CARDS) }
}

pub(crate) fn order() -> AwaitBuyer {
    AwaitBuyer {
        channel: "whatsapp".to_owned(),
        delivery: Delivery::Sent,
        app_url: Some("https://wa.me/551130000000".to_owned()),
        label: "4242".to_owned(),
        expires_at: "2026-12-05T03:30:00Z".to_owned(),
    }
}

pub(crate) fn chat_view(version: u64, order: AwaitBuyer) -> SessionView {
    let view = chat(version, SessionStatus::RequiresAction, AttemptStatus::RequiresAction);
    SessionView { next_action: Some(NextAction::AwaitBuyer(order)), ..view }
}

pub(crate) fn charging_card_view(version: u64) -> SessionView {
    let view = chat(version, SessionStatus::Processing, AttemptStatus::Processing);
    SessionView { reason: Some(ProcessingReason::Provider), ..view }
}

pub(crate) fn card_request(id: &str) -> ConfirmRequest {
    ConfirmRequest::Whatsapp(WhatsappDetails { credential: CredentialId::parse(id).expect("a well-formed id") })
}

pub(crate) fn awaiting(order: AwaitBuyer, look: Look) -> State {
    State::Acting { view: Rc::new(chat_view(SEEN, order)), attempt: attempt_id('a'), look }
}

pub(super) fn states() -> Vec<(&'static str, State)> {
    let confirm = Rc::new(Confirm { key: key("k1"), request: card_request(CARDS[0].0) });
    vec![
        (
            "confirming_card",
            State::Confirming { view: Rc::new(chat_session(SEEN, &CARDS)), confirm, doubt: Doubt::None },
        ),
        ("chatting", awaiting(order(), Look::Idle)),
        ("chatting_out_of_time", awaiting(order(), Look::OutOfTime)),
        ("waiting_card", State::Waiting { view: Rc::new(charging_card_view(SEEN)), look: Look::Idle }),
    ]
}

pub(super) fn snapshots() -> Vec<(&'static str, SessionView)> {
    let new = SEEN + 1;
    vec![
        ("same_chat", chat_view(SEEN, order())),
        ("new_chat", chat_view(new, AwaitBuyer { delivery: Delivery::Read, ..order() })),
        ("new_other_channel", chat_view(new, AwaitBuyer { channel: "telegram".to_owned(), ..order() })),
        ("new_charging_card", charging_card_view(new)),
    ]
}
