//! What calls that brought no snapshot do to the stage. None of them is ever a decline.
//!
//! Called by `update`. A retry always carries the key of the first try.

use super::look::with_look;
use crate::machine::effect::Effect;
use crate::machine::event::Fault;
use crate::machine::sent::{Cancel, Doubt, Key};
use crate::machine::state::{Look, State, Trouble};

/// How many silent retries the first read gets before the buyer is told.
const QUIET_TRIES: u32 = 2;

pub(super) fn on_load_failed(state: State, fault: &Fault) -> (State, Vec<Effect>) {
    let later = |tries| vec![Effect::Load { tries }];
    match state {
        State::Loading { .. } | State::Stuck { .. } | State::Confirming { .. } | State::Resuming { .. }
            if *fault == Fault::Gone =>
        {
            (State::Stuck { trouble: Trouble::NotFound, tries: 0 }, vec![])
        }
        State::Loading { tries } if tries < QUIET_TRIES => (State::Loading { tries: tries + 1 }, later(tries + 1)),
        State::Loading { tries } | State::Stuck { trouble: Trouble::Unreachable, tries } => {
            (State::Stuck { trouble: Trouble::Unreachable, tries: tries + 1 }, later(tries + 1))
        }
        State::Confirming { view, confirm, doubt: Doubt::Lost { tries } } => {
            (State::Confirming { view, confirm, doubt: Doubt::Lost { tries: tries + 1 } }, later(tries + 1))
        }
        State::Resuming { view, resume, doubt: Doubt::Lost { tries } } => {
            (State::Resuming { view, resume, doubt: Doubt::Lost { tries: tries + 1 } }, later(tries + 1))
        }
        State::Confirming { doubt: Doubt::Refused { .. }, .. }
        | State::Resuming { doubt: Doubt::Refused { .. }, .. } => (state, later(1)),
        // Elsewhere a read is a courtesy: the stream, or the next return to the page, brings the same news.
        state => (state, vec![]),
    }
}

pub(super) fn on_check_failed(state: State) -> (State, Vec<Effect>) {
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

pub(super) fn on_confirm_failed(state: State, about: &Key, fault: Fault) -> (State, Vec<Effect>) {
    match state {
        State::Confirming { view, confirm, doubt } if confirm.key == *about => match doubt_after(fault, doubt) {
            Some((doubt, load)) => (State::Confirming { view, confirm, doubt }, vec![load]),
            None => (State::Stuck { trouble: Trouble::NotFound, tries: 0 }, vec![]),
        },
        state => (state, vec![]),
    }
}

pub(super) fn on_resume_failed(state: State, about: &Key, fault: Fault) -> (State, Vec<Effect>) {
    match state {
        State::Resuming { view, resume, doubt } if resume.key == *about => match doubt_after(fault, doubt) {
            Some((doubt, load)) => (State::Resuming { view, resume, doubt }, vec![load]),
            None => (State::Stuck { trouble: Trouble::NotFound, tries: 0 }, vec![]),
        },
        state => (state, vec![]),
    }
}

/// What stands between a request and its answer from now on, and the read that finds out; nothing where the session is gone.
fn doubt_after(fault: Fault, doubt: Doubt) -> Option<(Doubt, Effect)> {
    let doubt = match (fault, doubt) {
        (Fault::Gone, _) => return None,
        (Fault::Refused(refusal), _) => Doubt::Refused { notice: refusal.notice },
        (Fault::Unknown, Doubt::Lost { tries }) => Doubt::Lost { tries: tries + 1 },
        (Fault::Unknown, Doubt::None | Doubt::Refused { .. }) => Doubt::Lost { tries: 1 },
    };
    let tries = if let Doubt::Lost { tries } = &doubt { *tries - 1 } else { 0 };
    Some((doubt, Effect::Load { tries }))
}

pub(super) fn on_cancel_failed(state: State, about: &Key, fault: &Fault) -> (State, Vec<Effect>) {
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
