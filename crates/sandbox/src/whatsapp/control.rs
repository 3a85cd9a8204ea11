//! `/_control/whatsapp/…`: settings, faults, what buyers do in their chats, what the chats show, and posts that Meta would
//! never make.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::buyers::Reach;
use super::calls::rules;
use super::errors;
use super::forge::ForgeWish;
use super::settings::Settings;
use super::sight::{BuyerView, ChatView, OrderView, view_buyer, view_chat, view_order};
use super::tap::{Tap, Tapped, phone};
use super::{PROVIDER, WhatsApp};
use crate::control::{Body, ControlError, trouble};
use crate::world::lock;

type Shared = State<Arc<WhatsApp>>;
type Answer<T> = Result<Json<T>, ControlError>;

/// The most orders or chats one list shows.
const MAX_LISTED: usize = 1_000;

/// Everything under `/_control/whatsapp`.
pub(crate) fn router(whatsapp: Arc<WhatsApp>) -> Router {
    let troubles = trouble::router(whatsapp.world.clone(), PROVIDER, rules);
    Router::new()
        .route("/settings", get(read_settings).post(change_settings))
        .route("/orders", get(list_orders))
        .route("/orders/{reference}", get(read_order))
        .route("/orders/{reference}/tap", post(tap_order))
        .route("/chats", get(list_chats))
        .route("/chats/{phone}", get(read_chat))
        .route("/buyers", get(list_buyers))
        .route("/buyers/{phone}", get(read_buyer).post(change_buyer))
        .route("/buyers/{phone}/text", post(write_text))
        .route("/buyers/{phone}/open", post(open_chat))
        .route("/webhook/verify", post(verify))
        .route("/webhook/flush", post(flush))
        .route("/webhook/posts", post(post_body))
        .route("/webhook/replay", post(replay))
        .with_state(whatsapp)
        .merge(troubles)
}

async fn read_settings(State(whatsapp): Shared) -> Json<Settings> {
    Json(Settings::clone(&whatsapp.settings()))
}

async fn change_settings(State(whatsapp): Shared, Body(changes): Body<Map<String, Value>>) -> Answer<Settings> {
    let settings = whatsapp.settings().with(changes).map_err(ControlError::bad_request)?;
    if settings.account_error.is_some_and(|code| !errors::is_of_account(code)) {
        return Err(ControlError::bad_request("account_error must be a code that any message can be refused with"));
    }
    whatsapp.replace_settings(settings.clone());
    Ok(Json(settings))
}

#[derive(Debug, Serialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderFilter {
    phone: Option<String>,
    /// Only those with a button, or only those without.
    open: Option<bool>,
    limit: Option<usize>,
}

async fn list_orders(State(whatsapp): Shared, Query(filter): Query<OrderFilter>) -> Answer<List<OrderView>> {
    let now_ms = whatsapp.world.clock.now_ms();
    let key = filter.phone.as_deref().map(phone).transpose()?.map(|phone| phone.key());
    let limit = filter.limit.unwrap_or(100).min(MAX_LISTED);
    let book = lock(&whatsapp.book);
    let orders = book.newest_first().filter(|order| {
        key.as_ref().is_none_or(|key| order.buyer == *key)
            && filter.open.is_none_or(|open| order.refuses_tap(now_ms).is_none() == open)
    });
    let view = |order: &super::orders::Order| view_order(order, book.buyer(&order.buyer), now_ms);
    Ok(Json(List { data: orders.take(limit).map(view).collect() }))
}

async fn read_order(State(whatsapp): Shared, Path(reference): Path<String>) -> Answer<OrderView> {
    let now_ms = whatsapp.world.clock.now_ms();
    let book = lock(&whatsapp.book);
    let order =
        book.order(&reference).ok_or_else(|| ControlError::not_found("there is no order with this reference_id"))?;
    Ok(Json(view_order(order, book.buyer(&order.buyer), now_ms)))
}

async fn tap_order(State(whatsapp): Shared, Path(reference): Path<String>, Body(tap): Body<Tap>) -> Answer<Tapped> {
    whatsapp.tap(&reference, &tap).await.map(Json)
}

async fn list_chats(State(whatsapp): Shared) -> Json<List<ChatView>> {
    let (settings, now_ms) = (whatsapp.settings(), whatsapp.world.clock.now_ms());
    let book = lock(&whatsapp.book);
    let chats = book.buyers().take(MAX_LISTED).map(|buyer| view_chat(&book, buyer, &settings, now_ms));
    Json(List { data: chats.collect() })
}

fn unknown_buyer() -> ControlError {
    ControlError::not_found("nobody heard of this phone; GET /_control/whatsapp/buyers lists who is known")
}

async fn read_chat(State(whatsapp): Shared, Path(number): Path<String>) -> Answer<ChatView> {
    let (settings, now_ms) = (whatsapp.settings(), whatsapp.world.clock.now_ms());
    let key = phone(&number)?.key();
    let book = lock(&whatsapp.book);
    let buyer = book.buyer(&key).ok_or_else(unknown_buyer)?;
    Ok(Json(view_chat(&book, buyer, &settings, now_ms)))
}

async fn list_buyers(State(whatsapp): Shared) -> Json<List<BuyerView>> {
    let (settings, now_ms) = (whatsapp.settings(), whatsapp.world.clock.now_ms());
    let book = lock(&whatsapp.book);
    let buyers = book.buyers().take(MAX_LISTED).map(|buyer| view_buyer(buyer, &settings, now_ms));
    Json(List { data: buyers.collect() })
}

async fn read_buyer(State(whatsapp): Shared, Path(number): Path<String>) -> Answer<BuyerView> {
    let (settings, now_ms) = (whatsapp.settings(), whatsapp.world.clock.now_ms());
    let key = phone(&number)?.key();
    let book = lock(&whatsapp.book);
    book.buyer(&key).map(|buyer| Json(view_buyer(buyer, &settings, now_ms))).ok_or_else(unknown_buyer)
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Window {
    /// As if the buyer had written now.
    Open,
    /// As if that was long ago.
    Closed,
    /// As if the buyer never wrote.
    Default,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BuyerChanges {
    name: Option<String>,
    reach: Option<Reach>,
    window: Option<Window>,
}

/// Changes a buyer; who was never heard of is made.
async fn change_buyer(
    State(whatsapp): Shared,
    Path(number): Path<String>,
    Body(changes): Body<BuyerChanges>,
) -> Answer<BuyerView> {
    let (settings, now_ms) = (whatsapp.settings(), whatsapp.world.clock.now_ms());
    let phone = phone(&number)?;
    let mut book = lock(&whatsapp.book);
    let buyer = book.meet(&phone, &settings);
    if let Some(name) = changes.name {
        buyer.name = name;
    }
    buyer.reach = changes.reach.unwrap_or(buyer.reach);
    buyer.last_inbound_ms = match changes.window {
        None => buyer.last_inbound_ms,
        Some(Window::Open) => Some(now_ms),
        Some(Window::Closed) => Some(now_ms - i64::from(settings.window_hours) * 3_600_000),
        Some(Window::Default) => None,
    };
    Ok(Json(view_buyer(buyer, &settings, now_ms)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    body: String,
}

#[derive(Debug, Serialize)]
struct Written {
    message_id: String,
}

async fn write_text(State(whatsapp): Shared, Path(number): Path<String>, Body(words): Body<Words>) -> Answer<Written> {
    let phone = phone(&number)?;
    if words.body.trim().is_empty() || words.body.chars().count() > 4_096 {
        return Err(ControlError::bad_request("body must have 1 to 4096 characters"));
    }
    Ok(Json(Written { message_id: whatsapp.write(&phone, &words.body) }))
}

#[derive(Debug, Serialize)]
struct Opened {
    read: usize,
}

/// The buyer looks at the chat: what was not read is read now.
async fn open_chat(State(whatsapp): Shared, Path(number): Path<String>) -> Answer<Opened> {
    let key = phone(&number)?.key();
    whatsapp.open_chat(&key).map(|read| Json(Opened { read })).ok_or_else(unknown_buyer)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyWish {
    /// The configured one unless told.
    verify_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct Verified {
    status: Option<u16>,
    verified: bool,
}

/// Asks the address now. With another token this shows that the shop refuses it, and changes nothing.
async fn verify(State(whatsapp): Shared, Body(wish): Body<VerifyWish>) -> Answer<Verified> {
    let settings = whatsapp.settings();
    let no_url = || ControlError::conflict("no webhook_url is set");
    let verification = whatsapp.hook.verification(&settings).ok_or_else(no_url)?;
    let client = whatsapp.hook.deliveries.client(None);
    let client = client.ok_or_else(|| ControlError::conflict("there is no HTTP client"))?;
    let token = wish.verify_token.as_deref().unwrap_or(&settings.verify_token);
    let (status, verified) = verification.ask(&client, token).await;
    Ok(Json(Verified { status, verified }))
}

#[derive(Debug, Serialize)]
struct Flushed {
    updates: usize,
}

async fn flush(State(whatsapp): Shared) -> Json<Flushed> {
    Json(Flushed { updates: whatsapp.hook.flush(&whatsapp.settings()) })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    /// JSON; or a string, whose very bytes are sent.
    body: Value,
    forge: Option<ForgeWish>,
}

#[derive(Debug, Serialize)]
struct Posted {
    /// What the shop answered; null where it did not.
    status: Option<u16>,
}

/// Posts any body once, truly signed unless told.
async fn post_body(State(whatsapp): Shared, Body(post): Body<Post>) -> Answer<Posted> {
    let body = match post.body {
        Value::String(text) => text.into_bytes(),
        value => value.to_string().into_bytes(),
    };
    let status = whatsapp.post_once(body, post.forge.and_then(ForgeWish::kind)).await?;
    Ok(Json(Posted { status }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// A text that the body has, such as a message's id; the newest body unless told.
    contains: Option<String>,
}

/// Posts a body that was sent before once more, with its true signature.
async fn replay(State(whatsapp): Shared, Body(wish): Body<Replay>) -> Answer<Posted> {
    let has = |body: &[u8], text: &str| String::from_utf8_lossy(body).contains(text);
    let sent = whatsapp.hook.sent();
    let body = sent.iter().rev().find(|body| wish.contains.as_deref().is_none_or(|text| has(body, text)));
    let none = || ControlError::not_found("none of the last 100 bodies is that");
    let status = whatsapp.post_once(body.ok_or_else(none)?.to_vec(), None).await?;
    Ok(Json(Posted { status }))
}
