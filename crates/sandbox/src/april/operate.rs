//! `PATCH /transactions/{transactionId}`: `CreateRefund` and `CaptureFunds`. Both take effect before the answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::April;
use super::calls::Call;
use super::create::read_action;
use super::errors::ApiError;
use super::life::refundable;
use super::order::{Order, Refund};
use super::pipeline::{Reply, Scene, Site, answer};
use super::settings::OperationReply;
use super::status::Status;

/// What the body asks for; amounts in minor units.
enum Action {
    Refund {
        amount: i64,
    },
    /// Without an amount: all of it.
    Capture {
        amount: Option<i64>,
    },
}

/// `PATCH /transactions/{transactionId}`.
pub(super) async fn update_transaction(
    State(april): State<Arc<April>>,
    site: Site,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let action = read_patch(&body);
    // A refund of zero is a refund all the same, and a fault scripted for refunds is for it too.
    let call = match &action {
        Ok((call, _)) => *call,
        Err(_) => Call::Other,
    };
    answer(&april, site, call, |scene| {
        let (_, action) = action?;
        let action = action?;
        let done = scene.april.with_transaction(&id, |order, id| match action {
            Action::Refund { amount } => refund(scene, order, id, amount),
            Action::Capture { amount } => capture(scene, order, id, amount),
        });
        let reply = done.ok_or_else(|| ApiError::not_found("transaction"))??;
        Ok(match scene.settings.operation_reply {
            OperationReply::Body => Reply::ok(reply),
            OperationReply::Empty => Reply::empty(),
        })
    })
    .await
}

fn read_patch(body: &[u8]) -> Result<(Call, Result<Action, ApiError>), ApiError> {
    let (name, fields) = read_action(body)?;
    let mut wrong = Vec::new();
    match name.as_str() {
        "CreateRefund" => {
            let amount = fields.positive_integer("refundAmount", &mut wrong);
            let action = amount.map(|amount| Action::Refund { amount }).ok_or_else(|| ApiError::fields(&wrong));
            Ok((Call::Refund, action))
        }
        // Undocumented; we assume the predecessor's field, and all of it where the field is absent.
        "CaptureFunds" => {
            let named = fields.raw("captureAmount").is_some();
            let amount = named.then(|| fields.positive_integer("captureAmount", &mut wrong)).flatten();
            let action = if wrong.is_empty() { Ok(Action::Capture { amount }) } else { Err(ApiError::fields(&wrong)) };
            Ok((Call::Capture, action))
        }
        _ => Err(ApiError::bad_request("the action must be CreateRefund or CaptureFunds; others are not imitated")),
    }
}

fn refund(scene: &Scene<'_>, order: &mut Order, id: &str, amount: i64) -> Result<Value, ApiError> {
    let refund_id = scene.april.try_refund(order, id, amount, false, scene.now_ms)?;
    Ok(json!({ "refundId": refund_id, "transactionId": id, "refundAmount": amount }))
}

fn capture(scene: &Scene<'_>, order: &mut Order, id: &str, amount: Option<i64>) -> Result<Value, ApiError> {
    let Some(transaction) = order.transaction_mut(id) else { return Err(ApiError::not_found("transaction")) };
    let (status, most) = (transaction.status, transaction.total());
    if !scene.settings.capture_allowed {
        return Err(ApiError::bad_request("CaptureFunds: is not available to this merchant"));
    }
    if status != Status::NotCaptured {
        return Err(ApiError::conflict(format!("the transaction is {}", status.name())));
    }
    let amount = amount.unwrap_or(most);
    if amount > most {
        return Err(ApiError::bad_request("captureAmount: is more than was authorised"));
    }
    scene.april.capture(order, id, amount, scene.now_ms);
    Ok(json!({ "transactionId": id, "transactionStatus": Status::Paid.name(), "captureAmount": amount }))
}

impl April {
    /// Gives money back, if there is as much; answers the refund's id.
    pub(super) fn try_refund(
        &self,
        order: &mut Order,
        id: &str,
        amount: i64,
        is_foreign: bool,
        at_ms: i64,
    ) -> Result<String, ApiError> {
        let Some(transaction) = order.transaction_mut(id) else { return Err(ApiError::not_found("transaction")) };
        if transaction.status == Status::Disputed {
            return Err(ApiError::conflict("the transaction is disputed"));
        }
        if !transaction.status.is_refundable() || amount > refundable(transaction) {
            return Err(ApiError::bad_request("refundAmount: is more than was captured and not refunded"));
        }
        let refund = Refund { id: self.id("rfnd_"), amount, created_at_ms: at_ms, is_foreign };
        let refund_id = refund.id.clone();
        self.refund(order, id, refund);
        Ok(refund_id)
    }
}
