//! `POST /picpay/simple`: reads and checks every field, opens a payment, answers with its QR.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::errors::ApiError;
use super::payment::{Payment, Person};
use super::pipeline::{Call, Reply, Scene, Site, UNDOCUMENTED_STATUS, answer};
use super::settings::Settings;
use super::status::Status;
use super::times::{local_day, parse_day, plus_days};
use super::{Epag, contracts, qr_image, tax_id};
use crate::json::{Complaint, Fields, Reason};
use crate::money::{convert, fixed, number};
use crate::world::lock;

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

/// `totals` of the answer.
#[derive(Debug, Serialize)]
struct Totals {
    amount: Box<RawValue>,
    original_amount: Box<RawValue>,
    original_asset: String,
    customer_fees: Box<RawValue>,
    customer_amount: Box<RawValue>,
    asset: &'static str,
}

/// The answer. `amount` is a string and `totals` has numbers, as published.
#[derive(Debug, Serialize)]
struct CreateReply {
    transaction_status: &'static str,
    payment_token: Uuid,
    reference_id: String,
    qr_code: String,
    amount: String,
    expiration_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    totals: Totals,
    customer_fees: BTreeMap<String, Box<RawValue>>,
}

impl Reply for CreateReply {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_amount(&mut self) {
        self.totals.amount = number(123_456);
    }

    fn distort_status(&mut self) {
        self.transaction_status = UNDOCUMENTED_STATUS;
    }
}

/// `POST /picpay/simple`.
pub(super) async fn create_payment(State(epag): State<Arc<Epag>>, site: Site, body: Bytes) -> Response {
    answer(&epag, site, Call::Create, |scene| {
        let order = read_order(&body, scene)?;
        let payment = scene.epag.open(order, Status::Processing, scene);
        let reply = reply(&payment);
        scene.epag.admit(payment, scene);
        Ok(reply)
    })
    .await
}

fn reply(payment: &Payment) -> CreateReply {
    let fees = payment.terms.customer_fees.iter();
    CreateReply {
        // The outcome comes later, even when the delay is none.
        transaction_status: Status::Processing.name(),
        payment_token: payment.token,
        reference_id: payment.reference.clone(),
        qr_code: qr_image::qr_code(payment),
        amount: fixed(payment.amount),
        expiration_date: payment.expiration.to_string(),
        refresh_token: None,
        totals: Totals {
            amount: number(payment.amount),
            original_amount: number(payment.original_amount),
            original_asset: payment.original_asset.clone(),
            customer_fees: number(payment.terms.fee_total()),
            customer_amount: number(payment.customer_amount()),
            asset: "BRL",
        },
        customer_fees: fees.map(|(name, fee)| (name.clone(), number(i64::from(*fee)))).collect(),
    }
}

impl Epag {
    /// A new payment, not in the book yet.
    pub(super) fn open(&self, order: Order, status: Status, scene: &Scene<'_>) -> Payment {
        Payment {
            token: self.world.ids.uuid(),
            reference: order.reference,
            notification_url: order.notification_url.into(),
            status,
            created_at_ms: scene.now_ms,
            expiration: order.expiration,
            amount: order.amount,
            original_amount: order.original_amount,
            original_asset: order.original_asset,
            delay_capture: order.delay_capture,
            person: order.person,
            extra_data: order.extra_data,
            terms: scene.settings.clone(),
            received: 0,
            refunded: 0,
            paid_at_ms: None,
            error_code: None,
            cancellation: None,
            pending: None,
            refunds: Vec::new(),
            history: vec![(scene.now_ms, status)],
            deadline: None,
        }
    }

    /// Puts a payment into the book and lets its life begin, unless it waits to be sent.
    pub(super) fn admit(&self, payment: Payment, scene: &Scene<'_>) {
        let token = payment.token;
        let mut book = lock(&self.book);
        if let Some(orphaned) = book.insert(payment, scene.settings.max_payments) {
            self.world.clock.cancel(orphaned);
        }
        if let Some(payment) = book.payment_mut(&token)
            && payment.status == Status::Processing
        {
            self.begin(payment, scene.now_ms);
        }
    }
}

fn read_order(body: &[u8], scene: &Scene<'_>) -> Result<Order, ApiError> {
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
