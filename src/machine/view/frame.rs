//! A provider's own frame: under the method's row while it collects, under what the bank wants while it shows a challenge.
//!
//! Called by `view_model`. What is inside the frame is the provider's; a buyer's press outside of it is ours.

use super::Scene;
use super::choose::{hint, notice_view, title};
use super::model::{FormView, FrameLook, MethodView, MethodsView};
use crate::machine::{Breakage, Hand, Notice};
use crate::text::Key;
use umclique_wire::{MethodKind, SessionView};

pub(super) fn method(
    scene: &Scene<'_>,
    view: &SessionView,
    is_challenge: bool,
    hand: &Hand,
    notice: Option<&Notice>,
) -> MethodsView {
    let kind = MethodKind::April;
    let (title, hint) = if is_challenge { (Key::Challenge, Key::ChallengeHint) } else { (title(kind), hint(kind)) };
    let frame = match hand {
        Hand::Loading => Some(FrameLook::Loading),
        Hand::Ready | Hand::Submitting | Hand::Held(_) => Some(FrameLook::Ready),
        Hand::Broken => None,
    };
    // Where there is no place for a frame, another try finds none either.
    let is_mendable = match notice {
        Some(Notice::FrameBroken(why)) => *why != Breakage::Place,
        Some(Notice::FrameError | Notice::FrameSilent) => true,
        _ => frame.is_none(),
    };
    let form = FormView {
        fields: vec![],
        frame,
        pay: frame.filter(|_| !is_challenge).map(|_| pay(scene, view, hand)),
        is_busy: matches!(hand, Hand::Loading | Hand::Submitting),
        is_new_code: false,
        retry: is_mendable.then(|| scene.text(Key::FrameAgain)),
        leave: Some(scene.text(Key::Leave)),
    };
    let method =
        MethodView { kind, title: scene.text(title), hint: scene.text(hint), is_choice: false, form: Some(form) };
    let notice = notice.map(|notice| notice_view(scene, notice));
    MethodsView { legend: scene.text(title), notice, methods: vec![method] }
}

fn pay(scene: &Scene<'_>, view: &SessionView, hand: &Hand) -> String {
    let amount = || scene.order_money(view);
    match hand {
        Hand::Submitting => scene.text(Key::Submitting),
        Hand::Held(_) => scene.lang.fill(Key::PayHeld, &amount()),
        Hand::Loading | Hand::Ready | Hand::Broken => scene.lang.fill(Key::Pay, &amount()),
    }
}

/// What the live region says where there is no notice.
pub(super) fn live(scene: &Scene<'_>, is_challenge: bool, hand: &Hand, view: &MethodsView) -> String {
    match (&view.methods[..], hand) {
        ([method], _) if is_challenge => [&method.title, ". ", &method.hint].concat(),
        (_, Hand::Loading) => scene.text(Key::FrameLoading),
        ([MethodView { form: Some(form), .. }], Hand::Submitting | Hand::Held(_)) => {
            form.pay.clone().unwrap_or_default()
        }
        _ => String::new(),
    }
}
