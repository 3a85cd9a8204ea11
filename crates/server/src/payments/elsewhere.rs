//! The buyer came back in another browser than the one that began, as out of PicPay's app: what the server's own page shows
//! there, and its press.
//!
//! What authorizes the charge is the code in the returning browser's address together with the press, by whoever consented
//! and has read what is paid. It never links anybody: who began may be somebody else, who passed the provider's address on.

use super::Payments;
use super::come_back::{is_awaited, shop_address};
use super::resume::Round;
use crate::error::Error;
use crate::keys;
use crate::store::grants::{self, Visited};
use crate::store::{Attempt, Session, Tx, attempts, sessions};
use std::net::IpAddr;
use std::sync::Arc;
use umclique_wire::{AttemptStatus, Money, SessionId, SessionStatus};

/// Where the payment of a return stands, as far as its page tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A press pays it.
    Open,
    /// It was pressed, and nobody knows yet what became of it.
    Confirming,
    /// Paid.
    Paid,
    /// Reserved; the shop captures it.
    Reserved,
    /// The order is paid, and not by this.
    PaidOtherwise,
    /// PicPay said no.
    Declined,
    /// The buyer, the shop or another try closed it, or it must be begun again.
    Closed,
    /// The order's time ran out.
    TimeOver,
    /// Money arrived after the end, and goes back.
    GivenBack,
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The shop's name.
    pub merchant: String,
    /// What is paid.
    pub amount: Money,
    /// The shop's name for the order.
    pub reference: String,
    /// Who pays, as its owner may see it; `None`: the provider did not tell.
    pub account: Option<String>,
    /// The language that the shop asked for.
    pub locale: Option<String>,
    /// The way back, without any code.
    pub shop_address: String,
    /// Where it stands.
    pub stage: Stage,
}

impl Payments {
    /// What the page of a return shows. Only the code of one of this session's returns opens it.
    pub async fn elsewhere(&self, session: &SessionId, code: &str) -> Result<Elsewhere, Error> {
        let mut tx = self.db.read().await?;
        let visited = visited(&mut tx, session, code).await?;
        let session = sessions::get(&mut tx, session).await?.ok_or(Error::NotFound("return"))?;
        let attempt = attempts::get(&mut tx, &visited.attempt).await?.ok_or(Error::NotFound("return"))?;
        Ok(Elsewhere {
            merchant: self.merchant.name.clone(),
            amount: session.amount,
            reference: session.reference.clone(),
            account: visited.masked_account,
            locale: session.locale.clone(),
            shop_address: shop_address(&session, None),
            stage: stage(&session, &attempt, visited.round, self.clock.now_ms()),
        })
    }

    /// The page's button was pressed: claims the round, sends it and settles the outcome, once, whoever else presses.
    pub async fn pay_elsewhere(
        self: &Arc<Self>,
        session: &SessionId,
        code: &str,
        address: IpAddr,
    ) -> Result<(), Error> {
        let mut tx = self.db.read().await?;
        let visited = visited(&mut tx, session, code).await?;
        drop(tx);
        let scope = format!("page|POST /v1/checkout_sessions/{session}/return");
        // The round is the press's name: a second press of the same page finds what the first one came to.
        let (name, fingerprint) = (format!("{}.{}", visited.attempt, visited.round), keys::sha256_hex(code));
        let key = (scope.as_str(), name.as_str(), fingerprint.as_str());
        let round = Round { session, attempt: &visited.attempt, round: visited.round, key, address };
        self.answer_round(&round, &|method, attempt, returned| {
            let returned = returned.filter(|returned| keys::same(&returned.code_hash, &fingerprint));
            method.pay_elsewhere(attempt, returned.ok_or(Error::NotAsked)?)
        })
        .await?;
        Ok(())
    }
}

/// The return that a code was made for.
async fn visited(tx: &mut Tx, session: &SessionId, code: &str) -> Result<Visited, Error> {
    grants::visited(tx, session, &keys::sha256_hex(code)).await?.ok_or(Error::NotFound("return"))
}

fn stage(session: &Session, attempt: &Attempt, round: u32, now_ms: i64) -> Stage {
    let is_over = session.expires_at_ms <= now_ms || session.end.is_some();
    let was_pressed = attempt.round > round && attempt.status != AttemptStatus::RequiresAction;
    match attempt.status {
        AttemptStatus::Succeeded => Stage::Paid,
        AttemptStatus::RequiresCapture => Stage::Reserved,
        _ if attempt.captured_minor > 0 => Stage::GivenBack,
        _ if attempt.live && was_pressed => Stage::Confirming,
        _ if session.status == SessionStatus::Succeeded => Stage::PaidOtherwise,
        AttemptStatus::Failed if attempt.round > round => Stage::Declined,
        _ if is_over => Stage::TimeOver,
        _ if is_awaited(attempt, round) => Stage::Open,
        _ => Stage::Closed,
    }
}
