//! `/_control/psp/…`: settings, faults, cards that change their minds, charges and refunds that wait for somebody's word.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::calls::Call;
use super::cards::{Behaviour, Decline};
use super::charge::{Charge, RefundStatus, Status};
use super::errors::ApiError;
use super::settings::Settings;
use super::{PROVIDER, Psp, views};
use crate::card_number::is_card_number;
use crate::control::{Body, ControlError, trouble};
use crate::world::lock;

type Shared = State<Arc<Psp>>;
type Answer<T> = Result<Json<T>, ControlError>;

/// The most charges one list shows.
const MAX_LISTED: usize = 1_000;
/// The most cards that control tells how to behave.
const MAX_CARDS: usize = 10_000;

/// Everything under `/_control/psp`.
pub(crate) fn router(psp: Arc<Psp>) -> Router {
    let troubles = trouble::router(psp.world.clone(), PROVIDER, Call::rules);
    Router::new()
        .route("/settings", get(read_settings).post(change_settings))
        .route("/charges", get(list_charges))
        .route("/charges/{charge}", get(read_charge))
        .route("/charges/{charge}/settle", post(settle_charge))
        .route("/charges/{charge}/expire", post(expire_charge))
        .route("/charges/{charge}/webhook", post(resend_webhook))
        .route("/refunds/{refund}/settle", post(settle_refund))
        .route("/cards/{card}", post(change_card))
        .with_state(psp)
        .merge(troubles)
}

async fn read_settings(State(psp): Shared) -> Json<Settings> {
    Json(Settings::clone(&psp.settings()))
}

async fn change_settings(State(psp): Shared, Body(changes): Body<Map<String, Value>>) -> Answer<Settings> {
    let settings = psp.settings().with(changes).map_err(ControlError::bad_request)?;
    psp.replace_settings(settings.clone());
    Ok(Json(settings))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChargeFilter {
    reference: Option<String>,
    status: Option<Status>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
struct List {
    data: Vec<Value>,
}

async fn list_charges(State(psp): Shared, Query(filter): Query<ChargeFilter>) -> Json<List> {
    let limit = filter.limit.unwrap_or(100).min(MAX_LISTED);
    let fits = |charge: &&Charge| {
        filter.reference.as_ref().is_none_or(|reference| charge.order.reference == *reference)
            && filter.status.is_none_or(|status| charge.status == status)
    };
    Json(List { data: lock(&psp.book).newest_first().filter(fits).take(limit).map(views::whole).collect() })
}

fn unknown_charge() -> ControlError {
    ControlError::not_found("there is no charge with this id; GET /_control/psp/charges lists them")
}

async fn read_charge(State(psp): Shared, Path(id): Path<String>) -> Answer<Value> {
    lock(&psp.book).charge(&id).map(views::whole).map(Json).ok_or_else(unknown_charge)
}

/// Lets something happen to a charge and shows it afterwards; a refusal is 409 with its reason.
fn act(psp: &Psp, id: &str, change: impl FnOnce(&mut Charge, i64) -> Result<(), String>) -> Answer<Value> {
    let mut book = lock(&psp.book);
    let charge = book.charge_mut(id).ok_or_else(unknown_charge)?;
    change(charge, psp.world.clock.now_ms()).map_err(ControlError::conflict)?;
    Ok(Json(views::whole(charge)))
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    #[default]
    Approved,
    Declined,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settlement {
    #[serde(default)]
    outcome: Verdict,
    /// Of a decline.
    code: Option<String>,
}

/// The issuer decides about a pending charge.
async fn settle_charge(State(psp): Shared, Path(id): Path<String>, Body(wish): Body<Settlement>) -> Answer<Value> {
    act(&psp, &id, |charge, now_ms| {
        if charge.status != Status::Pending {
            return Err("the charge is not pending".to_owned());
        }
        match wish.outcome {
            Verdict::Approved => psp.approve(charge, now_ms),
            Verdict::Declined => psp.decline(charge, Decline::new(wish.code.as_deref().unwrap_or("card_declined"))),
        }
        Ok(())
    })
}

/// The reservation's last moment comes now.
async fn expire_charge(State(psp): Shared, Path(id): Path<String>) -> Answer<Value> {
    act(&psp, &id, |charge, now_ms| {
        if charge.status != Status::Authorized {
            return Err("nothing is reserved".to_owned());
        }
        psp.cancel(charge, now_ms).map_err(|error: ApiError| error.code().to_owned())
    })
}

/// Tells the shop once more.
async fn resend_webhook(State(psp): Shared, Path(id): Path<String>) -> Answer<Value> {
    act(&psp, &id, |charge, _| {
        psp.tell(charge, None);
        Ok(())
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundSettlement {
    outcome: Option<RefundStatus>,
}

/// A pending refund ends.
async fn settle_refund(
    State(psp): Shared,
    Path(id): Path<String>,
    Body(wish): Body<RefundSettlement>,
) -> Answer<Value> {
    let outcome = wish.outcome.unwrap_or(RefundStatus::Succeeded);
    if outcome == RefundStatus::Pending {
        return Err(ControlError::bad_request("outcome must be succeeded or failed"));
    }
    let unknown = || ControlError::not_found("there is no refund with this id");
    let charge = lock(&psp.book).charge_of_refund(&id).map(|charge| charge.id.clone()).ok_or_else(unknown)?;
    act(&psp, &charge, |charge, now_ms| {
        let was_pending = psp.end_refund(charge, &id, outcome, now_ms);
        if was_pending { Ok(()) } else { Err("the refund is not pending".to_owned()) }
    })
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Card {
    behaves: Behaviour,
}

/// From now on a stored card behaves so, whatever its name says.
async fn change_card(State(psp): Shared, Path(reference): Path<String>, Body(card): Body<Card>) -> Answer<Card> {
    if is_card_number(&reference) {
        return Err(ControlError::bad_request("this looks like a card's number, which nobody here may know"));
    }
    let mut book = lock(&psp.book);
    if book.cards.len() >= MAX_CARDS && !book.cards.contains_key(&reference) {
        return Err(ControlError::conflict("there are ten thousand cards already"));
    }
    book.cards.insert(reference, card.behaves);
    Ok(Json(card))
}
