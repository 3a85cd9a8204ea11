//! The order in the buyer's chat: what was sent, what to tap, how far the message came.
//!
//! Called by `view_model`. Drawn as the QR code's panel without a code.

use super::Scene;
use super::choose::card_ending;
use super::model::{Body, Line, QrView};
use super::qr::{look_key, plain, time_left};
use crate::machine::Look;
use crate::text::{Key, split};
use umclique_wire::{AwaitBuyer, Delivery, SessionView};

pub(super) fn body(scene: &Scene<'_>, view: &SessionView, order: &AwaitBuyer, look: Look) -> Body {
    let is_over = look == Look::OutOfTime;
    let app_url = order.app_url.as_ref().filter(|url| is_chat(url) && scene.local.is_phone && !is_over);
    let status = match (look, order.delivery) {
        (Look::Idle | Look::Asking, Delivery::Sent) => Key::AwaitSent,
        (Look::Idle | Look::Asking, Delivery::Delivered) => Key::AwaitDelivered,
        (Look::Idle | Look::Asking, Delivery::Read) => Key::AwaitRead,
        (look, _) => look_key(look),
    };
    let is_asking = look == Look::Asking;
    let check = scene.text(if is_asking { Key::Checking } else { Key::CheckAgain });
    Body::Qr(Box::new(QrView {
        part: "await",
        heading: scene.text(if is_over { Key::Expired } else { Key::Await }),
        open_app: app_url.map(|url| (scene.text(Key::OpenWhatsapp), url.clone())),
        lines: lines(scene, view, order, is_over),
        status: scene.text(status),
        is_listening: look != Look::Unreachable,
        check: (!is_over && !matches!(look, Look::LastLook { .. })).then_some((check, is_asking)),
        leave: scene.text(Key::Leave),
        ..QrView::default()
    }))
}

/// Links come from the server: only those that open a chat.
fn is_chat(url: &str) -> bool {
    ["https://wa.me/", "https://api.whatsapp.com/", "whatsapp://"].iter().any(|start| url.starts_with(start))
}

fn lines(scene: &Scene<'_>, view: &SessionView, order: &AwaitBuyer, is_over: bool) -> Vec<Line> {
    let late = || plain(scene.text(Key::AwaitLate));
    if is_over {
        return vec![late()];
    }
    let (before, after) = split(scene.lang.text(Key::AwaitOrder));
    let card = card_ending(scene, &order.label);
    let what = Line {
        before: before.to_owned(),
        bold: scene.order_money(view),
        after: [after, &card, ". ", scene.lang.text(Key::AwaitHow)].concat(),
    };
    let mut lines = vec![what];
    lines.extend(scene.local.left_s.map(|left_s| plain(time_left(scene, left_s))));
    if scene.local.is_slow {
        lines.push(late());
    }
    lines
}
