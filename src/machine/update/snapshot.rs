//! What the server's word does to the stage.
//!
//! Called by `update`. Older snapshots are dropped here, and final stages stay.

use super::look::{regain_look, with_look};
use super::{frame, send_confirm, visit};
use crate::machine::effect::Effect;
use crate::machine::place::place;
use crate::machine::sent::{Cancel, Confirm, Doubt};
use crate::machine::state::{Notice, Snapshot, State};
use std::rc::Rc;
use umclique_wire::FailureCode;

pub(super) fn on_snapshot(state: State, view: Snapshot) -> (State, Vec<Effect>) {
    let Some(known) = state.snapshot() else {
        return match state {
            State::Loading { .. } | State::Stuck { .. } => (place(view), vec![]),
            // The page took the session away while this was on its way.
            state => (state, vec![]),
        };
    };
    if known.id != view.id || known.version > view.version {
        return (state, vec![]);
    }
    let is_new = view.version > known.version;
    match state {
        State::Paid { .. } | State::Canceled { .. } => (state, vec![]),
        State::Expired { .. } => match place(view) {
            paid @ State::Paid { .. } if is_new => (paid, vec![]),
            _ => (state, vec![]),
        },
        State::Confirming { view: before, confirm, doubt } => confirm_news(before, confirm, doubt, view),
        State::Resuming { resume, doubt, .. } => frame::resume_news(resume, doubt, view),
        State::Closing { view: before, cancel, renew } => closing_news(before, cancel, renew, view),
        State::Acting { .. } | State::Waiting { .. } if !is_new => (with_look(state, regain_look), vec![]),
        state if !is_new => (state, vec![]),
        State::Acting { attempt: before, look, .. } => match place(view) {
            State::Acting { view, attempt, .. } if attempt == before => {
                (with_look(State::Acting { view, attempt, look }, regain_look), vec![])
            }
            next => (next, vec![]),
        },
        State::Waiting { look, .. } => match place(view) {
            State::Waiting { view, .. } => (with_look(State::Waiting { view, look }, regain_look), vec![]),
            next => (next, vec![]),
        },
        State::Visiting { ask: before, trip, .. } => match place(view) {
            State::Visiting { view, ask, .. } if ask == before => (State::Visiting { view, ask, trip }, vec![]),
            next => (next, vec![]),
        },
        state @ State::Framed { .. } => (frame::news(state, place(view)), vec![]),
        _ => (place(view), vec![]),
    }
}

/// A snapshot while a confirm's outcome is open. Only one that speaks of a new attempt ends it.
fn confirm_news(before: Snapshot, confirm: Rc<Confirm>, doubt: Doubt, view: Snapshot) -> (State, Vec<Effect>) {
    let attempt_of = |view: &Snapshot| view.attempt.as_ref().map(|attempt| attempt.id.clone());
    let is_about_new_attempt = attempt_of(&view).is_some() && attempt_of(&view) != attempt_of(&before);
    match (place(view), doubt) {
        (State::Choosing { view, .. }, Doubt::Refused { notice }) if !is_about_new_attempt => {
            (State::Choosing { view, notice: Some(notice) }, vec![])
        }
        (State::Choosing { .. }, Doubt::None) if !is_about_new_attempt => {
            (State::Confirming { view: before, confirm, doubt: Doubt::None }, vec![])
        }
        // The server has not seen it: the same key again, never another one.
        (State::Choosing { .. }, Doubt::Lost { tries }) if !is_about_new_attempt => {
            let effect = Effect::Confirm { confirm: confirm.clone(), tries };
            (State::Confirming { view: before, confirm, doubt: Doubt::Lost { tries } }, vec![effect])
        }
        (next, doubt) => visit::after_press(next, &before, &confirm, &doubt),
    }
}

fn closing_news(
    before: Snapshot,
    cancel: Option<Cancel>,
    renew: Option<Rc<Confirm>>,
    view: Snapshot,
) -> (State, Vec<Effect>) {
    match place(view) {
        // The server has not heard of the wish yet.
        State::Acting { .. } | State::Framed { .. } | State::Visiting { .. } if cancel.is_some() => {
            (State::Closing { view: before, cancel, renew }, vec![])
        }
        State::Closing { view, .. } => (State::Closing { view, cancel: None, renew }, vec![]),
        State::Choosing { view, notice } => match renew {
            Some(confirm) => send_confirm(view, confirm),
            None => {
                let is_own_wish = matches!(notice, Some(Notice::Failed(FailureCode::Expired | FailureCode::Canceled)));
                (State::Choosing { view, notice: notice.filter(|_| !is_own_wish) }, vec![])
            }
        },
        next => (next, vec![]),
    }
}
