//! What becomes of the buyer's own look at the server.
//!
//! Called by the other parts of `update`.

use crate::machine::state::{Look, State};

pub(super) fn with_look(mut state: State, change: impl FnOnce(Look) -> Look) -> State {
    if let State::Acting { look, .. } | State::Waiting { look, .. } = &mut state {
        *look = change(*look);
    }
    state
}

/// The server has looked, and the payment is still awaited.
pub(super) fn answer_look(look: Look) -> Look {
    match look {
        Look::Asking => Look::NothingYet,
        Look::LastLook { .. } => Look::OutOfTime,
        Look::Idle | Look::NothingYet | Look::Unreachable | Look::OutOfTime => look,
    }
}

pub(super) fn lose_look(look: Look) -> Look {
    match look {
        Look::Idle | Look::NothingYet => Look::Unreachable,
        Look::Asking | Look::Unreachable | Look::LastLook { .. } | Look::OutOfTime => look,
    }
}

pub(super) fn regain_look(look: Look) -> Look {
    match look {
        Look::Unreachable => Look::Idle,
        Look::Idle | Look::Asking | Look::NothingYet | Look::LastLook { .. } | Look::OutOfTime => look,
    }
}
