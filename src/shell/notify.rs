//! News for the page, as `(name, detail)`; the custom element makes events of them.
//!
//! Called by `checkout` after the screen is drawn. A detail holds ids, statuses and codes, and nothing about the buyer.

use super::options::set;
use crate::machine::PageEvent;
use js_sys::{Function, Object};
use umclique_wire::{AttemptId, FailureCode, SessionId};
use wasm_bindgen::JsValue;

/// Tells the page. A page's handler that throws is the page's affair.
pub(super) fn notify(emit: &Function, event: &PageEvent) {
    let (name, detail) = match event {
        PageEvent::Ready { session } => ("umclique-ready", about(session, None)),
        PageEvent::Change { session, status, screen, attempt } => {
            let detail = about(session, attempt.as_ref().map(|(id, _, _)| id));
            set(&detail, "status", status.as_str());
            set(&detail, "screen", screen.as_str());
            if let Some((_, method, status)) = attempt {
                set(&detail, "method", method.as_str());
                set(&detail, "attempt_status", status.as_str());
            }
            ("umclique-change", detail)
        }
        PageEvent::Paid { session, attempt } => ("umclique-paid", about(session, attempt.as_ref())),
        PageEvent::Failed { session, attempt, code } => {
            let detail = about(session, attempt.as_ref());
            set(&detail, "code", failure_name(*code));
            ("umclique-failed", detail)
        }
        PageEvent::Error { code } => {
            let detail = Object::new();
            set(&detail, "code", code);
            ("umclique-error", detail)
        }
    };
    let _ = emit.call2(&JsValue::UNDEFINED, &JsValue::from_str(name), &detail);
}

fn about(session: &SessionId, attempt: Option<&AttemptId>) -> Object {
    let detail = Object::new();
    set(&detail, "session", session.as_str());
    if let Some(attempt) = attempt {
        set(&detail, "attempt", attempt.as_str());
    }
    detail
}

fn failure_name(code: FailureCode) -> &'static str {
    match code {
        FailureCode::Declined => "declined",
        FailureCode::CardExpired => "card_expired",
        FailureCode::CardDetails => "card_details",
        FailureCode::AuthenticationFailed => "authentication_failed",
        FailureCode::InsufficientFunds => "insufficient_funds",
        FailureCode::BuyerDetails => "buyer_details",
        FailureCode::AmountNotAllowed => "amount_not_allowed",
        FailureCode::Expired => "expired",
        FailureCode::Canceled => "canceled",
        FailureCode::CodeUnusable => "code_unusable",
        FailureCode::BuyerUnreachable => "buyer_unreachable",
        FailureCode::ProviderUnavailable => "provider_unavailable",
        FailureCode::Unknown => "unknown",
    }
}
