//! What a merchant orders: the fields of `POST /picpay/simple`, each checked under its name. The two-step variant reads
//! the ones it shares from here. Nothing here knows other payments.

use std::net::IpAddr;

use jiff::civil::Date;
use serde_json::value::RawValue;

use super::errors::ApiError;
use super::payment::Person;
use super::pipeline::Scene;
use super::settings::Settings;
use super::times::{local_day, parse_day, plus_days};
use super::{contracts, tax_id};
use crate::json::{Complaint, Fields, Reason};
use crate::money::convert;

/// BRL 10 000.00, PicPay's most for one payment.
const MAX_AMOUNT: i64 = 1_000_000;
/// ePag allows 45 characters.
const MAX_REFERENCE: usize = 45;

/// A payment as the merchant wants it, checked.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) reference: String,
    pub(super) notification_url: String,
    pub(super) amount: i64,
    pub(super) original_amount: i64,
    pub(super) original_asset: String,
    pub(super) delay_capture: bool,
    pub(super) expiration: Date,
    pub(super) person: Person,
    pub(super) extra_data: Option<Box<RawValue>>,
}

/// Reads and checks a whole body; fields first, then the contract.
pub(super) fn read_order(body: &[u8], scene: &Scene<'_>) -> Result<Order, ApiError> {
    let fields = Fields::parse(body).ok_or_else(ApiError::malformed)?;
    let mut wrong = Vec::new();
    let contract = fields.required_text("contract_id", &mut wrong);
    let reference = read_reference(&fields, &mut wrong);
    let notification_url = read_url(&fields, "notification_url", true, &mut wrong);
    let address = fields.text("ip_address", &mut wrong);
    if address.is_some_and(|address| address.parse::<IpAddr>().is_err()) {
        fields.refuse("ip_address", Reason::Text("invalid IP address"), &mut wrong);
    }
    let payment = fields.object("payment", &mut wrong);
    let price = read_price(&payment, 1, &scene.settings, &mut wrong);
    let delay_capture = payment.flag("delay_capture", &mut wrong);
    let picpay = payment.object("picpay", &mut wrong);
    let expiration = read_expiration(&picpay, scene.now_ms, &mut wrong);
    let person = read_person(&fields.object("person", &mut wrong), "", &scene.settings, &mut wrong);
    fields.object("extra_data", &mut wrong);
    let (Some(contract), Some(reference), Some(notification_url), Some(price), true) =
        (contract, reference, notification_url, price, wrong.is_empty())
    else {
        return Err(ApiError::fields(&wrong));
    };
    if contract != contracts::PICPAY {
        return Err(ApiError::unknown_contract());
    }
    Ok(Order {
        reference,
        notification_url,
        amount: price.amount,
        original_amount: price.original_amount,
        original_asset: price.original_asset,
        delay_capture,
        expiration,
        person,
        extra_data: fields.raw("extra_data").map(RawValue::to_owned),
    })
}

/// At most 45 characters of any kind.
pub(super) fn read_reference(fields: &Fields<'_>, wrong: &mut Vec<Complaint>) -> Option<String> {
    let reference = fields.required_text("reference_id", wrong)?;
    if reference.chars().count() > MAX_REFERENCE {
        fields.refuse("reference_id", Reason::Text("size must be between 1 and 45"), wrong);
        return None;
    }
    Some(reference)
}

/// An absolute http or https URL.
pub(super) fn read_url(
    fields: &Fields<'_>,
    name: &str,
    is_required: bool,
    wrong: &mut Vec<Complaint>,
) -> Option<String> {
    let text = if is_required { fields.required_text(name, wrong)? } else { fields.text(name, wrong)? };
    let is_url = reqwest::Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_url {
        fields.refuse(name, Reason::Text("must be a valid URL"), wrong);
    }
    is_url.then_some(text)
}

/// What is to be paid, in BRL and as it was sent.
pub(super) struct Price {
    pub(super) amount: i64,
    pub(super) original_amount: i64,
    pub(super) original_asset: String,
}

/// Amount, asset, currency and country; `least` is in cents.
pub(super) fn read_price(
    fields: &Fields<'_>,
    least: i64,
    settings: &Settings,
    wrong: &mut Vec<Complaint>,
) -> Option<Price> {
    let original = fields.required_amount("amount", wrong);
    let asset = fields.text("asset", wrong).unwrap_or_else(|| "BRL".to_owned());
    for (name, only, reason) in [("currency", "BRL", "must be BRL"), ("country", "BR", "must be BR")] {
        if fields.required_text(name, wrong).is_some_and(|text| text != only) {
            fields.refuse(name, Reason::Text(reason), wrong);
        }
    }
    let rate = if asset == "BRL" { Some(1_000_000) } else { settings.fx_rate_micro.get(&asset).copied() };
    let Some(rate) = rate else {
        fields.refuse("asset", Reason::Text("asset not supported"), wrong);
        return None;
    };
    let original_amount = original?;
    let amount = convert(original_amount, rate.into());
    let amount = amount.filter(|amount| (least..=MAX_AMOUNT).contains(amount));
    if amount.is_none() {
        fields.refuse("amount", Reason::Text("amount out of the allowed range"), wrong);
    }
    Some(Price { amount: amount?, original_amount, original_asset: asset })
}

/// The QR's last day: two days from today unless told, never past.
pub(super) fn read_expiration(fields: &Fields<'_>, now_ms: i64, wrong: &mut Vec<Complaint>) -> Date {
    let today = local_day(now_ms);
    let Some(text) = fields.text("expiration_date", wrong) else { return plus_days(today, 2) };
    let day = parse_day(&text);
    match day {
        Some(day) if day >= today => return day,
        Some(_) => {
            fields.refuse("expiration_date", Reason::Text("must be a date in the present or in the future"), wrong);
        }
        None => fields.refuse("expiration_date", Reason::Text("invalid date, expected yyyy-MM-dd"), wrong),
    }
    today
}

/// Who pays; `prefix` is `person_` in the two-step variant. Its `full_name` is put together by the caller there.
pub(super) fn read_person(
    fields: &Fields<'_>,
    prefix: &str,
    settings: &Settings,
    wrong: &mut Vec<Complaint>,
) -> Person {
    let named = |name: &str| format!("{prefix}{name}");
    let tax_id = fields.required_text(&named("tax_id"), wrong);
    let is_tax_id = |text: &str| tax_id::is_cpf(text) || (settings.accept_cnpj && tax_id::is_cnpj(text));
    if tax_id.as_deref().is_some_and(|text| !is_tax_id(text)) {
        fields.refuse(&named("tax_id"), Reason::Text("invalid tax ID number"), wrong);
    }
    let birth_date = fields.text(&named("birth_date"), wrong);
    if birth_date.as_deref().is_some_and(|text| parse_day(text).is_none()) {
        fields.refuse(&named("birth_date"), Reason::Text("invalid date, expected yyyy-MM-dd"), wrong);
    }
    Person {
        full_name: fields.text(&named("full_name"), wrong),
        email: fields.text(&named("email"), wrong),
        tax_id: tax_id.unwrap_or_default(),
        birth_date,
    }
}
