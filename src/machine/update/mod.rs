//! The one place where events change the stage.
//!
//! Called by `shell` for every event, in order. Pure: the same state and event always give the same state and effects.

mod failure;
mod frame;
mod look;
mod snapshot;
mod visit;

use super::effect::Effect;
use super::event::Event;
use super::frame::Ask;
use super::place::consequences;
use super::sent::{Cancel, Confirm, Doubt, Key};
use super::state::{Look, Snapshot, State, Trouble};
use failure::{on_cancel_failed, on_check_failed, on_confirm_failed, on_load_failed, on_resume_failed};
use look::{answer_look, lose_look, with_look};
use snapshot::on_snapshot;
use std::rc::Rc;
use umclique_wire::{AttemptId, ConfirmRequest};

/// The state after an event, and what to do about it.
#[must_use]
pub fn update(state: State, event: Event) -> (State, Vec<Effect>) {
    let old = state.clone();
    let (new, mut effects) = step(state, event);
    effects.extend(consequences(&old, &new));
    (new, effects)
}

fn step(state: State, event: Event) -> (State, Vec<Effect>) {
    match event {
        Event::SessionLeft => leave_session(&state),
        Event::SessionSet => (State::Loading { tries: 0 }, vec![Effect::Load { tries: 0 }]),
        Event::Snapshot(view) => on_snapshot(state, view),
        Event::Checked(view) => {
            let (state, effects) = on_snapshot(state, view);
            (with_look(state, answer_look), effects)
        }
        Event::LoadFailed(fault) => on_load_failed(state, &fault),
        Event::CheckFailed => on_check_failed(state),
        Event::StatusLost => (with_look(state, lose_look), vec![]),
        Event::ConfirmPressed { key, request } => on_confirm_pressed(state, key, request),
        Event::ConfirmFailed { key, fault } => on_confirm_failed(state, &key, fault),
        Event::FrameSaid { ask, word } => frame::on_word(state, &ask, word),
        Event::PayPressed { key } => frame::on_pay_pressed(state, key),
        Event::Looked { ask, found, key } => visit::on_looked(state, &ask, found, key),
        Event::ResumeFailed { key, fault } => on_resume_failed(state, &key, fault),
        Event::LeavePressed { key } => on_leave(state, key, None),
        Event::NewCodePressed { cancel_key, key, request } => match &state {
            State::Acting { look: Look::OutOfTime, .. } => {
                on_leave(state, cancel_key, request.map(|request| Rc::new(Confirm { key, request })))
            }
            _ => (state, vec![]),
        },
        Event::CancelFailed { key, fault } => on_cancel_failed(state, &key, &fault),
        Event::CheckPressed => on_check_pressed(state),
        Event::Woke => on_woke(state),
        Event::TimeUp { attempt } => on_time_up(state, &attempt),
        Event::ReloadPressed => on_reload(state),
    }
}

/// The old session's attempt is closed, so that nobody pays an order that the page no longer shows.
fn leave_session(state: &State) -> (State, Vec<Effect>) {
    let live = |view: &Snapshot| {
        view.attempt.as_ref().filter(|attempt| !attempt.status.is_final()).map(|live| live.id.clone())
    };
    let effects = match state {
        State::Confirming { .. } => vec![Effect::Abandon { attempt: None }],
        State::Acting { view, .. }
        | State::Framed { view, .. }
        | State::Visiting { view, .. }
        | State::Resuming { view, .. }
        | State::Waiting { view, .. }
        | State::Closing { view, .. }
        | State::Outdated { view } => {
            live(view).map(|attempt| Effect::Abandon { attempt: Some(attempt) }).into_iter().collect()
        }
        _ => vec![],
    };
    (State::Idle, effects)
}

fn send_confirm(view: Snapshot, confirm: Rc<Confirm>) -> (State, Vec<Effect>) {
    let effect = Effect::Confirm { confirm: confirm.clone(), tries: 0 };
    (State::Confirming { view, confirm, doubt: Doubt::None }, vec![effect])
}

fn on_confirm_pressed(state: State, key: Key, request: ConfirmRequest) -> (State, Vec<Effect>) {
    match state {
        State::Choosing { view, .. } if view.methods.iter().any(|offer| offer.kind == request.kind()) => {
            send_confirm(view, Rc::new(Confirm { key, request }))
        }
        // A second click, or a press on a screen that is already gone.
        state => (state, vec![]),
    }
}

fn on_leave(state: State, key: Key, renew: Option<Rc<Confirm>>) -> (State, Vec<Effect>) {
    match state {
        State::Acting { view, attempt, .. }
        | State::Framed { view, ask: Ask { attempt, .. }, .. }
        | State::Visiting { view, ask: Ask { attempt, .. }, .. } => {
            let cancel = Cancel { key: key.clone(), attempt: attempt.clone(), tries: 0 };
            (State::Closing { view, cancel: Some(cancel), renew }, vec![Effect::Cancel { key, attempt, tries: 0 }])
        }
        state => (state, vec![]),
    }
}

fn on_check_pressed(state: State) -> (State, Vec<Effect>) {
    match &state {
        State::Acting { look, .. } | State::Waiting { look, .. }
            if !matches!(look, Look::Asking | Look::LastLook { .. } | Look::OutOfTime) =>
        {
            (with_look(state, |_| Look::Asking), vec![Effect::Check { tries: 0 }])
        }
        _ => (state, vec![]),
    }
}

fn on_woke(state: State) -> (State, Vec<Effect>) {
    let effects = match &state {
        State::Acting { .. } | State::Waiting { .. } => vec![Effect::Check { tries: 0 }],
        State::Loading { .. }
        | State::Stuck { trouble: Trouble::Unreachable, .. }
        | State::Choosing { .. }
        | State::Confirming { doubt: Doubt::Lost { .. } | Doubt::Refused { .. }, .. }
        | State::Framed { .. }
        | State::Visiting { .. }
        | State::Resuming { doubt: Doubt::Lost { .. } | Doubt::Refused { .. }, .. }
        | State::Closing { .. }
        | State::Outdated { .. }
        | State::Authorized { .. }
        | State::Failed { .. }
        | State::Expired { .. } => vec![Effect::Load { tries: 0 }],
        State::Idle
        | State::Stuck { trouble: Trouble::NotFound, .. }
        | State::Confirming { doubt: Doubt::None, .. }
        | State::Resuming { doubt: Doubt::None, .. }
        | State::Paid { .. }
        | State::Canceled { .. } => vec![],
    };
    (state, effects)
}

fn on_time_up(state: State, about: &AttemptId) -> (State, Vec<Effect>) {
    match &state {
        State::Acting { attempt, look, .. }
            if attempt == about && !matches!(look, Look::LastLook { .. } | Look::OutOfTime) =>
        {
            (with_look(state, |_| Look::LastLook { tries: 0 }), vec![Effect::Check { tries: 0 }])
        }
        _ => (state, vec![]),
    }
}

fn on_reload(mut state: State) -> (State, Vec<Effect>) {
    match state {
        State::Stuck { .. } => (State::Loading { tries: 0 }, vec![Effect::Load { tries: 0 }]),
        State::Idle
        | State::Confirming { doubt: Doubt::None, .. }
        | State::Resuming { doubt: Doubt::None, .. }
        | State::Paid { .. }
        | State::Canceled { .. } => (state, vec![]),
        _ => {
            frame::mend(&mut state);
            (state, vec![Effect::Load { tries: 0 }])
        }
    }
}
