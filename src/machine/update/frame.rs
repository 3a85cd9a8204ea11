//! What a provider's own frame says, and what the server says of it.
//!
//! Called by `update` and its other parts. The words of a frame that was replaced, and second words, change nothing. A token is used
//! once; whatever comes of it, the next try takes another one.

use crate::machine::effect::Effect;
use crate::machine::frame::{Ask, Breakage, Hand, Stage, Token};
use crate::machine::place::place;
use crate::machine::sent::{Doubt, Key, Resume};
use crate::machine::state::{Notice, Snapshot, State};
use std::rc::Rc;
use umclique_wire::{ChallengeEnd, ResumeRequest};

/// The frame collects, and nothing is to be said.
fn collecting(state: State, to: Hand, said: Option<Notice>) -> State {
    match state {
        State::Collecting { view, ask, .. } => State::Collecting { view, ask, hand: to, notice: said },
        state => state,
    }
}

pub(super) fn on_ready(mut state: State, about: &Ask) -> (State, Vec<Effect>) {
    match &mut state {
        State::Collecting { ask, hand: hand @ Hand::Loading, .. } if ask == about => *hand = Hand::Ready,
        State::Challenging { ask, stage: stage @ Stage::Loading, .. } if ask == about => *stage = Stage::Shown,
        _ => {}
    }
    (state, vec![])
}

pub(super) fn on_failed(mut state: State, about: &Ask, why: Breakage) -> (State, Vec<Effect>) {
    match &mut state {
        State::Collecting { ask, hand: hand @ Hand::Loading, notice, .. } if ask == about => {
            (*hand, *notice) = (Hand::Broken, Some(Notice::FrameBroken(why)));
        }
        State::Challenging { ask, stage, notice, .. } if ask == about && *stage != Stage::Broken => {
            (*stage, *notice) = (Stage::Broken, Some(Notice::FrameBroken(why)));
        }
        _ => {}
    }
    (state, vec![])
}

pub(super) fn on_complained(state: State, about: &Ask) -> (State, Vec<Effect>) {
    let state = match &state {
        // Before it stands, an error means that it will not.
        State::Collecting { ask, hand: Hand::Loading, .. } if ask == about => {
            return on_failed(state, about, Breakage::Widget);
        }
        State::Challenging { ask, stage: Stage::Loading, .. } if ask == about => {
            return on_failed(state, about, Breakage::Widget);
        }
        State::Collecting { ask, hand: Hand::Ready | Hand::Submitting, .. } if ask == about => {
            collecting(state, Hand::Ready, Some(Notice::FrameError))
        }
        _ => state,
    };
    (state, vec![])
}

pub(super) fn on_silent(state: State, about: &Ask) -> (State, Vec<Effect>) {
    let state = match &state {
        State::Collecting { ask, hand: Hand::Submitting, .. } if ask == about => {
            collecting(state, Hand::Ready, Some(Notice::FrameSilent))
        }
        _ => state,
    };
    (state, vec![])
}

pub(super) fn on_pay_pressed(state: State, key: Key) -> (State, Vec<Effect>) {
    match state {
        State::Collecting { view, ask, hand: Hand::Held(token), .. } => answer_token(view, ask, token, key),
        State::Collecting { view, ask, hand: Hand::Ready, .. } => {
            let effect = Effect::SubmitWidget { ask: ask.clone() };
            (State::Collecting { view, ask, hand: Hand::Submitting, notice: None }, vec![effect])
        }
        // A second press, or one on a screen that is already gone.
        state => (state, vec![]),
    }
}

pub(super) fn on_token(state: State, about: &Ask, token: Token, key: Key) -> (State, Vec<Effect>) {
    match state {
        // The buyer's press was the wish.
        State::Collecting { view, ask, hand: Hand::Submitting, .. } if ask == *about => {
            answer_token(view, ask, token, key)
        }
        // Nobody pressed pay yet. A newer token stands for what the buyer chose last.
        State::Collecting { view, ask, hand: Hand::Loading | Hand::Ready | Hand::Held(_), .. } if ask == *about => {
            (State::Collecting { view, ask, hand: Hand::Held(token), notice: None }, vec![])
        }
        state => (state, vec![]),
    }
}

pub(super) fn on_challenge_ended(state: State, about: &Ask, end: ChallengeEnd, key: Key) -> (State, Vec<Effect>) {
    match state {
        State::Challenging { view, ask, stage: Stage::Loading | Stage::Shown, .. } if ask == *about => {
            let request = ResumeRequest { challenge: Some(end), ..answer(&ask) };
            send_resume(view, Rc::new(Resume { key, request, ask }))
        }
        state => (state, vec![]),
    }
}

fn answer_token(view: Snapshot, ask: Ask, token: Token, key: Key) -> (State, Vec<Effect>) {
    let request = ResumeRequest { token: Some(token.text), kind: token.kind, ..answer(&ask) };
    send_resume(view, Rc::new(Resume { key, request, ask }))
}

fn answer(ask: &Ask) -> ResumeRequest {
    let Ask { attempt, round, .. } = ask.clone();
    ResumeRequest { attempt, round, token: None, kind: None, challenge: None }
}

fn send_resume(view: Snapshot, resume: Rc<Resume>) -> (State, Vec<Effect>) {
    let effect = Effect::Resume { resume: resume.clone(), tries: 0 };
    (State::Resuming { view, resume, doubt: Doubt::None }, vec![effect])
}

/// A snapshot while an answer's outcome is open. One that still asks the same question has not heard the answer yet.
pub(super) fn resume_news(resume: Rc<Resume>, doubt: Doubt, view: Snapshot) -> (State, Vec<Effect>) {
    match (place(view), doubt) {
        (State::Collecting { view, ask, .. }, Doubt::Refused { notice }) if ask.is_same_question(&resume.ask) => {
            let ask = resume.ask.clone().again();
            (State::Collecting { view, ask, hand: Hand::Loading, notice: Some(notice) }, vec![])
        }
        // Shown again only when the buyer says so: one that is done would be refused again, and again.
        (State::Challenging { view, ask, .. }, Doubt::Refused { notice }) if ask.is_same_question(&resume.ask) => {
            (State::Challenging { view, ask: resume.ask.clone(), stage: Stage::Broken, notice: Some(notice) }, vec![])
        }
        (State::Collecting { view, ask, .. } | State::Challenging { view, ask, .. }, doubt)
            if ask.is_same_question(&resume.ask) =>
        {
            let effect = match doubt {
                Doubt::Lost { tries } => vec![Effect::Resume { resume: resume.clone(), tries }],
                Doubt::None | Doubt::Refused { .. } => vec![],
            };
            (State::Resuming { view, resume, doubt }, effect)
        }
        (next, _) => (next, vec![]),
    }
}

/// A newer snapshot while a frame stands. The same question keeps frame and token, unless it is for another amount by now.
pub(super) fn news(state: State, next: State) -> State {
    match (state, next) {
        (
            State::Collecting { view: before, ask, hand, notice },
            State::Collecting { view, ask: next, notice: fresh, .. },
        ) if ask.is_same_question(&next) => {
            if (before.amount_minor, before.currency) == (view.amount_minor, view.currency) {
                State::Collecting { view, ask, hand, notice }
            } else {
                State::Collecting { view, ask: ask.again(), hand: Hand::Loading, notice: fresh }
            }
        }
        (State::Challenging { ask, stage, notice, .. }, State::Challenging { view, ask: next, .. })
            if ask.is_same_question(&next) =>
        {
            State::Challenging { view, ask, stage, notice }
        }
        (_, next) => next,
    }
}

/// The buyer wants a frame that did not work to be put up again.
pub(super) fn mend(state: State) -> State {
    match state {
        State::Collecting { view, ask, hand: Hand::Broken, .. }
        | State::Collecting { view, ask, hand: Hand::Ready, notice: Some(Notice::FrameError | Notice::FrameSilent) } => {
            State::Collecting { view, ask: ask.again(), hand: Hand::Loading, notice: None }
        }
        State::Challenging { view, ask, stage: Stage::Broken, .. } => {
            State::Challenging { view, ask: ask.again(), stage: Stage::Loading, notice: None }
        }
        state => state,
    }
}
