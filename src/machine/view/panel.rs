//! The panels: a message with at most one button.
//!
//! Called by `view_model` for every state that is neither the method list nor the QR code.

use super::choose::title;
use super::model::{FrameLook, Mark, PanelView, Press};
use super::{Scene, qr};
use crate::machine::{Doubt, Look, Snapshot, State, Trouble};
use crate::text::Key;
use umclique_wire::{MethodKind, ProcessingReason, SessionView};

pub(super) fn panel(scene: &Scene<'_>, state: &State) -> PanelView {
    match state {
        State::Confirming { doubt, confirm, .. } => {
            let is_wallet = confirm.request.kind() == MethodKind::PicpayWallet;
            sent(scene, doubt, Key::Confirming, slow_or(scene, is_wallet, Key::ConfirmingHint))
        }
        State::Resuming { doubt, resume, .. } if resume.is_return() => {
            sent(scene, doubt, Key::Waiting, slow_or(scene, true, Key::ConfirmingHint))
        }
        State::Resuming { doubt, .. } => {
            PanelView { frame: Some(FrameLook::Away), ..sent(scene, doubt, Key::Bank, Key::BankHint) }
        }
        State::Waiting { view, look } => {
            PanelView { frame: state.frame_of().map(|_| FrameLook::Away), ..waiting(scene, view, *look) }
        }
        State::Closing { view, .. } => closing(scene, view),
        State::Outdated { .. } => message(scene, Mark::Stop, Key::Update, Some(Key::UpdateHint)),
        State::Authorized { view } => PanelView {
            rows: receipt(scene, view),
            ..with_back(scene, view, message(scene, Mark::Done, Key::Authorized, Some(Key::AuthorizedHint)))
        },
        State::Paid { view } => PanelView {
            text: view.receipt_email.as_ref().map(|email| scene.lang.fill(Key::PaidReceipt, email)),
            rows: receipt(scene, view),
            ..with_back(scene, view, message(scene, Mark::Done, Key::Paid, None))
        },
        State::Failed { view } => {
            let heading = view.last_error.as_ref().map_or(Key::NoMethods, |failure| Key::of_failure(failure.code));
            with_back(scene, view, message(scene, Mark::Stop, heading, Some(Key::FailedHint)))
        }
        State::Canceled { view } => {
            with_back(scene, view, message(scene, Mark::Stop, Key::Canceled, Some(Key::CanceledHint)))
        }
        State::Expired { view } => {
            with_back(scene, view, message(scene, Mark::Stop, Key::Expired, Some(Key::ExpiredHint)))
        }
        State::Stuck { trouble, .. } => trouble_panel(scene, *trouble),
        State::Idle
        | State::Loading { .. }
        | State::Choosing { .. }
        | State::Acting { .. }
        | State::Framed { .. }
        | State::Visiting { .. } => message(scene, Mark::None, Key::Loading, None),
    }
}

fn message(scene: &Scene<'_>, mark: Mark, heading: Key, text: Option<Key>) -> PanelView {
    PanelView {
        mark,
        heading: scene.text(heading),
        text: text.map(|key| scene.text(key)),
        rows: vec![],
        status: None,
        busy: None,
        button: None,
        back: None,
        frame: None,
    }
}

/// Something is on its way to the server; `heading` and `text` say what, while all is well.
fn sent(scene: &Scene<'_>, doubt: &Doubt, heading: Key, text: Key) -> PanelView {
    let (heading, text) = match doubt {
        Doubt::None => (heading, text),
        Doubt::Lost { .. } | Doubt::Refused { .. } => (Key::ConfirmingDoubt, Key::ConfirmingDoubtHint),
    };
    PanelView { busy: Some(scene.text(Key::Busy)), ..message(scene, Mark::None, heading, Some(text)) }
}

/// A wallet is charged within half a minute; who waits for it that long reads so.
fn slow_or(scene: &Scene<'_>, is_wallet: bool, usual: Key) -> Key {
    if is_wallet && scene.local.is_slow { Key::WalletSlow } else { usual }
}

fn waiting(scene: &Scene<'_>, view: &SessionView, look: Look) -> PanelView {
    let is_in_doubt = view.reason == Some(ProcessingReason::Confirming);
    let (heading, text, idle, check) = if is_in_doubt {
        (Key::ConfirmingDoubt, Key::WaitingDoubt, Key::Busy, Key::CheckAgain)
    } else if matches!(method(view), Some(MethodKind::April | MethodKind::Whatsapp)) {
        (Key::Bank, Key::WaitingHint, Key::Busy, Key::CheckAgain)
    } else if method(view) == Some(MethodKind::PicpayWallet) {
        (Key::Waiting, slow_or(scene, true, Key::WaitingHint), Key::Busy, Key::CheckAgain)
    } else {
        (Key::Waiting, Key::WaitingHint, Key::Awaiting, Key::CheckNow)
    };
    let status = if look == Look::Idle { idle } else { qr::look_key(look) };
    PanelView {
        status: Some(scene.text(status)),
        button: Some((scene.text(check), Press::Check)),
        ..message(scene, Mark::None, heading, Some(text))
    }
}

fn closing(scene: &Scene<'_>, view: &SessionView) -> PanelView {
    let (heading, text) = match method(view) {
        Some(MethodKind::PicpayQr) => (Key::Closing, Key::ClosingHint),
        _ => (Key::ClosingTry, Key::ClosingTryHint),
    };
    PanelView { status: Some(scene.text(Key::Busy)), ..message(scene, Mark::None, heading, Some(text)) }
}

fn method(view: &SessionView) -> Option<MethodKind> {
    view.attempt.as_ref().map(|attempt| attempt.method)
}

fn trouble_panel(scene: &Scene<'_>, trouble: Trouble) -> PanelView {
    let (heading, text) = match trouble {
        Trouble::Unreachable => (Key::TroubleNetwork, Key::TroubleNetworkHint),
        Trouble::NotFound => (Key::TroubleGone, Key::TroubleGoneHint),
    };
    PanelView {
        button: Some((scene.text(Key::Retry), Press::Retry)),
        ..message(scene, Mark::Stop, heading, Some(text))
    }
}

/// The way back to the shop. The address is the shop's own, but only a web address becomes a link.
fn with_back(scene: &Scene<'_>, view: &Snapshot, panel: PanelView) -> PanelView {
    let is_web = view.return_url.starts_with("https://") || view.return_url.starts_with("http://");
    PanelView { back: is_web.then(|| (scene.text(Key::Back), view.return_url.clone())), ..panel }
}

fn receipt(scene: &Scene<'_>, view: &SessionView) -> Vec<(String, String, &'static str)> {
    let mut rows = vec![(scene.text(Key::RowAmount), scene.order_money(view), "result-amount")];
    if let Some(attempt) = &view.attempt {
        rows.push((scene.text(Key::RowMethod), scene.text(title(attempt.method)), "result-method"));
        rows.push((scene.text(Key::RowCode), attempt.id.as_str().to_owned(), "result-code"));
    }
    rows
}
