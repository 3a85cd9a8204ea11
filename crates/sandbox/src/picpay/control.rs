//! `/_control/picpay/…`: settings, faults, buyers and their wallets, links, consents without a browser, charges.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::authorize::{Decision, Wish};
use super::book::Book;
use super::buyers::Buyer;
use super::calls::Call;
use super::charge::{Charge, Giver};
use super::errors::ApiError;
use super::settings::Settings;
use super::sight::{self, ChargeView, LinkView};
use super::status::Status;
use super::{PROVIDER, PicPay};
use crate::control::{Body, ControlError, merged, trouble};
use crate::world::lock;

type Shared = State<Arc<PicPay>>;
type Answer<T> = Result<Json<T>, ControlError>;

/// The most charges one list shows.
const MAX_LISTED: usize = 1_000;
/// The most buyers there can be.
const MAX_BUYERS: usize = 1_000;

/// Everything under `/_control/picpay`.
pub(crate) fn router(picpay: Arc<PicPay>) -> Router {
    let troubles = trouble::router(picpay.world.clone(), PROVIDER, Call::rules);
    Router::new()
        .route("/settings", get(read_settings).post(change_settings))
        .route("/consent", post(consent))
        .route("/buyers", get(list_buyers))
        .route("/buyers/{buyer}", get(read_buyer).post(change_buyer))
        .route("/links", get(list_links))
        .route("/links/{buyer}", axum::routing::delete(revoke_links))
        .route("/links/{buyer}/expire", post(expire_tokens))
        .route("/charges", get(list_charges))
        .route("/charges/{charge}", get(read_charge))
        .route("/charges/{charge}/expire", post(expire_charge))
        .route("/charges/{charge}/refund", post(refund_charge))
        .with_state(picpay)
        .merge(troubles)
}

async fn read_settings(State(picpay): Shared) -> Json<Settings> {
    Json(Settings::clone(&picpay.settings()))
}

async fn change_settings(State(picpay): Shared, Body(changes): Body<Map<String, Value>>) -> Answer<Settings> {
    let settings = picpay.settings().with(changes).map_err(ControlError::bad_request)?;
    picpay.replace_settings(settings.clone());
    Ok(Json(settings))
}

#[derive(Debug, Serialize)]
struct List<T> {
    data: Vec<T>,
}

/// A buyer signs in and decides, without a browser.
async fn consent(State(picpay): Shared, Body(wish): Body<Wish>) -> Answer<Decision> {
    picpay.decide(&wish).map(Json)
}

fn unknown_buyer() -> ControlError {
    ControlError::not_found("there is no such buyer; GET /_control/picpay/buyers lists them")
}

async fn list_buyers(State(picpay): Shared) -> Json<List<Buyer>> {
    Json(List { data: lock(&picpay.book).buyers.values().cloned().collect() })
}

async fn read_buyer(State(picpay): Shared, Path(id): Path<String>) -> Answer<Buyer> {
    lock(&picpay.book).buyers.get(&id).cloned().map(Json).ok_or_else(unknown_buyer)
}

/// Changes a wallet; a buyer who is not there is made.
async fn change_buyer(
    State(picpay): Shared,
    Path(id): Path<String>,
    Body(changes): Body<Map<String, Value>>,
) -> Answer<Buyer> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    if id.len() > 40 || !id.bytes().all(is_plain) {
        return Err(ControlError::bad_request("a buyer's id is at most 40 of a-z, 0-9, - and _"));
    }
    let mut book = lock(&picpay.book);
    let count = book.buyers.len();
    let mut buyer = book.buyers.get(&id).cloned().unwrap_or_else(|| Buyer::named(&id, count));
    buyer.wallet = merged(&buyer.wallet, changes).map_err(ControlError::bad_request)?;
    if buyer.wallet.balance_minor < 0 || buyer.wallet.card_limit_minor.is_some_and(|limit| limit < 0) {
        return Err(ControlError::bad_request("balance and limit must not be negative"));
    }
    if count >= MAX_BUYERS && !book.buyers.contains_key(&id) {
        return Err(ControlError::conflict("there are a thousand buyers already"));
    }
    book.buyers.insert(id, buyer.clone());
    Ok(Json(buyer))
}

async fn list_links(State(picpay): Shared) -> Json<List<LinkView>> {
    let book = lock(&picpay.book);
    Json(List { data: book.links.iter().map(|(client, buyer, link)| sight::link(client, buyer, link)).collect() })
}

fn unknown_link() -> ControlError {
    ControlError::not_found("this buyer is linked to no shop; GET /_control/picpay/links lists who is")
}

/// The buyer withdraws the consent in the app.
async fn revoke_links(State(picpay): Shared, Path(buyer): Path<String>) -> Answer<List<LinkView>> {
    if !lock(&picpay.book).links.revoke(&buyer) {
        return Err(unknown_link());
    }
    Ok(list_links(State(picpay)).await)
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TokenKind {
    Access,
    Refresh,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expiry {
    token: TokenKind,
}

/// A buyer's newest token grows old now.
async fn expire_tokens(
    State(picpay): Shared,
    Path(buyer): Path<String>,
    Body(expiry): Body<Expiry>,
) -> Answer<List<LinkView>> {
    let now_ms = picpay.world.clock.now_ms();
    let mut count = 0;
    for link in lock(&picpay.book).links.of_buyer_mut(&buyer) {
        let pass = match expiry.token {
            TokenKind::Access => &mut link.access,
            TokenKind::Refresh => &mut link.refresh,
        };
        if let Some(pass) = pass {
            pass.expires_at_ms = pass.expires_at_ms.min(now_ms);
            count += 1;
        }
    }
    if count == 0 {
        return Err(unknown_link());
    }
    Ok(list_links(State(picpay)).await)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChargeFilter {
    reference: Option<String>,
    status: Option<Status>,
    buyer: Option<String>,
    limit: Option<usize>,
}

async fn list_charges(State(picpay): Shared, Query(filter): Query<ChargeFilter>) -> Json<List<ChargeView>> {
    let limit = filter.limit.unwrap_or(100).min(MAX_LISTED);
    let fits = |charge: &&Charge| {
        filter.reference.as_ref().is_none_or(|reference| charge.order.reference.as_ref() == Some(reference))
            && filter.status.is_none_or(|status| charge.status == status)
            && filter.buyer.as_ref().is_none_or(|buyer| charge.buyer == *buyer)
    };
    let book = lock(&picpay.book);
    Json(List { data: book.newest_first().filter(fits).take(limit).map(sight::charge).collect() })
}

fn unknown_charge() -> ControlError {
    ControlError::not_found("there is no charge with this transaction_id; GET /_control/picpay/charges lists them")
}

async fn read_charge(State(picpay): Shared, Path(id): Path<String>) -> Answer<ChargeView> {
    lock(&picpay.book).charge(&id).map(sight::charge).map(Json).ok_or_else(unknown_charge)
}

/// Lets something happen to a charge and shows it afterwards; what its status does not allow is 409.
fn act(
    picpay: &PicPay,
    id: &str,
    change: impl FnOnce(&mut Book, i64) -> Result<(), ApiError>,
    why: &str,
) -> Answer<ChargeView> {
    let mut book = lock(&picpay.book);
    let status = book.charge(id).ok_or_else(unknown_charge)?.status.name();
    change(&mut book, picpay.world.clock.now_ms())
        .map_err(|_| ControlError::conflict(format!("the charge is {status}, {why}")))?;
    book.charge(id).map(sight::charge).map(Json).ok_or_else(unknown_charge)
}

/// The reservation's last moment comes now.
async fn expire_charge(State(picpay): Shared, Path(id): Path<String>) -> Answer<ChargeView> {
    act(&picpay, &id, |book, now_ms| picpay.void(book, &id, Status::Expired, now_ms), "nothing is reserved")
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    /// All that is left, unless told.
    value_minor: Option<i64>,
}

/// The merchant's staff gives money back in PicPay's panel, past the merchant's server.
async fn refund_charge(State(picpay): Shared, Path(id): Path<String>, Body(sum): Body<Sum>) -> Answer<ChargeView> {
    if sum.value_minor.is_some_and(|value| value <= 0) {
        return Err(ControlError::bad_request("value_minor must be greater than 0"));
    }
    let refund = |book: &mut Book, now_ms| picpay.refund(book, &id, sum.value_minor, Giver::Panel, now_ms).map(|_| ());
    act(&picpay, &id, refund, "there is not as much to give back")
}
