//! A provider's frame and the server, both as they please: what the machine sends is one answer for one question, and a token is used
//! once. The server here is a model that keeps its own rules; the frame keeps none.
#![cfg(not(target_arch = "wasm32"))]

mod samples;

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_assert_ne, proptest};
use proptest::sample::select;
use samples::{asked_again_view, bank_view, challenge_view, collecting_view, states, token};
use std::collections::BTreeMap;
use std::rc::Rc;
use umclique::machine::{Ask, Breakage, Effect, Event, Fault, Key, Notice, Refusal, State, Word, update};
use umclique_wire::{ChallengeEnd, FailureCode, SessionView};

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Turn {
    /// The frame speaks, for the question that is open.
    Ready,
    Failed,
    Complained,
    Silent,
    Token,
    Done,
    Closed,
    /// The buyer acts.
    Pay,
    Reload,
    Woke,
    /// The request does not come back, or is refused.
    Lost,
    Refused,
    /// The server speaks: the same again, that it works, a decline, a challenge.
    Same,
    Bank,
    Decline,
    Challenge,
    /// Something that a frame said before, or an answer that failed, comes once more, however late.
    Again(usize),
}

fn turn() -> impl Strategy<Value = Turn> {
    use Turn::{
        Bank, Challenge, Closed, Complained, Decline, Done, Failed, Lost, Pay, Ready, Refused, Reload, Same, Silent,
        Token, Woke,
    };
    let all = [
        Ready, Ready, Failed, Complained, Silent, Token, Token, Done, Closed, Pay, Pay, Pay, Reload, Woke, Lost,
        Refused, Same, Bank, Decline, Challenge,
    ];
    proptest::prop_oneof![4 => select(all.to_vec()), 1 => any::<usize>().prop_map(Turn::Again)]
}

/// The session as the server has it.
struct Server {
    version: u64,
    round: u32,
    is_challenge: bool,
}

impl Server {
    fn view(&self) -> SessionView {
        let make = if self.is_challenge { challenge_view } else { collecting_view };
        make(self.version, self.round)
    }

    /// An answer was taken, and this is what came of it.
    fn take(&mut self, is_challenge: bool) {
        (self.version, self.round, self.is_challenge) = (self.version + 1, self.round + 1, is_challenge);
    }
}

fn open_ask(state: &State) -> Option<Ask> {
    match state {
        State::Framed { ask, .. } => Some(ask.clone()),
        State::Resuming { resume, .. } => Some(resume.ask.clone()),
        _ => None,
    }
}

fn open_key(state: &State) -> Option<Key> {
    match state {
        State::Resuming { resume, .. } => Some(resume.key.clone()),
        _ => None,
    }
}

/// The event of a turn, where it makes sense now.
fn event(turn: Turn, state: &State, server: &mut Server, said: &[Event], number: usize) -> Option<Event> {
    let key = Key::new(format!("key{number}"));
    let spoken = |word| open_ask(state).map(|ask| Event::FrameSaid { ask, word });
    Some(match turn {
        Turn::Ready => spoken(Word::Ready)?,
        Turn::Failed => spoken(Word::Failed(Breakage::Script))?,
        Turn::Complained => spoken(Word::Complained)?,
        Turn::Silent => spoken(Word::Silent)?,
        Turn::Token => spoken(Word::Token(token(&format!("ptkn_{number}")), key))?,
        Turn::Done => spoken(Word::Ended(ChallengeEnd::Done, key))?,
        Turn::Closed => spoken(Word::Ended(ChallengeEnd::Failed, key))?,
        Turn::Pay => Event::PayPressed { key },
        Turn::Reload => Event::ReloadPressed,
        Turn::Woke => Event::Woke,
        Turn::Lost => Event::ResumeFailed { key: open_key(state)?, fault: Fault::Unknown },
        Turn::Refused => {
            Event::ResumeFailed { key: open_key(state)?, fault: Fault::Refused(Refusal { notice: Notice::TooMany }) }
        }
        Turn::Same => Event::Snapshot(Rc::new(server.view())),
        // The server moves only by an answer that it has.
        Turn::Bank if open_key(state).is_some() => {
            server.take(server.is_challenge);
            Event::Snapshot(Rc::new(bank_view(server.version, server.round)))
        }
        Turn::Decline if open_key(state).is_some() || matches!(state, State::Waiting { .. }) => {
            server.take(false);
            Event::Snapshot(Rc::new(asked_again_view(server.version, server.round, FailureCode::Declined)))
        }
        Turn::Challenge if open_key(state).is_some() || matches!(state, State::Waiting { .. }) => {
            server.take(true);
            Event::Snapshot(Rc::new(server.view()))
        }
        Turn::Bank | Turn::Decline | Turn::Challenge => return None,
        Turn::Again(which) => said.get(which.checked_rem(said.len())?)?.clone(),
    })
}

/// A press comes with a key of its own each time; everything else may come twice.
fn remember(said: &mut Vec<Event>, event: &Event) {
    if !matches!(event, Event::PayPressed { .. }) {
        said.push(event.clone());
    }
}

/// What was answered, by key, and what the server said of it.
#[derive(Default)]
struct Sent {
    requests: BTreeMap<String, String>,
    tokens: BTreeMap<String, String>,
    by_round: BTreeMap<u32, String>,
}

/// One word of each kind.
fn words() -> Vec<Word> {
    let key = || Key::new("late".to_owned());
    vec![
        Word::Ready,
        Word::Failed(Breakage::Place),
        Word::Complained,
        Word::Silent,
        Word::Token(token("ptkn_late"), key()),
        Word::Ended(ChallengeEnd::Done, key()),
        Word::Ended(ChallengeEnd::Failed, key()),
    ]
}

proptest! {
    #[test]
    fn a_question_gets_one_answer_and_a_token_is_used_once(turns in proptest::collection::vec(turn(), 0..80)) {
        let mut server = Server { version: 1, round: 1, is_challenge: false };
        let (mut state, _) = update(State::Loading { tries: 0 }, Event::Snapshot(Rc::new(server.view())));
        let (mut said, mut sent) = (Vec::new(), Sent::default());
        for (number, turn) in turns.into_iter().enumerate() {
            let Some(event) = event(turn, &state, &mut server, &said, number) else { continue };
            if let (Event::ResumeFailed { fault: Fault::Refused(_), key }, Some(open)) = (&event, open_key(&state)) && *key == open {
                // Refused, so the question is open again.
                sent.by_round.retain(|_, key| key != open.as_str());
            }
            remember(&mut said, &event);
            let (next, effects) = update(state, event);
            for effect in effects {
                let Effect::Resume { resume, .. } = effect else { continue };
                let request = resume.request.clone();
                let (key, body) = (resume.key.as_str().to_owned(), serde_json::to_string(&request).expect("JSON"));
                let before = sent.requests.entry(key.clone()).or_insert_with(|| body.clone());
                prop_assert_eq!(&*before, &body, "one key, two requests");
                let before = sent.by_round.entry(request.round).or_insert_with(|| key.clone());
                prop_assert_eq!(&*before, &key, "one question, two answers");
                if let Some(token) = request.token {
                    let before = sent.tokens.entry(token).or_insert_with(|| key.clone());
                    prop_assert_eq!(&*before, &key, "one token, two uses");
                }
            }
            state = next;
        }
    }

    #[test]
    fn what_a_replaced_frame_says_changes_nothing(
        (_, state) in select(states()),
        round in 0_u32..4,
        mount in 0_u32..3,
        is_challenge in any::<bool>(),
        word in select(words()),
    ) {
        let ask = Ask { attempt: samples::attempt_id('a'), round, mount, is_challenge };
        let event = Event::FrameSaid { ask: ask.clone(), word };
        let is_heard = matches!(&state, State::Framed { ask: open, .. } if *open == ask);
        let (next, effects) = update(state.clone(), event);
        if !is_heard {
            prop_assert_eq!(next, state);
            prop_assert!(effects.is_empty(), "{:?}", effects);
        }
    }

    #[test]
    fn a_frame_is_on_the_page_exactly_while_its_attempt_may_need_it(turns in proptest::collection::vec(turn(), 0..60)) {
        let mut server = Server { version: 1, round: 1, is_challenge: false };
        let (mut state, effects) = update(State::Loading { tries: 0 }, Event::Snapshot(Rc::new(server.view())));
        let is_mount = |effect: &Effect| matches!(effect, Effect::ShowWidget { .. });
        prop_assert!(effects.iter().any(is_mount));
        let (mut is_there, mut said) = (true, Vec::new());
        for (number, turn) in turns.into_iter().enumerate() {
            let Some(event) = event(turn, &state, &mut server, &said, number) else { continue };
            remember(&mut said, &event);
            let (next, effects) = update(state, event);
            for effect in effects {
                match effect {
                    Effect::ShowWidget { .. } => is_there = true,
                    Effect::SubmitWidget { ask } => {
                        prop_assert!(is_there);
                        prop_assert_eq!(Some(ask), open_ask(&next));
                    }
                    Effect::DropWidget => is_there = false,
                    _ => {}
                }
            }
            // While the provider works the frame may be gone for good: it broke before, and comes back when it is asked for.
            let is_asked = matches!(next, State::Framed { .. });
            prop_assert!(is_there || !is_asked || next.frame_of().is_none());
            prop_assert!(!is_there || next.frame_of().is_some());
            state = next;
        }
    }
}

#[test]
fn no_token_shows_where_states_events_and_effects_are_written_for_people() {
    let mut tokens = 0;
    for (name, state) in states() {
        assert!(!format!("{state:?}").contains("ptkn_"), "{name}");
        for (event_name, event) in samples::events() {
            tokens += usize::from(matches!(event, Event::FrameSaid { word: Word::Token(..), .. }));
            assert!(!format!("{event:?}").contains("ptkn_"), "{event_name}");
            let (_, effects) = update(state.clone(), event);
            assert!(!format!("{effects:?}").contains("ptkn_"), "{name} × {event_name}");
        }
    }
    assert_ne!(tokens, 0, "no sample has a token");
}

#[test]
fn a_refused_answer_takes_its_token_along() {
    let (_, state) = states().into_iter().find(|(name, _)| *name == "resuming_refused").expect("a sample");
    let before = open_ask(&state).expect("a question");
    let (state, _) = update(state, Event::Snapshot(Rc::new(collecting_view(samples::SEEN, before.round))));
    assert_ne!(open_ask(&state).as_ref(), Some(&before), "another frame answers now");
    let again = Word::Token(token("ptkn_1"), Key::new("k9".to_owned()));
    let again = Event::FrameSaid { ask: before, word: again };
    let (after, effects) = update(state.clone(), again);
    assert_eq!(after, state, "the frame that made it was replaced");
    assert!(effects.is_empty());
}

proptest! {
    #[test]
    fn a_fault_of_the_frame_never_reads_as_a_decline((_, state) in select(states()), which in 0_usize..4) {
        let Some(ask) = open_ask(&state) else { return Ok(()) };
        let said = |word| Event::FrameSaid { ask: ask.clone(), word };
        let event = match which {
            0 => said(Word::Failed(Breakage::Widget)),
            1 => said(Word::Complained),
            2 => said(Word::Silent),
            _ => Event::ResumeFailed { key: Key::new("k4".to_owned()), fault: Fault::Unknown },
        };
        let (next, _) = update(state.clone(), event);
        let is_verdict = matches!(next, State::Paid { .. } | State::Failed { .. } | State::Expired { .. } | State::Canceled { .. } | State::Choosing { .. });
        prop_assert!(!is_verdict);
        let notice = match &next { State::Framed { notice, .. } => notice.clone(), _ => None };
        if next != state {
            prop_assert_ne!(notice, Some(Notice::Failed(FailureCode::Declined)));
        }
    }
}
