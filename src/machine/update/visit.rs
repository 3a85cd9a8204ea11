//! A visit of the provider's page: who is sent there, and what is brought back.
//!
//! Called by `update` and its other parts. Only a press sends a buyer away; what they bring back goes on by itself, and once.

use super::frame::{answer, send_resume};
use super::on_leave;
use crate::machine::effect::Effect;
use crate::machine::frame::Ask;
use crate::machine::sent::{Confirm, Doubt, Key, Resume};
use crate::machine::state::{Snapshot, State};
use crate::machine::visit::{Found, Trip, safe_url};
use umclique_wire::{ConfirmRequest, MethodKind, ResumeRequest};

/// What came of this page's own press. Who pressed "continue to PicPay" goes on there; who expected one click is asked first.
pub(super) fn after_press(next: State, before: &Snapshot, confirm: &Confirm, doubt: &Doubt) -> (State, Vec<Effect>) {
    match (next, &confirm.request, doubt) {
        (next, _, Doubt::Refused { .. }) => (next, vec![]),
        (State::Visiting { view, ask, .. }, ConfirmRequest::PicpayWallet(given), _) => {
            let is_linked = |view: &Snapshot| {
                let of_wallet = view.methods.iter().find(|offer| offer.kind == MethodKind::PicpayWallet);
                of_wallet.is_some_and(|offer| !offer.saved.is_empty())
            };
            if !given.reconnect && is_linked(before) {
                return (State::Visiting { view, ask, trip: Trip::Lapsed }, vec![]);
            }
            let effect = go(&view, &ask);
            (State::Visiting { view, ask, trip: Trip::Ready }, vec![effect])
        }
        (next, ..) => (next, vec![]),
    }
}

pub(super) fn go(view: &Snapshot, ask: &Ask) -> Effect {
    Effect::Visit { ask: ask.clone(), url: safe_url(view.next_action.as_ref()).cloned() }
}

pub(super) fn on_looked(state: State, about: &Ask, found: Found, key: Key) -> (State, Vec<Effect>) {
    let (view, ask, trip) = match state {
        State::Visiting { view, ask, trip } if ask == *about => (view, ask, trip),
        state => return (state, vec![]),
    };
    match (trip, found) {
        (Trip::Looking, Found::Back { code, nonce }) => {
            let request = ResumeRequest { return_code: Some(code), nonce: Some(nonce), ..answer(&ask) };
            send_resume(view, Resume { key, request, ask })
        }
        (Trip::Looking, _) => (State::Visiting { view, ask, trip: Trip::Ready }, vec![]),
        // The buyer pressed, and must not go: this attempt cannot be finished here.
        (trip, Found::Useless) => on_leave(State::Visiting { view, ask, trip }, key, None),
        (trip, _) => (State::Visiting { view, ask, trip }, vec![]),
    }
}
