//! The QR panel: the code, its text, until when, and what we are doing.
//!
//! Called by `view_model`.

use super::Scene;
use super::model::{Body, CopyView, Line, QrView};
use crate::machine::Look;
use crate::text::{Key, split};
use umclique_wire::{SessionView, ShowQr};

/// The countdown replaces the day when less than this is left.
const COUNTDOWN_S: u32 = 600;

pub(super) fn body(scene: &Scene<'_>, view: &SessionView, qr: &ShowQr, look: Look) -> Body {
    let is_over = look == Look::OutOfTime;
    let app_url = qr.app_url.as_ref().filter(|url| is_safe_link(url) && scene.local.is_phone && !is_over);
    let copy = qr.payload.as_ref().filter(|_| !is_over).map(|payload| CopyView {
        text: payload.clone(),
        label: scene.text(Key::CodeLabel),
        button: scene.text(if scene.local.is_copied { Key::Copied } else { Key::Copy }),
        is_copied: scene.local.is_copied,
        is_primary: app_url.is_none(),
    });
    let is_code_last = scene.local.is_phone && copy.is_some();
    let is_folded = is_code_last && !scene.local.is_unfolded;
    let heading = if is_over {
        Key::OutOfTime
    } else if scene.local.is_phone {
        Key::AppHeading
    } else {
        Key::ScanHeading
    };
    let is_asking = look == Look::Asking;
    let check_key = if is_asking { Key::Checking } else { Key::CheckNow };
    let is_checkable = !is_over && !matches!(look, Look::LastLook { .. });
    Body::Qr(Box::new(QrView {
        part: "qr",
        heading: scene.text(heading),
        is_code_shown: !is_over && !is_folded,
        alt: alt(scene, view, qr),
        broken: scene.text(Key::QrBroken),
        is_code_last,
        unfold: is_folded.then(|| scene.text(Key::ShowQr)),
        open_app: app_url.map(|url| (scene.text(Key::OpenApp), url.clone())),
        copy,
        lines: if is_over { vec![plain(scene.text(Key::OutOfTimeHint))] } else { lines(scene, view, qr) },
        status: scene.text(if is_over { Key::Awaiting } else { status_key(look) }),
        is_listening: look != Look::Unreachable,
        check: is_checkable.then(|| (scene.text(check_key), is_asking)),
        new_code: is_over.then(|| scene.text(Key::NewCode)),
        leave: scene.text(Key::Leave),
    }))
}

/// Links come from the server, which read them from a QR code: only those that open a page or the app.
fn is_safe_link(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("picpay://")
}

/// What the buyer's own look brought, in words.
pub(super) fn look_key(look: Look) -> Key {
    match look {
        Look::Idle => Key::Awaiting,
        Look::Asking => Key::Checking,
        Look::NothingYet => Key::NothingYet,
        Look::Unreachable => Key::Unreachable,
        Look::LastLook { .. } => Key::LastLook,
        Look::OutOfTime => Key::OutOfTime,
    }
}

/// The line beside the dot; while a check runs, its button says so.
fn status_key(look: Look) -> Key {
    if look == Look::Asking { Key::Awaiting } else { look_key(look) }
}

fn payer_money(scene: &Scene<'_>, view: &SessionView) -> String {
    let minor = view.attempt.as_ref().map_or(view.amount_minor, |attempt| attempt.payer_amount_minor);
    scene.format.money(minor, view.currency)
}

fn alt(scene: &Scene<'_>, view: &SessionView, qr: &ShowQr) -> String {
    let payee = scene.lang.fill(Key::QrTo, &qr.payee);
    let day = scene.lang.fill(Key::QrUntil, &scene.format.day(&qr.expires_on));
    let money = payer_money(scene, view);
    scene.lang.fill(Key::QrAlt, &[&money, ", ", &payee, ", ", &day].concat())
}

fn lines(scene: &Scene<'_>, view: &SessionView, qr: &ShowQr) -> Vec<Line> {
    let until = match scene.local.left_s {
        Some(left_s) if left_s < COUNTDOWN_S => time_left(scene, left_s),
        _ => scene.lang.fill(Key::ValidUntil, &scene.format.day(&qr.expires_on)),
    };
    let (before, after) = split(scene.lang.text(Key::ComparePayee));
    let payee = Line { before: [&until, " ", before].concat(), bold: qr.payee.clone(), after: after.to_owned() };
    let asks_more = view.attempt.as_ref().is_some_and(|attempt| attempt.payer_amount_minor != view.amount_minor);
    let more = asks_more.then(|| plain(scene.lang.fill(Key::PayerAmount, &payer_money(scene, view))));
    std::iter::once(payee).chain(more).collect()
}

/// How much time is left.
pub(super) fn time_left(scene: &Scene<'_>, left_s: u32) -> String {
    scene.lang.fill(Key::TimeLeft, &clock(left_s))
}

/// `9:05`. Written by hand: the formatting machinery would cost more than this whole panel.
fn clock(left_s: u32) -> String {
    let (minutes, seconds) = (left_s / 60, left_s % 60);
    let zero = if seconds < 10 { ":0" } else { ":" };
    [minutes.to_string().as_str(), zero, seconds.to_string().as_str()].concat()
}

pub(super) fn plain(before: String) -> Line {
    Line { before, bold: String::new(), after: String::new() }
}
