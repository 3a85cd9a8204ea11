//! Sessions as the server would describe them, one for every screen. Used by the tests that look at screens rather than at money.

use serde_json::json;
use umclique_wire::{
    AttemptId, AttemptStatus, AttemptView, AwaitBuyer, BuyerField, Currency, Delivery, Failure, FailureCode,
    MethodKind, MethodOffer, NextAction, ProcessingReason, Redirect, Saved, SessionId, SessionStatus, SessionView,
    ShowQr,
};

/// The session that the scripted server gives out.
pub const SESSION: &str = "cs_0193f0c47d5b7c3e9a1d2b3c4d5e6f70";
const ATTEMPT: &str = "pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f71";
const CREDENTIAL: &str = "cr_0193f0c47d5b7c3e9a1d2b3c4d5e";
const PAYLOAD: &str = "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca255204000053039865406123.455802BR5912LOJA EXEMPLO6009SAO PAULO62130509PA00000016304CE54";
const IMAGE: &str = include_str!("../fixtures/gzip-url.b64");

/// A session in this status, as yet without an attempt. Its version is the script's to give.
#[must_use]
pub fn session(status: SessionStatus) -> SessionView {
    SessionView {
        id: SessionId::parse(SESSION).expect("well formed"),
        version: 0,
        status,
        reason: None,
        amount_minor: 12_345,
        currency: Currency::Brl,
        reference: "1001".to_owned(),
        merchant: "Loja Exemplo".to_owned(),
        methods: vec![MethodOffer { kind: MethodKind::PicpayQr, needs: vec![], saved: vec![] }],
        suggested: None,
        attempt: None,
        next_action: None,
        last_error: None,
        receipt_email: Some("a•••@example.com".to_owned()),
        return_url: "http://127.0.0.1:8000/".to_owned(),
        locale: None,
        expires_at: "2099-12-31T23:59:59Z".to_owned(),
        server_time: "2026-12-05T12:00:00Z".to_owned(),
        poll_after_ms: 2_000,
    }
}

/// The buyer may choose; `needs` is what the form asks for.
#[must_use]
pub fn choosing(needs: &[BuyerField]) -> SessionView {
    let methods = vec![MethodOffer { kind: MethodKind::PicpayQr, needs: needs.to_vec(), saved: vec![] }];
    SessionView { methods, ..session(SessionStatus::RequiresPaymentMethod) }
}

/// The last attempt ended so, and the buyer may choose again.
#[must_use]
pub fn after(code: FailureCode) -> SessionView {
    let attempt = Some(attempt(AttemptStatus::Failed));
    SessionView { attempt, last_error: Some(Failure { code }), ..choosing(&[]) }
}

/// The buyer may choose, and pays from a PicPay wallet; `account` is the one that is connected.
#[must_use]
pub fn wallet(account: Option<&str>) -> SessionView {
    let saved = account.map(|account| Saved { id: None, label: Some(account.to_owned()) });
    let wallet = MethodOffer { kind: MethodKind::PicpayWallet, needs: vec![], saved: saved.into_iter().collect() };
    let mut view = choosing(&[]);
    view.methods.insert(0, wallet);
    view
}

/// PicPay's page is to be visited.
#[must_use]
pub fn redirect() -> SessionView {
    let url = "http://127.0.0.1:9/oauth2/auth?client_id=loja&state=s1".to_owned();
    SessionView {
        attempt: Some(attempt_by(MethodKind::PicpayWallet, AttemptStatus::RequiresAction)),
        next_action: Some(NextAction::Redirect(Redirect { url })),
        ..session(SessionStatus::RequiresAction)
    }
}

/// The buyer may choose, and has stored cards for WhatsApp, of which these are the last digits.
#[must_use]
pub fn cards(last_fours: &[&str]) -> SessionView {
    let saved =
        |last_four: &&str| Saved { id: Some(format!("{CREDENTIAL}{last_four}")), label: Some((*last_four).to_owned()) };
    let saved = last_fours.iter().map(saved).collect();
    let mut view = choosing(&[]);
    view.methods.insert(0, MethodOffer { kind: MethodKind::Whatsapp, needs: vec![], saved });
    view
}

/// An order is in the buyer's chat, and waits to be confirmed there.
#[must_use]
pub fn await_buyer(delivery: Delivery) -> SessionView {
    let wanted = AwaitBuyer {
        channel: "whatsapp".to_owned(),
        delivery,
        app_url: Some("https://wa.me/551130000000".to_owned()),
        label: "4242".to_owned(),
        expires_at: "2026-12-05T12:30:00Z".to_owned(),
    };
    SessionView {
        attempt: Some(attempt_by(MethodKind::Whatsapp, AttemptStatus::RequiresAction)),
        next_action: Some(NextAction::AwaitBuyer(wanted)),
        ..session(SessionStatus::RequiresAction)
    }
}

/// A code to scan, as text.
#[must_use]
pub fn qr() -> SessionView {
    show(ShowQr { payload: Some(PAYLOAD.to_owned()), ..code() })
}

/// A code that is a link which opens the app.
#[must_use]
pub fn qr_link() -> SessionView {
    let url = "https://app.picpay.com/checkout/NjE1ZjQyYWE".to_owned();
    show(ShowQr { payload: Some(url.clone()), app_url: Some(url), ..code() })
}

/// A code that nobody could read: the provider's image as it came.
#[must_use]
pub fn qr_image() -> SessionView {
    show(ShowQr { image: Some(IMAGE.trim().to_owned()), ..code() })
}

/// A code with this many seconds left.
#[must_use]
pub fn qr_ending(expires_at: &str) -> SessionView {
    show(ShowQr { payload: Some(PAYLOAD.to_owned()), expires_at: expires_at.to_owned(), ..code() })
}

/// A step that no component of today knows.
#[must_use]
pub fn unknown_action() -> serde_json::Value {
    let mut view = json!(qr());
    view["next_action"] = json!({ "type": "wink_twice" });
    view
}

/// The server waits for something.
#[must_use]
pub fn processing(reason: ProcessingReason) -> SessionView {
    let attempt = Some(attempt(AttemptStatus::Processing));
    SessionView { reason: Some(reason), attempt, ..session(SessionStatus::Processing) }
}

/// Paid, reserved, canceled or expired.
#[must_use]
pub fn ended(status: SessionStatus, attempt_status: AttemptStatus) -> SessionView {
    SessionView { attempt: Some(attempt(attempt_status)), ..session(status) }
}

fn code() -> ShowQr {
    ShowQr {
        payload: None,
        image: None,
        app_url: None,
        expires_on: "2026-12-07".to_owned(),
        expires_at: "2026-12-08T03:00:00Z".to_owned(),
        payee: "Loja Exemplo".to_owned(),
    }
}

fn show(code: ShowQr) -> SessionView {
    SessionView {
        attempt: Some(attempt(AttemptStatus::RequiresAction)),
        next_action: Some(NextAction::ShowQr(code)),
        ..session(SessionStatus::RequiresAction)
    }
}

fn attempt(status: AttemptStatus) -> AttemptView {
    attempt_by(MethodKind::PicpayQr, status)
}

fn attempt_by(method: MethodKind, status: AttemptStatus) -> AttemptView {
    AttemptView {
        id: AttemptId::parse(ATTEMPT).expect("well formed"),
        method,
        status,
        payer_amount_minor: 12_345,
        round: 0,
    }
}
