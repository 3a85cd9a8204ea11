//! What became of an attempt: by ePag's id where it is known, else by our reference, which may own several payments.
//!
//! Only ePag's own "there is none" counts as none; a 404 of something in between does not.

use super::fields::Fields;
use super::{EpagError, PicpayQr, observe, payload, status};
use crate::methods::Observation;
use crate::store::Attempt;

/// ePag's code for "there is no such payment".
const NO_PAYMENT: &str = "00.01.0038";

/// Everything that ePag knows of the attempt, the furthest first.
pub(super) async fn find(method: &PicpayQr, attempt: &Attempt) -> Result<Vec<Observation>, EpagError> {
    let found = match &attempt.provider_reference {
        None => by_reference(method, attempt).await,
        Some(token) if attempt.flags.needs_attention => with_others(method, attempt, token).await,
        Some(token) => by_token(method, attempt, token).await,
    };
    match found {
        Err(error) if error.is_not_found(NO_PAYMENT) => Ok(Vec::new()),
        found => found,
    }
}

async fn by_token(method: &PicpayQr, attempt: &Attempt, token: &str) -> Result<Vec<Observation>, EpagError> {
    let token = payload::path_segment(token)?;
    let answer = method.client.get(&format!("/payment/{token}")).await?;
    let fields = Fields::parse(&answer).ok_or(EpagError::Unreadable { what: "it is not a JSON object" })?;
    let observation = observe::seen(&fields, attempt, method.clock.now_ms())?;
    if observation.provider_reference != token {
        return Err(EpagError::Unreadable { what: "it tells of another payment" });
    }
    if observe::reference(&fields).is_some_and(|reference| reference != attempt.id.as_str()) {
        return Err(EpagError::Unreadable { what: "it names another reference" });
    }
    Ok(vec![observation])
}

/// Once something was odd, every payment under our reference is looked at, and ours in any case.
async fn with_others(method: &PicpayQr, attempt: &Attempt, token: &str) -> Result<Vec<Observation>, EpagError> {
    let mut found = match by_reference(method, attempt).await {
        Err(error) if error.is_not_found(NO_PAYMENT) => Vec::new(),
        found => found?,
    };
    if !found.iter().any(|observation| observation.provider_reference == token) {
        found.extend(by_token(method, attempt, token).await?);
    }
    Ok(found)
}

async fn by_reference(method: &PicpayQr, attempt: &Attempt) -> Result<Vec<Observation>, EpagError> {
    let answer = method.client.get(&format!("/payment/reference/{}", attempt.id)).await?;
    // Documented is an object with `payments`; a bare list is what other calls answer.
    let listed = Fields::parse(&answer).map_or_else(|| Fields::parse_list(&answer), |fields| fields.list("payments"));
    let listed = listed.ok_or(EpagError::Unreadable { what: "it holds no list of payments" })?;
    let is_ours =
        |fields: &&Fields| observe::reference(fields).is_none_or(|reference| reference == attempt.id.as_str());
    let now_ms = method.clock.now_ms();
    let mut found = listed
        .iter()
        .filter(is_ours)
        .map(|fields| observe::seen(fields, attempt, now_ms))
        .collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|observation| status::rank(observation.status));
    Ok(found)
}
