//! The one place where events change the stage.
//!
//! Called by `shell` for every event, in order. Pure: the same state and event always give the same state and effects.

use super::effect::Effect;
use super::event::{Event, Fault};
use super::place::{consequences, place};
use super::state::{Cancel, Confirm, Doubt, Key, Look, Notice, Snapshot, State, Trouble};
use std::rc::Rc;
use umclique_wire::{AttemptId, ConfirmRequest, FailureCode, SessionView};

/// How many silent retries the first read gets before the buyer is told.
const QUIET_TRIES: u32 = 2;

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
        Event::LeavePressed { key } => on_leave(state, key, None),
        Event::NewCodePressed { cancel_key, key, request } => match &state {
            State::Acting { look: Look::OutOfTime, .. } => {
                on_leave(state, cancel_key, request.map(|request| Confirm { key, request }))
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
        | State::Waiting { view, .. }
        | State::Closing { view, .. }
        | State::Outdated { view } => {
            live(view).map(|attempt| Effect::Abandon { attempt: Some(attempt) }).into_iter().collect()
        }
        _ => vec![],
    };
    (State::Idle, effects)
}

fn on_snapshot(state: State, view: SessionView) -> (State, Vec<Effect>) {
    let Some(known) = state.snapshot() else {
        return match state {
            State::Loading { .. } | State::Stuck { .. } => (place(Rc::new(view)), vec![]),
            // The page took the session away while this was on its way.
            state => (state, vec![]),
        };
    };
    if known.id != view.id || known.version > view.version {
        return (state, vec![]);
    }
    let is_new = view.version > known.version;
    let view = Rc::new(view);
    match state {
        State::Paid { .. } | State::Canceled { .. } => (state, vec![]),
        State::Expired { .. } => match place(view) {
            paid @ State::Paid { .. } if is_new => (paid, vec![]),
            _ => (state, vec![]),
        },
        State::Confirming { view: before, confirm, doubt } => confirm_news(before, confirm, doubt, view),
        State::Closing { view: before, cancel, renew } => closing_news(before, cancel, renew, view),
        State::Acting { .. } | State::Waiting { .. } if !is_new => (with_look(state, regain_look), vec![]),
        state if !is_new => (state, vec![]),
        State::Acting { attempt: before, look, .. } => match place(view) {
            State::Acting { view, attempt, qr, .. } if attempt == before => {
                (with_look(State::Acting { view, attempt, qr, look }, regain_look), vec![])
            }
            next => (next, vec![]),
        },
        State::Waiting { look, .. } => match place(view) {
            State::Waiting { view, .. } => (with_look(State::Waiting { view, look }, regain_look), vec![]),
            next => (next, vec![]),
        },
        _ => (place(view), vec![]),
    }
}

/// A snapshot while a confirm's outcome is open. Only one that speaks of a new attempt ends it.
fn confirm_news(before: Snapshot, confirm: Confirm, doubt: Doubt, view: Snapshot) -> (State, Vec<Effect>) {
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
            let Confirm { key, request } = confirm.clone();
            (
                State::Confirming { view: before, confirm, doubt: Doubt::Lost { tries } },
                vec![Effect::Confirm { key, request, tries }],
            )
        }
        (next, _) => (next, vec![]),
    }
}

fn closing_news(
    before: Snapshot,
    cancel: Option<Cancel>,
    renew: Option<Confirm>,
    view: Snapshot,
) -> (State, Vec<Effect>) {
    match place(view) {
        // The server has not heard of the wish yet.
        State::Acting { .. } if cancel.is_some() => (State::Closing { view: before, cancel, renew }, vec![]),
        State::Closing { view, .. } => (State::Closing { view, cancel: None, renew }, vec![]),
        State::Choosing { view, notice } => match renew {
            Some(confirm) => send_confirm(view, confirm),
            None => {
                let is_own_wish = matches!(notice, Some(Notice::Failed(FailureCode::Expired)));
                (State::Choosing { view, notice: notice.filter(|_| !is_own_wish) }, vec![])
            }
        },
        next => (next, vec![]),
    }
}

fn send_confirm(view: Snapshot, confirm: Confirm) -> (State, Vec<Effect>) {
    let Confirm { key, request } = confirm.clone();
    (State::Confirming { view, confirm, doubt: Doubt::None }, vec![Effect::Confirm { key, request, tries: 0 }])
}

fn on_load_failed(state: State, fault: &Fault) -> (State, Vec<Effect>) {
    let later = |tries| vec![Effect::Load { tries }];
    match state {
        State::Loading { .. } | State::Stuck { .. } | State::Confirming { .. } if *fault == Fault::Gone => {
            (State::Stuck { trouble: Trouble::NotFound, tries: 0 }, vec![])
        }
        State::Loading { tries } if tries < QUIET_TRIES => (State::Loading { tries: tries + 1 }, later(tries + 1)),
        State::Loading { tries } | State::Stuck { trouble: Trouble::Unreachable, tries } => {
            (State::Stuck { trouble: Trouble::Unreachable, tries: tries + 1 }, later(tries + 1))
        }
        State::Confirming { view, confirm, doubt: Doubt::Lost { tries } } => {
            (State::Confirming { view, confirm, doubt: Doubt::Lost { tries: tries + 1 } }, later(tries + 1))
        }
        State::Confirming { doubt: Doubt::Refused { .. }, .. } => (state, later(1)),
        // Elsewhere a read is a courtesy: the stream, or the next return to the page, brings the same news.
        state => (state, vec![]),
    }
}

fn on_check_failed(state: State) -> (State, Vec<Effect>) {
    let look = match &state {
        State::Acting { look, .. } | State::Waiting { look, .. } => *look,
        _ => return (state, vec![]),
    };
    match look {
        Look::LastLook { tries } => {
            (with_look(state, |_| Look::LastLook { tries: tries + 1 }), vec![Effect::Check { tries: tries + 1 }])
        }
        Look::Asking => (with_look(state, |_| Look::Unreachable), vec![]),
        Look::Idle | Look::NothingYet | Look::Unreachable | Look::OutOfTime => (state, vec![]),
    }
}

fn on_confirm_pressed(state: State, key: Key, request: ConfirmRequest) -> (State, Vec<Effect>) {
    match state {
        State::Choosing { view, .. } if view.methods.iter().any(|offer| offer.kind == request.kind()) => {
            send_confirm(view, Confirm { key, request })
        }
        // A second click, or a press on a screen that is already gone.
        state => (state, vec![]),
    }
}

fn on_confirm_failed(state: State, about: &Key, fault: Fault) -> (State, Vec<Effect>) {
    match state {
        State::Confirming { view, confirm, doubt } if confirm.key == *about => {
            let doubt = match (fault, doubt) {
                (Fault::Gone, _) => return (State::Stuck { trouble: Trouble::NotFound, tries: 0 }, vec![]),
                (Fault::Refused(refusal), _) => Doubt::Refused { notice: refusal.notice },
                (Fault::Unknown, Doubt::Lost { tries }) => Doubt::Lost { tries: tries + 1 },
                (Fault::Unknown, Doubt::None | Doubt::Refused { .. }) => Doubt::Lost { tries: 1 },
            };
            let tries = if let Doubt::Lost { tries } = &doubt { *tries - 1 } else { 0 };
            (State::Confirming { view, confirm, doubt }, vec![Effect::Load { tries }])
        }
        state => (state, vec![]),
    }
}

fn on_leave(state: State, key: Key, renew: Option<Confirm>) -> (State, Vec<Effect>) {
    match state {
        State::Acting { view, attempt, .. } => {
            let cancel = Cancel { key: key.clone(), attempt: attempt.clone(), tries: 0 };
            (State::Closing { view, cancel: Some(cancel), renew }, vec![Effect::Cancel { key, attempt, tries: 0 }])
        }
        state => (state, vec![]),
    }
}

fn on_cancel_failed(state: State, about: &Key, fault: &Fault) -> (State, Vec<Effect>) {
    match state {
        State::Closing { view, cancel: Some(cancel), renew } if cancel.key == *about => match fault {
            Fault::Gone => (State::Stuck { trouble: Trouble::NotFound, tries: 0 }, vec![]),
            Fault::Unknown => {
                let Cancel { key, attempt, tries } = cancel;
                let cancel = Cancel { key: key.clone(), attempt: attempt.clone(), tries: tries + 1 };
                (
                    State::Closing { view, cancel: Some(cancel), renew },
                    vec![Effect::Cancel { key, attempt, tries: tries + 1 }],
                )
            }
            // The attempt has moved on; the session tells where to.
            Fault::Refused(_) => (State::Closing { view, cancel: None, renew: None }, vec![Effect::Load { tries: 0 }]),
        },
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
        | State::Closing { .. }
        | State::Outdated { .. }
        | State::Authorized { .. }
        | State::Failed { .. }
        | State::Expired { .. } => vec![Effect::Load { tries: 0 }],
        State::Idle
        | State::Stuck { trouble: Trouble::NotFound, .. }
        | State::Confirming { doubt: Doubt::None, .. }
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

fn on_reload(state: State) -> (State, Vec<Effect>) {
    match state {
        State::Stuck { .. } => (State::Loading { tries: 0 }, vec![Effect::Load { tries: 0 }]),
        State::Idle | State::Confirming { doubt: Doubt::None, .. } | State::Paid { .. } | State::Canceled { .. } => {
            (state, vec![])
        }
        state => (state, vec![Effect::Load { tries: 0 }]),
    }
}

fn with_look(mut state: State, change: impl FnOnce(Look) -> Look) -> State {
    if let State::Acting { look, .. } | State::Waiting { look, .. } = &mut state {
        *look = change(*look);
    }
    state
}

/// The server has looked, and the payment is still awaited.
fn answer_look(look: Look) -> Look {
    match look {
        Look::Asking => Look::NothingYet,
        Look::LastLook { .. } => Look::OutOfTime,
        Look::Idle | Look::NothingYet | Look::Unreachable | Look::OutOfTime => look,
    }
}

fn lose_look(look: Look) -> Look {
    match look {
        Look::Idle | Look::NothingYet => Look::Unreachable,
        Look::Asking | Look::Unreachable | Look::LastLook { .. } | Look::OutOfTime => look,
    }
}

fn regain_look(look: Look) -> Look {
    match look {
        Look::Unreachable => Look::Idle,
        Look::Idle | Look::Asking | Look::NothingYet | Look::LastLook { .. } | Look::OutOfTime => look,
    }
}
