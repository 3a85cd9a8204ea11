//! Sample snapshots, states and events for the tests of the machine and its views.
//!
//! Used by `machine.rs` and `view.rs`. Every variant of `State` and `Event` has at least one sample; a new one without
//! does not compile (`state_name`, `event_name`) or is reported by `every_variant_has_a_sample`.
#![allow(dead_code, reason = "each test file uses its part")]

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod draw;
pub(crate) mod wallet;
pub(crate) mod whatsapp;

use std::rc::Rc;
use umclique::machine::{
    Ask, Breakage, Cancel, Confirm, Doubt, Event, Fault, Hand, Key, Look, Notice, Refusal, Resume, Snapshot, State,
    Token, Trouble, Word,
};
use umclique_wire::{
    AttemptId, AttemptStatus, AttemptView, BuyerField, Challenge, ChallengeEnd, ConfirmRequest, Currency, Failure,
    FailureCode, MethodKind, MethodOffer, NextAction, PicpayQrDetails, ProcessingReason, ResumeRequest, SessionId,
    SessionStatus, SessionView, ShowQr, Widget, WidgetBuyer,
};

/// The version that every sample state has seen.
pub(crate) const SEEN: u64 = 5;

pub(crate) fn attempt_id(letter: char) -> AttemptId {
    AttemptId::parse(&format!("pa_{}", letter.to_string().repeat(32))).expect("a well-formed id")
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(name.to_owned())
}

pub(crate) fn request() -> ConfirmRequest {
    ConfirmRequest::PicpayQr(PicpayQrDetails { tax_id: Some("52998224725".to_owned()), ..PicpayQrDetails::default() })
}

pub(crate) fn qr() -> ShowQr {
    ShowQr {
        payload: Some("00020101021226700014br.gov.bcb.pix".to_owned()),
        image: None,
        app_url: Some("https://app.picpay.com/pay/1".to_owned()),
        expires_on: "2026-12-07".to_owned(),
        expires_at: "2026-12-08T03:00:00Z".to_owned(),
        payee: "Loja Exemplo".to_owned(),
    }
}

/// A session that waits for a choice.
pub(crate) fn session(version: u64) -> SessionView {
    SessionView {
        id: SessionId::parse("cs_0193f0c47d5b7c3e").expect("a well-formed id"),
        version,
        status: SessionStatus::RequiresPaymentMethod,
        reason: None,
        amount_minor: 12_345,
        currency: Currency::Brl,
        reference: "Pedido 1001".to_owned(),
        merchant: "Loja Exemplo".to_owned(),
        methods: vec![MethodOffer { kind: MethodKind::PicpayQr, needs: vec![BuyerField::TaxId], saved: vec![] }],
        suggested: None,
        attempt: None,
        next_action: None,
        last_error: None,
        receipt_email: None,
        return_url: "https://shop.example/back".to_owned(),
        locale: None,
        expires_at: "2026-12-09T03:00:00Z".to_owned(),
        server_time: "2026-12-05T03:00:00Z".to_owned(),
        poll_after_ms: 3_000,
    }
}

fn with_attempt(version: u64, status: SessionStatus, of_attempt: AttemptStatus) -> SessionView {
    let attempt = AttemptView {
        id: attempt_id('a'),
        method: MethodKind::PicpayQr,
        status: of_attempt,
        payer_amount_minor: 12_345,
        round: 0,
    };
    SessionView { status, attempt: Some(attempt), ..session(version) }
}

pub(crate) fn acting_view(version: u64) -> SessionView {
    let view = with_attempt(version, SessionStatus::RequiresAction, AttemptStatus::RequiresAction);
    SessionView { next_action: Some(NextAction::ShowQr(qr())), ..view }
}

pub(crate) fn processing_view(version: u64, reason: ProcessingReason) -> SessionView {
    SessionView { reason: Some(reason), ..with_attempt(version, SessionStatus::Processing, AttemptStatus::Processing) }
}

pub(crate) fn declined_view(version: u64, code: FailureCode) -> SessionView {
    let view = with_attempt(version, SessionStatus::RequiresPaymentMethod, AttemptStatus::Failed);
    SessionView { last_error: Some(Failure { code }), ..view }
}

pub(crate) fn unknown_action_view(version: u64) -> SessionView {
    SessionView { next_action: Some(NextAction::Unknown), ..acting_view(version) }
}

pub(crate) fn ended_view(version: u64, status: SessionStatus, of_attempt: AttemptStatus) -> SessionView {
    with_attempt(version, status, of_attempt)
}

pub(crate) fn no_methods_view(version: u64) -> SessionView {
    SessionView { methods: vec![], ..declined_view(version, FailureCode::Declined) }
}

/// The round in which the sample frames collect, and the one in which they show a challenge.
pub(crate) const COLLECTS: u32 = 1;
/// See [`COLLECTS`].
pub(crate) const CHALLENGES: u32 = 2;

pub(crate) fn widget() -> Widget {
    Widget {
        provider: "april".to_owned(),
        script_url: "https://checkout-v3.au.meetapril.io/v3/checkout-v3.0.0.min.js".to_owned(),
        script_integrity: None,
        public_key: "sandbox_pk_demo".to_owned(),
        buyer: WidgetBuyer {
            email: Some("bo@example.test".to_owned()),
            phone: Some("+61400000000".to_owned()),
            first_name: Some("Bo".to_owned()),
            last_name: Some("Test".to_owned()),
        },
        hide_full_pay: false,
        hide_instalments: false,
    }
}

pub(crate) fn challenge() -> Challenge {
    Challenge { widget: widget(), action: r#"{"threeDSAuthorisationId":"3ds_1"}"#.to_owned() }
}

/// A session that is paid through April's frame.
fn april_view(version: u64, round: u32, status: SessionStatus, of_attempt: AttemptStatus) -> SessionView {
    let attempt = AttemptView {
        id: attempt_id('a'),
        method: MethodKind::April,
        status: of_attempt,
        payer_amount_minor: 60_000,
        round,
    };
    let methods = vec![MethodOffer { kind: MethodKind::April, needs: vec![], saved: vec![] }];
    SessionView {
        status,
        attempt: Some(attempt),
        amount_minor: 60_000,
        currency: Currency::Aud,
        methods,
        ..session(version)
    }
}

/// A session in which April is to be chosen.
pub(crate) fn april_session(version: u64) -> SessionView {
    let view = april_view(version, 0, SessionStatus::RequiresPaymentMethod, AttemptStatus::Canceled);
    SessionView { attempt: None, ..view }
}

pub(crate) fn collecting_view(version: u64, round: u32) -> SessionView {
    let view = april_view(version, round, SessionStatus::RequiresAction, AttemptStatus::RequiresAction);
    SessionView { next_action: Some(NextAction::CollectToken(widget())), ..view }
}

pub(crate) fn asked_again_view(version: u64, round: u32, code: FailureCode) -> SessionView {
    SessionView { last_error: Some(Failure { code }), ..collecting_view(version, round) }
}

pub(crate) fn challenge_view(version: u64, round: u32) -> SessionView {
    let view = april_view(version, round, SessionStatus::RequiresAction, AttemptStatus::RequiresAction);
    SessionView { next_action: Some(NextAction::Challenge(challenge())), ..view }
}

pub(crate) fn bank_view(version: u64, round: u32) -> SessionView {
    let view = april_view(version, round, SessionStatus::Processing, AttemptStatus::Processing);
    SessionView { reason: Some(ProcessingReason::Provider), ..view }
}

pub(crate) fn ask(round: u32, mount: u32) -> Ask {
    Ask { attempt: attempt_id('a'), round, mount, is_challenge: round == CHALLENGES }
}

pub(crate) fn token(text: &str) -> Token {
    Token { text: text.to_owned(), kind: Some("Card".to_owned()) }
}

fn collecting(hand: Hand, notice: Option<Notice>) -> State {
    State::Framed { view: Rc::new(collecting_view(SEEN, COLLECTS)), ask: ask(COLLECTS, 0), hand, notice }
}

fn challenging(hand: Hand, notice: Option<Notice>) -> State {
    State::Framed { view: Rc::new(challenge_view(SEEN, CHALLENGES)), ask: ask(CHALLENGES, 0), hand, notice }
}

fn resuming(view: SessionView, round: u32, is_token: bool, doubt: Doubt) -> State {
    let request = ResumeRequest {
        attempt: attempt_id('a'),
        round,
        token: is_token.then(|| "ptkn_1".to_owned()),
        kind: is_token.then(|| "Card".to_owned()),
        challenge: (!is_token).then_some(ChallengeEnd::Done),
        return_code: None,
        nonce: None,
    };
    State::Resuming {
        view: Rc::new(view),
        resume: Rc::new(Resume { key: key("k4"), request, ask: ask(round, 0) }),
        doubt,
    }
}

fn resuming_token(doubt: Doubt) -> State {
    resuming(collecting_view(SEEN, COLLECTS), COLLECTS, true, doubt)
}

fn resuming_challenge(doubt: Doubt) -> State {
    resuming(challenge_view(SEEN, CHALLENGES), CHALLENGES, false, doubt)
}

fn acting(look: Look) -> State {
    State::Acting { view: Rc::new(acting_view(SEEN)), attempt: attempt_id('a'), look }
}

fn confirming(doubt: Doubt) -> State {
    let confirm = Rc::new(Confirm { key: key("k1"), request: request() });
    State::Confirming { view: Rc::new(session(SEEN)), confirm, doubt }
}

fn closing(cancel: Option<Cancel>, renew: Option<Confirm>) -> State {
    State::Closing { view: Rc::new(acting_view(SEEN)), cancel, renew: renew.map(Rc::new) }
}

/// One state of every kind, by name.
pub(crate) fn states() -> Vec<(&'static str, State)> {
    let processing = Rc::new(processing_view(SEEN, ProcessingReason::Provider));
    let cancel = || Some(Cancel { key: key("k2"), attempt: attempt_id('a'), tries: 0 });
    let end = |status, attempt| Rc::new(ended_view(SEEN, status, attempt));
    vec![
        ("idle", State::Idle),
        ("loading", State::Loading { tries: 0 }),
        ("loading_thrice", State::Loading { tries: 2 }),
        ("stuck_unreachable", State::Stuck { trouble: Trouble::Unreachable, tries: 3 }),
        ("stuck_not_found", State::Stuck { trouble: Trouble::NotFound, tries: 0 }),
        ("choosing", State::Choosing { view: Rc::new(session(SEEN)), notice: None }),
        ("confirming", confirming(Doubt::None)),
        ("confirming_lost", confirming(Doubt::Lost { tries: 1 })),
        ("confirming_refused", confirming(Doubt::Refused { notice: Notice::TooMany })),
        ("acting", acting(Look::Idle)),
        ("acting_asking", acting(Look::Asking)),
        ("acting_unreachable", acting(Look::Unreachable)),
        ("acting_last_look", acting(Look::LastLook { tries: 0 })),
        ("acting_out_of_time", acting(Look::OutOfTime)),
        ("collecting_loading", collecting(Hand::Loading, None)),
        ("collecting", collecting(Hand::Ready, None)),
        ("collecting_declined", collecting(Hand::Ready, Some(Notice::Failed(FailureCode::CardExpired)))),
        ("collecting_silent", collecting(Hand::Ready, Some(Notice::FrameSilent))),
        ("collecting_submitting", collecting(Hand::Submitting, None)),
        ("collecting_held", collecting(Hand::Held(token("ptkn_0")), None)),
        ("collecting_broken", collecting(Hand::Broken, Some(Notice::FrameBroken(Breakage::Script)))),
        ("resuming", resuming_token(Doubt::None)),
        ("resuming_lost", resuming_token(Doubt::Lost { tries: 1 })),
        ("resuming_refused", resuming_token(Doubt::Refused { notice: Notice::TooMany })),
        ("resuming_challenge", resuming_challenge(Doubt::None)),
        ("resuming_challenge_lost", resuming_challenge(Doubt::Lost { tries: 1 })),
        ("resuming_challenge_refused", resuming_challenge(Doubt::Refused { notice: Notice::TooMany })),
        ("challenging_loading", challenging(Hand::Loading, None)),
        ("challenging", challenging(Hand::Ready, None)),
        ("challenging_broken", challenging(Hand::Broken, Some(Notice::FrameBroken(Breakage::Widget)))),
        ("waiting", State::Waiting { view: processing, look: Look::Idle }),
        ("waiting_bank", State::Waiting { view: Rc::new(bank_view(SEEN, CHALLENGES)), look: Look::Idle }),
        ("closing_asked", closing(cancel(), None)),
        ("closing_heard", closing(None, None)),
        (
            "closing_try",
            State::Closing { view: Rc::new(collecting_view(SEEN, COLLECTS)), cancel: cancel(), renew: None },
        ),
        ("closing_renew", closing(cancel(), Some(Confirm { key: key("k3"), request: request() }))),
        ("outdated", State::Outdated { view: Rc::new(unknown_action_view(SEEN)) }),
        ("authorized", State::Authorized { view: end(SessionStatus::RequiresCapture, AttemptStatus::RequiresCapture) }),
        ("paid", State::Paid { view: end(SessionStatus::Succeeded, AttemptStatus::Succeeded) }),
        ("failed", State::Failed { view: Rc::new(no_methods_view(SEEN)) }),
        ("canceled", State::Canceled { view: end(SessionStatus::Canceled, AttemptStatus::Canceled) }),
        ("expired", State::Expired { view: end(SessionStatus::Expired, AttemptStatus::Expired) }),
    ]
    .into_iter()
    .chain(wallet::states())
    .chain(whatsapp::states())
    .collect()
}

fn other_session() -> Snapshot {
    let id = SessionId::parse("cs_ffffffffffffffff").expect("a well-formed id");
    Rc::new(SessionView { id, ..ended_view(SEEN + 1, SessionStatus::Succeeded, AttemptStatus::Succeeded) })
}

/// News of every kind, by name. `new_…` is one version ahead of what the sample states have seen.
pub(crate) fn snapshots() -> Vec<(&'static str, Snapshot)> {
    let new = SEEN + 1;
    let end = |status, attempt| ended_view(new, status, attempt);
    [
        ("stale_paid", ended_view(SEEN - 1, SessionStatus::Succeeded, AttemptStatus::Succeeded)),
        ("same_choosing", session(SEEN)),
        ("same_acting", acting_view(SEEN)),
        ("new_choosing", session(new)),
        ("new_declined", declined_view(new, FailureCode::Declined)),
        ("new_code_expired", declined_view(new, FailureCode::Expired)),
        ("new_acting", acting_view(new)),
        ("same_collecting", collecting_view(SEEN, COLLECTS)),
        ("same_challenge", challenge_view(SEEN, CHALLENGES)),
        ("new_collecting", collecting_view(new, COLLECTS)),
        ("new_amount", SessionView { amount_minor: 1, ..collecting_view(new, COLLECTS) }),
        ("new_asked_again", asked_again_view(new, CHALLENGES, FailureCode::CardExpired)),
        ("new_challenge", challenge_view(new, CHALLENGES)),
        ("new_other_challenge", challenge_view(new, CHALLENGES + 1)),
        ("new_bank", bank_view(new, CHALLENGES)),
        ("new_processing", processing_view(new, ProcessingReason::Provider)),
        ("new_closing", processing_view(new, ProcessingReason::Closing)),
        ("new_unknown_action", unknown_action_view(new)),
        ("new_no_methods", no_methods_view(new)),
        ("new_authorized", end(SessionStatus::RequiresCapture, AttemptStatus::RequiresCapture)),
        ("new_paid", end(SessionStatus::Succeeded, AttemptStatus::Succeeded)),
        ("new_canceled", end(SessionStatus::Canceled, AttemptStatus::Canceled)),
        ("new_expired", end(SessionStatus::Expired, AttemptStatus::Expired)),
    ]
    .into_iter()
    .chain(wallet::snapshots())
    .chain(whatsapp::snapshots())
    .map(|(name, view)| (name, Rc::new(view)))
    .chain([("other_session_paid", other_session())])
    .collect()
}

/// One event of every kind, by name.
pub(crate) fn events() -> Vec<(String, Event)> {
    let refused = || Fault::Refused(Refusal { notice: Notice::Details(vec![BuyerField::TaxId]) });
    let confirm_failed = |name: &str, fault| Event::ConfirmFailed { key: key(name), fault };
    let cancel_failed = |name: &str, fault| Event::CancelFailed { key: key(name), fault };
    let resume_failed = |name: &str, fault| Event::ResumeFailed { key: key(name), fault };
    let said = |round, mount, word| Event::FrameSaid { ask: ask(round, mount), word };
    let plain = vec![
        ("session_left", Event::SessionLeft),
        ("session_set", Event::SessionSet),
        ("checked_same", Event::Checked(Rc::new(acting_view(SEEN)))),
        (
            "checked_paid",
            Event::Checked(Rc::new(ended_view(SEEN + 1, SessionStatus::Succeeded, AttemptStatus::Succeeded))),
        ),
        ("load_lost", Event::LoadFailed(Fault::Unknown)),
        ("load_gone", Event::LoadFailed(Fault::Gone)),
        ("check_failed", Event::CheckFailed),
        ("status_lost", Event::StatusLost),
        ("confirm_pressed", Event::ConfirmPressed { key: key("k9"), request: request() }),
        ("confirm_lost", confirm_failed("k1", Fault::Unknown)),
        ("confirm_refused", confirm_failed("k1", refused())),
        ("confirm_gone", confirm_failed("k1", Fault::Gone)),
        ("other_confirm_refused", confirm_failed("k8", refused())),
        ("widget_ready", said(COLLECTS, 0, Word::Ready)),
        ("challenge_ready", said(CHALLENGES, 0, Word::Ready)),
        ("replaced_ready", said(COLLECTS, 9, Word::Ready)),
        ("widget_failed", said(COLLECTS, 0, Word::Failed(Breakage::Script))),
        ("challenge_broke", said(CHALLENGES, 0, Word::Failed(Breakage::Blocked))),
        ("replaced_failed", said(COLLECTS, 9, Word::Failed(Breakage::Place))),
        ("widget_complained", said(COLLECTS, 0, Word::Complained)),
        ("challenge_complained", said(CHALLENGES, 0, Word::Complained)),
        ("replaced_complained", said(COLLECTS, 9, Word::Complained)),
        ("widget_silent", said(COLLECTS, 0, Word::Silent)),
        ("replaced_silent", said(COLLECTS, 9, Word::Silent)),
        ("pay_pressed", Event::PayPressed { key: key("k9") }),
        ("token", said(COLLECTS, 0, Word::Token(token("ptkn_1"), key("k9")))),
        ("token_of_old_round", said(COLLECTS - 1, 0, Word::Token(token("ptkn_2"), key("k9")))),
        ("token_in_challenge", said(CHALLENGES, 0, Word::Token(token("ptkn_3"), key("k9")))),
        ("challenge_done", said(CHALLENGES, 0, Word::Ended(ChallengeEnd::Done, key("k9")))),
        ("challenge_failed", said(CHALLENGES, 0, Word::Ended(ChallengeEnd::Failed, key("k9")))),
        ("old_challenge_done", said(COLLECTS, 0, Word::Ended(ChallengeEnd::Done, key("k9")))),
        ("resume_lost", resume_failed("k4", Fault::Unknown)),
        ("resume_refused", resume_failed("k4", Fault::Refused(Refusal { notice: Notice::TryAgain }))),
        ("resume_gone", resume_failed("k4", Fault::Gone)),
        ("other_resume_refused", resume_failed("k8", refused())),
        ("leave_pressed", Event::LeavePressed { key: key("k9") }),
        (
            "new_code_pressed",
            Event::NewCodePressed { cancel_key: key("k9"), key: key("k10"), request: Some(request()) },
        ),
        ("cancel_lost", cancel_failed("k2", Fault::Unknown)),
        ("cancel_refused", cancel_failed("k2", refused())),
        ("cancel_gone", cancel_failed("k2", Fault::Gone)),
        ("other_cancel_refused", cancel_failed("k8", refused())),
        ("check_pressed", Event::CheckPressed),
        ("woke", Event::Woke),
        ("time_up", Event::TimeUp { attempt: attempt_id('a') }),
        ("other_time_up", Event::TimeUp { attempt: attempt_id('b') }),
        ("reload_pressed", Event::ReloadPressed),
    ];
    let news = snapshots().into_iter().map(|(name, view)| (name.to_owned(), Event::Snapshot(view)));
    let plain = plain.into_iter().chain(wallet::events());
    plain.map(|(name, event)| (name.to_owned(), event)).chain(news).collect()
}

/// The variant's name; the compiler asks for every new variant here.
pub(crate) fn state_name(state: &State) -> &'static str {
    match state {
        State::Idle => "idle",
        State::Loading { .. } => "loading",
        State::Stuck { .. } => "stuck",
        State::Choosing { .. } => "choosing",
        State::Confirming { .. } => "confirming",
        State::Acting { .. } if state.qr().is_none() => "chatting",
        State::Acting { .. } => "acting",
        State::Framed { ask, .. } if ask.is_challenge => "challenging",
        State::Framed { .. } => "collecting",
        State::Visiting { .. } => "visiting",
        State::Resuming { .. } => "resuming",
        State::Waiting { .. } => "waiting",
        State::Closing { .. } => "closing",
        State::Outdated { .. } => "outdated",
        State::Authorized { .. } => "authorized",
        State::Paid { .. } => "paid",
        State::Failed { .. } => "failed",
        State::Canceled { .. } => "canceled",
        State::Expired { .. } => "expired",
    }
}

/// The variant's name; the compiler asks for every new variant here.
pub(crate) fn event_name(event: &Event) -> &'static str {
    match event {
        Event::SessionLeft => "session_left",
        Event::SessionSet => "session_set",
        Event::Snapshot(_) => "snapshot",
        Event::Checked(_) => "checked",
        Event::LoadFailed(_) => "load_failed",
        Event::CheckFailed => "check_failed",
        Event::StatusLost => "status_lost",
        Event::ConfirmPressed { .. } => "confirm_pressed",
        Event::ConfirmFailed { .. } => "confirm_failed",
        Event::FrameSaid { word: Word::Ready, .. } => "widget_ready",
        Event::FrameSaid { word: Word::Failed(_), .. } => "widget_failed",
        Event::FrameSaid { word: Word::Complained, .. } => "widget_complained",
        Event::FrameSaid { word: Word::Silent, .. } => "widget_silent",
        Event::FrameSaid { word: Word::Token(..), .. } => "token_arrived",
        Event::FrameSaid { word: Word::Ended(..), .. } => "challenge_ended",
        Event::PayPressed { .. } => "pay_pressed",
        Event::Looked { .. } => "looked",
        Event::ResumeFailed { .. } => "resume_failed",
        Event::LeavePressed { .. } => "leave_pressed",
        Event::NewCodePressed { .. } => "new_code_pressed",
        Event::CancelFailed { .. } => "cancel_failed",
        Event::CheckPressed => "check_pressed",
        Event::Woke => "woke",
        Event::TimeUp { .. } => "time_up",
        Event::ReloadPressed => "reload_pressed",
    }
}

/// How many variants `state_name` and `event_name` tell apart.
pub(crate) const STATE_KINDS: usize = 19;
/// See [`STATE_KINDS`].
pub(crate) const EVENT_KINDS: usize = 25;
