//! What the buyer brought back from April's frame: checked, and turned into what the next send does. Pure.

use super::details::{Details, Step};
use crate::error::Error;
use crate::methods::Answer;
use crate::methods::http_client;
use serde_json::Value;
use umclique_wire::{ChallengeEnd, FieldProblem, NextAction, ResumeRequest};

/// The attempt's new details. What does not answer what the attempt asked for is refused.
pub(super) fn resume(answer: &Answer<'_>) -> Result<Value, Error> {
    let Answer { attempt, request, .. } = *answer;
    let details = Details::of(attempt).map_err(|_| Error::NotAsked)?;
    let step = match (&attempt.next_action, &details.step, request) {
        (Some(NextAction::CollectToken(_)), _, ResumeRequest { token: Some(token), kind, challenge: None, .. }) => {
            pay(token, kind.as_deref())?
        }
        (
            Some(NextAction::Challenge(_)),
            // The action is the one that April gave us, never what the browser has.
            Step::Challenged { token, action },
            ResumeRequest { challenge: Some(end), token: None, kind: None, .. },
        ) => match end {
            ChallengeEnd::Done => Step::Confirm { token: token.clone(), action: action.clone() },
            ChallengeEnd::Failed => Step::LookAfterChallenge,
        },
        _ => return Err(Error::NotAsked),
    };
    Ok(details.at(step).stored())
}

fn pay(token: &str, kind: Option<&str>) -> Result<Step, Error> {
    let mut problems = Vec::new();
    let mut refuse = |field: &str, detail: &str| {
        problems.push(FieldProblem { field: field.to_owned(), detail: detail.to_owned() });
    };
    let is_token =
        token.strip_prefix("ptkn_").is_some_and(|body| body.len() >= 8) && http_client::is_path_segment(token);
    if !is_token {
        refuse("token", "expected the token that April's frame gave, ptkn_…");
    }
    let kind = kind.map(str::trim).filter(|kind| !kind.is_empty());
    if kind.is_some_and(|kind| !is_kind(kind)) {
        refuse("kind", "expected the paymentMethodType that April's frame gave, as in Card");
    }
    if problems.is_empty() {
        Ok(Step::Pay { token: token.to_owned(), kind: kind.map(str::to_owned) })
    } else {
        Err(Error::Invalid(problems))
    }
}

/// A short name. Only `Card` is published, so others must pass.
fn is_kind(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.'));
    is_plain && text.len() <= 40
}
