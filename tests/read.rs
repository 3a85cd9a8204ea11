//! The hand-written reader against `crates/wire`: whatever serde writes, it reads back the same.
#![cfg(not(target_arch = "wasm32"))]

mod samples;

use samples::{snapshots, states};
use serde_json::Value;
use umclique::machine::{Fault, Notice};
use umclique::shell::read::{Json, session};
use umclique::shell::refusal::fault;
use umclique_wire::{
    AttemptStatus, AwaitBuyer, BuyerField, Challenge, Currency, Delivery, Failure, FailureCode, MethodKind, NextAction,
    ProcessingReason, Redirect, Saved, SessionStatus, SessionView, ShowQr, Suggested, Widget, WidgetBuyer,
};

/// A JSON value that is not null, as the trait wants it.
struct Plain(Value);

impl Json for Plain {
    fn get(&self, name: &str) -> Option<Self> {
        self.0.get(name).filter(|value| !value.is_null()).cloned().map(Self)
    }

    fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn is_true(&self) -> bool {
        self.0 == Value::Bool(true)
    }

    fn list(&self) -> Vec<Self> {
        self.0.as_array().cloned().unwrap_or_default().into_iter().map(Self).collect()
    }
}

fn through_json(view: &SessionView) -> Option<SessionView> {
    session(&Plain(serde_json::to_value(view).expect("a snapshot is JSON")))
}

fn full_view() -> SessionView {
    let mut view = samples::declined_view(7, FailureCode::Declined);
    let qr = ShowQr { image: Some("H4sI".to_owned()), ..samples::qr() };
    view.next_action = Some(NextAction::ShowQr(qr));
    view.reason = Some(ProcessingReason::Closing);
    view.receipt_email = Some("a•••@example.com".to_owned());
    view.locale = Some("pt-BR".to_owned());
    view
}

#[test]
fn every_snapshot_is_read_as_serde_wrote_it() {
    let samples = states().into_iter().filter_map(|(_, state)| state.snapshot().cloned());
    let all = samples.chain(snapshots().into_iter().map(|(_, view)| view));
    for view in all {
        assert_eq!(through_json(&view).as_ref(), Some(&*view));
    }
    assert_eq!(through_json(&full_view()), Some(full_view()));
}

#[test]
fn every_name_is_read_as_serde_wrote_it() {
    let same = |view: SessionView| assert_eq!(through_json(&view), Some(view));
    for status in SessionStatus::ALL {
        same(SessionView { status, ..full_view() });
    }
    for status in AttemptStatus::ALL {
        let mut view = full_view();
        view.attempt.as_mut().expect("an attempt").status = status;
        same(view);
    }
    for reason in [ProcessingReason::Confirming, ProcessingReason::Closing, ProcessingReason::Provider] {
        same(SessionView { reason: Some(reason), ..full_view() });
    }
    for code in [
        FailureCode::Declined,
        FailureCode::CardExpired,
        FailureCode::CardDetails,
        FailureCode::AuthenticationFailed,
        FailureCode::InsufficientFunds,
        FailureCode::BuyerDetails,
        FailureCode::AmountNotAllowed,
        FailureCode::Expired,
        FailureCode::Canceled,
        FailureCode::CodeUnusable,
        FailureCode::BuyerUnreachable,
        FailureCode::ProviderUnavailable,
        FailureCode::Unknown,
    ] {
        same(SessionView { last_error: Some(Failure { code }), ..full_view() });
    }
    for currency in [Currency::Aud, Currency::Brl] {
        same(SessionView { currency, ..full_view() });
    }
    for kind in MethodKind::ALL.into_iter().chain([MethodKind::Unknown]) {
        let mut view = full_view();
        view.methods[0].kind = kind;
        view.methods[0].saved = vec![saved("cr_0193f0c47d5b7c3e", "4242"), Saved::default()];
        view.methods[0].needs = vec![BuyerField::Name, BuyerField::Email, BuyerField::TaxId, BuyerField::Unknown];
        same(view);
    }
}

fn saved(id: &str, label: &str) -> Saved {
    Saved { id: Some(id.to_owned()), label: Some(label.to_owned()) }
}

#[test]
fn what_the_buyer_confirms_elsewhere_is_read_as_serde_wrote_it() {
    for delivery in [Delivery::Sent, Delivery::Delivered, Delivery::Read] {
        let next_action = Some(NextAction::AwaitBuyer(AwaitBuyer {
            channel: "whatsapp".to_owned(),
            delivery,
            app_url: Some("https://wa.me/551130000000".to_owned()),
            label: "4242".to_owned(),
            expires_at: "2026-01-01T00:00:00Z".to_owned(),
        }));
        let suggested = Some(Suggested { email: Some("ana@example.com".to_owned()), birth_date: None });
        let view = SessionView { next_action, suggested, ..full_view() };
        assert_eq!(through_json(&view), Some(view));
    }
}

#[test]
fn every_part_of_a_providers_frame_is_read_as_serde_wrote_it() {
    let same = |next_action| {
        let view = SessionView { next_action: Some(next_action), ..full_view() };
        assert_eq!(through_json(&view), Some(view));
    };
    let full = samples::widget();
    let bare =
        Widget { buyer: WidgetBuyer::default(), script_integrity: Some("sha384-x".to_owned()), ..samples::widget() };
    let hidden = Widget { hide_full_pay: true, ..samples::widget() };
    let whole = Widget { hide_instalments: true, ..samples::widget() };
    for widget in [full, bare, hidden, whole] {
        same(NextAction::CollectToken(widget.clone()));
        same(NextAction::Challenge(Challenge { widget, ..samples::challenge() }));
    }
    let mut view = full_view();
    view.attempt.as_mut().expect("an attempt").round = 7;
    assert_eq!(through_json(&view), Some(view));
}

#[test]
fn a_way_to_a_providers_page_is_read_as_serde_wrote_it() {
    let url = "https://api.picpay.com/oauth2/auth?state=pa_0193f0c47d5b7c3e.0.x".to_owned();
    let view = SessionView { next_action: Some(NextAction::Redirect(Redirect { url })), ..full_view() };
    assert_eq!(through_json(&view), Some(view.clone()));
    let mut json = serde_json::to_value(view).expect("JSON");
    json["next_action"]["url"] = 17.into();
    let view = session(&Plain(json)).expect("still a snapshot");
    assert_eq!(view.next_action, Some(NextAction::Unknown), "without its address");
}

#[test]
fn a_frame_that_lacks_what_it_needs_is_a_step_that_is_not_known() {
    for name in ["provider", "script_url", "public_key"] {
        for path in ["/next_action", "/next_action/widget"] {
            let action = if path == "/next_action" {
                NextAction::CollectToken(samples::widget())
            } else {
                NextAction::Challenge(samples::challenge())
            };
            let view = SessionView { next_action: Some(action), ..full_view() };
            let mut json = serde_json::to_value(view).expect("JSON");
            json.pointer_mut(path).and_then(Value::as_object_mut).expect("an object").remove(name);
            let view = session(&Plain(json)).expect("still a snapshot");
            assert_eq!(view.next_action, Some(NextAction::Unknown), "without {name}");
        }
    }
}

#[test]
fn what_is_not_known_becomes_harmless_and_never_success() {
    let mut json = serde_json::to_value(full_view()).expect("JSON");
    json["status"] = "teleported".into();
    json["reason"] = "because".into();
    json["attempt"]["status"] = "teleported".into();
    json["next_action"] = serde_json::json!({"type": "teleport"});
    json["last_error"]["code"] = "teleported".into();
    json["methods"][0]["kind"] = "teleport".into();
    let view = session(&Plain(json)).expect("still a snapshot");
    assert_eq!(view.status, SessionStatus::Processing);
    assert_eq!(view.reason, Some(ProcessingReason::Provider));
    assert_eq!(view.attempt.expect("an attempt").status, AttemptStatus::Processing);
    assert_eq!(view.next_action, Some(NextAction::Unknown));
    assert_eq!(view.last_error, Some(Failure { code: FailureCode::Unknown }));
    assert_eq!(view.methods[0].kind, MethodKind::Unknown);
}

#[test]
fn a_snapshot_without_what_it_needs_is_no_answer() {
    let whole = serde_json::to_value(full_view()).expect("JSON");
    for name in ["id", "version", "status", "amount_minor", "currency", "merchant", "server_time"] {
        let mut json = whole.clone();
        json.as_object_mut().expect("an object").remove(name);
        assert_eq!(session(&Plain(json)), None, "without {name}");
    }
    for (name, value) in [
        ("version", Value::from(-1)),
        ("amount_minor", 1.5.into()),
        ("amount_minor", 1e300.into()),
        ("id", "pa_0193f0c47d5b7c3e".into()),
    ] {
        let mut json = whole.clone();
        json[name] = value.clone();
        assert_eq!(session(&Plain(json)), None, "{name} = {value}");
    }
}

#[test]
fn only_a_well_formed_refusal_is_one() {
    let refused = |notice| Some(Some(notice));
    // `None` is an unknown outcome, `Some(None)` a session that is not there.
    for (status, code, expected) in [
        (409, Some("idempotency_key_in_use"), None),
        (409, Some(""), None),
        (409, None, None),
        (409, Some("attempt_live"), refused(Notice::TryAgain)),
        (409, Some("not_asked"), refused(Notice::TryAgain)),
        (409, Some("attempts_exhausted"), refused(Notice::TryAgain)),
        (429, Some("too_many_requests"), refused(Notice::TooMany)),
        (429, None, None),
        (422, Some("not_possible"), refused(Notice::TryAgain)),
        (408, Some("timeout"), None),
        (404, Some("not_found"), Some(None)),
        (401, None, Some(None)),
        (500, Some("internal"), None),
        (502, None, None),
        (302, None, None),
        (200, None, None),
    ] {
        let problem = code.map(|code| Plain(serde_json::json!({ "code": code })));
        let found = match fault(status, problem.as_ref()) {
            Fault::Unknown => None,
            Fault::Gone => Some(None),
            Fault::Refused(refusal) => Some(Some(refusal.notice)),
        };
        assert_eq!(found, expected, "{status} {code:?}");
    }
    let problem =
        Plain(serde_json::json!({ "code": "invalid", "errors": [{ "field": "details.tax_id" }, { "field": "x" }] }));
    let Fault::Refused(refusal) = fault(422, Some(&problem)) else { panic!("a refusal") };
    assert_eq!(refusal.notice, Notice::Details(vec![BuyerField::TaxId]));
}
