//! Reads the server's JSON by hand: a snapshot needs 4 KB of code so, and 20 KB of download more with a general decoder.
//!
//! Called by `api` and `status`. Follows `crates/wire` field by field; `tests/read.rs` writes every wire value with serde and
//! reads it back here, so that the two cannot drift apart. What this version does not know becomes the harmless kind.

use umclique_wire::{
    AttemptId, AttemptStatus, AttemptView, AwaitBuyer, BuyerField, Challenge, Currency, Delivery, Failure, FailureCode,
    MethodKind, MethodOffer, NextAction, ProcessingReason, Redirect, Saved, SessionId, SessionStatus, SessionView,
    ShowQr, Suggested, Widget, WidgetBuyer,
};

/// A parsed JSON value.
pub trait Json: Sized {
    /// A member of an object, unless it is absent or null.
    fn get(&self, name: &str) -> Option<Self>;
    /// A text.
    fn text(&self) -> Option<String>;
    /// A number.
    fn number(&self) -> Option<f64>;
    /// It is `true`, and nothing else.
    fn is_true(&self) -> bool;
    /// The elements of an array; none of anything else.
    fn list(&self) -> Vec<Self>;
}

/// A snapshot, or nothing where a field is missing that it cannot do without.
pub fn session(json: &impl Json) -> Option<SessionView> {
    Some(SessionView {
        id: SessionId::parse(&text(json, "id")?).ok()?,
        version: whole(json, "version")?,
        status: SessionStatus::parse(&text(json, "status")?).unwrap_or(SessionStatus::Processing),
        reason: text(json, "reason").map(|name| reason(&name)),
        amount_minor: whole(json, "amount_minor")?,
        currency: Currency::parse(&text(json, "currency")?)?,
        reference: text(json, "reference")?,
        merchant: text(json, "merchant")?,
        methods: json
            .get("methods")
            .map(|methods| methods.list().iter().filter_map(offer).collect())
            .unwrap_or_default(),
        suggested: json
            .get("suggested")
            .map(|it| Suggested { email: text(&it, "email"), birth_date: text(&it, "birth_date") }),
        attempt: json.get("attempt").and_then(|attempt| attempt_view(&attempt)),
        next_action: json.get("next_action").map(|action| next_action(&action)),
        last_error: json.get("last_error").map(|failure| Failure { code: failure_code(&failure) }),
        receipt_email: text(json, "receipt_email"),
        return_url: text(json, "return_url")?,
        locale: text(json, "locale"),
        expires_at: text(json, "expires_at")?,
        server_time: text(json, "server_time")?,
        poll_after_ms: u32::try_from(whole(json, "poll_after_ms")?).ok()?,
    })
}

fn text(json: &impl Json, name: &str) -> Option<String> {
    json.get(name)?.text()
}

/// A whole number that a float holds exactly.
fn whole(json: &impl Json, name: &str) -> Option<u64> {
    let number = json.get(name)?.number()?;
    let whole = number as u64;
    (whole as f64 == number && whole <= 1 << 53).then_some(whole)
}

fn reason(name: &str) -> ProcessingReason {
    match name {
        "confirming" => ProcessingReason::Confirming,
        "closing" => ProcessingReason::Closing,
        _ => ProcessingReason::Provider,
    }
}

fn offer(json: &impl Json) -> Option<MethodOffer> {
    let needs = json.get("needs").map(|needs| needs.list()).unwrap_or_default();
    Some(MethodOffer {
        kind: MethodKind::parse(&text(json, "kind")?).unwrap_or(MethodKind::Unknown),
        needs: needs.iter().filter_map(Json::text).map(|name| buyer_field(&name)).collect(),
        saved: json.get("saved").map(|saved| saved.list().iter().map(saved_of).collect()).unwrap_or_default(),
    })
}

fn saved_of(json: &impl Json) -> Saved {
    Saved { id: text(json, "id"), label: text(json, "label") }
}

fn buyer_field(name: &str) -> BuyerField {
    match name {
        "name" => BuyerField::Name,
        "email" => BuyerField::Email,
        "tax_id" => BuyerField::TaxId,
        _ => BuyerField::Unknown,
    }
}

fn attempt_view(json: &impl Json) -> Option<AttemptView> {
    Some(AttemptView {
        id: AttemptId::parse(&text(json, "id")?).ok()?,
        method: MethodKind::parse(&text(json, "method")?).unwrap_or(MethodKind::Unknown),
        status: AttemptStatus::parse(&text(json, "status")?).unwrap_or(AttemptStatus::Processing),
        payer_amount_minor: whole(json, "payer_amount_minor")?,
        round: whole(json, "round").and_then(|round| u32::try_from(round).ok()).unwrap_or_default(),
    })
}

/// An action that cannot be read is one that this version does not know.
fn next_action(json: &impl Json) -> NextAction {
    let known = match text(json, "type").as_deref() {
        Some("show_qr") => show_qr(json).map(NextAction::ShowQr),
        Some("collect_token") => widget(json).map(NextAction::CollectToken),
        Some("challenge") => challenge(json).map(NextAction::Challenge),
        Some("await_buyer") => await_buyer(json).map(NextAction::AwaitBuyer),
        Some("redirect") => text(json, "url").map(|url| NextAction::Redirect(Redirect { url })),
        _ => None,
    };
    known.unwrap_or(NextAction::Unknown)
}

fn widget(json: &impl Json) -> Option<Widget> {
    let is_true = |name| json.get(name).is_some_and(|value| value.is_true());
    Some(Widget {
        provider: text(json, "provider")?,
        script_url: text(json, "script_url")?,
        script_integrity: text(json, "script_integrity"),
        public_key: text(json, "public_key")?,
        buyer: json.get("buyer").map(|buyer| widget_buyer(&buyer)).unwrap_or_default(),
        hide_full_pay: is_true("hide_full_pay"),
        hide_instalments: is_true("hide_instalments"),
    })
}

fn widget_buyer(json: &impl Json) -> WidgetBuyer {
    WidgetBuyer {
        email: text(json, "email"),
        phone: text(json, "phone"),
        first_name: text(json, "first_name"),
        last_name: text(json, "last_name"),
    }
}

fn challenge(json: &impl Json) -> Option<Challenge> {
    Some(Challenge { widget: widget(&json.get("widget")?)?, action: text(json, "action")? })
}

fn show_qr(json: &impl Json) -> Option<ShowQr> {
    Some(ShowQr {
        payload: text(json, "payload"),
        image: text(json, "image"),
        app_url: text(json, "app_url"),
        expires_on: text(json, "expires_on")?,
        expires_at: text(json, "expires_at")?,
        payee: text(json, "payee")?,
    })
}

fn await_buyer(json: &impl Json) -> Option<AwaitBuyer> {
    Some(AwaitBuyer {
        channel: text(json, "channel")?,
        delivery: match text(json, "delivery").as_deref() {
            Some("delivered") => Delivery::Delivered,
            Some("read") => Delivery::Read,
            _ => Delivery::Sent,
        },
        app_url: text(json, "app_url"),
        label: text(json, "label")?,
        expires_at: text(json, "expires_at")?,
    })
}

fn failure_code(json: &impl Json) -> FailureCode {
    match text(json, "code").as_deref() {
        Some("declined") => FailureCode::Declined,
        Some("card_expired") => FailureCode::CardExpired,
        Some("card_details") => FailureCode::CardDetails,
        Some("authentication_failed") => FailureCode::AuthenticationFailed,
        Some("insufficient_funds") => FailureCode::InsufficientFunds,
        Some("buyer_details") => FailureCode::BuyerDetails,
        Some("amount_not_allowed") => FailureCode::AmountNotAllowed,
        Some("expired") => FailureCode::Expired,
        Some("canceled") => FailureCode::Canceled,
        Some("code_unusable") => FailureCode::CodeUnusable,
        Some("buyer_unreachable") => FailureCode::BuyerUnreachable,
        Some("provider_unavailable") => FailureCode::ProviderUnavailable,
        _ => FailureCode::Unknown,
    }
}
