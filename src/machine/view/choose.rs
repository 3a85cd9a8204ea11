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
    let mut methods = Vec::new();
    for offer in view.methods.iter().filter(|offer| crate::methods::has_form(offer)) {
        let picked = scene.forms.saved(offer);
        let mut add = |saved: Option<&Saved>| {
            let is_chosen = chosen == Some(offer.kind) && saved == picked;
            methods.push(MethodView {
                kind: offer.kind,
                title: full_title(scene, offer.kind, saved),
                hint: scene.text(match (offer.kind, saved) {
                    (MethodKind::PicpayWallet, Some(_)) => Key::PicpayLinkedHint,
                    (kind, _) => hint(kind),
                }),
                is_choice: true,
                card: saved.and_then(|saved| saved.id.clone()),
                form: is_chosen.then(|| form(scene, view, offer, is_new_code)),
            });
        };
        // Each stored card is a row of its own.
        match offer.kind {
            MethodKind::Whatsapp => offer.saved.iter().for_each(|card| add(Some(card))),
            _ => add(picked),
        }
    }
    MethodsView {
        legend: scene.text(Key::ChooseLegend),
        notice: notice.map(|notice| notice_view(scene, notice)),
        methods,
    }
}

/// A method's name, and whose account or which card it is where that is known.
fn full_title(scene: &Scene<'_>, kind: MethodKind, saved: Option<&Saved>) -> String {
    let title = scene.lang.text(title(kind));
    let Some(Saved { label, .. }) = saved else { return title.to_owned() };
    let of_whom = match (kind, label) {
        (MethodKind::Whatsapp, Some(label)) => card_ending(scene, label),
        (_, Some(label)) => label.clone(),
        (_, None) => scene.text(Key::Connected),
    };
    [title, " · ", &of_whom].concat()
}

/// A stored card by its last four digits.
pub(super) fn card_ending(scene: &Scene<'_>, last_four: &str) -> String {
    scene.lang.fill(Key::CardEnding, last_four)
}

/// A method's name.
pub(super) fn title(kind: MethodKind) -> Key {
    match kind {
        MethodKind::PicpayQr | MethodKind::Unknown => Key::PicpayQrTitle,
        MethodKind::Whatsapp => Key::WhatsappTitle,
        MethodKind::PicpayWallet => Key::PicpayTitle,
        MethodKind::April => Key::AprilTitle,
    }
}

/// What happens with a method.
pub(super) fn hint(kind: MethodKind) -> Key {
    match kind {
        MethodKind::PicpayQr | MethodKind::Unknown => Key::PicpayQrHint,
        MethodKind::Whatsapp => Key::WhatsappHint,
        MethodKind::PicpayWallet => Key::PicpayHint,
        MethodKind::April => Key::AprilHint,
    }
}

fn form(scene: &Scene<'_>, view: &SessionView, offer: &MethodOffer, is_new_code: bool) -> FormView {
    // April's frame asks for everything, and only then can anything be paid.
    let is_framed = offer.kind == MethodKind::April;
    let is_new_code = is_new_code && offer.kind == MethodKind::PicpayQr;
    let is_wallet = offer.kind == MethodKind::PicpayWallet;
    let is_linked = is_wallet && scene.forms.saved(offer).is_some();
    let is_visit = is_wallet && !is_linked;
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
        Notice::FrameBroken(Breakage::Place) => (Key::FrameMisplaced, Key::NothingChargedOther),
        Notice::FrameBroken(_) => (Key::FrameBroken, Key::NothingCharged),
        Notice::FrameError => (Key::FrameError, Key::FrameErrorHint),
        Notice::FrameSilent => (Key::FrameSilent, Key::FrameErrorHint),
    };
    NoticeView { heading: scene.text(heading), text: scene.text(text) }
}
