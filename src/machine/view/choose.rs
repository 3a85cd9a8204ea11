//! The method list with the chosen method's form.
//!
//! Called by `view_model`.

use super::Scene;
use super::model::{FieldView, FormView, MethodView, MethodsView, NoticeView};
use crate::machine::{Breakage, Notice};
use crate::text::Key;
use umclique_wire::{BuyerField, FailureCode, MethodKind, MethodOffer, Saved, SessionView};

pub(super) fn methods(scene: &Scene<'_>, view: &SessionView, notice: Option<&Notice>) -> MethodsView {
    let chosen = scene.forms.chosen(&view.methods);
    let is_new_code = matches!(notice, Some(Notice::Failed(FailureCode::Expired)));
    let methods = view
        .methods
        .iter()
        .filter(|offer| crate::methods::has_form(offer.kind))
        .map(|offer| MethodView {
            kind: offer.kind,
            title: full_title(scene, offer),
            hint: scene.text(if scene.forms.saved(offer).is_some() { Key::PicpayLinkedHint } else { hint(offer.kind) }),
            is_choice: true,
            form: (chosen == Some(offer.kind)).then(|| form(scene, view, offer, is_new_code)),
        })
        .collect();
    MethodsView {
        legend: scene.text(Key::ChooseLegend),
        notice: notice.map(|notice| notice_view(scene, notice)),
        methods,
    }
}

/// A method's name, and whose account or which card it is where one click pays.
fn full_title(scene: &Scene<'_>, offer: &MethodOffer) -> String {
    let title = scene.lang.text(title(offer.kind));
    match scene.forms.saved(offer) {
        Some(Saved { label, .. }) => {
            [title, " · ", label.as_deref().unwrap_or(scene.lang.text(Key::Connected))].concat()
        }
        None => title.to_owned(),
    }
}

/// A method's name.
pub(super) fn title(kind: MethodKind) -> Key {
    match kind {
        MethodKind::PicpayQr | MethodKind::Whatsapp | MethodKind::Unknown => Key::PicpayQrTitle,
        MethodKind::PicpayWallet => Key::PicpayTitle,
        MethodKind::April => Key::AprilTitle,
    }
}

/// What happens with a method.
pub(super) fn hint(kind: MethodKind) -> Key {
    match kind {
        MethodKind::PicpayQr | MethodKind::Whatsapp | MethodKind::Unknown => Key::PicpayQrHint,
        MethodKind::PicpayWallet => Key::PicpayHint,
        MethodKind::April => Key::AprilHint,
    }
}

fn form(scene: &Scene<'_>, view: &SessionView, offer: &MethodOffer, is_new_code: bool) -> FormView {
    // April's frame asks for everything, and only then can anything be paid.
    let is_framed = offer.kind == MethodKind::April;
    let is_new_code = is_new_code && offer.kind == MethodKind::PicpayQr;
    let is_linked = scene.forms.saved(offer).is_some();
    let is_visit = offer.kind == MethodKind::PicpayWallet && !is_linked;
    let fields = offer
        .needs
        .iter()
        .filter(|field| **field != BuyerField::Unknown && !is_framed)
        .map(|field| field_view(scene, offer.kind, *field))
        .collect();
    let pay = match (is_framed, is_visit, is_new_code) {
        (true, ..) => scene.text(Key::ContinueToCard),
        (_, true, _) => scene.text(Key::ContinueToPicpay),
        (.., true) => scene.text(Key::NewCode),
        (false, false, false) => scene.lang.fill(Key::Pay, &scene.order_money(view)),
    };
    FormView {
        fields,
        pay: Some(pay),
        is_new_code,
        other_account: is_linked.then(|| scene.text(Key::OtherAccount)),
        ..FormView::default()
    }
}

fn field_view(scene: &Scene<'_>, kind: MethodKind, field: BuyerField) -> FieldView {
    let (part, label, input_type, input_mode, autocomplete) = match field {
        BuyerField::Name => ("field-name", Key::Name, "text", "text", "name"),
        BuyerField::Email => ("field-email", Key::Email, "email", "email", "email"),
        BuyerField::TaxId | BuyerField::Unknown => ("field-tax-id", Key::TaxId, "text", "numeric", "off"),
    };
    let state = scene.forms.field(kind, field);
    FieldView {
        field,
        part,
        label: scene.text(label),
        value: state.text().to_owned(),
        error: state.shown_error(field).map(|key| scene.text(key)),
        input_type,
        input_mode,
        autocomplete,
    }
}

pub(super) fn notice_view(scene: &Scene<'_>, notice: &Notice) -> NoticeView {
    let (heading, text) = match notice {
        Notice::Failed(code) => (Key::of_failure(*code), Key::after_failure(*code)),
        Notice::Details(_) => (Key::BuyerDetails, Key::NothingChargedDetails),
        Notice::TooMany => (Key::TooMany, Key::TooManyHint),
        Notice::TryAgain => (Key::TryAgain, Key::NothingCharged),
        Notice::NoWindow => (Key::NoWindow, Key::NoWindowHint),
        Notice::FrameBroken(Breakage::Place) => (Key::FrameMisplaced, Key::FrameMisplacedHint),
        Notice::FrameBroken(_) => (Key::FrameBroken, Key::NothingCharged),
        Notice::FrameError => (Key::FrameError, Key::FrameErrorHint),
        Notice::FrameSilent => (Key::FrameSilent, Key::FrameErrorHint),
    };
    NoticeView { heading: scene.text(heading), text: scene.text(text) }
}
