//! The machine against its table, `machine.table`: every sample state × every sample event, named one by one; and properties
//! of random event sequences.
#![cfg(not(target_arch = "wasm32"))]

mod samples;

use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use samples::{EVENT_KINDS, STATE_KINDS, event_name, events, state_name, states};
use std::collections::{BTreeMap, BTreeSet};
use umclique::machine::{Doubt, Effect, Event, Hand, Key, PageEvent, State, update};
use umclique_wire::NextAction;

const TABLE: &str = include_str!("machine.table");

#[test]
fn every_variant_has_a_sample() {
    let kinds: BTreeSet<_> = states().iter().map(|(_, state)| state_name(state)).collect();
    assert_eq!(kinds.len(), STATE_KINDS);
    let kinds: BTreeSet<_> = events().iter().map(|(_, event)| event_name(event)).collect();
    assert_eq!(kinds.len(), EVENT_KINDS);
}

#[test]
fn every_pair_does_what_the_table_says() {
    let expected: BTreeMap<(String, String), &str> = read_table();
    let mut wrong = Vec::new();
    let mut pairs = 0;
    for (state_name, state) in states() {
        for (event_name, event) in events() {
            pairs += 1;
            let (next, effects) = update(state.clone(), event);
            let actual = describe(&state, &next, &effects);
            match expected.get(&(state_name.to_owned(), event_name.clone())) {
                Some(expected) if **expected == actual => {}
                found => wrong.push(format!("[{state_name}]\n{event_name:<22} {actual}\n    table: {found:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} pairs differ from tests/machine.table:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(expected.len(), pairs, "the table names a state or event that has no sample");
}

fn read_table() -> BTreeMap<(String, String), &'static str> {
    let mut state = "";
    let mut table = BTreeMap::new();
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            state = name;
            continue;
        }
        let (event, outcome) = line.split_once(' ').expect("an event and its outcome");
        let before = table.insert((state.to_owned(), event.to_owned()), outcome.trim());
        assert!(before.is_none(), "{state} × {event} stands in the table twice");
    }
    table
}

/// `=` where nothing changes and nothing is to be done, else the next state and the effects in order.
fn describe(old: &State, new: &State, effects: &[Effect]) -> String {
    let state = if old == new { "=".to_owned() } else { detail(new) };
    let effects: Vec<String> = effects.iter().map(effect).collect();
    [state, effects.join(" ")].join(if effects.is_empty() { "" } else { " | " })
}

fn detail(state: &State) -> String {
    let name = state_name(state);
    match state {
        State::Loading { tries } => format!("{name}/{tries}"),
        State::Stuck { trouble, tries } => format!("{name}:{trouble:?}/{tries}"),
        State::Choosing { notice: Some(notice), .. } => format!("{name}:{notice:?}"),
        State::Confirming { confirm, doubt, .. } => format!("{name}:{}:{}", confirm.key.as_str(), detail_of(doubt)),
        State::Resuming { resume, doubt, .. } => format!("{name}:{}:{}", resume.key.as_str(), detail_of(doubt)),
        State::Framed { ask, hand, notice, .. } => {
            let hand = if let Hand::Held(token) = hand { format!("Held/{}", token.text) } else { format!("{hand:?}") };
            let notice = notice.as_ref().map(|notice| format!(":{notice:?}")).unwrap_or_default();
            format!("{name}/{}.{}:{hand}{notice}", ask.round, ask.mount)
        }
        State::Visiting { ask, trip, .. } => format!("{name}/{}:{trip:?}", ask.round),
        State::Acting { look, .. } | State::Waiting { look, .. } => format!("{name}:{look:?}"),
        State::Closing { cancel, renew, .. } => {
            let asked = cancel.as_ref().map_or("heard".to_owned(), |cancel| format!("asked/{}", cancel.tries));
            format!("{name}:{asked}{}", if renew.is_some() { "+renew" } else { "" })
        }
        _ => name.to_owned(),
    }
}

fn detail_of(doubt: &Doubt) -> String {
    match doubt {
        Doubt::None => "sent".to_owned(),
        Doubt::Lost { tries } => format!("lost/{tries}"),
        Doubt::Refused { notice } => format!("refused:{notice:?}"),
    }
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Load { tries } => format!("Load/{tries}"),
        Effect::Check { tries } => format!("Check/{tries}"),
        Effect::Confirm { confirm, tries } => format!("Confirm:{}/{tries}", confirm.key.as_str()),
        Effect::Resume { resume, tries } => {
            let request = &resume.request;
            let said = request.token.clone().or(request
                .return_code
                .clone()
                .zip(request.nonce.clone())
                .map(|(a, b)| a + "+" + &b));
            let answer = said.unwrap_or_else(|| format!("{:?}", request.challenge));
            format!("Resume:{}:{answer}/{tries}", resume.key.as_str())
        }
        Effect::ShowWidget { ask, view } => {
            let what =
                if matches!(view.next_action, Some(NextAction::Challenge(_))) { "ShowChallenge" } else { "Mount" };
            format!("{what}/{}.{}", ask.round, ask.mount)
        }
        Effect::SubmitWidget { ask } => format!("Submit/{}.{}", ask.round, ask.mount),
        Effect::DropWidget => "DropWidget".to_owned(),
        Effect::Visit { ask, url } => format!("{}/{}", if url.is_some() { "Go" } else { "LookBack" }, ask.round),
        Effect::Cancel { key, tries, .. } => format!("Cancel:{}/{tries}", key.as_str()),
        Effect::Abandon { attempt } => format!("Abandon:{}", if attempt.is_some() { "live" } else { "unknown" }),
        Effect::OpenStatus => "OpenStatus".to_owned(),
        Effect::CloseStatus => "CloseStatus".to_owned(),
        Effect::StartClock { .. } => "StartClock".to_owned(),
        Effect::StopClock => "StopClock".to_owned(),
        Effect::Emit(PageEvent::Ready { .. }) => "ready!".to_owned(),
        Effect::Emit(PageEvent::Change { .. }) => "change!".to_owned(),
        Effect::Emit(PageEvent::Paid { .. }) => "paid!".to_owned(),
        Effect::Emit(PageEvent::Failed { code, .. }) => format!("failed:{code:?}!"),
        Effect::Emit(PageEvent::Error { code }) => format!("error:{code}!"),
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    select(events()).prop_map(|(_, event)| event)
}

/// Everything that can happen while one session stays set.
fn one_session_event() -> impl Strategy<Value = Event> {
    any_event()
        .prop_filter("the page keeps the session", |event| !matches!(event, Event::SessionLeft | Event::SessionSet))
}

fn any_state() -> impl Strategy<Value = State> {
    select(states()).prop_map(|(_, state)| state)
}

fn is_final(state: &State) -> bool {
    matches!(state, State::Paid { .. } | State::Canceled { .. } | State::Expired { .. })
}

proptest! {
    #[test]
    fn no_event_leaves_a_final_state(start in any_state(), events in proptest::collection::vec(one_session_event(), 0..40)) {
        let mut state = start;
        for event in events {
            let (next, effects) = update(state.clone(), event);
            if is_final(&state) {
                let is_late_money = matches!((&state, &next), (State::Expired { .. }, State::Paid { .. }));
                prop_assert!(next == state || is_late_money, "{state:?} became {next:?}");
                let acts = effects.iter().any(|effect| sent_key(effect).is_some() || matches!(effect, Effect::Cancel { .. }));
                prop_assert!(!acts, "a final state asked for something");
            }
            state = next;
        }
    }

    #[test]
    fn the_same_snapshot_twice_is_the_same_as_once(state in any_state(), (_, view) in select(samples::snapshots())) {
        let (once, _) = update(state, Event::Snapshot(view.clone()));
        let (twice, effects) = update(once.clone(), Event::Snapshot(view));
        prop_assert_eq!(&twice, &once);
        // A confirm or resume whose answer got lost goes on asking; it carries the key it had.
        let open = open_key(&once);
        let is_retry = |effect: &Effect| sent_key(effect).is_some_and(|key| Some(key) == open.as_ref());
        prop_assert!(effects.iter().all(is_retry), "{effects:?}");
    }

    #[test]
    fn an_older_version_changes_nothing(state in any_state(), (_, view) in select(samples::snapshots())) {
        if state.snapshot().is_some_and(|known| known.version > view.version) {
            let (next, effects) = update(state.clone(), Event::Snapshot(view));
            prop_assert_eq!(next, state);
            prop_assert!(effects.is_empty());
        }
    }

    #[test]
    fn versions_never_fall(start in any_state(), events in proptest::collection::vec(one_session_event(), 0..40)) {
        let mut state = start;
        for event in events {
            let before = state.snapshot().map(|view| view.version);
            state = update(state, event).0;
            if let (Some(before), Some(after)) = (before, state.snapshot().map(|view| view.version)) {
                prop_assert!(after >= before);
            }
        }
    }

    /// Between the press and the server's word about it there is one key, however often the button is pressed or an answer is lost.
    #[test]
    fn one_press_has_one_key_until_the_server_has_spoken(
        events in proptest::collection::vec(one_session_event(), 0..60),
        presses in proptest::collection::vec(proptest::bool::ANY, 60),
    ) {
        let (_, mut state) = states().into_iter().find(|(name, _)| *name == "choosing").expect("a sample");
        let mut fresh = 0;
        for (event, press) in events.into_iter().zip(presses) {
            let event = if press {
                fresh += 1;
                Event::ConfirmPressed { key: Key::new(format!("press{fresh}")), request: samples::request() }
            } else {
                event
            };
            let open = open_key(&state);
            let (next, effects) = update(state, event);
            for effect in &effects {
                if let (Some(key), Some(open)) = (sent_key(effect), &open) {
                    prop_assert_eq!(key, open);
                }
            }
            state = next;
        }
    }

    #[test]
    fn the_stream_is_open_exactly_while_something_is_awaited(
        events in proptest::collection::vec(any_event(), 0..60),
        start in Just(State::Idle),
    ) {
        let (mut state, mut is_open) = (start, false);
        for event in events {
            let (next, effects) = update(state, event);
            for effect in effects {
                match effect {
                    Effect::OpenStatus => { prop_assert!(!is_open); is_open = true; }
                    Effect::CloseStatus => { prop_assert!(is_open); is_open = false; }
                    _ => {}
                }
            }
            state = next;
            prop_assert_eq!(is_open, state.is_watching());
        }
    }

    #[test]
    fn no_fault_ever_reads_as_a_decline_or_as_paid(state in any_state(), (_, event) in select(events())) {
        if matches!(event, Event::LoadFailed(_) | Event::ConfirmFailed { .. } | Event::CancelFailed { .. } | Event::CheckFailed | Event::StatusLost | Event::TimeUp { .. }) {
            let (next, effects) = update(state.clone(), event);
            let verdict = |effect: &Effect| matches!(effect, Effect::Emit(PageEvent::Paid { .. } | PageEvent::Failed { .. }));
            prop_assert!(!effects.iter().any(verdict), "a fault was told as an outcome");
            let is_verdict = |state: &State| matches!(state, State::Paid { .. } | State::Failed { .. } | State::Expired { .. } | State::Canceled { .. } | State::Choosing { .. });
            prop_assert!(!is_verdict(&next) || next == state);
        }
    }
}

fn sent_key(effect: &Effect) -> Option<&Key> {
    match effect {
        Effect::Confirm { confirm, .. } => Some(&confirm.key),
        Effect::Resume { resume, .. } => Some(&resume.key),
        _ => None,
    }
}

fn open_key(state: &State) -> Option<Key> {
    match state {
        State::Confirming { confirm, .. } => Some(confirm.key.clone()),
        State::Resuming { resume, .. } => Some(resume.key.clone()),
        _ => None,
    }
}
