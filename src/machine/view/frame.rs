//! A provider's own frame: under the method's row while it collects, under what the bank wants while it shows a challenge. And the way
//! to a provider's own page.
//!
//! Called by `view_model`. What is inside the frame is the provider's; a buyer's press outside of it is ours.

use super::Scene;
use super::choose::{hint, notice_view, title};
use super::model::{FormView, FrameLook, MethodView, MethodsView};
use crate::machine::{Breakage, Hand, Notice, Trip};
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
        frame,
        pay: frame.filter(|_| !is_challenge).map(|_| pay(scene, view, hand)),
        is_busy: matches!(hand, Hand::Loading | Hand::Submitting),
        retry: is_mendable.then(|| scene.text(Key::FrameAgain)),
        leave: Some(scene.text(Key::Leave)),
        ..FormView::default()
    };
    alone(scene, kind, (title, hint), form, notice)
}

/// One method, already chosen.
fn alone(
    scene: &Scene<'_>,
    kind: MethodKind,
    (title, hint): (Key, Key),
    form: FormView,
    notice: Option<&Notice>,
) -> MethodsView {
    let method = MethodView {
        kind,
        title: scene.text(title),
        hint: scene.text(hint),
        is_choice: false,
        card: None,
        form: Some(form),
    };
    let notice = notice.map(|notice| notice_view(scene, notice));
    MethodsView { legend: scene.text(title), notice, methods: vec![method] }
}

/// The way to the provider's page. Where what came back from there was refused, another try begins at the method list.
pub(super) fn visit(scene: &Scene<'_>, trip: &Trip) -> MethodsView {
    let (pay, notice) = match trip {
        Trip::Refused(notice) => (None, Some(notice)),
        Trip::Looking | Trip::Ready | Trip::Lapsed => (Some(scene.text(Key::ContinueToPicpay)), None),
    };
    let title = if *trip == Trip::Lapsed { Key::Lapsed } else { Key::Redirect };
    let form = FormView { pay, leave: Some(scene.text(Key::Leave)), ..FormView::default() };
    alone(scene, MethodKind::PicpayWallet, (title, Key::RedirectHint), form, notice)
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
