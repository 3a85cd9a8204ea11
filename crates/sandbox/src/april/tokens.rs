//! `POST /tokens` and `GET /tokens/{paymentTokenId}`: tokens made by programs. Those that the shopper makes come from the
//! checkout's frame (`frame.rs`) or from control.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::book::Book;
use super::calls::Call;
use super::cards::TestCard;
use super::create::{read_action, read_money};
use super::errors::ApiError;
use super::keys::Key;
use super::pipeline::{Reply, Scene, Site, answer};
use super::settings::Settings;
use super::token::{Kind, Token, TokenState};
use super::{April, CURRENCY, views};
use crate::json::Fields;
use crate::world::lock;

/// The card behind the stand-in wallets.
pub(super) const WALLET_CARD: &str = "4242424242424242";

/// What a new token stands for.
pub(super) struct Mint {
    pub(super) kind: Kind,
    pub(super) card: &'static TestCard,
    pub(super) source: Option<String>,
    pub(super) plan: Option<String>,
    pub(super) amount: i64,
    pub(super) currency: String,
}

impl April {
    /// A new token; answers its id.
    pub(super) fn mint(&self, book: &mut Book, mint: Mint, settings: &Settings, now_ms: i64) -> String {
        let id = self.id("ptkn_");
        let token = Token {
            id: id.clone(),
            source: mint.source,
            kind: mint.kind,
            card: mint.card,
            plan: mint.plan,
            amount: mint.amount,
            surcharge: settings.surcharge(mint.amount),
            currency: mint.currency,
            state: TokenState::Fresh,
            expires_at_ms: now_ms + i64::from(settings.token_life_s) * 1_000,
        };
        book.insert_token(token, settings.max_orders);
        id
    }
}

/// `POST /tokens`.
pub(super) async fn create_token(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    answer(&april, site, Call::Token, |scene| {
        let (name, fields) = read_action(&body)?;
        let wallet = |kind, reply| from_wallet(scene, &fields, kind, reply);
        match name.as_str() {
            "CreateSavedPaymentSourceToken" => from_source(scene, &fields),
            "CreateApplePayToken" => wallet(Kind::ApplePay, "ApplePayToken"),
            "CreateGooglePayToken" => wallet(Kind::GooglePay, "GooglePayToken"),
            _ => Err(ApiError::bad_request(
                "the action must be CreateSavedPaymentSourceToken, CreateApplePayToken or CreateGooglePayToken",
            )),
        }
    })
    .await
}

fn from_source(scene: &Scene<'_>, fields: &Fields<'_>) -> Result<Reply, ApiError> {
    let mut wrong = Vec::new();
    let source = fields.required_text("paymentSourceId", &mut wrong);
    let amount = read_money(fields, &mut wrong);
    let (Some(source), Some(amount)) = (source, amount) else { return Err(ApiError::fields(&wrong)) };
    let mut book = lock(&scene.april.book);
    let found = book.sources.get(&source).ok_or_else(|| ApiError::not_found("payment source"))?;
    // "If authenticating with a merchant public key, you cannot use a customer specific payment source."
    if scene.key == Key::Public && found.customer.is_some() {
        return Err(ApiError::forbidden());
    }
    if found.expires_at_ms.is_some_and(|expires_at_ms| expires_at_ms <= scene.now_ms) {
        return Err(ApiError::bad_request("paymentSourceId: the source has expired"));
    }
    let (kind, card) = (Kind::Card, found.card);
    let mint = Mint { kind, card, source: Some(source), plan: None, amount, currency: CURRENCY.to_owned() };
    let id = scene.april.mint(&mut book, mint, &scene.settings, scene.now_ms);
    Ok(Reply::ok(json!({ "SavedPaymentSourceToken": { "paymentTokenId": id } })))
}

/// What the wallet sends along is opaque and not looked at.
fn from_wallet(scene: &Scene<'_>, fields: &Fields<'_>, kind: Kind, reply: &str) -> Result<Reply, ApiError> {
    let mut wrong = Vec::new();
    let amount = read_money(fields, &mut wrong).ok_or_else(|| ApiError::fields(&wrong))?;
    let card = TestCard::find(WALLET_CARD).ok_or_else(ApiError::internal)?;
    let mint = Mint { kind, card, source: None, plan: None, amount, currency: CURRENCY.to_owned() };
    let id = scene.april.mint(&mut lock(&scene.april.book), mint, &scene.settings, scene.now_ms);
    Ok(Reply::ok(json!({ reply: { "paymentTokenId": id } })))
}

/// `GET /tokens/{paymentTokenId}`.
pub(super) async fn read_token(State(april): State<Arc<April>>, site: Site, Path(id): Path<String>) -> Response {
    answer(&april, site, Call::TokenQuery, |scene| {
        let book = lock(&scene.april.book);
        book.token(&id).map(|token| Reply::ok(views::token(token))).ok_or_else(|| ApiError::not_found("payment token"))
    })
    .await
}
