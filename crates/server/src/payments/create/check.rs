//! Checks what a shop sent: the session that it describes, or every field that is wrong with it. Pure.

use super::CreateSession;
use crate::clock::{SECOND, brazil_day, brazil_day_end_ms};
use crate::keys;
use crate::store::Session;
use crate::store::known::Known;
use crate::store::sessions::Buyer;
use umclique_wire::{Currency, FieldProblem, MethodKind, Money, SessionStatus, TaxId};

const DEFAULT_LIFE_S: i64 = 86_400;

/// The session that the request describes, or every field that is wrong with it.
pub(super) fn checked(request: &CreateSession, now_ms: i64) -> Result<Session, Vec<FieldProblem>> {
    let mut problems = Problems::default();
    let amount = check_amount(request, &mut problems);
    check_texts(request, &mut problems);
    check_buyer(&request.buyer, now_ms, &mut problems);
    let life_s = request.expires_in_s.unwrap_or(DEFAULT_LIFE_S);
    if !(300..=604_800).contains(&life_s) {
        problems.add("expires_in_s", "expected 300 to 604800 seconds");
    }
    match amount {
        Some(amount) if problems.0.is_empty() => Ok(Session {
            id: keys::new_session_id(),
            version: 1,
            status: SessionStatus::RequiresPaymentMethod,
            reason: None,
            amount,
            reference: request.reference.clone(),
            capture: request.capture,
            return_url: request.return_url.clone(),
            locale: request.locale.clone(),
            methods: request.methods.clone(),
            buyer: request.buyer.clone(),
            order_data: serde_json::json!({
                "items": request.items, "tax_minor": request.tax_minor, "shipping_minor": request.shipping_minor,
                "discount_minor": request.discount_minor, "goods": request.goods,
                "billing_address": request.billing_address, "metadata": request.metadata,
                "provider_data": request.provider_data,
            }),
            attempt_count: 0,
            decline_count: 0,
            last_attempt: None,
            last_error: None,
            end: None,
            known: Known::default(),
            watched_until_ms: 0,
            expires_at_ms: now_ms + life_s * SECOND,
            created_at_ms: now_ms,
        }),
        _ => Err(problems.0),
    }
}

#[derive(Default)]
struct Problems(Vec<FieldProblem>);

impl Problems {
    fn add(&mut self, field: &str, detail: &str) {
        self.0.push(FieldProblem { field: field.into(), detail: detail.into() });
    }

    fn length(&mut self, field: &str, text: &str, at_most: usize) {
        let chars = text.chars().count();
        if chars == 0 || chars > at_most || text.chars().any(char::is_control) {
            self.add(field, &format!("expected 1 to {at_most} characters without control characters"));
        }
    }
}

fn check_amount(request: &CreateSession, problems: &mut Problems) -> Option<Money> {
    let currency = Currency::parse(&request.currency);
    if currency.is_none() {
        problems.add("currency", "expected a currency that a method can charge: AUD or BRL, in capitals");
    }
    let minor = u64::try_from(request.amount_minor).unwrap_or(0);
    if minor == 0 || minor > Money::MAX_MINOR {
        problems.add("amount_minor", "expected 1 to 999999999999 minor units; BRL 3.00 is 300");
        return None;
    }
    check_sum(request, minor, problems);
    Money::from_minor(minor, currency?).ok()
}

fn check_sum(request: &CreateSession, minor: u64, problems: &mut Problems) {
    let items = request.items.as_deref().unwrap_or_default();
    if items.len() > 200 {
        problems.add("items", "expected at most 200 items");
    }
    for (index, item) in items.iter().enumerate() {
        problems.length(&format!("items[{index}].name"), &item.name, 200);
        if item.quantity == 0 {
            problems.add(&format!("items[{index}].quantity"), "expected at least 1");
        }
    }
    let parts = [request.tax_minor, request.shipping_minor, request.discount_minor];
    if request.items.is_none() {
        if parts.iter().any(Option::is_some) {
            problems.add("items", "tax, shipping and discount are parts of a sum; send the items too");
        }
        return;
    }
    let wide = |value: Option<u64>| u128::from(value.unwrap_or(0));
    let goods: u128 = items.iter().map(|item| u128::from(item.quantity) * u128::from(item.unit_amount_minor)).sum();
    let sum = goods + wide(request.tax_minor) + wide(request.shipping_minor);
    if sum != u128::from(minor) + wide(request.discount_minor) {
        let detail = format!("items, tax and shipping less discount must be {minor} minor units");
        problems.add("amount_minor", &detail);
    }
}

fn check_texts(request: &CreateSession, problems: &mut Problems) {
    problems.length("reference", &request.reference, 64);
    let is_web = reqwest::Url::parse(&request.return_url)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty());
    // A reader of addresses forgives blanks and control characters; a database and a browser do not.
    let is_clean = request.return_url.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_web || !is_clean || request.return_url.len() > 2_048 {
        let detail = "expected an absolute http or https address, percent-encoded, of at most 2048 characters";
        problems.add("return_url", detail);
    }
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_language = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_tag =
        |tag: &str| tag.len() <= 35 && tag.split('-').all(is_part) && tag.split('-').next().is_some_and(is_language);
    if request.locale.as_deref().is_some_and(|tag| !is_tag(tag)) {
        problems.add("locale", "expected a BCP 47 tag, as in pt-BR");
    }
    let is_bad_list = |methods: &Vec<MethodKind>| {
        let is_twice = methods.iter().enumerate().any(|(at, kind)| methods[..at].contains(kind));
        methods.is_empty() || is_twice || methods.contains(&MethodKind::Unknown)
    };
    if request.methods.as_ref().is_some_and(is_bad_list) {
        let known: Vec<_> = MethodKind::ALL.iter().map(|kind| kind.as_str()).collect();
        problems.add("methods", &format!("expected at least one of, each once: {}", known.join(", ")));
    }
    let too_much = request.metadata.iter().any(|(key, value)| key.chars().count() > 40 || value.chars().count() > 500);
    if request.metadata.len() > 50 || too_much {
        problems.add("metadata", "expected at most 50 keys of 40 characters with texts of 500");
    }
}

fn check_buyer(buyer: &Buyer, now_ms: i64, problems: &mut Problems) {
    let texts = [("buyer.id", &buyer.id), ("buyer.name", &buyer.name), ("buyer.phone", &buyer.phone)];
    for (field, text) in texts {
        if let Some(text) = text {
            problems.length(field, text, 120);
        }
    }
    // A name that no provider takes would leave the buyer with a form that does not ask for it.
    if buyer.name.as_deref().is_some_and(|name| !name.chars().any(char::is_alphabetic)) {
        problems.add("buyer.name", "expected a name of letters");
    }
    if buyer.email.as_deref().is_some_and(|email| !is_email(email)) {
        problems.add("buyer.email", "expected an e-mail address, as in ana@example.com");
    }
    if let Some(Err(error)) = buyer.tax_id.as_deref().map(TaxId::parse) {
        problems.add("buyer.tax_id", &error.to_string());
    }
    if buyer.birth_date.as_deref().is_some_and(|day| !is_birth_date(day, now_ms)) {
        problems.add("buyer.birth_date", "expected a day in the past, as in 1990-12-31");
    }
}

/// A day, `YYYY-MM-DD`, since 1900 and not after today in Brazil.
#[must_use]
pub fn is_birth_date(day: &str, now_ms: i64) -> bool {
    // ISO days compare like text.
    day.len() == 10 && brazil_day_end_ms(day).is_some() && ("1900-01-01"..=brazil_day(now_ms).as_str()).contains(&day)
}

/// One `@` with something before it and a host with a point after it. More would refuse real addresses.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_clean = |part: &str| {
        !part.is_empty() && !part.contains('@') && !part.chars().any(|c| c.is_whitespace() || c.is_control())
    };
    text.len() <= 254 && is_clean(name) && is_clean(host) && host.contains('.') && !host.split('.').any(str::is_empty)
}
