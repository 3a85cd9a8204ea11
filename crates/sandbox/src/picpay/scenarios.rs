//! `/v1/sandbox/payments/…`: PicPay's own selector of answers. `test_case` says which one is given; nothing moves and nothing
//! is kept. Source: PicPay "API reference", sandbox.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::PicPay;
use super::ask::Ask;
use super::body::{read_order, read_text, read_value, read_value_and_ids};
use super::calls::Call;
use super::charge::{Caller, Charge, Giver, Order, Refund};
use super::errors::ApiError;
use super::forms;
use super::payments::Movement;
use super::pipeline::{Scene, answer};
use super::query;
use super::reply::Reply;
use super::status::Status;
use super::times::answer_time;
use super::wallet::Funds;
use crate::json::{Complaint, Reason};

/// What a query is answered about, and a refund is made of.
const VALUE: i64 = 6_000;

/// `POST /v1/sandbox/payments/charge`.
pub(super) async fn charge(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Scenario, |scene| {
        let case = case_of_body(scene)?;
        common(&case).unwrap_or_else(|| match case.as_str() {
            "SUCCESS" => {
                let order = read_order(scene.ask, scene.settings)?;
                Ok(movement(scene, order.reference))
            }
            _ => Err(unknown_case(scene)),
        })
    })
    .await
}

/// `POST /v1/sandbox/payments/capture`.
pub(super) async fn capture(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Scenario, |scene| {
        let case = case_of_body(scene)?;
        common(&case).unwrap_or_else(|| match case.as_str() {
            "SUCCESS" => read_value_and_ids(scene.ask, scene.settings).map(|_| Reply::nothing()),
            "TRANSACTION_NOT_FOUND" => Err(ApiError::unknown_transaction()),
            "INVALID_STATUS" => Err(ApiError::not_capturable()),
            "GRAND_VALUE" => Err(ApiError::capture_too_high()),
            _ => Err(unknown_case(scene)),
        })
    })
    .await
}

/// `POST /v1/sandbox/payments/cancel`.
pub(super) async fn cancel(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Scenario, |scene| {
        let case = case_of_body(scene)?;
        common(&case).unwrap_or_else(|| match case.as_str() {
            "SUCCESS" => {
                let (_, ids) = read_value_and_ids(scene.ask, scene.settings)?;
                Ok(movement(scene, ids.reference))
            }
            "TRANSACTION_NOT_FOUND" => Err(ApiError::unknown_transaction()),
            "INVALID_STATUS" => Err(ApiError::not_cancellable()),
            _ => Err(unknown_case(scene)),
        })
    })
    .await
}

/// `POST /v1/sandbox/payments/refund`.
pub(super) async fn refund(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Scenario, |scene| {
        refund_case(scene, || read_value_and_ids(scene.ask, scene.settings).map(|(_, ids)| ids.reference))
    })
    .await
}

/// `POST /v1/sandbox/payments/{transaction_id}/refund`.
pub(super) async fn refund_by_path(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Scenario, |scene| {
        refund_case(scene, || read_value(scene.ask, scene.settings).map(|_| None))
    })
    .await
}

fn refund_case(
    scene: &Scene<'_>,
    reference: impl FnOnce() -> Result<Option<String>, ApiError>,
) -> Result<Reply, ApiError> {
    let case = case_of_body(scene)?;
    let is_legacy = scene.settings.is_legacy();
    common(&case).unwrap_or_else(|| match case.as_str() {
        "SUCCESS" | "PARTIAL_REFUND" if is_legacy || case == "SUCCESS" => Ok(movement(scene, reference()?)),
        "COMPLETED_REFUND" if is_legacy => Ok(Reply::nothing()),
        "TRANSACTION_NOT_FOUND" => Err(ApiError::unknown_transaction()),
        "GRAND_VALUE" => Err(ApiError::refund_too_high()),
        _ => Err(unknown_case(scene)),
    })
}

/// `GET /v1/sandbox/payments`.
pub(super) async fn find(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer(&picpay, ask, Call::Scenario, |scene| {
        let mut fields = forms::fields(&scene.ask.query);
        // The English page has the older name.
        let case = fields.remove("test_case").or_else(|| fields.remove("testScenery"));
        match case.as_deref().unwrap_or("SUCCESS") {
            "SUCCESS" => Ok(found(scene, Status::Paid, 0)),
            "SUCCESS_REFUNDED" => Ok(found(scene, Status::Refunded, VALUE)),
            "SUCCESS_PARTIALLY_REFUNDED" => Ok(found(scene, Status::PartiallyRefunded, 1_000)),
            "INTERNAL_SERVER_ERROR" => Err(ApiError::internal()),
            "NOT_FOUND" => Err(ApiError::unknown_transaction()),
            _ => Err(unknown_case(scene)),
        }
    })
    .await
}

fn case_of_body(scene: &Scene<'_>) -> Result<String, ApiError> {
    let name = if scene.settings.is_legacy() { "testScenery" } else { "test_case" };
    let case = read_text(scene.ask, scene.settings, name)?;
    Ok(case.unwrap_or_else(|| "SUCCESS".to_owned()))
}

/// The errors that every call but the query knows.
fn common(case: &str) -> Option<Result<Reply, ApiError>> {
    match case {
        "INTERNAL_SERVER_ERROR" => Some(Err(ApiError::internal())),
        "EXPIRED_TOKEN" => Some(Err(ApiError::expired_token())),
        "MISSING_TOKEN" => Some(Err(ApiError::no_token())),
        _ => None,
    }
}

/// Undocumented what an unknown case gets; we assume a complaint like any other.
fn unknown_case(scene: &Scene<'_>) -> ApiError {
    let reason = Reason::Text("is not a case of this call");
    ApiError::fields(&[Complaint { path: "test_case".to_owned(), reason }], scene.settings.field_errors)
}

fn movement(scene: &Scene<'_>, reference_id: Option<String>) -> Reply {
    let transaction_id = scene.picpay.transaction_id();
    Reply::ok(&Movement { transaction_id, reference_id, created_at: answer_time(scene.now_ms) })
}

/// A made-up charge of BRL 60.00.
fn found(scene: &Scene<'_>, status: Status, refunded: i64) -> Reply {
    let Caller { client, buyer, .. } = scene.caller.clone();
    let refund = |value| Refund {
        id: scene.picpay.transaction_id(),
        value,
        funds: Funds::default(),
        by: Giver::Panel,
        created_at_ms: scene.now_ms,
    };
    let charge = Charge {
        id: scene.picpay.transaction_id(),
        client,
        buyer,
        key: None,
        order: Order {
            value: VALUE,
            reference: Some(scene.picpay.world.ids.uuid().to_string()),
            auto_capture: true,
            description: None,
            initiator: None,
        },
        status,
        funds: Funds::default(),
        captured: VALUE,
        created_at_ms: scene.now_ms,
        captured_at_ms: Some(scene.now_ms),
        refunds: (refunded > 0).then(|| refund(refunded)).into_iter().collect(),
        deadline: None,
    };
    Reply::ok(&query::view(&charge))
}
