//! What a provider's own frame says, and what the server says of it, and of what a visit brought back.
//!
//! Called by `update` and its other parts. The words of a frame that was replaced, and second words, change nothing. A token is used
//! once; whatever comes of it, the next try takes another one.

use crate::machine::effect::Effect;
use crate::machine::frame::{Ask, Breakage, Hand, Word};
use crate::machine::place::place;
use crate::machine::sent::{Doubt, Key, Resume};
use crate::machine::state::{Notice, Snapshot, State};
use crate::machine::visit::Trip;
use std::rc::Rc;
use umclique_wire::ResumeRequest;

pub(super) fn on_word(mut state: State, about: &Ask, word: Word) -> (State, Vec<Effect>) {
    let State::Framed { view, ask, hand, notice } = &mut state else { return (state, vec![]) };
    if ask != about {
        return (state, vec![]);
    }
    let broken = |why| (Hand::Broken, Some(Notice::FrameBroken(why)));
    (*hand, *notice) = match (word, &*hand, ask.is_challenge) {
        (Word::Ready, Hand::Loading, _) => (Hand::Ready, notice.take()),
        (Word::Failed(why), Hand::Loading, _) | (Word::Failed(why), Hand::Ready, true) => broken(why),
        // Before it stands, an error means that it will not.
        (Word::Complained, Hand::Loading, _) => broken(Breakage::Widget),
        (Word::Complained, Hand::Ready | Hand::Submitting, false) => (Hand::Ready, Some(Notice::FrameError)),
        (Word::Silent, Hand::Submitting, _) => (Hand::Ready, Some(Notice::FrameSilent)),
        // The buyer's press was the wish.
        (Word::Token(token, key), Hand::Submitting, _) => {
            let request = ResumeRequest { token: Some(token.text), kind: token.kind, ..answer(ask) };
            return send_resume(view.clone(), Resume { key, request, ask: ask.clone() });
        }
        // Nobody pressed pay yet. A newer token stands for what the buyer chose last.
        (Word::Token(token, _), Hand::Loading | Hand::Ready | Hand::Held(_), false) => (Hand::Held(token), None),
        (Word::Ended(end, key), Hand::Loading | Hand::Ready, true) => {
            let request = ResumeRequest { challenge: Some(end), ..answer(ask) };
            return send_resume(view.clone(), Resume { key, request, ask: ask.clone() });
        }
        _ => return (state, vec![]),
    };
    (state, vec![])
}

pub(super) fn on_pay_pressed(mut state: State, key: Key) -> (State, Vec<Effect>) {
    if let State::Visiting { view, ask, trip: Trip::Ready | Trip::Lapsed } = &state {
        let effect = super::visit::go(view, ask);
        return (state, vec![effect]);
    }
    let State::Framed { view, ask, hand, notice } = &mut state else { return (state, vec![]) };
    let effect = match hand {
        Hand::Held(token) => {
            let request = ResumeRequest { token: Some(token.text.clone()), kind: token.kind.clone(), ..answer(ask) };
            return send_resume(view.clone(), Resume { key, request, ask: ask.clone() });
        }
        Hand::Ready if !ask.is_challenge => Effect::SubmitWidget { ask: ask.clone() },
        // A second press, or one on a screen that has no such button.
        _ => return (state, vec![]),
    };
    (*hand, *notice) = (Hand::Submitting, None);
    (state, vec![effect])
}

pub(super) fn answer(ask: &Ask) -> ResumeRequest {
    ResumeRequest::of(ask.attempt.clone(), ask.round)
}

pub(super) fn send_resume(view: Snapshot, resume: Resume) -> (State, Vec<Effect>) {
    let resume = Rc::new(resume);
    let effect = Effect::Resume { resume: resume.clone(), tries: 0 };
    (State::Resuming { view, resume, doubt: Doubt::None }, vec![effect])
}

/// A snapshot while an answer's outcome is open. One that still asks the same question has not heard the answer yet.
pub(super) fn resume_news(resume: Rc<Resume>, doubt: Doubt, view: Snapshot) -> (State, Vec<Effect>) {
    let (view, asked) = match place(view) {
        State::Framed { view, ask, .. } | State::Visiting { view, ask, .. } if ask.is_same_question(&resume.ask) => {
            (view, ask)
        }
        // The login that was just made does not hold: what this page's address has is no answer to that.
        State::Visiting { view, ask, .. } => return (State::Visiting { view, ask, trip: Trip::Lapsed }, vec![]),
        next => return (next, vec![]),
    };
    match doubt {
        Doubt::None => (State::Resuming { view, resume, doubt }, vec![]),
        Doubt::Lost { tries } => {
            let effect = Effect::Resume { resume: resume.clone(), tries };
            (State::Resuming { view, resume, doubt }, vec![effect])
        }
        Doubt::Refused { notice } if resume.is_return() => {
            (State::Visiting { view, ask: asked, trip: Trip::Refused(notice) }, vec![])
        }
        Doubt::Refused { notice } => {
            // A challenge is shown again only when the buyer says so: one that is done would be refused again, and again.
            let hand = if asked.is_challenge { Hand::Broken } else { Hand::Loading };
            (State::Framed { view, ask: resume.ask.again(), hand, notice: Some(notice) }, vec![])
        }
    }
}

/// A newer snapshot while a frame stands. The same question keeps frame and token, unless it is for another amount by now.
pub(super) fn news(state: State, mut next: State) -> State {
    if let (
        State::Framed { view: before, ask, hand, notice },
        State::Framed { view, ask: next_ask, hand: next_hand, notice: next_notice },
    ) = (state, &mut next)
        && ask.is_same_question(next_ask)
    {
        if (before.amount_minor, before.currency) == (view.amount_minor, view.currency) {
            (*next_ask, *next_hand, *next_notice) = (ask, hand, notice);
        } else {
            *next_ask = ask.again();
        }
    }
    next
}

/// The buyer wants a frame that did not work to be put up again.
pub(super) fn mend(state: &mut State) {
    if let State::Framed { ask, hand, notice, .. } = state
        && (*hand == Hand::Broken
            || *hand == Hand::Ready && matches!(notice, Some(Notice::FrameError | Notice::FrameSilent)))
    {
        (*ask, *hand, *notice) = (ask.again(), Hand::Loading, None);
    }
}
