//! Sample snapshots, states and events of PicPay 1-Click: the visit of PicPay's page, and what it brings back.

use super::{SEEN, attempt_id, key, session};
use std::rc::Rc;
use umclique::machine::{Ask, Confirm, Doubt, Event, Fault, Found, Notice, Refusal, Resume, State, Trip};
use umclique_wire::{
    AttemptStatus, AttemptView, ConfirmRequest, MethodKind, MethodOffer, NextAction, PicpayWalletDetails,
    ProcessingReason, Redirect, ResumeRequest, Saved, SessionStatus, SessionView,
};

/// Where a buyer is sent.
pub(crate) const PICPAY: &str = "https://appws.picpay.com/oauth2/authorize?state=1";

/// A session that is to be paid by the wallet alone, linked to these accounts.
pub(crate) fn wallet_session(version: u64, accounts: &[Option<&str>]) -> SessionView {
    let saved = accounts.iter().map(|label| Saved { id: None, label: label.map(str::to_owned) }).collect();
    SessionView {
        methods: vec![MethodOffer { kind: MethodKind::PicpayWallet, needs: vec![], saved }],
        ..session(version)
    }
}

pub(crate) fn wallet_view(version: u64, round: u32, status: SessionStatus, of_attempt: AttemptStatus) -> SessionView {
    let attempt = AttemptView {
        id: attempt_id('a'),
        method: MethodKind::PicpayWallet,
        status: of_attempt,
        payer_amount_minor: 12_345,
        round,
    };
    SessionView { status, attempt: Some(attempt), ..wallet_session(version, &[]) }
}

/// A session that sends its buyer to an address.
pub(crate) fn redirect_to(version: u64, url: &str) -> SessionView {
    let view = wallet_view(version, 0, SessionStatus::RequiresAction, AttemptStatus::RequiresAction);
    SessionView { next_action: Some(NextAction::Redirect(Redirect { url: url.to_owned() })), ..view }
}

pub(crate) fn redirect_view(version: u64) -> SessionView {
    redirect_to(version, PICPAY)
}

/// The same attempt asks for another consent.
pub(crate) fn second_redirect_view(version: u64) -> SessionView {
    let mut view = redirect_view(version);
    view.attempt.as_mut().expect("an attempt").round = 1;
    view
}

pub(crate) fn charging_view(version: u64) -> SessionView {
    let view = wallet_view(version, 0, SessionStatus::Processing, AttemptStatus::Processing);
    SessionView { reason: Some(ProcessingReason::Provider), ..view }
}

pub(crate) fn wallet_request(reconnect: bool) -> ConfirmRequest {
    ConfirmRequest::PicpayWallet(PicpayWalletDetails { nonce_sha256: None, reconnect })
}

pub(crate) fn visit(round: u32) -> Ask {
    Ask { attempt: attempt_id('a'), round, mount: 0, is_challenge: false }
}

pub(crate) fn visiting(trip: Trip) -> State {
    State::Visiting { view: Rc::new(redirect_view(SEEN)), ask: visit(0), trip }
}

fn returning(doubt: Doubt) -> State {
    let (return_code, nonce) = (Some("code".to_owned()), Some("nonce".to_owned()));
    let request = ResumeRequest { return_code, nonce, ..ResumeRequest::of(attempt_id('a'), 0) };
    let resume = Rc::new(Resume { key: key("k4"), request, ask: visit(0) });
    State::Resuming { view: Rc::new(redirect_view(SEEN)), resume, doubt }
}

pub(crate) fn confirming_wallet(view: SessionView, reconnect: bool, doubt: Doubt) -> State {
    let confirm = Rc::new(Confirm { key: key("k1"), request: wallet_request(reconnect) });
    State::Confirming { view: Rc::new(view), confirm, doubt }
}

pub(super) fn states() -> Vec<(&'static str, State)> {
    let linked = || wallet_session(SEEN, &[Some("a•••@example.com")]);
    vec![
        ("confirming_wallet", confirming_wallet(wallet_session(SEEN, &[]), false, Doubt::None)),
        ("confirming_wallet_lost", confirming_wallet(wallet_session(SEEN, &[]), false, Doubt::Lost { tries: 1 })),
        (
            "confirming_wallet_refused",
            confirming_wallet(wallet_session(SEEN, &[]), false, Doubt::Refused { notice: Notice::NoWindow }),
        ),
        ("confirming_linked", confirming_wallet(linked(), false, Doubt::None)),
        ("confirming_other_account", confirming_wallet(linked(), true, Doubt::None)),
        ("visiting_looking", visiting(Trip::Looking)),
        ("visiting", visiting(Trip::Ready)),
        ("visiting_lapsed", visiting(Trip::Lapsed)),
        ("visiting_refused", visiting(Trip::Refused(Notice::TryAgain))),
        ("resuming_return", returning(Doubt::None)),
        ("resuming_return_lost", returning(Doubt::Lost { tries: 1 })),
        ("resuming_return_refused", returning(Doubt::Refused { notice: Notice::TryAgain })),
        ("waiting_wallet", State::Waiting { view: Rc::new(charging_view(SEEN)), look: umclique::machine::Look::Idle }),
    ]
}

pub(super) fn snapshots() -> Vec<(&'static str, SessionView)> {
    let new = SEEN + 1;
    vec![
        ("same_redirect", redirect_view(SEEN)),
        ("new_redirect", redirect_view(new)),
        ("new_second_redirect", second_redirect_view(new)),
        ("new_unsafe_redirect", redirect_to(new, "javascript:alert(1)")),
        ("new_charging", charging_view(new)),
    ]
}

pub(super) fn events() -> Vec<(&'static str, Event)> {
    let looked = |round, found| Event::Looked { ask: visit(round), found, key: key("k9") };
    let back = || Found::Back { code: "code".to_owned(), nonce: "nonce".to_owned() };
    vec![
        ("came_back", looked(0, back())),
        ("came_back_other_round", looked(1, back())),
        ("came_from_nowhere", looked(0, Found::Nothing)),
        ("cannot_come_back", looked(0, Found::Useless)),
        (
            "no_window",
            Event::ConfirmFailed { key: key("k1"), fault: Fault::Refused(Refusal { notice: Notice::NoWindow }) },
        ),
    ]
}
