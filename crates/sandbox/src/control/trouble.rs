//! What every provider's control has alike: the faults that are queued for its calls, and the calls that it got.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::{Body, ControlError};
use crate::faults::{CallRule, PendingView, Script};
use crate::journal::Line;
use crate::world::World;

/// A provider, as far as faults and the journal know it.
#[derive(Clone)]
struct Desk {
    world: Arc<World>,
    provider: &'static str,
    rules: fn() -> Vec<CallRule>,
}

/// `/faults` and `/calls` of a provider whose calls can suffer what `rules` says.
pub(crate) fn router(world: Arc<World>, provider: &'static str, rules: fn() -> Vec<CallRule>) -> Router {
    Router::new()
        .route("/faults", get(list_faults).post(add_fault).delete(clear_faults))
        .route("/calls", get(list_calls))
        .with_state(Desk { world, provider, rules })
}

#[derive(Debug, Serialize)]
struct FaultList {
    pending: Vec<PendingView>,
}

async fn list_faults(State(desk): State<Desk>) -> Json<FaultList> {
    Json(FaultList { pending: desk.world.faults.list(desk.provider) })
}

async fn add_fault(State(desk): State<Desk>, Body(script): Body<Script>) -> Result<Json<FaultList>, ControlError> {
    desk.world.faults.add(desk.provider, &(desk.rules)(), &script).map_err(ControlError::bad_request)?;
    Ok(list_faults(State(desk)).await)
}

async fn clear_faults(State(desk): State<Desk>) -> Json<FaultList> {
    desk.world.faults.clear(Some(desk.provider));
    list_faults(State(desk)).await
}

#[derive(Debug, Deserialize)]
struct CallFilter {
    call: Option<String>,
}

#[derive(Debug, Serialize)]
struct CallList {
    data: Vec<Line>,
}

async fn list_calls(State(desk): State<Desk>, Query(filter): Query<CallFilter>) -> Json<CallList> {
    Json(CallList { data: desk.world.journal.list(desk.provider, filter.call.as_deref()) })
}
