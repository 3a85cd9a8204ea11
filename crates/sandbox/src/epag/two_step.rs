//! The two-step variant: `POST /payment` opens, `POST /payment/{token}/sendPayment` sends it to PicPay. Other names for
//! the same things, as published: flat `person_*` fields, `picpay_qr_code`, `picpay_duedate`, at least BRL 1.00.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use uuid::Uuid;

use super::errors::ApiError;
use super::order::{Order, read_expiration, read_person, read_price, read_reference, read_url};
use super::payment::Payment;
use super::pipeline::{Call, Reply, Scene, Site, UNDOCUMENTED_STATUS, answer};
use super::status::Status;
use super::{Epag, contracts, qr_image};
use crate::json::{Fields, Reason};
use crate::money::fixed;

/// BRL 1.00.
const LEAST: i64 = 100;

/// The address, needed unless `disable_address` is true; the names of its fields are assumed.
const ADDRESS: [&str; 5] = ["address_street", "address_number", "address_city", "address_state", "address_zipcode"];

#[derive(Debug, Serialize)]
struct Opened {
    payment: OpenedPayment,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct OpenedPayment {
    payment_token: Uuid,
    reference_id: String,
    transaction_status: &'static str,
}

#[derive(Debug, Serialize)]
struct Sent {
    transaction_status: &'static str,
    payment_token: Uuid,
    reference_id: String,
    picpay_qr_code: String,
    picpay_amount: String,
    picpay_duedate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Reply for Opened {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_status(&mut self) {
        self.payment.transaction_status = UNDOCUMENTED_STATUS;
    }
}

impl Reply for Sent {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }

    fn distort_status(&mut self) {
        self.transaction_status = UNDOCUMENTED_STATUS;
    }
}

/// `POST /payment`.
pub(super) async fn open_payment(State(epag): State<Arc<Epag>>, site: Site, body: Bytes) -> Response {
    answer(&epag, site, Call::Create, |scene| {
        let order = read_order(&body, scene)?;
        let payment = scene.epag.open(order, Status::Created, scene);
        let opened = OpenedPayment {
            payment_token: payment.token,
            reference_id: payment.reference.clone(),
            transaction_status: payment.status.name(),
        };
        scene.epag.admit(payment, scene);
        Ok(Opened { payment: opened, refresh_token: None })
    })
    .await
}

/// `POST /payment/{token}/sendPayment`.
pub(super) async fn send_payment(
    State(epag): State<Arc<Epag>>,
    site: Site,
    Path(token): Path<String>,
    body: Bytes,
) -> Response {
    answer(&epag, site, Call::Create, |scene| {
        let fields = Fields::parse(&body).ok_or_else(ApiError::malformed)?;
        let mut wrong = Vec::new();
        let method = fields.required_text("method", &mut wrong);
        let Some(method) = method else { return Err(ApiError::fields(&wrong)) };
        if method != "PICPAY" {
            return Err(ApiError::method_not_allowed());
        }
        let sent = scene.epag.with_payment(&token, |payment| send(scene, payment));
        sent.unwrap_or_else(|| Err(ApiError::unknown_payment()))
    })
    .await
}

fn send(scene: &Scene<'_>, payment: &mut Payment) -> Result<Sent, ApiError> {
    if payment.status != Status::Created {
        return Err(ApiError::already_sent());
    }
    let sent = Sent {
        transaction_status: Status::Processing.name(),
        payment_token: payment.token,
        reference_id: payment.reference.clone(),
        picpay_qr_code: qr_image::qr_code(payment),
        picpay_amount: fixed(payment.amount),
        picpay_duedate: payment.expiration.to_string(),
        refresh_token: None,
    };
    // The merchant reads this change in the answer, so it gets no callback.
    payment.status = Status::Processing;
    payment.history.push((scene.now_ms, Status::Processing));
    scene.epag.begin(payment, scene.now_ms);
    Ok(sent)
}

fn read_order(body: &[u8], scene: &Scene<'_>) -> Result<Order, ApiError> {
    let fields = Fields::parse(body).ok_or_else(ApiError::malformed)?;
    let mut wrong = Vec::new();
    let contract = fields.required_text("contract_id", &mut wrong);
    let reference = read_reference(&fields, &mut wrong);
    let notification_url = read_url(&fields, "notification_url", true, &mut wrong);
    let price = read_price(&fields, LEAST, &scene.settings, &mut wrong);
    let delay_capture = fields.flag("delay_capture", &mut wrong);
    let expiration = read_expiration(&fields, scene.now_ms, &mut wrong);
    let mut person = read_person(&fields, "person_", &scene.settings, &mut wrong);
    let names = [fields.text("person_firstname", &mut wrong), fields.text("person_lastname", &mut wrong)];
    person.full_name = Some(names.into_iter().flatten().collect::<Vec<_>>().join(" "));
    if !fields.flag("disable_address", &mut wrong) {
        for name in ADDRESS {
            fields.required_text(name, &mut wrong);
        }
    }
    if fields.raw("extra_data").is_some_and(|raw| !raw.get().starts_with('{')) {
        fields.refuse("extra_data", Reason::Text("must be an object"), &mut wrong);
    }
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
        extra_data: fields.raw("extra_data").map(ToOwned::to_owned),
    })
}
