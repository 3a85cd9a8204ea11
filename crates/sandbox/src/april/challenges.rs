//! 3DS challenges: the page at `redirectURL` where the shopper proves who pays, and what it asks. Control answers
//! challenges the same way. A closed challenge is only closed: it can be opened and passed later.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;

use super::order::ChallengeState;
use super::status::Status;
use super::{April, CURRENCY, pages};
use crate::control::ControlError;
use crate::world::lock;

type Shared = State<Arc<April>>;
type Answer = Result<Json<ChallengeView>, ControlError>;

/// What the shopper does with a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Approve,
    Fail,
    /// Looks away: nothing is decided.
    Close,
}

/// A challenge as its page and control see it.
#[derive(Debug, Serialize)]
pub(super) struct ChallengeView {
    id: String,
    state: &'static str,
    round: u32,
    rounds: u32,
    order: String,
    transaction: String,
    amount_minor: i64,
    currency: &'static str,
}

impl April {
    /// Looks at a challenge.
    pub(super) fn view_challenge(&self, id: &str) -> Result<ChallengeView, ControlError> {
        let unknown = || ControlError::not_found("there is no challenge with this id");
        let mut book = lock(&self.book);
        let order = book.owner_mut(id).ok_or_else(unknown)?;
        let owner = order.id.clone();
        let transaction = order.challenged_mut(id).ok_or_else(unknown)?;
        let challenge = transaction.challenges.iter().find(|challenge| challenge.id == id).ok_or_else(unknown)?;
        Ok(ChallengeView {
            id: challenge.id.clone(),
            state: challenge.state.name(),
            round: challenge.round,
            rounds: challenge.rounds,
            order: owner,
            transaction: transaction.id.clone(),
            amount_minor: transaction.total(),
            currency: CURRENCY,
        })
    }

    /// The shopper does something with a challenge, and it is shown as it is afterwards.
    pub(super) fn act_on_challenge(&self, id: &str, act: Act) -> Result<ChallengeView, ControlError> {
        let unknown = || ControlError::not_found("there is no challenge with this id");
        let now_ms = self.world.clock.now_ms();
        {
            let mut book = lock(&self.book);
            let order = book.owner_mut(id).ok_or_else(unknown)?;
            let transaction = order.challenged_mut(id).ok_or_else(unknown)?;
            let waits = transaction.status == Status::Incomplete;
            let challenge =
                transaction.challenges.iter_mut().find(|challenge| challenge.id == id).ok_or_else(unknown)?;
            if !waits || challenge.state != ChallengeState::Pending {
                return Err(ControlError::conflict("the challenge is over"));
            }
            let what = match act {
                Act::Approve => {
                    challenge.state = ChallengeState::Approved;
                    "challenge_approved"
                }
                Act::Fail => {
                    challenge.state = ChallengeState::Failed;
                    "challenge_failed"
                }
                Act::Close => "challenge_closed",
            };
            order.note(now_ms, what, Some(id.to_owned()));
        }
        self.view_challenge(id)
    }
}

/// The page and its calls; their caller is the shopper, who has no key.
pub(super) fn router() -> Router<Arc<April>> {
    Router::new()
        .route("/3ds/{challenge}", get(show_page))
        .route("/3ds/{challenge}/state", get(read_state))
        .route("/3ds/{challenge}/approve", post(approve))
        .route("/3ds/{challenge}/fail", post(fail))
        .route("/3ds/{challenge}/close", post(close))
}

async fn show_page() -> Response {
    pages::challenge_page()
}

async fn read_state(State(april): Shared, Path(id): Path<String>) -> Answer {
    april.view_challenge(&id).map(Json)
}

async fn approve(State(april): Shared, Path(id): Path<String>) -> Answer {
    april.act_on_challenge(&id, Act::Approve).map(Json)
}

async fn fail(State(april): Shared, Path(id): Path<String>) -> Answer {
    april.act_on_challenge(&id, Act::Fail).map(Json)
}

async fn close(State(april): Shared, Path(id): Path<String>) -> Answer {
    april.act_on_challenge(&id, Act::Close).map(Json)
}
