//! Reading, renaming and cancelling an order: `GET`, `PATCH` and `DELETE /orders/{orderId}`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::calls::Call;
use super::create::read_only_action;
use super::errors::ApiError;
use super::order::Order;
use super::pipeline::{Reply, Scene, Site, answer};
use super::settings::OrderShape;
use super::status::OrderStatus;
use super::{April, views};
use crate::world::lock;

/// `GET /orders/{orderId}`. The answer's shape is undocumented; `order_shape` has the two that come into question.
pub(super) async fn read_order(State(april): State<Arc<April>>, site: Site, Path(id): Path<String>) -> Response {
    answer(&april, site, Call::Query, |scene| {
        with_order(scene, &id, |order| {
            let view = views::order(order, &scene.settings);
            Ok(Reply::ok(match scene.settings.order_shape {
                OrderShape::Bare => view,
                OrderShape::Wrapped => json!({ "OnlineOrder": { "order": view } }),
            }))
        })
    })
    .await
}

/// `PATCH /orders/{orderId}` with `UpdateReferenceOrderId`; answers the bare order.
pub(super) async fn update_order(
    State(april): State<Arc<April>>,
    site: Site,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    answer(&april, site, Call::Update, |scene| {
        let fields = read_only_action(&body, "UpdateReferenceOrderId")?;
        let mut wrong = Vec::new();
        let reference = fields.required_text("referenceOrderId", &mut wrong).ok_or_else(|| ApiError::fields(&wrong))?;
        with_order(scene, &id, |order| {
            order.note(scene.now_ms, "renamed", Some(format!("{} to {reference}", order.reference)));
            order.reference = reference;
            order.updated_at_ms = scene.now_ms;
            Ok(Reply::ok(views::order(order, &scene.settings)))
        })
    })
    .await
}

/// `DELETE /orders/{orderId}`: the order stops being payable; answers the bare order.
pub(super) async fn cancel_order(State(april): State<Arc<April>>, site: Site, Path(id): Path<String>) -> Response {
    answer(&april, site, Call::Cancel, |scene| {
        with_order(scene, &id, |order| {
            check_open(order)?;
            scene.april.cancel(order, scene.now_ms);
            Ok(Reply::ok(views::order(order, &scene.settings)))
        })
    })
    .await
}

/// 409 for an order that can be neither paid nor cancelled.
pub(super) fn check_open(order: &Order) -> Result<(), ApiError> {
    if order.status != OrderStatus::Created {
        return Err(ApiError::conflict(format!("the order is {}", order.status.name())));
    }
    if order.is_pending() {
        return Err(ApiError::conflict("a payment of the order is pending"));
    }
    Ok(())
}

fn with_order(
    scene: &Scene<'_>,
    id: &str,
    act: impl FnOnce(&mut Order) -> Result<Reply, ApiError>,
) -> Result<Reply, ApiError> {
    let mut book = lock(&scene.april.book);
    act(book.order_mut(id).ok_or_else(|| ApiError::not_found("order"))?)
}
