//! `POST /orders/{orderId}/pay`: pays with a token, and finishes a payment after its 3DS challenge.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::calls::Call;
use super::cards::Issuer;
use super::create::read_action;
use super::errors::ApiError;
use super::order::{Challenge, ChallengeState, Order, Transaction};
use super::orders::check_open;
use super::pipeline::{Reply, Scene, Site, answer};
use super::settings::{ReplyShape, Settle};
use super::status::Status;
use super::token::{Kind, Token, TokenState};
use super::{April, CURRENCY, views};
use crate::world::lock;

/// What the body asks for.
enum Action {
    Pay { token: String, by_card: bool, request_3ds: bool, authorise_only: bool },
    Confirm { token: String, challenge: String, authorise_only: Option<bool> },
}

/// `POST /orders/{orderId}/pay`.
pub(super) async fn pay_order(
    State(april): State<Arc<April>>,
    site: Site,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let action = read_pay(&body);
    let call = if matches!(action, Ok(Action::Confirm { .. })) { Call::Confirm } else { Call::Pay };
    answer(&april, site, call, |scene| match action? {
        Action::Pay { token, by_card, request_3ds, authorise_only } => {
            pay(scene, &id, &token, Wish { by_card, request_3ds, authorise_only })
        }
        Action::Confirm { token, challenge, authorise_only } => confirm(scene, &id, &token, &challenge, authorise_only),
    })
    .await
}

fn read_pay(body: &[u8]) -> Result<Action, ApiError> {
    const ACTIONS: [&str; 3] = ["PayByCard", "PayByPaymentToken", "Confirm3DSComplete"];
    let (name, fields) = read_action(body)?;
    if !ACTIONS.contains(&name.as_str()) {
        return Err(ApiError::bad_request(format!("the action must be one of {}", ACTIONS.join(", "))));
    }
    let mut wrong = Vec::new();
    let token = fields.required_text("paymentTokenId", &mut wrong);
    let says_authorise = fields.raw("authoriseOnly").is_some();
    let authorise_only = fields.flag("authoriseOnly", &mut wrong);
    let request_3ds = fields.flag("request3DS", &mut wrong);
    let challenge = (name == "Confirm3DSComplete").then(|| {
        let response = fields.object("threeDSResponse", &mut wrong);
        response.required_text("threeDSAuthorisationId", &mut wrong)
    });
    let (Some(token), true) = (token, wrong.is_empty()) else { return Err(ApiError::fields(&wrong)) };
    if let Some(challenge) = challenge.flatten() {
        return Ok(Action::Confirm { token, challenge, authorise_only: says_authorise.then_some(authorise_only) });
    }
    let by_card = name == "PayByCard";
    // Taking money where the merchant wants to reserve it would be worse than refusing.
    if authorise_only && !by_card {
        return Err(ApiError::bad_request("authoriseOnly: PayByPaymentToken does not have it"));
    }
    Ok(Action::Pay { token, by_card, request_3ds: request_3ds && by_card, authorise_only })
}

struct Wish {
    by_card: bool,
    request_3ds: bool,
    authorise_only: bool,
}

fn pay(scene: &Scene<'_>, id: &str, token: &str, wish: Wish) -> Result<Reply, ApiError> {
    let mut book = lock(&scene.april.book);
    let (order, token) = book.order_and_token(id, token);
    let order = order.ok_or_else(|| ApiError::not_found("order"))?;
    check_open(order)?;
    let token = token.ok_or_else(|| ApiError::bad_request("paymentTokenId: no such token"))?;
    check_token(scene, order, token, &wish)?;
    let rounds = token.card.rounds().max(u32::from(wish.request_3ds));
    // A wallet has asked its owner already.
    let rounds = if matches!(token.kind, Kind::ApplePay | Kind::GooglePay) { 0 } else { rounds };
    token.state = if rounds > 0 { TokenState::Reserved } else { TokenState::Used };
    let transaction = open(scene, token, wish.authorise_only);
    let transaction_id = transaction.id.clone();
    order.transactions.push(transaction);
    order.note(scene.now_ms, Status::Incomplete.name(), Some(transaction_id.clone()));
    let reply = if rounds > 0 {
        let challenge = scene.april.challenge(order, &transaction_id, 1, rounds, scene.now_ms);
        Ok((challenge_reply(scene, &challenge), Some(challenge)))
    } else {
        conclude(scene, order, &transaction_id).map(|reply| (reply, None))
    };
    book.own(transaction_id, id);
    let (reply, challenge) = reply?;
    if let Some(challenge) = challenge {
        book.own(challenge, id);
    }
    Ok(reply)
}

/// A token is good for one exact amount and currency, once, until it expires.
fn check_token(scene: &Scene<'_>, order: &Order, token: &Token, wish: &Wish) -> Result<(), ApiError> {
    match token.state {
        TokenState::Fresh => {}
        TokenState::Reserved => return Err(ApiError::conflict("the payment token is reserved by another payment")),
        TokenState::Used => return Err(ApiError::conflict("the payment token has been used")),
    }
    if token.expires_at_ms <= scene.now_ms {
        return Err(ApiError::bad_request("paymentTokenId: the token has expired"));
    }
    if token.amount != order.amount || token.currency != CURRENCY {
        return Err(ApiError::bad_request("paymentTokenId: the token is for another amount or currency"));
    }
    if wish.by_card && token.kind != Kind::Card {
        return Err(ApiError::bad_request("paymentTokenId: the token is not a card's, use PayByPaymentToken"));
    }
    Ok(())
}

fn open(scene: &Scene<'_>, token: &Token, authorise_only: bool) -> Transaction {
    Transaction {
        id: scene.april.id("tran_"),
        token: token.id.clone(),
        kind: token.kind,
        card: token.card,
        amount: token.amount,
        surcharge: token.surcharge,
        status: Status::Incomplete,
        authorise_only,
        captured: 0,
        refunds: Vec::new(),
        challenges: Vec::new(),
        failure: None,
        paid_at_ms: None,
        created_at_ms: scene.now_ms,
        updated_at_ms: scene.now_ms,
        deadline: None,
    }
}

fn confirm(
    scene: &Scene<'_>,
    id: &str,
    token: &str,
    challenge: &str,
    authorise_only: Option<bool>,
) -> Result<Reply, ApiError> {
    let mut book = lock(&scene.april.book);
    let order = book.order_mut(id).ok_or_else(|| ApiError::not_found("order"))?;
    check_open(order)?;
    let waits = |transaction: &&mut Transaction| transaction.token == token && transaction.status == Status::Incomplete;
    let transaction = order.transactions.iter_mut().find(waits);
    let transaction = transaction.ok_or_else(|| ApiError::bad_request("paymentTokenId: no challenge waits for it"))?;
    let asked = transaction.challenges.last().filter(|asked| asked.id == challenge).cloned();
    let asked = asked.ok_or_else(|| {
        ApiError::bad_request(
            "threeDSResponse.threeDSAuthorisationId: is not the challenge that this payment waits for",
        )
    })?;
    if asked.state == ChallengeState::Pending {
        return Err(ApiError::bad_request("threeDSResponse: the challenge is not complete"));
    }
    transaction.authorise_only = authorise_only.unwrap_or(transaction.authorise_only);
    let transaction_id = transaction.id.clone();
    if asked.state == ChallengeState::Approved && asked.round < asked.rounds {
        let next = scene.april.challenge(order, &transaction_id, asked.round + 1, asked.rounds, scene.now_ms);
        let reply = challenge_reply(scene, &next);
        book.own(next, id);
        return Ok(reply);
    }
    let reply = if asked.state == ChallengeState::Failed {
        scene.april.fail(order, &transaction_id, "card_declined", scene.now_ms);
        Err(ApiError::declined("card_declined", "3D Secure authentication failed"))
    } else {
        conclude(scene, order, &transaction_id)
    };
    book.mark_token(token, TokenState::Used);
    reply
}

/// Asks the card's issuer.
fn conclude(scene: &Scene<'_>, order: &mut Order, id: &str) -> Result<Reply, ApiError> {
    let issuer = order.transaction_mut(id).map(|transaction| transaction.card.issuer);
    let refused = match issuer {
        Some(Issuer::Refuses(code, detail)) => Some((code, detail)),
        Some(Issuer::Mistrusts) => Some(("card_declined", "Card issuer did not accept the 3D Secure authentication")),
        _ => None,
    };
    if let Some((code, detail)) = refused {
        scene.april.fail(order, id, code, scene.now_ms);
        return Err(ApiError::declined(code, detail));
    }
    match scene.settings.settle {
        Settle::AtOnce => scene.april.take(order, id, scene.now_ms),
        Settle::Pending => scene.april.enter(order, id, Status::Pending, scene.now_ms),
    }
    let paid = order.transactions.iter().find(|transaction| transaction.id == id);
    let paid = paid.ok_or_else(ApiError::internal)?;
    Ok(Reply::ok(complete_reply(scene.settings.reply_shape, order, paid)))
}

/// The published shapes of success; which one April sends is a setting.
fn complete_reply(shape: ReplyShape, order: &Order, transaction: &Transaction) -> Value {
    let pay_type = transaction.kind.pay_type().to_lowercase();
    let plain = json!({
        "transactionId": transaction.id,
        "transactionStatus": transaction.status.name(),
        "amount": transaction.shown_amount(),
        "currency": CURRENCY,
    });
    let with = |name: &str, value: Value| {
        let mut fields = plain.clone();
        fields[name] = value;
        fields
    };
    match shape {
        ReplyShape::Wrapped => json!({ "PayOrderComplete": with("type", json!(pay_type)) }),
        ReplyShape::Flat => with("payType", json!(pay_type)),
        ReplyShape::Reference => json!({ "PayOrderComplete": {
            "transactionId": transaction.id,
            "transactionStatus": transaction.status.name(),
            "transactionDetails": views::transaction(order, transaction),
        } }),
    }
}

fn challenge_reply(scene: &Scene<'_>, challenge: &str) -> Reply {
    let action = json!({
        "threeDSAuthorisationId": challenge,
        "redirectURL": format!("{}/april/3ds/{challenge}", scene.april.origin),
    });
    Reply::ok(json!({ "ThreeDSAuthorisationRequired": action })).under(scene.settings.challenge_status)
}

impl April {
    /// Asks the shopper to prove who pays; answers the challenge's id.
    fn challenge(&self, order: &mut Order, id: &str, round: u32, rounds: u32, at_ms: i64) -> String {
        let challenge = self.id("3ds_");
        order.note(at_ms, "challenge", Some(format!("{challenge}, round {round} of {rounds}")));
        if let Some(transaction) = order.transaction_mut(id) {
            let state = ChallengeState::Pending;
            transaction.challenges.push(Challenge { id: challenge.clone(), round, rounds, state });
        }
        challenge
    }
}
