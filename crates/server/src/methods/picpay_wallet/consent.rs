//! The buyer's consent: what a press needs, where the buyer is sent, what must be brought back. Pure.
//!
//! PicPay does not ask twice, so an authorize URL that was passed on makes a code in a stranger's browser without a word. So
//! nothing is charged, and nobody linked, by who merely comes back: the code in the returning browser's address and the nonce
//! that never left the buyer's are both needed, and only hashes of both are kept.

use super::PicpayWallet;
use super::details::Details;
use crate::clock::DAY;
use crate::error::Error;
use crate::keys::{same, sha256_hex};
use crate::methods::{Answer, Asked, Prepared, Press, Visit};
use crate::query;
use crate::store::Attempt;
use crate::store::grants::Returned;
use crate::store::sessions::Capture;
use serde_json::Value;
use umclique_wire::{FieldProblem, MethodKind, NextAction, PicpayWalletDetails, Redirect, ResumeRequest};

/// What a confirm stores: the linked login, or that the buyer must consent.
pub(super) fn prepare(press: &Press<'_>, given: &PicpayWalletDetails) -> Result<Prepared, Vec<FieldProblem>> {
    let link = press.session.known.link(MethodKind::PicpayWallet).filter(|link| !link.is_lapsed && !given.reconnect);
    let nonce = given.nonce_sha256.as_deref();
    let is_hash = |text: &str| {
        text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    if nonce.map_or(link.is_none(), |nonce| !is_hash(nonce)) {
        let detail = "expected the SHA-256 of a random text that stays in the browser, as 64 hex digits".to_owned();
        return Err(vec![FieldProblem { field: "nonce_sha256".to_owned(), detail }]);
    }
    let details = Details {
        is_manual: press.session.capture == Capture::Manual,
        grant: link.map(|link| link.grant.clone()),
        nonce_sha256: nonce.map(str::to_owned),
        buyer: press.session.buyer.id.clone(),
    };
    Ok(Prepared { details: details.stored(), watch_until_ms: press.now_ms + DAY, forgets_link: given.reconnect })
}

/// Where the buyer goes.
pub(super) fn redirect(method: &PicpayWallet, attempt: &Attempt) -> Asked {
    let state = method.keys.consent_state(&attempt.id, attempt.round);
    Asked { action: NextAction::Redirect(Redirect { url: method.login.authorize_url(state) }), details: None }
}

/// What the buyer's browser brought back: the attempt's new details, or a refusal that does not tell which half was wrong.
pub(super) fn resume(answer: &Answer<'_>) -> Result<Value, Error> {
    let Answer { attempt, request, returned } = *answer;
    let ResumeRequest { return_code: Some(code), nonce: Some(nonce), token: None, kind: None, challenge: None, .. } =
        request
    else {
        return Err(Error::NotAsked);
    };
    let details = Details::of(attempt).map_err(|_| Error::NotAsked)?;
    let (Some(NextAction::Redirect(_)), Some(kept)) = (&attempt.next_action, &details.nonce_sha256) else {
        return Err(Error::NotAsked);
    };
    let fits = |kept: &str, told: &str| same(kept, &sha256_hex(told));
    let returned = returned.filter(|returned| fits(kept, nonce) & fits(&returned.code_hash, code));
    let Some(returned) = returned else {
        let detail = "this code does not belong to a consent that began in this browser".to_owned();
        return Err(Error::Invalid(vec![FieldProblem { field: "return_code".to_owned(), detail }]));
    };
    Ok(Details { grant: Some(returned.grant.clone()), ..details }.stored())
}

/// The same without the nonce, because whoever consented has seen shop and amount, and pressed. The buyer whom the shop named
/// is whoever began, perhaps somebody else: so they are forgotten here, and the login that pays is nobody's afterwards.
pub(super) fn pay_elsewhere(attempt: &Attempt, returned: &Returned) -> Result<Value, Error> {
    let details = Details::of(attempt).map_err(|_| Error::NotAsked)?;
    let Some(NextAction::Redirect(_)) = &attempt.next_action else { return Err(Error::NotAsked) };
    Ok(Details { grant: Some(returned.grant.clone()), buyer: None, ..details }.stored())
}

/// A browser that came back, if its `state` is one that we made.
pub(super) fn came_back(method: &PicpayWallet, query: &str) -> Option<Visit> {
    let (attempt, round) = method.keys.read_consent_state(&query::only(query, "state")?)?;
    let is_code = |code: &String| (1..=2_048).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic());
    let code = query::only(query, "code").filter(is_code).filter(|_| !query::has(query, "error"));
    Some(Visit { attempt, round, code })
}
