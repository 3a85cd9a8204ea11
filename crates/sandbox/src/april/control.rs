//! `/_control/april/…`: settings, faults, the script, what shoppers do without a browser, and what happens in the panel.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::calls::Call;
use super::cards::TestCard;
use super::challenges::{Act, ChallengeView};
use super::errors::ApiError;
use super::life::refundable;
use super::order::Order;
use super::script::ScriptView;
use super::settings::Settings;
use super::status::{OrderStatus, Status};
use super::token::Kind;
use super::tokens::Mint;
use super::{April, CURRENCY, PROVIDER, sight};
use crate::control::{Body, ControlError, trouble};
use crate::world::lock;

type Shared = State<Arc<April>>;
type Answer<T> = Result<Json<T>, ControlError>;

/// The most orders one list shows.
const MAX_LISTED: usize = 1_000;

/// Everything under `/_control/april`.
pub(crate) fn router(april: Arc<April>) -> Router {
    let troubles = trouble::router(april.world.clone(), PROVIDER, Call::rules);
    Router::new()
        .route("/settings", get(read_settings).post(change_settings))
        .route("/script", get(read_script))
        .route("/script/release", post(release_script))
        .route("/orders", get(list_orders))
        .route("/orders/{order}", get(read_order))
        .route("/tokens", post(make_token))
        .route("/challenges/{challenge}", get(read_challenge))
        .route("/challenges/{challenge}/{act}", post(act_on_challenge))
        .route("/transactions/{transaction}/dispute", post(dispute))
        .route("/transactions/{transaction}/refund", post(refund))
        .route("/transactions/{transaction}/capture", post(capture))
        .route("/transactions/{transaction}/void", post(void))
        .route("/transactions/{transaction}/settle", post(settle))
        .route("/transactions/{transaction}/fail", post(fail))
        .route("/transactions/{transaction}/webhook", post(resend_webhook))
        .with_state(april)
        .merge(troubles)
}

async fn read_settings(State(april): Shared) -> Json<Settings> {
    Json(Settings::clone(&april.settings()))
}

async fn change_settings(State(april): Shared, Body(changes): Body<Map<String, Value>>) -> Answer<Settings> {
    let settings = april.settings().with(changes).map_err(ControlError::bad_request)?;
    april.replace_settings(settings.clone());
    Ok(Json(settings))
}

async fn read_script(State(april): Shared) -> Json<ScriptView> {
    Json(april.view_script())
}

async fn release_script(State(april): Shared) -> Json<ScriptView> {
    april.release_script();
    Json(april.view_script())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderFilter {
    reference: Option<String>,
    status: Option<OrderStatus>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
struct OrderList {
    data: Vec<Value>,
}

async fn list_orders(State(april): Shared, Query(filter): Query<OrderFilter>) -> Json<OrderList> {
    let limit = filter.limit.unwrap_or(100).min(MAX_LISTED);
    let fits = |order: &&Order| {
        filter.reference.as_ref().is_none_or(|reference| order.reference == *reference)
            && filter.status.is_none_or(|status| order.status == status)
    };
    let book = lock(&april.book);
    Json(OrderList {
        data: book.newest_first().filter(fits).take(limit).map(|order| sight::order(&book, order)).collect(),
    })
}

async fn read_order(State(april): Shared, Path(id): Path<String>) -> Answer<Value> {
    let book = lock(&april.book);
    let order = book.order(&id).map(|order| sight::order(&book, order));
    order
        .map(Json)
        .ok_or_else(|| ControlError::not_found("there is no order with this id; GET /_control/april/orders lists them"))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenWish {
    card: Option<String>,
    amount_minor: i64,
    currency: Option<String>,
    kind: Option<Kind>,
}

#[derive(Debug, Serialize)]
struct TokenMade {
    token: String,
    /// The same, as the server's documents call it.
    payment_token_id: String,
    kind: Kind,
}

/// What the checkout's frame would have given the page. Any currency, so that a wrong one can be tried.
async fn make_token(State(april): Shared, Body(wish): Body<TokenWish>) -> Answer<TokenMade> {
    let number = wish.card.as_deref().unwrap_or("4242424242424242");
    let unknown = || ControlError::bad_request("card must be one of the test cards; docs/SANDBOX.md lists them");
    let card = TestCard::find(number).ok_or_else(unknown)?;
    if wish.amount_minor <= 0 {
        return Err(ControlError::bad_request("amount_minor must be greater than 0"));
    }
    let kind = wish.kind.unwrap_or(Kind::Card);
    let currency = wish.currency.unwrap_or_else(|| CURRENCY.to_owned());
    let plan = (kind == Kind::PayPlan).then(|| "payplan_fortnight_25_25_25_25".to_owned());
    let mint = Mint { kind, card, source: None, plan, amount: wish.amount_minor, currency };
    let now_ms = april.world.clock.now_ms();
    let token = april.mint(&mut lock(&april.book), mint, &april.settings(), now_ms);
    Ok(Json(TokenMade { payment_token_id: token.clone(), token, kind }))
}

async fn read_challenge(State(april): Shared, Path(id): Path<String>) -> Answer<ChallengeView> {
    april.view_challenge(&id).map(Json)
}

async fn act_on_challenge(State(april): Shared, Path((id, act)): Path<(String, String)>) -> Answer<ChallengeView> {
    let act = match act.as_str() {
        "approve" | "complete" => Act::Approve,
        "fail" => Act::Fail,
        "close" => Act::Close,
        _ => return Err(ControlError::not_found("a shopper can approve, fail or close a challenge")),
    };
    april.act_on_challenge(&id, act).map(Json)
}

/// Lets something happen to a transaction and shows its order afterwards; a refusal is 409 with its reason.
fn act(april: &April, id: &str, change: impl FnOnce(&mut Order, &str, i64) -> Result<(), String>) -> Answer<Value> {
    let now_ms = april.world.clock.now_ms();
    let done = april.with_transaction(id, |order, id| change(order, id, now_ms));
    done.ok_or_else(|| ControlError::not_found("there is no transaction with this id"))?
        .map_err(ControlError::conflict)?;
    let book = lock(&april.book);
    let order = book.transaction(id).map(|(order, _)| sight::order(&book, order));
    order.map(Json).ok_or_else(|| ControlError::not_found("the order has been forgotten"))
}

/// Refuses unless the transaction stands like this.
fn expect(order: &mut Order, id: &str, wanted: Status) -> Result<(), String> {
    let status = order.transaction_mut(id).map_or(Status::Failed, |transaction| transaction.status);
    if status == wanted { Ok(()) } else { Err(format!("the transaction is {}, not {}", status.name(), wanted.name())) }
}

async fn dispute(State(april): Shared, Path(id): Path<String>) -> Answer<Value> {
    act(&april, &id, |order, id, now_ms| {
        let status = order.transaction_mut(id).map_or(Status::Failed, |transaction| transaction.status);
        if !status.leads_to(Status::Disputed) {
            return Err(format!("the transaction is {}, it cannot be disputed", status.name()));
        }
        april.enter(order, id, Status::Disputed, now_ms);
        Ok(())
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    /// All that there is, unless told.
    amount_minor: Option<i64>,
}

/// The merchant's staff gives money back in April's panel, past the merchant's server.
async fn refund(State(april): Shared, Path(id): Path<String>, Body(sum): Body<Sum>) -> Answer<Value> {
    act(&april, &id, |order, id, now_ms| {
        let left = order.transaction_mut(id).map_or(0, |transaction| refundable(transaction));
        let amount = sum.amount_minor.unwrap_or(left);
        if amount <= 0 {
            return Err("there is nothing to give back".to_owned());
        }
        let refused = |error: ApiError| format!("not refunded, {}: only {left} can be", error.code());
        april.try_refund(order, id, amount, true, now_ms).map(|_| ()).map_err(refused)
    })
}

/// The merchant's staff captures in April's panel.
async fn capture(State(april): Shared, Path(id): Path<String>, Body(sum): Body<Sum>) -> Answer<Value> {
    act(&april, &id, |order, id, now_ms| {
        expect(order, id, Status::NotCaptured)?;
        let most = order.transaction_mut(id).map_or(0, |transaction| transaction.total());
        let amount = sum.amount_minor.unwrap_or(most);
        if !(1..=most).contains(&amount) {
            return Err(format!("only {most} can be captured"));
        }
        april.capture(order, id, amount, now_ms);
        Ok(())
    })
}

async fn void(State(april): Shared, Path(id): Path<String>) -> Answer<Value> {
    act(&april, &id, |order, id, now_ms| {
        expect(order, id, Status::NotCaptured)?;
        april.void(order, id, now_ms);
        Ok(())
    })
}

/// The gateway takes a pending payment.
async fn settle(State(april): Shared, Path(id): Path<String>) -> Answer<Value> {
    act(&april, &id, |order, id, now_ms| {
        expect(order, id, Status::Pending)?;
        april.take(order, id, now_ms);
        Ok(())
    })
}

/// The gateway refuses a pending payment.
async fn fail(State(april): Shared, Path(id): Path<String>) -> Answer<Value> {
    act(&april, &id, |order, id, now_ms| {
        expect(order, id, Status::Pending)?;
        april.fail(order, id, "card_declined", now_ms);
        Ok(())
    })
}

async fn resend_webhook(State(april): Shared, Path(id): Path<String>) -> Answer<Value> {
    act(&april, &id, |order, id, now_ms| {
        if let Some(transaction) = order.transactions.iter().find(|transaction| transaction.id == id) {
            april.webhooks.notify(&april.settings(), order, transaction, now_ms);
        }
        Ok(())
    })
}
