//! What the checkout's frame asks of its own back end: who the shopper is, tokens and sources for what was typed. Its paths
//! and bodies are the sandbox's own; only the page `pages/frame.html` calls them, with the public key.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value, json};

use super::book::Book;
use super::calls::Call;
use super::cards::{TestCard, has_check_digit};
use super::errors::ApiError;
use super::keys::Key;
use super::pipeline::{Reply, Scene, Site, answer};
use super::token::{Kind, Source};
use super::tokens::{Mint, WALLET_CARD};
use super::{April, CURRENCY};
use crate::clock::timestamp;
use crate::json::Fields;
use crate::money::fixed;
use crate::world::lock;

/// Pay plans: April's name, how many payments, and how they read. Source of the first name: April "API reference".
const PLANS: [(&str, i64, &str); 3] = [
    ("payplan_fortnight_25_25_25_25", 4, "fortnightly"),
    ("payplan_month_34_33_33", 3, "monthly"),
    ("payplan_week_50_50", 2, "weekly"),
];

/// The frame's calls.
pub(super) fn router() -> Router<Arc<April>> {
    Router::new()
        .route("/v3/frame/open", post(open))
        .route("/v3/frame/identity", post(look_up_identity))
        .route("/v3/frame/tokens", post(create_token))
        .route("/v3/frame/sources", post(create_source))
}

/// Answers a call of the frame, which has the public key and no other.
async fn ask(
    april: Arc<April>,
    site: Site,
    body: Bytes,
    run: impl FnOnce(&Scene<'_>, &Fields<'_>) -> Result<Value, ApiError>,
) -> Response {
    answer(&april, site, Call::Frame, |scene| {
        if scene.key != Key::Public {
            return Err(ApiError::forbidden());
        }
        let fields = Fields::parse(&body).ok_or_else(|| ApiError::bad_request("the body must be a JSON object"))?;
        run(scene, &fields).map(Reply::ok)
    })
    .await
}

/// The frame begins: is the key good, what has the shopper saved, which plans are there?
async fn open(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    ask(april, site, body, |scene, fields| {
        let mut wrong = Vec::new();
        let amount = fields.integer("amount", &mut wrong);
        let email = fields.text("email", &mut wrong).unwrap_or_default();
        let book = lock(&scene.april.book);
        let customer = customer_of(&book, fields);
        let is_theirs = |source: &Source| customer.is_some() && source.customer == customer;
        let saved = book.sources.iter().filter(|(_, source)| is_theirs(source));
        let saved = saved.map(|(id, source)| json!({ "sourceId": id, "label": label(source.card) }));
        Ok(json!({
            "savedCards": saved.collect::<Vec<_>>(),
            "isIdentified": book.identified.contains(&email.to_lowercase()),
            "plans": amount.map(plans).unwrap_or_default(),
            "surcharge": amount.map_or(0, |amount| scene.settings.surcharge(amount)),
            "reportFieldErrors": scene.settings.report_field_errors,
        }))
    })
    .await
}

fn customer_of(book: &Book, fields: &Fields<'_>) -> Option<String> {
    let custom_token = fields.text("customerToken", &mut Vec::new())?;
    book.signed_in(&custom_token).map(|customer| customer.id.clone())
}

fn label(card: &TestCard) -> String {
    format!("Visa ending in {}", card.last4())
}

/// The cents that do not divide are in the first payment.
fn plans(amount: i64) -> Vec<Value> {
    let describe = |(variant, count, rhythm): (&str, i64, &str)| {
        let each = amount / count;
        let first = amount - each * (count - 1);
        let label = if first == each {
            format!("{count} {rhythm} payments of A${}", fixed(each))
        } else {
            format!("A${} today, then {} {rhythm} of A${}", fixed(first), count - 1, fixed(each))
        };
        json!({ "variant": variant, "label": label })
    };
    PLANS.into_iter().map(describe).collect()
}

/// Whether the owner of an e-mail address has been checked before.
async fn look_up_identity(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    ask(april, site, body, |scene, fields| {
        let email = fields.text("email", &mut Vec::new()).unwrap_or_default();
        Ok(json!({ "isIdentified": lock(&scene.april.book).identified.contains(&email.to_lowercase()) }))
    })
    .await
}

/// The shopper is done: a token for the card, the plan or the wallet.
async fn create_token(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    ask(april, site, body, |scene, fields| {
        let mut wrong = Vec::new();
        let amount = fields.positive_integer("amount", &mut wrong);
        let currency = fields.required_text("currency", &mut wrong);
        let kind = fields.required_text("kind", &mut wrong).and_then(|name| serde_json::from_value(json!(name)).ok());
        let (Some(amount), Some(currency), Some(kind)) = (amount, currency, kind) else {
            return Err(ApiError::bad_request("amount, currency and kind are needed"));
        };
        if currency != CURRENCY {
            return Err(ApiError::bad_request("currency: must be AUD"));
        }
        let mut book = lock(&scene.april.book);
        let (card, source) = match kind {
            Kind::Card | Kind::PayPlan => chosen_card(scene, &book, fields)?,
            Kind::ApplePay | Kind::GooglePay => (TestCard::find(WALLET_CARD).ok_or_else(ApiError::internal)?, None),
        };
        let plan = if kind == Kind::PayPlan { Some(agree(scene, &mut book, fields)?) } else { None };
        let mint = Mint { kind, card, source, plan, amount, currency };
        let id = scene.april.mint(&mut book, mint, &scene.settings, scene.now_ms);
        Ok(json!({ "paymentTokenId": id, "paymentMethodType": kind.name() }))
    })
    .await
}

/// The shopper saves a card without paying. Without a customer the source is temporary.
async fn create_source(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    ask(april, site, body, |scene, fields| {
        let mut book = lock(&scene.april.book);
        let (card, chosen) = chosen_card(scene, &book, fields)?;
        if let Some(source) = chosen {
            return Ok(json!({ "cardPaymentSourceId": source }));
        }
        let customer = customer_of(&book, fields);
        let life_ms = i64::from(scene.settings.source_life_s) * 1_000;
        let expires_at_ms = customer.is_none().then_some(scene.now_ms + life_ms);
        let id = scene.april.id("psrc_");
        book.sources.insert(id.clone(), Source { card, customer, expires_at_ms });
        Ok(json!({ "cardPaymentSourceId": id }))
    })
    .await
}

/// The saved card that was picked, or the one that was typed.
fn chosen_card(
    scene: &Scene<'_>,
    book: &Book,
    fields: &Fields<'_>,
) -> Result<(&'static TestCard, Option<String>), ApiError> {
    let mut wrong = Vec::new();
    if let Some(id) = fields.text("source", &mut wrong) {
        let customer = customer_of(book, fields);
        let theirs = book.sources.get(&id).filter(|source| customer.is_some() && source.customer == customer);
        let source = theirs.ok_or_else(|| ApiError::not_found("payment source"))?;
        return Ok((source.card, Some(id)));
    }
    let card = fields.object("card", &mut wrong);
    let mut text = |name: &str| card.text(name, &mut wrong).unwrap_or_default();
    let (number, expiry, cvc) = (text("number"), text("expiry"), text("cvc"));
    check_expiry(scene, &expiry)?;
    if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ApiError::card("invalid_cvc", "Security code has three or four digits"));
    }
    let digits: String = number.chars().filter(|character| *character != ' ').collect();
    if !has_check_digit(&digits) {
        return Err(ApiError::card("incorrect_number", "Card number is incorrect"));
    }
    let known = TestCard::find(&digits);
    Ok((known.ok_or_else(|| ApiError::card("incorrect_number", "Card is none of the sandbox's test cards"))?, None))
}

/// `MM/YY`, not past on the virtual clock.
fn check_expiry(scene: &Scene<'_>, expiry: &str) -> Result<(), ApiError> {
    let (month, year) = expiry.split_once('/').unwrap_or((expiry, ""));
    let wrong_year = || ApiError::card("invalid_expiry_year", "Card has expired, or the year has not two digits");
    let month: i16 = month.trim().parse().unwrap_or(0);
    if !(1..=12).contains(&month) {
        return Err(ApiError::card("invalid_expiry_month", "Month must be 01 to 12"));
    }
    let year: i16 = year.trim().parse().ok().filter(|year| (0..=99).contains(year)).ok_or_else(wrong_year)?;
    let today = timestamp(scene.now_ms).to_zoned(jiff::tz::TimeZone::UTC).date();
    let is_past = (2000 + year, month) < (today.year(), today.month().into());
    if is_past { Err(wrong_year()) } else { Ok(()) }
}

/// Everything that instalments need beside the card; answers the plan. The first time per e-mail address the shopper says
/// who they are.
fn agree(scene: &Scene<'_>, book: &mut Book, fields: &Fields<'_>) -> Result<String, ApiError> {
    let mut wrong = Vec::new();
    let plan = fields.object("plan", &mut wrong);
    let mut text = |name: &str| plan.text(name, &mut wrong).unwrap_or_default().trim().to_owned();
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    if digits(&text("phone")) < 8 {
        return Err(ApiError::card("invalid_phone", "Phone number is not valid"));
    }
    let code = text("code");
    if code.len() != 6 || digits(&code) != 6 || code == "000000" {
        return Err(ApiError::card("invalid_code", "Verification code is not right"));
    }
    let email = text("email").to_lowercase();
    if !email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        return Err(ApiError::card("invalid_email", "E-mail address is not valid"));
    }
    let variant = text("variant");
    if !PLANS.iter().any(|(name, ..)| *name == variant) {
        return Err(ApiError::card("invalid_plan", "Pay plan is not offered"));
    }
    let identity = (text("birthDate"), text("name"), text("address"));
    if !plan.flag("terms", &mut wrong) {
        return Err(ApiError::card("terms_not_accepted", "Terms were not accepted"));
    }
    if !book.identified.contains(&email) {
        check_identity(scene, &identity.0, &identity.1, &identity.2)?;
        book.identified.insert(email);
    }
    Ok(variant)
}

/// Know your customer: a name, an address, and an age of at least eighteen years on the virtual clock.
fn check_identity(scene: &Scene<'_>, birth_date: &str, name: &str, address: &str) -> Result<(), ApiError> {
    let born: Option<jiff::civil::Date> = birth_date.parse().ok();
    let today = timestamp(scene.now_ms).to_zoned(jiff::tz::TimeZone::UTC).date();
    let is_adult = born.is_some_and(|born| {
        let years = today.year() - born.year();
        let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
        years > 18 || (years == 18 && had_birthday)
    });
    if !is_adult {
        return Err(ApiError::card("invalid_birth_date", "Shopper must be 18 years old"));
    }
    if name.is_empty() || address.is_empty() {
        return Err(ApiError::card("invalid_identity", "Name and address are needed"));
    }
    Ok(())
}
