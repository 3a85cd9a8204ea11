//! The method list with the chosen method's form.
//!
//! Called by `view_model`.

use super::Scene;
use super::model::{FieldView, FormView, MethodView, MethodsView, NoticeView};
use crate::machine::{Breakage, Notice};
use crate::text::Key;
use umclique_wire::{BuyerField, FailureCode, MethodKind, MethodOffer, SessionView};

pub(super) fn methods(scene: &Scene<'_>, view: &SessionView, notice: Option<&Notice>) -> MethodsView {
    let chosen = scene.forms.chosen(&view.methods);
    let is_new_code = matches!(notice, Some(Notice::Failed(FailureCode::Expired)));
    let methods = view
        .methods
        .iter()
        .filter(|offer| crate::methods::has_form(offer.kind))
        .map(|offer| MethodView {
            kind: offer.kind,
            title: scene.text(title(offer.kind)),
            hint: scene.text(hint(offer.kind)),
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

/// A method's name.
pub(super) fn title(kind: MethodKind) -> Key {
    match kind {
        MethodKind::PicpayQr | MethodKind::PicpayWallet | MethodKind::Whatsapp | MethodKind::Unknown => {
            Key::PicpayQrTitle
        }
        MethodKind::April => Key::AprilTitle,
    }
}

/// What happens with a method.
pub(super) fn hint(kind: MethodKind) -> Key {
    match kind {
        MethodKind::PicpayQr | MethodKind::PicpayWallet | MethodKind::Whatsapp | MethodKind::Unknown => {
            Key::PicpayQrHint
        }
        MethodKind::April => Key::AprilHint,
    }
}

fn form(scene: &Scene<'_>, view: &SessionView, offer: &MethodOffer, is_new_code: bool) -> FormView {
    // April's frame asks for everything, and only then can anything be paid.
    let is_framed = offer.kind == MethodKind::April;
    let is_new_code = is_new_code && !is_framed;
    let fields = offer
        .needs
        .iter()
        .filter(|field| **field != BuyerField::Unknown && !is_framed)
        .map(|field| field_view(scene, offer.kind, *field))
        .collect();
    let pay = match (is_framed, is_new_code) {
        (true, _) => scene.text(Key::ContinueToCard),
        (false, true) => scene.text(Key::NewCode),
        (false, false) => scene.lang.fill(Key::Pay, &scene.order_money(view)),
    };
    FormView { fields, frame: None, pay: Some(pay), is_busy: false, is_new_code, retry: None, leave: None }
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
        Notice::FrameBroken(Breakage::Place) => (Key::FrameMisplaced, Key::FrameMisplacedHint),
        Notice::FrameBroken(_) => (Key::FrameBroken, Key::NothingCharged),
        Notice::FrameError => (Key::FrameError, Key::FrameErrorHint),
        Notice::FrameSilent => (Key::FrameSilent, Key::FrameErrorHint),
    };
    NoticeView { heading: scene.text(heading), text: scene.text(text) }
}
