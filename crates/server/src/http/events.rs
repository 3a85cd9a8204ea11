//! `/v1/events`: what was told to the shop, and once more on request.

use super::parts::Id;
use super::{AppState, body, reply};
use crate::clock::rfc3339;
use crate::error::Error;
use crate::store::StoreError;
use crate::store::outbox;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use umclique_wire::{EventId, Problem};
use utoipa::ToSchema;

/// Which events to list.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Only events after this number; 0 where nothing is said.
    #[serde(default)]
    pub after: i64,
    /// Only events that were given up.
    #[serde(default)]
    pub parked: bool,
    /// At most this many, 1 to 100; 50 where nothing is said.
    pub limit: Option<i64>,
}

/// An event as the shop reads it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// `evt_…`, also its `webhook-id`.
    pub id: String,
    /// Its place: no event appears later with a smaller one.
    pub number: i64,
    /// As in `payment.succeeded`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened. RFC 3339, UTC.
    pub timestamp: String,
    /// When the shop took it. RFC 3339, UTC.
    pub delivered_at: Option<String>,
    /// How often it was tried.
    pub tries: i64,
    /// Given up after three days; re-send it with `POST /v1/events/{id}/resend`.
    pub parked: bool,
    /// Why the last try did not work.
    pub last_error: Option<String>,
    /// The same data as the webhook's.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// A page of events, in order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventList {
    /// The events.
    pub data: Vec<EventView>,
    /// What `after` takes for the next page; null where there is none yet.
    pub next: Option<i64>,
}

/// Lists events in the order of their numbers.
#[utoipa::path(
    get, path = "/v1/events", tag = "shop", security(("secret_key" = [])), params(EventsQuery),
    responses((status = 200, body = EventList), (status = 400, body = Problem), (status = 401, body = Problem))
)]
pub async fn list_events(
    State(app): State<AppState>,
    query: Result<Query<EventsQuery>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.shop(&headers)?;
    let Query(query) = query.map_err(|error| Error::Malformed(body::without_values(&error.body_text())))?;
    let limit = query.limit.unwrap_or(50).clamp(1, 100);
    let mut tx = app.payments.db.read().await?;
    let events = outbox::list(&mut tx, query.after, query.parked, limit).await?;
    let is_full = i64::try_from(events.len()).is_ok_and(|count| count == limit);
    let next = events.last().filter(|_| is_full).and_then(|event| event.number);
    let data = events.into_iter().map(view).collect::<Result<_, _>>()?;
    reply::json(StatusCode::OK, &EventList { data, next })
}

fn view(event: outbox::Event) -> Result<EventView, StoreError> {
    let mut payload: serde_json::Value = serde_json::from_str(&event.payload)?;
    Ok(EventView {
        id: event.id,
        number: event.number.unwrap_or_default(),
        kind: event.kind,
        timestamp: rfc3339(event.created_at_ms),
        delivered_at: event.delivered_at_ms.map(rfc3339),
        tries: event.tries,
        parked: event.is_parked,
        last_error: event.last_error,
        data: payload["data"].take(),
    })
}

/// Delivers an event once more, under the same `webhook-id`.
#[utoipa::path(
    post, path = "/v1/events/{id}/resend", tag = "shop", security(("secret_key" = [])),
    params(("id" = String, Path, description = "evt_…")),
    responses((status = 202), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn resend_event(State(app): State<AppState>, Id(id): Id, headers: HeaderMap) -> Result<StatusCode, Error> {
    app.shop(&headers)?;
    let id = body::id(&id, EventId::parse, "event")?;
    let mut tx = app.payments.db.begin().await?;
    if !outbox::resend(&mut tx, id.as_str(), app.payments.clock.now_ms()).await? {
        return Err(Error::NotFound("event"));
    }
    tx.commit().await?;
    app.payments.wake.notify_waiters();
    Ok(StatusCode::ACCEPTED)
}
