//! What follows from what is heard, pair by pair.

use super::super::told::Told;
use super::super::words::State;
use super::*;
use crate::clock::MINUTE;
use crate::methods::{Ear, Reaction};
use umclique_wire::{Delivery, FailureCode, NextAction};

/// What is known when a word comes.
struct Case {
    details: Details,
    status: AttemptStatus,
    is_open: bool,
    has_card: bool,
    now_ms: i64,
}

impl Case {
    /// An order that waits in the chat.
    fn new() -> Self {
        Self { details: sent(), status: AttemptStatus::RequiresAction, is_open: true, has_card: true, now_ms: NOW_MS }
    }

    fn react(&self, word: &Word) -> Reaction {
        self.react_as(&quiet(), word)
    }

    fn react_as(&self, method: &Whatsapp, word: &Word) -> Reaction {
        let is_final = self.status.is_final();
        let attempt = Attempt { status: self.status, live: !is_final, ..attempt(&self.details, NOW_MS) };
        let mut session = session(cart(), 2_950);
        if !self.has_card {
            session.known.cards.clear();
        }
        let (is_open, now_ms) = (self.is_open, self.now_ms);
        method.react(Ear { word: &said(word), attempt: &attempt, session: &session, is_open, now_ms })
    }
}

fn tap() -> Word {
    tap_from(Some(WA_ID))
}

fn tap_from(from: Option<&str>) -> Word {
    let (credential, last_four) = (CARD.to_owned(), "4242".to_owned());
    Word::Tap { number: 1, credential, last_four, from: from.map(str::to_owned) }
}

/// In a word: what becomes of a tap, and whether the buyer is told.
fn verdict(reaction: &Reaction) -> &'static str {
    match reaction {
        Reaction::Nothing => "nothing",
        Reaction::Later => "later",
        Reaction::Note { .. } => "note",
        Reaction::Round { .. } => "charged",
        Reaction::End { .. } => "ended",
        Reaction::Refuse { message: Some(_), .. } => "refused and told",
        Reaction::Refuse { message: None, .. } => "refused",
        Reaction::Message { .. } => "message",
    }
}

#[test]
fn a_tap_is_charged_only_where_everything_fits() {
    use AttemptStatus::{Canceled, Expired, Failed, Processing, RequiresCapture, Sending, Succeeded};
    type Change = fn(&mut Case, &mut Word);
    fn edit(word: &mut Word, to: impl FnOnce(&mut u32, &mut String, &mut String, &mut Option<String>)) {
        if let Word::Tap { number, credential, last_four, from } = word {
            to(number, credential, last_four, from);
        }
    }
    let cases: [(&str, Change, &str); 28] = [
        ("as it was sent", |_, _| {}, "charged"),
        ("without a number", |_, tap| edit(tap, |_, _, _, from| *from = None), "charged"),
        ("without the ninth digit", |_, tap| edit(tap, |_, _, _, from| *from = Some("551199990000".into())), "charged"),
        (
            "where WhatsApp calls the buyer otherwise",
            |case, _| case.details.wa_id = Some("551199990000".into()),
            "charged",
        ),
        ("where WhatsApp told no name", |case, _| case.details.wa_id = None, "charged"),
        ("from somebody else", |_, tap| edit(tap, |_, _, _, from| *from = Some("5521988887777".into())), "refused"),
        ("from no number", |_, tap| edit(tap, |_, _, _, from| *from = Some("ana".into())), "refused"),
        ("another card", |_, tap| edit(tap, |_, card, _, _| card.push('0')), "refused"),
        ("other digits", |_, tap| edit(tap, |_, _, digits, _| *digits = "1111".into()), "refused"),
        ("an order that was not sent", |_, tap| edit(tap, |number, _, _, _| *number = 2), "refused"),
        (
            "an order whose sending was given up",
            |case, tap| {
                (case.status, case.is_open) = (Failed, false);
                edit(tap, |number, _, _, _| *number = 2);
            },
            "refused and told",
        ),
        ("an older order message", |case, _| case.details.number = 2, "charged"),
        ("a moment before the end", |case, _| case.now_ms = case.details.expires_at_ms - 1, "charged"),
        ("at the end", |case, _| case.now_ms = case.details.expires_at_ms, "refused and told"),
        ("on an attempt that is being closed", |case, _| case.is_open = false, "refused and told"),
        ("on a canceled one", |case, _| (case.status, case.is_open) = (Canceled, false), "refused and told"),
        ("on an expired one", |case, _| (case.status, case.is_open) = (Expired, false), "refused and told"),
        ("on a failed one", |case, _| (case.status, case.is_open) = (Failed, false), "refused and told"),
        ("of a card that is forgotten", |case, _| case.has_card = false, "ended"),
        ("before the answer of the order message", |case, _| (case.status, case.is_open) = (Sending, false), "later"),
        ("twice, before the charge", |case, _| taken(case, Sending), "nothing"),
        ("twice, while it is decided", |case, _| taken(case, Processing), "nothing"),
        ("twice, when it is reserved", |case, _| taken(case, RequiresCapture), "nothing"),
        ("twice, when it is paid", |case, _| taken(case, Succeeded), "nothing"),
        ("again after a decline", |case, _| taken(case, Failed), "refused and told"),
        ("again after a void", |case, _| taken(case, Canceled), "refused and told"),
        (
            "of somebody else before the answer",
            |case, tap| {
                (case.status, case.is_open) = (Sending, false);
                edit(tap, |_, _, _, from| *from = Some("5521988887777".into()));
            },
            "refused",
        ),
        (
            "another card, late",
            |case, tap| {
                case.is_open = false;
                edit(tap, |_, card, _, _| card.push('0'));
            },
            "refused",
        ),
    ];
    fn taken(case: &mut Case, status: AttemptStatus) {
        (case.details.tap, case.status, case.is_open) = (Some(1), status, false);
    }
    for (what, change, expected) in cases {
        let (mut case, mut word) = (Case::new(), tap());
        change(&mut case, &mut word);
        assert_eq!(verdict(&case.react(&word)), expected, "{what}");
        assert_eq!(verdict(&case.react(&word)), expected, "{what}, asked again");
    }
}

#[test]
fn a_tap_that_is_charged_leaves_all_that_the_charge_needs() {
    let case = Case::new();
    let Reaction::Round { details, .. } = case.react(&tap()) else { panic!("it is charged") };
    let kept: Details = serde_json::from_value(details).expect("details");
    assert_eq!(kept, Details { tap: Some(1), ..case.details.clone() });
    // Claimed: the same tap again finds nothing to do.
    let claimed = Case { details: kept, status: AttemptStatus::Sending, is_open: false, ..case };
    assert_eq!(claimed.react(&tap()), Reaction::Nothing);
}

#[test]
fn a_late_tap_is_told_once_and_closes_the_bubble() {
    let case = Case { is_open: false, status: AttemptStatus::Canceled, ..Case::new() };
    let Reaction::Refuse { message: Some(message), .. } = case.react(&tap()) else { panic!("it is refused") };
    let told = Told::read(&message.body).expect("a message");
    let said = (told.number, told.order.map(|it| it.as_str()), told.payment.map(|it| it.as_str()));
    assert_eq!(said, (1, Some("canceled"), Some("failed")));
    assert!(message.name.starts_with("late:pa_") && message.name.ends_with(".1"), "{}", message.name);
}

fn order(state: State) -> Word {
    Word::Order { number: 1, state }
}

fn failed(code: Option<u32>) -> State {
    State::Failed { code, detail: "why".to_owned() }
}

#[test]
fn how_far_an_order_came_only_rises() {
    use Delivery::{Delivered, Read, Sent};
    for (known, state, expected) in [
        (None, State::Sent, Some(Sent)),
        (None, State::Delivered, Some(Delivered)),
        (None, State::Read, Some(Read)),
        (Some(Sent), State::Sent, None),
        (Some(Sent), State::Delivered, Some(Delivered)),
        (Some(Delivered), State::Sent, None),
        (Some(Delivered), State::Delivered, None),
        (Some(Delivered), State::Read, Some(Read)),
        (Some(Read), State::Sent, None),
        (Some(Read), State::Delivered, None),
        (Some(Read), State::Read, None),
    ] {
        let mut case = Case::new();
        case.details.delivery = known;
        let word = order(state);
        match (case.react(&word), expected) {
            (Reaction::Nothing, None) => {}
            (Reaction::Note { next_action: Some(action), details: Some(details), .. }, Some(expected)) => {
                let NextAction::AwaitBuyer(shown) = *action else { panic!("the buyer waits") };
                assert_eq!((shown.delivery, shown.label.as_str()), (expected, "4242"));
                assert_eq!(shown.app_url.as_deref(), Some("https://wa.me/551130000000"));
                case.details = serde_json::from_value(details).expect("details");
                assert_eq!(case.react(&word), Reaction::Nothing, "the same word again");
            }
            (reaction, expected) => panic!("{known:?}: {reaction:?} for {expected:?}"),
        }
    }
}

#[test]
fn statuses_mean_nothing_where_nobody_waits_for_them() {
    for state in [State::Sent, State::Read, failed(Some(131_026))] {
        let tapped = Details { tap: Some(1), ..sent() };
        for (case, expected) in [
            (Case { is_open: false, ..Case::new() }, "nothing"),
            (
                Case { details: tapped.clone(), status: AttemptStatus::Sending, is_open: false, ..Case::new() },
                "nothing",
            ),
            (Case { details: tapped, status: AttemptStatus::Succeeded, is_open: false, ..Case::new() }, "nothing"),
            (Case { details: Details { number: 2, ..sent() }, ..Case::new() }, "nothing"),
            // The answer of the send is not written yet, and would write over it.
            (Case { status: AttemptStatus::Sending, is_open: false, ..Case::new() }, "later"),
        ] {
            assert_eq!(verdict(&case.react(&order(state.clone()))), expected);
        }
    }
}

#[test]
fn an_order_that_did_not_arrive_goes_out_in_a_template_or_ends() {
    let without =
        Whatsapp::new(WhatsappConfig { order_template: None, ..config("http://127.0.0.1:9") }, Clock::default());
    let without = without.expect("it works");
    let with = quiet();
    for code in [Some(2_040), Some(131_026), Some(131_051), Some(131_000), Some(999), None] {
        let reaction = Case::new().react_as(&with, &order(failed(code)));
        let Reaction::End { failure: FailureCode::BuyerUnreachable, .. } = reaction else {
            panic!("{code:?}: {reaction:?}")
        };
    }
    let closed = order(failed(Some(131_047)));
    let Reaction::Round { details, .. } = Case::new().react_as(&with, &closed) else { panic!("it goes out again") };
    let next: Details = serde_json::from_value(details).expect("details");
    assert_eq!((next.number, next.form, next.is_sent), (2, Form::Template, false));
    assert_eq!(verdict(&Case::new().react_as(&without, &closed)), "ended");
    // A template that fails has nothing after it.
    let template = Details { form: Form::Template, ..sent() };
    assert_eq!(verdict(&Case { details: template, ..Case::new() }.react_as(&with, &closed)), "ended");
}

#[test]
fn how_far_a_report_came_is_about_its_message() {
    let id = keys::new_row_id();
    let heard = |state: State| Case::new().react(&Word::Message { id: id.clone(), state });
    assert_eq!(heard(State::Read), Reaction::Message { id: id.clone(), state: "read", failure: None });
    let Reaction::Message { state: "failed", failure: Some(why), .. } = heard(failed(Some(2_047))) else {
        panic!("it failed")
    };
    assert!(why.contains("2047"), "{why}");
}

#[test]
fn a_word_of_nobody_means_nothing() {
    let case = Case::new();
    let attempt = Attempt { details: json!({}), ..waiting(&case.details) };
    let session = session(cart(), 2_950);
    for word in [said(&tap()), json!({}), json!({"word": "tap"}), Value::Null] {
        let ear = Ear { word: &word, attempt: &attempt, session: &session, is_open: true, now_ms: NOW_MS + MINUTE };
        assert_eq!(quiet().react(ear), Reaction::Nothing, "{word}");
    }
}
