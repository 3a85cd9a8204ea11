//! The control API: how tests and people make things happen at the providers. Apart from the imitated APIs, JSON, and
//! without credentials: the sandbox holds no money.

mod answer;
mod merge;
pub(crate) mod trouble;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

pub(crate) use self::answer::{Body, ControlError};
pub(crate) use self::merge::merged;
use crate::april::{self, April};
use crate::clock::rfc3339;
use crate::epag::{self, Epag};
use crate::picpay::{self, PicPay};
use crate::psp::{self, Psp};
use crate::whatsapp::{self, WhatsApp};
use crate::world::World;

/// Ten years: further ahead is a mistake in the unit.
const MAX_ADVANCE_S: u32 = 10 * 366 * 86_400;

#[derive(Clone)]
struct Desk {
    world: Arc<World>,
    epag: Arc<Epag>,
    april: Arc<April>,
    picpay: Arc<PicPay>,
    whatsapp: Arc<WhatsApp>,
    psp: Arc<Psp>,
}

/// Everything under `/_control`.
pub(crate) fn router(
    world: Arc<World>,
    epag: Arc<Epag>,
    april: Arc<April>,
    picpay: Arc<PicPay>,
    whatsapp: Arc<WhatsApp>,
    psp: Arc<Psp>,
) -> Router {
    let desk = Desk {
        world,
        epag: epag.clone(),
        april: april.clone(),
        picpay: picpay.clone(),
        whatsapp: whatsapp.clone(),
        psp: psp.clone(),
    };
    Router::new()
        .route("/clock", get(read_clock).post(advance_clock))
        .route("/ledger", get(list_ledger))
        .route("/reset", post(reset))
        .with_state(desk)
        .nest("/epag", epag::control_router(epag))
        .nest("/april", april::control_router(april))
        .nest("/picpay", picpay::control_router(picpay))
        .nest("/whatsapp", whatsapp::control_router(whatsapp))
        .nest("/psp", psp::control_router(psp))
        .fallback(|| async { ControlError::not_found("there is no such control call; docs/SANDBOX.md lists them") })
}

#[derive(Debug, Serialize)]
struct ClockView {
    now: String,
    offset_s: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_s: u32,
}

async fn read_clock(State(desk): State<Desk>) -> Json<ClockView> {
    Json(clock_view(&desk.world))
}

async fn advance_clock(
    State(desk): State<Desk>,
    Body(advance): Body<Advance>,
) -> Result<Json<ClockView>, ControlError> {
    if advance.advance_s > MAX_ADVANCE_S {
        return Err(ControlError::bad_request("advance_s must be at most ten years, in seconds"));
    }
    desk.world.clock.advance(i64::from(advance.advance_s) * 1_000);
    Ok(Json(clock_view(&desk.world)))
}

fn clock_view(world: &World) -> ClockView {
    ClockView { now: rfc3339(world.clock.now_ms()), offset_s: world.clock.offset_ms() / 1_000 }
}

#[derive(Debug, Deserialize)]
struct LedgerFilter {
    reference: Option<String>,
}

async fn list_ledger(State(desk): State<Desk>, Query(filter): Query<LedgerFilter>) -> Response {
    let (entries, dropped) = desk.world.ledger.list(filter.reference.as_deref());
    let mut headers = HeaderMap::new();
    headers.insert("x-ledger-dropped", dropped.into());
    (headers, Json(entries)).into_response()
}

async fn reset(State(desk): State<Desk>) -> Json<ClockView> {
    desk.world.reset();
    desk.epag.reset();
    desk.april.reset();
    desk.picpay.reset();
    desk.whatsapp.reset();
    desk.psp.reset();
    Json(clock_view(&desk.world))
}
