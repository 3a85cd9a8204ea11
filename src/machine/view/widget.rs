//! A provider's own frame: under the method's row while it collects, under what the bank wants while it shows a challenge.
//!
//! Called by `view_model`. What is inside the frame is the provider's; a buyer's press outside of it is ours.

use super::Scene;
use super::choose::{hint, notice_view, title};
use super::model::{Body, WidgetView};
use crate::machine::{Breakage, Hand, Notice, Stage};
use crate::text::Key;
use umclique_wire::{MethodKind, SessionView};

pub(super) fn collecting(scene: &Scene<'_>, view: &SessionView, hand: &Hand, notice: Option<&Notice>) -> Body {
    let amount = scene.order_money(view);
    let pay = match hand {
        Hand::Loading | Hand::Ready => scene.lang.fill(Key::Pay, &amount),
        Hand::Submitting => scene.text(Key::Submitting),
        Hand::Held(_) => scene.lang.fill(Key::PayHeld, &amount),
        Hand::Broken => String::new(),
    };
    let live = match hand {
        Hand::Loading => scene.text(Key::FrameLoading),
        Hand::Submitting | Hand::Held(_) => pay.clone(),
        Hand::Ready | Hand::Broken => String::new(),
    };
    let kind = view.attempt.as_ref().map_or(MethodKind::April, |attempt| attempt.method);
    let is_there = *hand != Hand::Broken;
    let widget = WidgetView {
        is_loading: *hand == Hand::Loading,
        is_busy: matches!(hand, Hand::Loading | Hand::Submitting),
        is_turning: *hand == Hand::Submitting,
        pay: is_there.then_some(pay),
        ..frame(scene, (title(kind), hint(kind)), notice, is_there)
    };
    with_live(widget, live)
}

pub(super) fn challenging(scene: &Scene<'_>, stage: Stage, notice: Option<&Notice>) -> Body {
    let widget = frame(scene, (Key::Challenge, Key::ChallengeHint), notice, stage != Stage::Broken);
    let live = [&widget.heading, ". ", &widget.hint].concat();
    with_live(WidgetView { is_loading: stage == Stage::Loading, ..widget }, live)
}

fn frame(scene: &Scene<'_>, (heading, hint): (Key, Key), notice: Option<&Notice>, is_there: bool) -> WidgetView {
    // Where there is no place for a frame, another try finds none either.
    let is_mendable = match notice {
        Some(Notice::FrameBroken(why)) => *why != Breakage::Place,
        Some(Notice::FrameError | Notice::FrameSilent) => true,
        _ => !is_there,
    };
    WidgetView {
        notice: notice.map(|notice| notice_view(scene, notice)),
        heading: scene.text(heading),
        hint: scene.text(hint),
        frame: is_there.then(|| scene.text(Key::FrameName)),
        is_loading: false,
        pay: None,
        is_busy: false,
        is_turning: false,
        retry: is_mendable.then(|| scene.text(Key::Retry)),
        leave: scene.text(Key::Leave),
        live: String::new(),
    }
}

/// A notice is said before anything else.
fn with_live(widget: WidgetView, live: String) -> Body {
    let live = match &widget.notice {
        Some(notice) => [&notice.heading, ". ", &notice.text].concat(),
        None => live,
    };
    Body::Widget(Box::new(WidgetView { live, ..widget }))
}
